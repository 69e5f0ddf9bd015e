import { type Input, inputFromBytes, type SourceEntry } from './input.ts';

/** How standard input is to be read. */
export interface StdinOptions {
  /** Name to report it under; default `<stdin>`. */
  readonly name?: string | undefined;
  /** Hand the stream on instead of reading it whole: for records. */
  readonly streamed: boolean;
  /** Bytes. */
  readonly maxFileSize: number;
}

/** Standard input as one entry: read whole up to the size limit, or as a stream. */
export async function readStdin(
  stdin: AsyncIterable<Uint8Array | string>,
  options: StdinOptions,
): Promise<SourceEntry> {
  const uri = options.name ?? '<stdin>';
  const chunks = asBytes(stdin);
  if (options.streamed) {
    return {
      type: 'input',
      uri,
      kind: 'stdin',
      size: undefined,
      bytes: undefined,
      stream: () => chunks,
    } satisfies Input;
  }
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of chunks) {
      size += chunk.length;
      if (size > options.maxFileSize) {
        const message = `Standard input is longer than ${options.maxFileSize} bytes; raise --max-file-size or pass records with --input-format jsonl.`;
        return { type: 'error', error: { uri, code: 'too_large', message } };
      }
      parts.push(chunk);
    }
  } catch (error) {
    const message = `Standard input could not be read: ${error instanceof Error ? error.message : String(error)}`;
    return { type: 'error', error: { uri, code: 'unreadable', message } };
  }
  return inputFromBytes(uri, 'stdin', Buffer.concat(parts, size));
}

async function* asBytes(stdin: AsyncIterable<Uint8Array | string>): AsyncIterable<Uint8Array> {
  for await (const chunk of stdin) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
}
