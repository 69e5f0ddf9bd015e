import type { Document, DocumentKind, Role, SourceKind } from '../core/document.ts';
import type { ScanError } from '../core/result.ts';
import type { Decoded } from './decode.ts';

/** What a format yields: documents in order, and what could not be read among them. */
export type ReadEvent =
  | { readonly type: 'document'; readonly document: Document }
  | { readonly type: 'error'; readonly error: ScanError };

/** What the user said of how to read. */
interface FormatOptions {
  /** The field of a record that holds its text; may be a dotted path. */
  readonly textField?: string;
  /** Who speaks where the format does not say. */
  readonly role?: Role;
  /** Longest record in bytes. */
  readonly maxRecordBytes: number;
}

/** What a format is told of the bytes it reads. */
export interface FormatContext extends FormatOptions {
  readonly uri: string;
  readonly source: SourceKind;
  readonly kind: DocumentKind;
}

/** A format that reads a whole decoded text. A name that it claims is read by it in `auto`. */
export interface WholeFormat {
  readonly streamed: false;
  claims(name: string): boolean;
  read(decoded: Decoded, context: FormatContext): Iterable<ReadEvent>;
}

/** A format that reads a stream of bytes in constant memory. */
export interface StreamedFormat {
  readonly streamed: true;
  claims(name: string): boolean;
  read(chunks: AsyncIterable<Uint8Array>, context: FormatContext): AsyncIterable<ReadEvent>;
}

export type Format = WholeFormat | StreamedFormat;

/** An error event of a context's input. */
export function errorEvent(context: FormatContext, code: string, message: string): ReadEvent {
  return { type: 'error', error: { uri: context.uri, code, message } };
}
