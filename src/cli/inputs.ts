import type { Config } from '../config/index.ts';
import type { Document } from '../core/document.ts';
import { UserError } from '../core/errors.ts';
import type { ScanError, ScanResult } from '../core/result.ts';
import { readDocuments } from '../formats/index.ts';
import { collectInputs } from '../sources/index.ts';
import type { Io } from './io.ts';
import type { ScanFlags } from './program.ts';

/** What a command line asks to be read. */
export interface Inputs {
  readonly paths: readonly string[];
  /** Standard input was taken because nothing was named: an empty one is then a mistake. */
  readonly implicitStdin: boolean;
}

/** One thing that was read, or that was not. */
export type Pending =
  | { readonly type: 'document'; readonly document: Document }
  | { readonly type: 'error'; readonly error: ScanError }
  | { readonly type: 'skipped' };

/** What came of it. */
export type Outcome = { readonly type: 'result'; readonly result: ScanResult } | Exclude<Pending, { type: 'document' }>;

/** Characters that there are to judge. */
export function lengthOf(entry: Pending): number {
  return entry.type === 'document' ? entry.document.text.length : 0;
}

/** The named inputs, or standard input where nothing is named and something is piped in. Throws UserError where nothing is. */
export function chooseInputs(paths: readonly string[], flags: ScanFlags, io: Io): Inputs {
  if (paths.length > 0 || (flags.prompt?.length ?? 0) > 0) return { paths, implicitStdin: false };
  if (io.stdin.isTTY) {
    throw new UserError('usage', 'nothing to scan: name files or folders, pass a text with --prompt, or pipe one in');
  }
  return { paths: ['-'], implicitStdin: true };
}

/** Reads the documents of all inputs, in order. */
export async function* readDocumentsOf(
  inputs: Inputs,
  flags: ScanFlags,
  config: Config,
  io: Io,
): AsyncIterable<Pending> {
  const entries = collectInputs({
    paths: inputs.paths,
    prompts: flags.prompt ?? [],
    cwd: io.cwd(),
    // Looking at standard input opens it, which costs a start several milliseconds.
    ...(inputs.paths.includes('-') ? { stdin: io.stdin } : {}),
    ...(flags.stdinFilename === undefined ? {} : { stdinFilename: flags.stdinFilename }),
    maxFileSize: config.input.maxFileSize,
    inputFormat: config.input.format,
    forceExclude: flags.forceExclude ?? false,
    noIgnore: flags.ignore === false,
    noGlob: flags.glob === false,
  });
  const { format, textField, role } = config.input;
  const options = {
    inputFormat: format,
    ...(textField === null ? {} : { textField }),
    ...(role === null ? {} : { role }),
    ...(flags.stdinFilename === undefined ? {} : { stdinFilename: flags.stdinFilename }),
  };
  for await (const entry of entries) {
    if (entry.type === 'skipped') yield { type: 'skipped' };
    else if (entry.type === 'error') yield entry;
    else if (inputs.implicitStdin && entry.bytes?.length === 0) {
      const message = 'standard input is empty and no path was named';
      yield { type: 'error', error: { uri: entry.uri, code: 'no_input', message } };
    } else yield* readDocuments(entry, options);
  }
}
