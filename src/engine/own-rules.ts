import { join } from 'node:path';
import { defaultCacheDir } from '../cache/index.ts';
import type { Config } from '../config/index.ts';
import { UserError } from '../core/errors.ts';
import { type CompiledRules, expandRulePaths, loadUserRules, type UserRules } from '../rules/index.ts';

/** The rules of the user's files, compiled. Throws UserError on a faulty file and on an id that a built-in rule has. */
export async function loadOwnRules(
  paths: readonly string[],
  cache: Config['cache'],
  builtin: readonly CompiledRules[],
): Promise<UserRules> {
  const folder = cache.enabled ? { cacheFolder: join(cache.dir ?? (await defaultCacheDir()), 'rules') } : {};
  const user = await loadUserRules(await expandRulePaths(paths), folder);
  if (user.errors.length > 0) {
    throw new UserError('rules_invalid', user.errors.map(({ message }) => message).join('\n'));
  }
  refuseTwice(builtin, [user.heuristic, user.pii]);
  return user;
}

function refuseTwice(builtin: readonly CompiledRules[], user: readonly CompiledRules[]): void {
  const known = new Set(builtin.flatMap(({ rules }) => rules.map(({ id }) => id)));
  const twice = user.flatMap(({ rules }) => rules).find(({ id }) => known.has(id));
  if (!twice) return;
  throw new UserError('rule_duplicate', `the id ${twice.id} is that of a built-in rule`, { file: twice.origin });
}
