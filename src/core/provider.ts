/** What LLM calls cost. */
export interface LlmUsage {
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** US dollars by the price table in force. */
  readonly costUsd: number;
}

export const NO_USAGE: LlmUsage = Object.freeze({ calls: 0, inputTokens: 0, outputTokens: 0, costUsd: 0 });

/** The sum of two usages. */
export function addUsage(a: LlmUsage, b: LlmUsage): LlmUsage {
  return {
    calls: a.calls + b.calls,
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    costUsd: a.costUsd + b.costUsd,
  };
}

/** One question to one provider. */
export interface ClassifyRequest {
  /** The part of the instructions that never changes: providers keep it in their prompt cache. */
  readonly instructions: string;
  /** The part of the instructions with this request's one-time marks. */
  readonly marks: string;
  /** Context and payload. */
  readonly input: string;
  /** JSON Schema of the answer; providers that can, hold the model to it. */
  readonly schema: { readonly [key: string]: unknown };
  readonly maxOutputTokens: number;
}

/** Why a model stopped. Only `complete` is an answer. */
export const REPLY_STOPS = ['complete', 'refusal', 'truncated'] as const;
export type ReplyStop = (typeof REPLY_STOPS)[number];

/** What came back, not yet believed: the text is checked by the caller. */
export interface ProviderReply {
  readonly stop: ReplyStop;
  /** The model's text; should be one JSON object. */
  readonly text: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** One LLM behind one address. Both methods reject with an error that says what went wrong and are cancelled by `signal`. */
export interface Provider {
  readonly name: string;
  readonly model: string;
  classify(request: ClassifyRequest, signal: AbortSignal): Promise<ProviderReply>;
  /** Whether the address answers, the key is taken and the model is known, without paying for a completion. */
  check(signal: AbortSignal): Promise<void>;
}
