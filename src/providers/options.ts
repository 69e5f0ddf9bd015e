import type { LlmConfigFile } from './schema.ts';

/** The providers there are, in the order they are asked unless the config says otherwise. */
export const PROVIDER_NAMES = ['anthropic', 'openai', 'gemini', 'openai_compatible'] as const;
export type ProviderName = (typeof PROVIDER_NAMES)[number];

/** `live` asks; `record` asks and writes a cassette; `replay` answers from the cassette only and opens no socket. */
export const LLM_MODES = ['live', 'record', 'replay'] as const;
type LlmMode = (typeof LLM_MODES)[number];

/** How a server is held to the answer's schema. Small servers know less than `json_schema`. */
export const STRUCTURED_MODES = ['json_schema', 'json_object', 'none'] as const;
export type StructuredMode = (typeof STRUCTURED_MODES)[number];

/** US dollars per million tokens. */
export interface Price {
  readonly input: number;
  readonly output: number;
}

/** What the user may say of one provider; what is left out comes from the table in registry.ts. */
interface ProviderOptions {
  readonly model?: string;
  readonly baseUrl?: string;
  readonly structured?: StructuredMode;
  readonly price?: Price;
  /** Reasoning effort as the provider names it; null sends none. */
  readonly effort?: string | null;
}

/** What may be spent on a window of wall-clock time (UTC) over all runs, in US dollars; null is no limit. */
export interface BudgetOptions {
  readonly hourlyUsd: number | null;
  readonly dailyUsd: number | null;
  readonly monthlyUsd: number | null;
}

/** Section `llm` of the config, resolved. */
export interface LlmOptions {
  /** Only the user turns it on; a key in the environment does not. */
  readonly enabled: boolean;
  readonly mode: LlmMode;
  /** The recording that `record` writes and `replay` reads. */
  readonly cassette: string | null;
  /** Who is asked first, and who when that one is down. Providers without a key are passed over. */
  readonly order: readonly ProviderName[];
  readonly providers: Readonly<Partial<Record<ProviderName, ProviderOptions>>>;
  /** Whether a text that the LLM clears may go one level down, below certainty. */
  readonly mayDemote: boolean;
  /** Requests in flight at once. */
  readonly concurrency: number;
  /** For one attempt at one provider. */
  readonly timeoutMs: number;
  /** For one text over all attempts and providers, counted from the first request. */
  readonly deadlineMs: number;
  /** Attempts after the first, at each provider. */
  readonly retries: number;
  /** First wait before a retry; it doubles, with jitter. */
  readonly retryDelayMs: number;
  /** Failures in a row that open a provider's breaker. */
  readonly breakerFailures: number;
  /** How long an open breaker rests before it lets one request probe. */
  readonly breakerResetMs: number;
  /** Characters of one request's payload; longer texts go in several. */
  readonly chunkChars: number;
  /** Characters that two neighbouring chunks share. */
  readonly chunkOverlap: number;
  /** A text of more chunks is not asked about at all, and the layer says so. */
  readonly maxChunks: number;
  readonly maxOutputTokens: number;
  /** Requests a run may send, retries among them; null is no limit. */
  readonly maxCalls: number | null;
  /** US dollars a run may spend; null is no limit. */
  readonly maxCostUsd: number | null;
  readonly budget: BudgetOptions;
}

/** The section as it is when nobody says anything. */
export const DEFAULT_LLM: LlmOptions = Object.freeze({
  enabled: false,
  mode: 'live',
  cassette: null,
  order: PROVIDER_NAMES,
  providers: {},
  mayDemote: true,
  concurrency: 8,
  timeoutMs: 15_000,
  deadlineMs: 30_000,
  retries: 1,
  retryDelayMs: 250,
  breakerFailures: 5,
  breakerResetMs: 30_000,
  chunkChars: 16_000,
  chunkOverlap: 800,
  maxChunks: 64,
  maxOutputTokens: 1024,
  maxCalls: null,
  maxCostUsd: null,
  budget: { hourlyUsd: null, dailyUsd: null, monthlyUsd: null },
});

/** Lays the section of a config file over `base`. */
export function mergeLlmConfig(base: LlmOptions, file: LlmConfigFile): LlmOptions {
  const providers: Partial<Record<ProviderName, ProviderOptions>> = { ...base.providers };
  for (const name of PROVIDER_NAMES) {
    const given = file.providers?.[name];
    if (!given) continue;
    const { base_url, ...rest } = given;
    providers[name] = {
      ...base.providers[name],
      ...defined(rest),
      ...(base_url === undefined ? {} : { baseUrl: base_url }),
    };
  }
  const { hourly_usd, daily_usd, monthly_usd } = file.budget ?? {};
  return {
    ...base,
    ...defined({
      enabled: file.enabled,
      mode: file.mode,
      cassette: file.cassette,
      order: file.order,
      mayDemote: file.may_demote,
      concurrency: file.concurrency,
      timeoutMs: file.timeout_ms,
      deadlineMs: file.deadline_ms,
      retries: file.retries,
      maxChunks: file.max_chunks,
      maxCalls: file.max_calls,
      maxCostUsd: file.max_cost_usd,
    }),
    providers,
    budget: { ...base.budget, ...defined({ hourlyUsd: hourly_usd, dailyUsd: daily_usd, monthlyUsd: monthly_usd }) },
  };
}

type Defined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

function defined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined)) as Defined<T>;
}
