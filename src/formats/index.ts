import type { DocumentKind, Role, SourceKind } from '../core/document.ts';
import { decode } from './decode.ts';
import type { Format, FormatContext, ReadEvent } from './format.ts';
import { jsonlFormat } from './jsonl.ts';
import { kindOfName } from './kind.ts';
import { messagesFormat } from './messages.ts';
import { textFormat } from './text.ts';

export { decode } from './decode.ts';
export type { ReadEvent } from './format.ts';
export { kindOfName } from './kind.ts';

/** Every format by name; the first that claims a file's name reads it. One file and one line add a format. */
const formats = {
  jsonl: jsonlFormat,
  messages: messagesFormat,
  text: textFormat,
} as const satisfies Readonly<Record<string, Format>>;

export type InputFormat = 'auto' | keyof typeof formats;

/** What `--input-format` takes: `auto` chooses by name. */
export const INPUT_FORMATS = ['auto', ...Object.keys(formats)] as readonly InputFormat[];

/** Longest JSONL record by default, in bytes. */
const DEFAULT_MAX_RECORD_BYTES = 10 * 1024 * 1024;

/** The bytes to read; an input of `sources` fits. */
export interface Readable {
  readonly uri: string;
  readonly kind: Exclude<SourceKind, 'record'>;
  readonly bytes: Buffer | undefined;
  stream(): AsyncIterable<Uint8Array>;
}

/** How to read an input. */
export interface ReadOptions {
  /** Default `auto`: by the name of the file. */
  readonly inputFormat?: InputFormat;
  /** The field of a record that holds its text; may be a dotted path. */
  readonly textField?: string;
  /** Who speaks where the format does not say. */
  readonly role?: Role;
  /** The name that standard input goes by. */
  readonly stdinFilename?: string;
  readonly maxRecordBytes?: number;
}

/** Yields the documents of an input in order, and an error for each part that cannot be read. */
export async function* readDocuments(input: Readable, options: ReadOptions = {}): AsyncIterable<ReadEvent> {
  const name = nameOf(input, options);
  const format = chooseFormat(options.inputFormat ?? 'auto', name);
  const context: FormatContext = {
    uri: input.kind === 'stdin' ? (options.stdinFilename ?? input.uri) : input.uri,
    source: input.kind,
    kind: kindOf(input.kind, name),
    maxRecordBytes: options.maxRecordBytes ?? DEFAULT_MAX_RECORD_BYTES,
    ...(options.textField === undefined ? {} : { textField: options.textField }),
    ...(options.role === undefined ? {} : { role: options.role }),
  };
  try {
    if (format.streamed) yield* format.read(input.stream(), context);
    else yield* format.read(decode(input.bytes ?? (await readAll(input.stream()))), context);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : undefined;
    // Without a code it is no failure of reading but a defect of the program.
    if (code === undefined) throw error;
    yield { type: 'error', error: { uri: context.uri, code: 'unreadable', message: `Reading broke off${code}.` } };
  }
}

/** The name that says what is in the input: standard input has one only where the user gave it. */
function nameOf({ kind, uri }: Readable, { stdinFilename }: ReadOptions): string | undefined {
  if (kind === 'argument') return undefined;
  if (kind === 'stdin') return stdinFilename ?? (uri === '<stdin>' ? undefined : uri);
  return uri;
}

function chooseFormat(inputFormat: InputFormat, name: string | undefined): Format {
  if (inputFormat !== 'auto') return formats[inputFormat];
  if (name !== undefined) for (const format of Object.values(formats)) if (format.claims(name)) return format;
  return textFormat;
}

function kindOf(source: SourceKind, name: string | undefined): DocumentKind {
  return source === 'argument' || name === undefined ? 'prompt' : kindOfName(name);
}

async function readAll(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}
