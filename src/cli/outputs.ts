import { lstat, open, rename, rm } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { nodeCrypto } from '../core/builtin.ts';
import { UserError } from '../core/errors.ts';
import { type Io, write } from './io.ts';

/** One report to write: in which format, and to which file; undefined is stdout. */
export interface OutputChoice {
  readonly format: string;
  readonly path?: string;
}

/** `-f` and `-o` in the order they were given. */
export interface OutputFlag {
  readonly kind: 'format' | 'output';
  readonly value: string;
}

const BY_EXTENSION: Readonly<Record<string, string>> = {
  '.sarif': 'sarif',
  '.json': 'json',
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
};

/**
 * Pairs formats with files: an `-o` belongs to the `-f` before it that has no file yet, else to the `-f` after it, else its
 * format is told by its extension (table otherwise). A format with no file goes to stdout, and only one may.
 */
export function pairOutputs(flags: readonly OutputFlag[]): OutputChoice[] {
  const choices: { format?: string; path?: string }[] = [];
  for (const { kind, value } of flags) {
    const last = choices.at(-1);
    if (kind === 'format') {
      if (last && last.format === undefined) last.format = value;
      else choices.push({ format: value });
    } else if (last && last.path === undefined) last.path = value;
    else choices.push({ path: value });
  }
  const outputs = choices.map(({ format, path }) => {
    const file = path === undefined || path === '-' ? {} : { path };
    return { format: format ?? BY_EXTENSION[extname(path ?? '').toLowerCase()] ?? 'table', ...file };
  });
  if (outputs.length === 0) return [{ format: 'table' }];
  if (outputs.filter(({ path }) => path === undefined).length > 1) {
    throw new UserError('usage', 'two formats would both go to stdout; give one of them a file with -o');
  }
  return outputs;
}

/** Where a report's text goes. */
export interface Sink {
  write(text: string): Promise<void>;
  /** Puts the file in its place. */
  close(): Promise<void>;
  /** Leaves what was there before. */
  discard(): Promise<void>;
}

/** Stdout, or a file that appears whole or not at all. Throws UserError where the file cannot be written. */
export async function openSink(choice: OutputChoice, io: Io): Promise<Sink> {
  const nothing = async () => undefined;
  if (choice.path === undefined) return { write: (text) => write(io.stdout, text), close: nothing, discard: nothing };
  const path = resolve(io.cwd(), choice.path);
  try {
    const existing = await lstat(path).catch(() => undefined);
    if (existing?.isSymbolicLink()) throw new Error('it is a symbolic link');
    if (existing?.isDirectory()) throw new Error('it is a folder');
    const direct = existing !== undefined && !existing.isFile();
    const target = direct ? path : `${path}.${nodeCrypto().randomBytes(6).toString('hex')}.tmp`;
    const file = await open(target, direct ? 'w' : 'wx', 0o666);
    return {
      write: async (text) => void (await file.write(text)),
      close: async () => {
        await file.close();
        if (!direct) await rename(target, path);
      },
      discard: async () => {
        await file.close();
        if (!direct) await rm(target, { force: true });
      },
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(
      'output_unwritable',
      `cannot write the report: ${reason}`,
      { file: choice.path },
      { cause: error },
    );
  }
}
