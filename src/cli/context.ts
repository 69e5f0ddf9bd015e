import { resolve } from 'node:path';
import {
  type Config,
  type ConfigOverrides,
  classifierWith,
  findProjectConfig,
  findUserConfig,
  type LoadedConfig,
  loadConfigFile,
  resolveConfig,
} from '../config/index.ts';
import { UserError } from '../core/errors.ts';
import type { Io } from './io.ts';
import type { ScanFlags, ScannerFlags } from './program.ts';

/** The config in force for a command line, and the files it came from. */
export interface Context {
  readonly config: Config;
  readonly files: readonly LoadedConfig[];
}

/** Reads the config files that apply and puts flags, environment and files together. Throws UserError. */
export async function loadContext(flags: ScannerFlags & Partial<ScanFlags>, io: Io): Promise<Context> {
  const files = await configFiles(flags.config, io);
  return { config: resolveConfig(files, io.env, overridesFrom(flags, io)), files };
}

async function configFiles(flag: string | boolean | undefined, io: Io): Promise<LoadedConfig[]> {
  if (flag === false) return [];
  const named = typeof flag === 'string' ? flag : io.env.PROMPT_SENTINEL_CONFIG;
  if (named) return [await loadConfigFile(resolve(io.cwd(), named), true)];
  const found = [await findUserConfig(io.env), await findProjectConfig(io.cwd())];
  return found.filter((file) => file !== undefined);
}

function overridesFrom(flags: ScannerFlags & Partial<ScanFlags>, io: Io): ConfigOverrides {
  const path = (value: string | undefined) => (value === undefined ? undefined : resolve(io.cwd(), value));
  return defined({
    mode: flags.mode,
    strategy: flags.strategy,
    failOn: flags.failOn,
    concurrency: flags.concurrency,
    offline: flags.offline,
    rules: defined({
      paths: flags.rules?.map((entry) => resolve(io.cwd(), entry)),
      builtin: flags.builtinRules === false ? false : undefined,
      disable: flags.disableRule,
    }),
    input: defined({
      format: flags.inputFormat,
      textField: flags.textField,
      role: flags.role,
      maxFileSize: flags.maxFileSize,
    }),
    classifier: { ...classifierWith(path(flags.model)), ...(flags.classifier === false ? { enabled: false } : {}) },
    pii: defined({ enabled: flags.pii === false ? false : undefined }),
    llm: llmOverrides(flags, path),
    cache: defined({ enabled: flags.cache === false ? false : undefined, dir: path(flags.cacheDir) }),
  });
}

function llmOverrides(
  flags: ScannerFlags & Partial<ScanFlags>,
  path: (value: string | undefined) => string | undefined,
): ConfigOverrides['llm'] {
  const { llm } = flags;
  if (typeof llm === 'string' && !['on', 'record', 'replay'].includes(llm)) {
    throw new UserError('usage', `--llm takes no value, record or replay; not ${JSON.stringify(llm)}`);
  }
  return defined({
    enabled: llm === undefined ? undefined : llm !== false,
    mode: typeof llm === 'string' && llm !== 'on' ? (llm as 'record' | 'replay') : undefined,
    cassette: path(flags.llmCassette),
    maxCalls: flags.maxCalls,
    maxCostUsd: flags.maxCost,
  });
}

/** The object without its undefined fields. */
function defined<T extends Record<string, unknown>>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
