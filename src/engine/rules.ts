import type { Config } from '../config/index.ts';
import { nearest, UserError } from '../core/errors.ts';
import {
  type CompiledRules,
  compileRules,
  expandRulePaths,
  loadBuiltin,
  loadRuleFiles,
  type Rule,
} from '../rules/index.ts';

/** The rules in force, compiled: the built-in ones and those of the user's files. */
export interface LoadedRules {
  readonly heuristic: readonly CompiledRules[];
  readonly pii: readonly CompiledRules[];
}

/** Loads what the configuration names. Throws UserError on a faulty file, an id used twice, or a rule to disable that is not there. */
export async function loadRules({ rules: { builtin, paths, disable } }: Pick<Config, 'rules'>): Promise<LoadedRules> {
  const user = paths.length > 0 ? await readUserRules(paths) : [];
  const parts = {
    heuristic: builtin ? [await loadBuiltin('heuristic')] : [],
    pii: builtin ? [await loadBuiltin('pii')] : [],
  };
  if (user.length > 0) {
    const known = new Set([...parts.heuristic, ...parts.pii].flatMap((part) => part.rules.map(({ id }) => id)));
    const twice = user.find(({ id }) => known.has(id));
    if (twice)
      throw new UserError('rule_duplicate', `the id ${twice.id} is that of a built-in rule`, { file: twice.origin });
    parts.heuristic.push(compileRules(user.filter(({ kind }) => kind !== 'pii')));
    parts.pii.push(compileRules(user.filter(({ kind }) => kind === 'pii')));
  }
  return disable.length > 0 ? withoutRules(parts, disable) : parts;
}

async function readUserRules(paths: readonly string[]): Promise<readonly Rule[]> {
  const { rules, errors } = await loadRuleFiles(await expandRulePaths(paths));
  if (errors.length === 0) return rules;
  throw new UserError('rules_invalid', errors.map(({ message }) => message).join('\n'));
}

function withoutRules(parts: LoadedRules, disable: readonly string[]): LoadedRules {
  const all = [...parts.heuristic, ...parts.pii].flatMap(({ rules }) => rules);
  const known = new Set(all.flatMap(({ id, aliases }) => [id, ...aliases]));
  for (const id of disable) {
    if (known.has(id)) continue;
    const near = nearest(id, [...known]);
    throw new UserError('unknown_rule', `there is no rule ${id} to disable${near ? `; did you mean ${near}?` : ''}`);
  }
  const off = new Set(disable);
  const keep = ({ id, aliases }: Rule) => !off.has(id) && !aliases.some((alias) => off.has(alias));
  const filter = (part: CompiledRules) => (part.rules.every(keep) ? part : compileRules(part.rules.filter(keep)));
  return { heuristic: parts.heuristic.map(filter), pii: parts.pii.map(filter) };
}
