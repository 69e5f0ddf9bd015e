import type { SourceKind } from '../core/document.ts';
import type { SkippedInput } from '../core/reporter.ts';
import type { ScanError } from '../core/result.ts';

/** Bytes to scan, with their name. */
export interface Input {
  readonly type: 'input';
  /** POSIX path relative to the working directory, `<stdin>` or `<argument:N>`. */
  readonly uri: string;
  readonly kind: Exclude<SourceKind, 'record'>;
  /** Bytes; undefined where only reading tells (standard input as a stream). */
  readonly size: number | undefined;
  /** The bytes, where they are in memory already: everything but long JSONL. */
  readonly bytes: Buffer | undefined;
  /** The bytes in chunks; can be read once. */
  stream(): AsyncIterable<Uint8Array>;
}

/** What collecting inputs yields, in order. */
export type SourceEntry =
  | Input
  | ({ readonly type: 'skipped' } & SkippedInput)
  | { readonly type: 'error'; readonly error: ScanError };

/** An input from bytes in memory. */
export function inputFromBytes(uri: string, kind: Input['kind'], bytes: Buffer): Input {
  return {
    type: 'input',
    uri,
    kind,
    size: bytes.length,
    bytes,
    async *stream() {
      yield bytes;
    },
  };
}
