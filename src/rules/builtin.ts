import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CompiledRules } from './compiled.ts';
import { loadPack } from './pack.ts';

/** `heuristic` is pattern and signal rules, `pii` is personal data and secrets. */
export const BUILTIN_PARTS = ['heuristic', 'pii'] as const;
export type BuiltinPart = (typeof BUILTIN_PARTS)[number];

/** The file beside the built program that holds the compiled built-in rules. */
const PACK_FILE = 'rules.pack';

let pack: ReadonlyMap<string, CompiledRules> | undefined;
const compiled = new Map<BuiltinPart, Promise<CompiledRules>>();

/** The built-in rules of one part: read from the pack beside the program, compiled from the YAML files where there is none. */
export async function loadBuiltin(part: BuiltinPart): Promise<CompiledRules> {
  if (pack === undefined) {
    const path = fileURLToPath(new URL(PACK_FILE, import.meta.url));
    pack = existsSync(path) ? loadPack(readFileSync(path), true) : new Map();
  }
  const packed = pack.get(part);
  if (packed !== undefined) return packed;
  let compiling = compiled.get(part);
  if (compiling === undefined) {
    const { loadFromSource } = await import('./builtin-source.ts');
    compiling = loadFromSource(part);
    compiled.set(part, compiling);
  }
  return compiling;
}
