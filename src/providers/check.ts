import type { LlmOptions, ProviderName } from './options.ts';
import { type ProviderError, toProviderError } from './provider-error.ts';
import { PROVIDERS, resolveProviders } from './registry.ts';

/** What `doctor --providers` says of one provider. */
export interface ProviderCheck {
  readonly name: ProviderName;
  /** `ok`, `not_configured`, `failed`. */
  readonly status: 'ok' | 'not_configured' | 'failed';
  readonly model: string | null;
  readonly baseUrl: string | null;
  readonly message: string;
  readonly durationMs: number;
}

/** How a check is made. */
export interface CheckOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly offline?: boolean;
  readonly signal?: AbortSignal;
}

/** Asks each provider of the config whether address, key and model are good, by its list of models: no completion is paid for. Never rejects for a provider that fails; throws UserError `base_url`, `no_model`. */
export async function checkProviders(
  llm: LlmOptions,
  { env, offline = false, signal }: CheckOptions,
): Promise<ProviderCheck[]> {
  const setups = resolveProviders({ ...llm, mode: 'live' }, env);
  return Promise.all(
    llm.order.map(async (name): Promise<ProviderCheck> => {
      const setup = setups.find((candidate) => candidate.name === name);
      if (!setup || setup.apiKey === null) {
        const { keyVariable, urlVariable, baseUrl } = PROVIDERS[name];
        const message = `not configured: set ${baseUrl === null ? urlVariable : keyVariable}`;
        return { name, status: 'not_configured', model: null, baseUrl: null, message, durationMs: 0 };
      }
      const { model, baseUrl, apiKey } = setup;
      const started = performance.now();
      const done = (status: ProviderCheck['status'], message: string) => ({
        ...{ name, status, model, baseUrl, message },
        durationMs: performance.now() - started,
      });
      const timeout = AbortSignal.timeout(llm.timeoutMs);
      try {
        const provider = await PROVIDERS[name].connect({ ...setup, apiKey, offline, timeoutMs: llm.timeoutMs });
        await provider.check(signal ? AbortSignal.any([signal, timeout]) : timeout);
        return done('ok', 'answers');
      } catch (error) {
        signal?.throwIfAborted();
        const failed: ProviderError = toProviderError(name, error);
        return done('failed', timeout.aborted ? `${name} did not answer in time.` : failed.message);
      }
    }),
  );
}
