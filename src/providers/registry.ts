import { UserError } from '../core/errors.ts';
import type { Provider } from '../core/provider.ts';
import { checkBaseUrl, isLoopback } from './base-url.ts';
import type { FetchGuard } from './guarded-fetch.ts';
import type { LlmOptions, Price, ProviderName, StructuredMode } from './options.ts';

/** Which API a server speaks. */
export type Dialect = 'anthropic' | 'openai_responses' | 'openai_chat';

/** A provider with everything settled: model, address, key. */
export interface ProviderSetup {
  readonly name: ProviderName;
  readonly model: string;
  readonly baseUrl: string;
  /** Null in a replay, which asks nobody. */
  readonly apiKey: string | null;
  readonly dialect: Dialect;
  readonly structured: StructuredMode;
  readonly effort: string | null;
  readonly price: Price;
  /** Whether the price is one that someone stated; dollars of others count as 0 and limits in dollars cannot hold. */
  readonly priced: boolean;
}

/** What a connection is made from. */
export interface Connection extends Omit<ProviderSetup, 'apiKey'>, Pick<FetchGuard, 'offline' | 'onEgress' | 'hold'> {
  readonly apiKey: string;
  readonly timeoutMs: number;
}

/** One row of the registry: everything there is to know of a provider before the user has a say. */
interface ProviderDefinition {
  readonly keyVariable: string;
  readonly urlVariable: string;
  readonly baseUrl: string | null;
  readonly model: string | null;
  readonly dialect: Dialect;
  readonly connect: (connection: Connection) => Promise<Provider>;
}

const connectOpenAi = async (connection: Connection) => (await import('./openai.ts')).connectOpenAi(connection);

/** All providers. Choices in the config, help and the contract tests derive from it; a new one is a row here. */
export const PROVIDERS: Readonly<Record<ProviderName, ProviderDefinition>> = {
  anthropic: {
    keyVariable: 'ANTHROPIC_API_KEY',
    urlVariable: 'ANTHROPIC_BASE_URL',
    baseUrl: 'https://api.anthropic.com',
    model: 'claude-haiku-5-5',
    dialect: 'anthropic',
    connect: async (connection) => (await import('./anthropic.ts')).connectAnthropic(connection),
  },
  openai: {
    keyVariable: 'OPENAI_API_KEY',
    urlVariable: 'OPENAI_BASE_URL',
    baseUrl: 'https://api.openai.com/v1',
    model: 'gpt-5.6-luna',
    dialect: 'openai_responses',
    connect: connectOpenAi,
  },
  gemini: {
    keyVariable: 'GEMINI_API_KEY',
    urlVariable: 'GEMINI_BASE_URL',
    // https://ai.google.dev/gemini-api/docs/openai
    baseUrl: 'https://generativelanguage.googleapis.com/v1beta/openai',
    model: 'gemini-3.1-flash-lite',
    dialect: 'openai_chat',
    connect: connectOpenAi,
  },
  openai_compatible: {
    keyVariable: 'OPENAI_COMPATIBLE_API_KEY',
    urlVariable: 'OPENAI_COMPATIBLE_BASE_URL',
    baseUrl: null,
    model: null,
    dialect: 'openai_chat',
    connect: connectOpenAi,
  },
};

/** What is known of a model. `tokenFactor` scales the estimate of tokens; `effort` is sent where the model takes one. */
interface ModelFacts {
  readonly price: Price;
  readonly tokenFactor: number;
  readonly effort: string | null;
}

/** Models and prices as the providers' pricing pages stated them in November 2026; the config overrides each. */
export const MODELS: Readonly<Record<string, ModelFacts>> = {
  // Its tokenizer makes about 30 % more tokens than the one before (migration guide).
  'claude-haiku-5-5': { price: { input: 0.1, output: 0.5 }, tokenFactor: 1.3, effort: 'low' },
  'claude-haiku-4-5': { price: { input: 1, output: 5 }, tokenFactor: 1, effort: null },
  'gpt-5.6-luna': { price: { input: 0.2, output: 1.2 }, tokenFactor: 1, effort: 'none' },
  'gemini-3.1-flash-lite': { price: { input: 0.25, output: 1.5 }, tokenFactor: 1, effort: null },
};

const FREE: Price = { input: 0, output: 0 };

/** The providers of the config that could be asked, in its order. A key or, for servers on this machine, an address makes one so. Throws UserError `base_url`, `no_model`. */
export function resolveProviders(options: LlmOptions, env: NodeJS.ProcessEnv): ProviderSetup[] {
  return options.order.flatMap((name) => resolveProvider(name, options, env) ?? []);
}

function resolveProvider(name: ProviderName, options: LlmOptions, env: NodeJS.ProcessEnv): ProviderSetup | undefined {
  const definition = PROVIDERS[name];
  const given = options.providers[name] ?? {};
  const address = given.baseUrl ?? (env[definition.urlVariable] || definition.baseUrl);
  const replay = options.mode === 'replay';
  // A replay opens no socket, so the address is of no account.
  if (!address && !(replay && given.model)) return undefined;
  const baseUrl = address ? checkBaseUrl(name, address) : '';
  const local = baseUrl !== '' && isLoopback(new URL(baseUrl).hostname);
  const key = env[definition.keyVariable] || (local && name === 'openai_compatible' ? 'none' : null);
  if (key === null && !replay) return undefined;
  const model = given.model ?? definition.model;
  if (model === null) {
    throw new UserError('no_model', `${name} has a base URL but no model; set llm.providers.${name}.model`);
  }
  const facts = MODELS[model];
  const price = given.price ?? facts?.price ?? (local ? FREE : undefined);
  return {
    name,
    model,
    baseUrl,
    apiKey: key,
    // Another server under OpenAI's name rarely has the Responses API.
    dialect: name === 'openai' && baseUrl !== definition.baseUrl ? 'openai_chat' : definition.dialect,
    structured: given.structured ?? 'json_schema',
    effort: given.effort === undefined ? (facts?.effort ?? null) : given.effort,
    price: price ?? FREE,
    priced: price !== undefined,
  };
}

/** The error for a run that was told to use the LLM and has none: it says what to set. */
export function noProviderError(): UserError {
  const keys = Object.values(PROVIDERS)
    .filter(({ baseUrl }) => baseUrl !== null)
    .map(({ keyVariable }) => keyVariable);
  return new UserError(
    'no_provider',
    `the LLM layer is on, but no provider is configured: set ${keys.slice(0, -1).join(', ')} or ${keys.at(-1)}, ` +
      'or the address and model of a compatible server (OPENAI_COMPATIBLE_BASE_URL and llm.providers.openai_compatible.model)',
  );
}
