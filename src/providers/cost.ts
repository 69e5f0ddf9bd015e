import type { ClassifyRequest, LlmUsage } from '../core/provider.ts';
import { MODELS, type ProviderSetup } from './registry.ts';

/** Tokens of the schema and of the frame around the messages. */
const FRAME_TOKENS = 250;
/** Tokens of a usual answer. */
const ANSWER_TOKENS = 150;

/**
 * Tokens of a text by rule of thumb: four ASCII characters a token, one token for each other character, times the
 * model's factor. No tokenizer is asked, since that would be one more thing to send the text to.
 */
export function estimateTokens(text: string, model: string): number {
  let ascii = 0;
  let other = 0;
  for (const character of text) character < '\x80' ? ascii++ : other++;
  return Math.ceil((ascii / 4 + other) * (MODELS[model]?.tokenFactor ?? 1));
}

/** What a request would cost with an answer of usual length. */
export function estimateRequest(setup: ProviderSetup, request: ClassifyRequest): LlmUsage {
  const text = request.instructions + request.marks + request.input;
  return usageOf(setup, estimateTokens(text, setup.model) + FRAME_TOKENS, ANSWER_TOKENS);
}

/** The same if the model uses up its whole answer: what is set aside before a request is sent. */
export function worstCost(setup: ProviderSetup, request: ClassifyRequest): LlmUsage {
  const { inputTokens } = estimateRequest(setup, request);
  return usageOf(setup, inputTokens, request.maxOutputTokens);
}

/** One call's usage with its dollars. */
export function usageOf({ price }: ProviderSetup, inputTokens: number, outputTokens: number): LlmUsage {
  const costUsd = (inputTokens * price.input + outputTokens * price.output) / 1_000_000;
  return { calls: 1, inputTokens, outputTokens, costUsd };
}
