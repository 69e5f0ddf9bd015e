import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CompiledRules, compileRules } from './compile.ts';
import { loadRuleFiles } from './load.ts';

/** `heuristic` is pattern and signal rules, `pii` is personal data and secrets. */
export type BuiltinPart = 'heuristic' | 'pii';

const parts = new Map<BuiltinPart, Promise<CompiledRules>>();

/** The built-in rules of one part, compiled once a process. */
export function loadBuiltin(part: BuiltinPart): Promise<CompiledRules> {
  let loading = parts.get(part);
  if (loading === undefined) {
    loading = compileFromSource(part);
    parts.set(part, loading);
  }
  return loading;
}

async function compileFromSource(part: BuiltinPart): Promise<CompiledRules> {
  const { rules, errors } = await loadRuleFiles(await builtinRuleFiles(part), 'builtin');
  if (errors.length > 0) throw new AggregateError(errors, errors.map((error) => error.message).join('\n'));
  return compileRules(rules);
}

/** Paths of the rule files of one part, or of both, sorted: those of PII are in rules/pii. */
export async function builtinRuleFiles(part?: BuiltinPart): Promise<readonly string[]> {
  const folder = join(packageRoot(), 'rules');
  const entries = await readdir(folder, { recursive: true });
  return entries
    .filter((entry) => /\.ya?ml$/.test(entry) && (part === undefined || /^pii[\\/]/.test(entry) === (part === 'pii')))
    .sort()
    .map((entry) => join(folder, entry));
}

function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}
