import type { Config } from '../config/index.ts';
import { nearest, UserError } from '../core/errors.ts';
import { type CompiledRules, loadBuiltin, type Rule, selectRules } from '../rules/index.ts';

/** The rules in force, compiled: the built-in ones and those of the user's files. */
export interface LoadedRules {
  readonly heuristic: readonly CompiledRules[];
  readonly pii: readonly CompiledRules[];
  /** About patterns of the user's that may run long. */
  readonly warnings: readonly string[];
}

/** Loads what the configuration names. Throws UserError on a faulty file, an id used twice, or a rule to disable that is not there. */
export async function loadRules({
  rules: { builtin, paths, disable },
  cache,
}: Pick<Config, 'rules' | 'cache'>): Promise<LoadedRules> {
  const parts = {
    heuristic: builtin ? [await loadBuiltin('heuristic')] : [],
    pii: builtin ? [await loadBuiltin('pii')] : [],
    warnings: [] as readonly string[],
  };
  if (paths.length > 0) {
    const { loadOwnRules } = await import('./own-rules.ts');
    const user = await loadOwnRules(paths, cache, [...parts.heuristic, ...parts.pii]);
    parts.heuristic.push(user.heuristic);
    parts.pii.push(user.pii);
    parts.warnings = user.warnings;
  }
  return disable.length > 0 ? { ...parts, ...withoutRules(parts, disable) } : parts;
}

function withoutRules(parts: LoadedRules, disable: readonly string[]): Pick<LoadedRules, 'heuristic' | 'pii'> {
  const all = [...parts.heuristic, ...parts.pii].flatMap(({ rules }) => rules);
  const known = new Set(all.flatMap(({ id, aliases }) => [id, ...aliases]));
  for (const id of disable) {
    if (known.has(id)) continue;
    const near = nearest(id, [...known]);
    throw new UserError('unknown_rule', `there is no rule ${id} to disable${near ? `; did you mean ${near}?` : ''}`);
  }
  const off = new Set(disable);
  const keep = ({ id, aliases }: Rule) => !off.has(id) && !aliases.some((alias) => off.has(alias));
  const filter = (part: CompiledRules) => (part.rules.every(keep) ? part : selectRules(part, keep));
  return { heuristic: parts.heuristic.map(filter), pii: parts.pii.map(filter) };
}
