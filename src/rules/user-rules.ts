import type { Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../core/errors.ts';

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
