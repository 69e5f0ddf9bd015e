import { dirname, join, resolve } from 'node:path';
import { ROLES } from '../core/document.ts';
import { nearest, UserError } from '../core/errors.ts';
import { MODES } from '../core/verdict.ts';
import { mergeLlmConfig } from '../providers/index.ts';
import type { LoadedConfig } from './find.ts';
import { type Config, DEFAULT_CONFIG, FAIL_ON, INPUT_FORMATS, STRATEGY_CHOICES } from './options.ts';

/** A config of which any part may be left out: flags, or the options of the library. */
export type ConfigOverrides = {
  readonly [Key in keyof Config]?: Config[Key] extends object ? Partial<Config[Key]> : Config[Key];
};

const MIB = 1024 * 1024;
const DAY_MS = 24 * 60 * 60 * 1000;

/** Everything that has a say, weakest first: defaults, config files, environment, flags. The result is frozen. */
export function resolveConfig(
  files: readonly LoadedConfig[],
  env: NodeJS.ProcessEnv,
  overrides: ConfigOverrides,
): Config {
  let config = merge(DEFAULT_CONFIG, { cache: { dir: userCacheDir(env) } });
  for (const file of files) config = merge(config, fromFile(file, config));
  config = merge(config, fromEnv(env));
  config = merge(config, overrides);
  return Object.freeze(config);
}

/** Where the environment says that caches belong; null leaves it to the platform. */
function userCacheDir(env: NodeJS.ProcessEnv): string | null {
  const folder = env.XDG_CACHE_HOME;
  return folder ? join(folder, 'prompt-sentinel') : null;
}

function merge(base: Config, over: ConfigOverrides): Config {
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    if (value === undefined) continue;
    const below = merged[key];
    merged[key] = isObject(below) && isObject(value) ? { ...below, ...withoutUndefined(value) } : value;
  }
  return merged as unknown as Config;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function withoutUndefined(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined));
}

function fromFile({ path, content }: LoadedConfig, base: Config): ConfigOverrides {
  const { mode, strategy, fail_on, rules, input, classifier, pii, llm, cache, concurrency, offline } = content;
  const here = dirname(path);
  return {
    ...(mode ? { mode } : {}),
    ...(strategy ? { strategy } : {}),
    ...(fail_on ? { failOn: fail_on } : {}),
    ...(concurrency ? { concurrency } : {}),
    ...(offline === undefined ? {} : { offline }),
    rules: {
      ...(rules?.paths ? { paths: rules.paths.map((entry) => resolve(here, entry)) } : {}),
      ...(rules?.builtin === undefined ? {} : { builtin: rules.builtin }),
      ...(rules?.disable ? { disable: rules.disable } : {}),
    },
    input: {
      ...(input?.format ? { format: input.format } : {}),
      ...(input?.text_field ? { textField: input.text_field } : {}),
      ...(input?.role ? { role: input.role } : {}),
      ...(input?.max_file_size ? { maxFileSize: input.max_file_size } : {}),
    },
    classifier: {
      ...(classifier?.enabled === undefined ? {} : { enabled: classifier.enabled }),
      ...(classifier?.model ? { model: resolve(here, classifier.model) } : {}),
    },
    ...(pii ? { pii: { ...base.pii, ...pii, types: { ...base.pii.types, ...pii.types } } } : {}),
    ...(llm ? { llm: mergeLlmConfig(base.llm, llm) } : {}),
    cache: {
      ...(cache?.enabled === undefined ? {} : { enabled: cache.enabled }),
      ...(cache?.dir ? { dir: resolve(here, cache.dir) } : {}),
      ...(cache?.max_mb ? { maxBytes: cache.max_mb * MIB } : {}),
      ...(cache?.ttl_days ? { ttlMs: cache.ttl_days * DAY_MS } : {}),
    },
  };
}

