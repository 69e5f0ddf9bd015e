import {
  createPanel,
  DEFAULT_LLM,
  type LlmOptions,
  type Panel,
  type PanelOptions,
  type ProviderName,
  type Question,
  resolveProviders,
} from '../../src/providers/index.ts';
import { PROVIDERS } from '../../src/providers/registry.ts';
import type { HostileServer } from './hostile-server.ts';

/** Settings that let a test of outages end in a moment. */
const QUICK: Partial<LlmOptions> = {
  enabled: true,
  timeoutMs: 2000,
  deadlineMs: 5000,
  retries: 0,
  retryDelayMs: 5,
  breakerFailures: 3,
  breakerResetMs: 60,
};

/** The `llm` section and the environment that make each server one provider, asked in the order given. */
export function llmFor(
  servers: Partial<Record<ProviderName, HostileServer | string>>,
  changes: Partial<LlmOptions> = {},
): Pick<PanelOptions, 'llm' | 'env'> {
  const names = Object.keys(servers) as ProviderName[];
  const env: NodeJS.ProcessEnv = {};
  for (const name of names) env[PROVIDERS[name].keyVariable] = `key-of-${name}`;
  const providers = Object.fromEntries(
    names.map((name) => {
      const server = servers[name];
      const baseUrl = typeof server === 'string' ? server : `${server?.url}/v1`;
      return [
        name,
        {
          baseUrl: name === 'anthropic' ? baseUrl.replace(/\/v1$/, '') : baseUrl,
          ...(name === 'openai_compatible' ? { model: 'local' } : {}),
        },
      ];
    }),
  );
  return { llm: { ...DEFAULT_LLM, ...QUICK, order: names, providers, ...changes }, env };
}

export function panelFor(
  servers: Partial<Record<ProviderName, HostileServer | string>>,
  changes: Partial<LlmOptions> = {},
  more: Partial<PanelOptions> = {},
): Panel {
  const { llm, env } = { ...llmFor(servers, changes), ...more };
  // What speaks on loopback under the name of OpenAI is OpenAI's own API here, not a server compatible with it.
  const setups = resolveProviders(llm, env).map((setup) =>
    setup.name === 'openai' ? { ...setup, dialect: 'openai_responses' as const } : setup,
  );
  return createPanel({ ...more, llm, env, setups });
}

/** A question about one text of one role. */
export function questionOf(text: string): Question {
  return { kind: 'prompt', pieces: [{ role: 'user', text }], part: 1, parts: 1 };
}

export const NEVER = new AbortController().signal;
