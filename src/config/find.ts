import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ConfigFile } from './schema.ts';

const FILE_NAMES = ['prompt-sentinel.config.yaml', 'prompt-sentinel.config.yml', 'prompt-sentinel.config.json'];

/** A config file that was read and checked. */
export interface LoadedConfig {
  readonly path: string;
  readonly content: ConfigFile;
  /** Whether the user chose it (`--config`, the user's own config folder): only then may it name addresses and folders to write. */
  readonly trusted: boolean;
}

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
      if (text.includes('"promptSentinel"')) {
        return (await import('./load.ts')).loadConfigText(manifest, text, false, 'promptSentinel');
      }
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
  return (await import('./load.ts')).readConfigFile(path, trusted);
}