/** Reads one environment variable; throws UserError when it is not one of the choices. */
function choice<T extends string>(env: NodeJS.ProcessEnv, name: string, choices: readonly T[]): T | undefined {
  const value = env[name];
  if (value === undefined || value === '') return undefined;
  if ((choices as readonly string[]).includes(value)) return value as T;
  const near = nearest(value, choices);
  throw new UserError(
    'env_invalid',
    `${name} is ${JSON.stringify(value)}; it takes ${choices.join(', ')}${near ? ` (did you mean ${near}?)` : ''}`,
  );
}

function flag(env: NodeJS.ProcessEnv, name: string): boolean | undefined {
  const value = env[name]?.toLowerCase();
  if (value === undefined || value === '') return undefined;
  if (['1', 'true', 'yes', 'on'].includes(value)) return true;
  if (['0', 'false', 'no', 'off'].includes(value)) return false;
  throw new UserError('env_invalid', `${name} is ${JSON.stringify(env[name])}; it takes 1 or 0`);
}

function positive(env: NodeJS.ProcessEnv, name: string): number | undefined {
  const value = env[name];
  if (value === undefined || value === '') return undefined;
  const parsed = Number(value);
  if (Number.isSafeInteger(parsed) && parsed > 0) return parsed;
  throw new UserError('env_invalid', `${name} is ${JSON.stringify(value)}; it takes a whole number above 0`);
}

const PREFIX = 'PROMPT_SENTINEL_';

/** The variables that are read, with what each sets; anything else with the prefix is an error. */
const VARIABLES = [
  'MODE',
  'STRATEGY',
  'FAIL_ON',
  'RULES',
  'INPUT_FORMAT',
  'ROLE',
  'MAX_FILE_SIZE',
  'MODEL',
  'NO_CACHE',
  'CACHE_DIR',
  'CONCURRENCY',
  'OFFLINE',
  'LLM',
  'CONFIG',
  'DEBUG',
  'PII_KEY',
] as const;

function fromEnv(env: NodeJS.ProcessEnv): ConfigOverrides {
  for (const name of Object.keys(env)) {
    if (!name.startsWith(PREFIX) || (VARIABLES as readonly string[]).includes(name.slice(PREFIX.length))) continue;
    const near = nearest(name.slice(PREFIX.length), VARIABLES);
    throw new UserError(
      'env_invalid',
      `${name} is not a variable of prompt-sentinel${near ? `; did you mean ${PREFIX}${near}?` : ''}`,
    );
  }
  const noCache = flag(env, `${PREFIX}NO_CACHE`);
  const llm = flag(env, `${PREFIX}LLM`);
  return dropEmpty({
    mode: choice(env, `${PREFIX}MODE`, MODES),
    strategy: choice(env, `${PREFIX}STRATEGY`, STRATEGY_CHOICES),
    failOn: choice(env, `${PREFIX}FAIL_ON`, FAIL_ON),
    concurrency: positive(env, `${PREFIX}CONCURRENCY`),
    offline: flag(env, `${PREFIX}OFFLINE`),
    rules: { paths: env[`${PREFIX}RULES`]?.split(',').filter(Boolean) },
    input: {
      format: choice(env, `${PREFIX}INPUT_FORMAT`, INPUT_FORMATS),
      role: choice(env, `${PREFIX}ROLE`, ROLES),
      maxFileSize: positive(env, `${PREFIX}MAX_FILE_SIZE`),
    },
    classifier: classifierWith(env[`${PREFIX}MODEL`]),
    cache: { enabled: noCache === undefined ? undefined : !noCache, dir: env[`${PREFIX}CACHE_DIR`] || undefined },
    llm: { enabled: llm },
  });
}

/** A model that is named is one that is to be used, whatever a file says of the classifier. */
export function classifierWith(model: string | undefined): Partial<Config['classifier']> {
  return model ? { model, enabled: true } : {};
}

function dropEmpty(value: Record<string, unknown>): ConfigOverrides {
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => {
      if (inner === undefined) return [];
      return [[key, isObject(inner) ? withoutUndefined(inner) : inner]];
    }),
  ) as ConfigOverrides;
}
