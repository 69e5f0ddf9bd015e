import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CompiledRules } from './compiled.ts';
import { earlyLength, loadPack, PACK_PREFIX } from './pack.ts';

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
    pack = readPack(fileURLToPath(new URL(PACK_FILE, import.meta.url)));
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

/** The parts of a pack file, of which the half that many scans never need is read when it is; empty where there is no such file. */
function readPack(path: string): ReadonlyMap<string, CompiledRules> {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return new Map();
    throw error;
  }
  const { size } = fstatSync(file);
  const length = Math.min(size, earlyLength(readAt(file, 0, PACK_PREFIX)));
  const rest = () => {
    const bytes = readAt(file, length, size - length);
    closeSync(file);
    return bytes;
  };
  return loadPack(readAt(file, 0, length), { builtin: true, rest });
}

function readAt(file: number, position: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafeSlow(length);
  return bytes.subarray(0, readSync(file, bytes, 0, length, position));
}
