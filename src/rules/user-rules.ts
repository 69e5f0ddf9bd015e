import type { Stats } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { nodeCrypto } from '../core/builtin.ts';
import { UserError } from '../core/errors.ts';
import { VERSION } from '../core/version.ts';
import { compilePart } from './compile.ts';
import type { CompiledRules } from './compiled.ts';
import { readCompiled, writeCompiled } from './compiled-cache.ts';
import { loadPack, PACK_VERSION, serializePack } from './pack.ts';

/** Rule files that paths stand for: a file itself, a folder every `.yaml` and `.yml` below it, sorted. Throws UserError. */
export async function expandRulePaths(paths: readonly string[]): Promise<readonly string[]> {
  const files: string[] = [];
  for (const path of paths) {
    let stats: Stats;
    try {
      stats = await stat(path);
    } catch (error) {
      throw new UserError('rule_file_unreadable', 'no such rule file or folder', { file: path }, { cause: error });
    }
    if (!stats.isDirectory()) {
      files.push(path);
      continue;
    }
    const found = (await readdir(path, { recursive: true })).filter((entry) => /\.ya?ml$/i.test(entry)).sort();
    if (found.length === 0)
      throw new UserError('rule_file_unreadable', 'the folder holds no .yaml file', { file: path });
    files.push(...found.map((entry) => join(path, entry)));
  }
  return files;
}

/** The user's rules, compiled. Files with errors add none. */
export interface UserRules {
  readonly heuristic: CompiledRules;
  readonly pii: CompiledRules;
  readonly errors: readonly UserError[];
  readonly warnings: readonly string[];
}

/**
 * Reads and compiles the user's rule files. With a cache folder, files that were compiled before are not read as YAML
 * again: the key is made of their paths and contents and of what the engine writes.
 */
export async function loadUserRules(
  paths: readonly string[],
  { cacheFolder }: { readonly cacheFolder?: string } = {},
): Promise<UserRules> {
  const key = cacheFolder === undefined ? undefined : await keyOf(paths);
  if (cacheFolder !== undefined && key !== undefined) {
    const bytes = await readCompiled(cacheFolder, key);
    const cached = bytes === undefined ? undefined : unpack(bytes);
    if (cached !== undefined) return cached;
  }
  const { loadRuleFiles } = await import('./load.ts');
  const { rules, errors, warnings } = await loadRuleFiles(paths);
  const parts = [
    compilePart(
      'heuristic',
      rules.filter(({ kind }) => kind !== 'pii'),
    ),
    compilePart(
      'pii',
      rules.filter(({ kind }) => kind === 'pii'),
    ),
  ];
  const bytes = serializePack(parts);
  // What has something to tell is compiled each time, so that it is told each time.
  if (cacheFolder !== undefined && key !== undefined && errors.length === 0 && warnings.length === 0) {
    await writeCompiled(cacheFolder, key, bytes);
  }
  return { ...(unpack(bytes) as UserRules), errors, warnings };
}

async function keyOf(paths: readonly string[]): Promise<string | undefined> {
  const hash = nodeCrypto().createHash('sha256').update(`${PACK_VERSION}\0${VERSION}`);
  try {
    for (const path of paths) hash.update(`\0${path}\0`).update(await readFile(path));
  } catch {
    return undefined;
  }
  return hash.digest('hex');
}

function unpack(bytes: Uint8Array): UserRules | undefined {
  try {
    const parts = loadPack(bytes);
    const heuristic = parts.get('heuristic');
    const pii = parts.get('pii');
    return heuristic && pii && { heuristic, pii, errors: [], warnings: [] };
  } catch {
    return undefined;
  }
}
