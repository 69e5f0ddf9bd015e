import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeCrypto } from '../core/builtin.ts';
import type { BuiltinPart } from './builtin.ts';
import { compilePart } from './compile.ts';
import type { CompiledRules } from './compiled.ts';
import { readCompiled, writeCompiled } from './compiled-cache.ts';
import { loadPack, type PackPart, serializePack } from './pack.ts';

/** Without a pack, as in development: compiled once for the present rules and the present engine. */
export async function loadFromSource(part: BuiltinPart): Promise<CompiledRules> {
  const folder = join(packageRoot(), 'node_modules', '.cache', 'prompt-sentinel');
  const hash = nodeCrypto().createHash('sha256').update(part);
  for (const path of [...(await builtinRuleFiles(part)), ...(await engineFiles())]) hash.update(await readFile(path));
  const key = hash.digest('hex');
  const kept = await readCompiled(folder, key);
  const bytes = kept ?? serializePack([await compileBuiltin(part)]);
  if (kept === undefined) await writeCompiled(folder, key, bytes);
  return loadPack(bytes).get(part) as CompiledRules;
}

async function engineFiles(): Promise<readonly string[]> {
  const folder = dirname(fileURLToPath(import.meta.url));
  return (await readdir(folder)).sort().map((name) => join(folder, name));
}

/** Compiles the YAML files of one part. Throws AggregateError where a file has a fault. */
export async function compileBuiltin(part: BuiltinPart): Promise<PackPart> {
  const { loadRuleFiles } = await import('./load.ts');
  const { rules, errors } = await loadRuleFiles(await builtinRuleFiles(part), 'builtin');
  if (errors.length > 0) throw new AggregateError(errors, errors.map((error) => error.message).join('\n'));
  return compilePart(part, rules);
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
