import { readFileSync } from 'node:fs';
import { UserError } from '../core/errors.ts';
import { faultAt, parseYaml, schemaErrors, type YamlSource } from '../rules/index.ts';
import type { LoadedConfig } from './find.ts';
import type { ConfigFile } from './schema.ts';

const CODE = 'config_invalid';

/** Fields that send data somewhere, write somewhere or load code, and so may not come from a repository. */
const USER_ONLY = [
  ['cache', 'dir'],
  ['classifier', 'model'],
  ['llm', 'providers'],
  ['llm', 'enabled'],
  ['llm', 'cassette'],
  ['llm', 'budget'],
] as const;

/** Reads and checks one config file. Throws UserError when it cannot be read or is at fault. */
export async function readConfigFile(path: string, trusted: boolean): Promise<LoadedConfig> {
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

/** The same for a text that was read already; `key` names the field of it that holds the config. */
export async function loadConfigText(
  path: string,
  text: string,
  trusted: boolean,
  key?: string,
): Promise<LoadedConfig> {
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
