import { inputFromBytes, type SourceEntry } from './input.ts';

/** What to collect and how. */
export interface CollectOptions {
  /** Files, folders, globs, or `-` for standard input, in the order given. */
  readonly paths: readonly string[];
  /** Absolute; uris are relative to it. */
  readonly cwd: string;
  /** Texts given as arguments; they come first. */
  readonly prompts?: readonly string[];
  readonly stdin?: AsyncIterable<Uint8Array | string>;
  /** Name to report standard input under, which also decides its format. */
  readonly stdinFilename?: string;
  /** Bytes; default 10 MB. */
  readonly maxFileSize?: number;
  /** `jsonl` reads every input as a stream of records; else only `.jsonl` and `.ndjson` are. */
  readonly inputFormat?: string;
  /** Ignore files hold for explicitly named files too (pre-commit passes names). */
  readonly forceExclude?: boolean;
  /** Do not read ignore files. */
  readonly noIgnore?: boolean;
  /** Take every path literally. */
  readonly noGlob?: boolean;
}

/**
 * Yields the inputs one by one in a deterministic order (as given; folders in code-unit order of names), each file read
 * when it is asked for. What is left out or cannot be read is yielded too, so that nothing is silently missing.
 */
export async function* collectInputs(options: CollectOptions): AsyncIterable<SourceEntry> {
  let index = 0;
  for (const prompt of options.prompts ?? []) {
    index++;
    yield inputFromBytes(`<argument:${index}>`, 'argument', Buffer.from(prompt));
  }
  if (options.paths.length === 0) return;
  const { collectPaths } = await import('./paths.ts');
  yield* collectPaths(options);
}
