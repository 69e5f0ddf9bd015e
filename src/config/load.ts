import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { UserError } from '../core/errors.ts';
import { faultAt, parseYaml, schemaErrors, type YamlSource } from '../rules/index.ts';
import type { ConfigFile } from './schema.ts';

const FILE_NAMES = ['prompt-sentinel.config.yaml', 'prompt-sentinel.config.yml', 'prompt-sentinel.config.json'];
const CODE = 'config_invalid';

/** A config file that was read and checked. */
export interface LoadedConfig {
  readonly path: string;
  readonly content: ConfigFile;
  /** Whether the user chose it (`--config`, the user's own config folder): only then may it name addresses and folders to write. */
  readonly trusted: boolean;
}

/** Fields that send data somewhere, write somewhere or load code, and so may not come from a repository. */
const USER_ONLY = [
  ['cache', 'dir'],
  ['classifier', 'model'],
  ['llm', 'providers'],
  ['llm', 'enabled'],
  ['llm', 'cassette'],
  ['llm', 'budget'],
] as const;

/**
 * The project's config: the first found from `cwd` upward, not past the root of the repository. Undefined where there is none.
 * Throws UserError with file, line, column and field for the first fault.
 */
export async function findProjectConfig(cwd: string): Promise<LoadedConfig | undefined> {
  for (let folder = cwd; ; folder = dirname(folder)) {
    for (const name of FILE_NAMES) {
      const path = join(folder, name);
      if (existsSync(path)) return loadConfigFile(path, false);
    }
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest)) {
      const text = readFileSync(manifest, 'utf8');
      if (text.includes('"promptSentinel"')) return loadConfigText(manifest, text, false, 'promptSentinel');
    }
    if (existsSync(join(folder, '.git')) || dirname(folder) === folder) return undefined;
  }
}

/** The user's own config: `$XDG_CONFIG_HOME/prompt-sentinel/config.yaml`, by default under `~/.config`. */
export async function findUserConfig(env: NodeJS.ProcessEnv): Promise<LoadedConfig | undefined> {
  const path = join(env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'prompt-sentinel', 'config.yaml');
  return existsSync(path) ? loadConfigFile(path, true) : undefined;
}

/** Reads one config file. Throws UserError when it cannot be read or is at fault. */
export async function loadConfigFile(path: string, trusted: boolean): Promise<LoadedConfig> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(
      'config_unreadable',
      `cannot read the config file: ${reason}`,
      { file: path },
      { cause: error },
    );
  }
  return loadConfigText(path, text, trusted);
}

async function loadConfigText(path: string, text: string, trusted: boolean, key?: string): Promise<LoadedConfig> {
  const source = await parseYaml(path, text, CODE);
  if (!('content' in source)) throw firstOf(source);
  const raw = key === undefined ? (source.content ?? {}) : (source.content as Record<string, unknown>)[key];
  const { configFileSchema, keysAt } = await import('./schema.ts');
  const base = key === undefined ? [] : [key];
  const parsed = configFileSchema.safeParse(raw);
  if (!parsed.success) throw firstOf(schemaErrors(source, parsed.error.issues, keysAt, base));
  if (!trusted) refuseUserOnly(source, parsed.data, base);
  return { path, content: parsed.data, trusted };
}

function refuseUserOnly(source: YamlSource, content: ConfigFile, base: readonly string[]): void {
  for (const [section, field] of USER_ONLY) {
    const value = (content[section] as Record<string, unknown> | undefined)?.[field];
    if (value === undefined || (field === 'enabled' && value === false)) continue;
    throw faultAt(
      source,
      [...base, section, field],
      'a repository may not set this; set it in your user config, the environment or a flag (or name this file with --config)',
      true,
    );
  }
}

function firstOf(errors: readonly UserError[]): UserError {
  const [first, ...rest] = errors;
  if (!first) return new UserError(CODE, 'the config file is not valid');
  if (rest.length === 0) return first;
  return new UserError(first.code, `${first.message}\n${rest.map(({ message }) => message).join('\n')}`);
}
