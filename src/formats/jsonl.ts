import { utf16Mark } from './decode.ts';
import { errorEvent, type FormatContext, type ReadEvent, type StreamedFormat } from './format.ts';
import { type Line, splitLines } from './line-splitter.ts';
import { isAsciiText, parseJson, readRecord, recordId } from './record.ts';

/** One JSON record a line, each a document; a bad line is an error and the rest is still read. */
export const jsonlFormat: StreamedFormat = {
  streamed: true,
  claims: (name) => /\.(?:jsonl|ndjson)$/i.test(name),
  async *read(chunks, context) {
    for await (const line of splitLines(asUtf8(chunks), context.maxRecordBytes)) {
      const event = readLine(line, context);
      if (event) yield event;
    }
  },
};

function readLine(line: Line, context: FormatContext): ReadEvent | undefined {
  const { number } = line;
  if (!line.bytes) {
    return errorEvent(
      context,
      'too_large',
      `Line ${number}: the record is longer than ${context.maxRecordBytes} bytes.`,
    );
  }
  if (isBlank(line.bytes)) return undefined;
  let parsed: ReturnType<typeof parseJson>;
  try {
    parsed = parseJson(line.bytes);
  } catch (error) {
    return errorEvent(
      context,
      'bad_record',
      `Line ${number}: ${error instanceof Error ? error.message : 'not valid JSON'}.`,
    );
  }
  const record = readRecord(parsed.value, context);
  if (typeof record === 'string') return errorEvent(context, 'bad_record', `Line ${number}: ${record}`);
  return {
    type: 'document',
    document: {
      id: recordId(parsed.value) ?? context.uri,
      uri: context.uri,
      source: 'record',
      record: number,
      kind: 'prompt',
      format: 'jsonl',
      text: record.text,
      segments: record.segments,
      encodingFlags: parsed.flags,
      ascii: isAsciiText(record.text),
    },
  };
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 32 || byte === 9 || byte === 13);
}

/** Turns a UTF-16 stream into UTF-8, so that lines can be split on bytes. */
async function* asUtf8(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  let first = true;
  for await (const chunk of chunks) {
    if (first && chunk.length > 0) {
      const mark = utf16Mark(chunk);
      if (mark) decoder = new TextDecoder(mark);
      first = false;
    }
    yield decoder ? Buffer.from(decoder.decode(chunk, { stream: true })) : chunk;
  }
}
