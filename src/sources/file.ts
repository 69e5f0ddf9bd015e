import { closeSync, constants, createReadStream, fstatSync, openSync, readSync } from 'node:fs';
import { BINARY_SNIFF_BYTES, isBinary } from './binary.ts';
import { inputFromBytes, type SourceEntry } from './input.ts';

/** What opening a file needs to know. */
export interface FileOptions {
  /** Bytes; longer files are an error unless they are streamed. */
  readonly maxFileSize: number;
  /** Whether the file holds records, which are read as a stream however long it is. */
  readonly streamed: boolean;
}

// Files up to this size are read at once even when they hold records: a stream costs more than the bytes.
const STREAM_FROM_BYTES = 1024 * 1024;

// Not blocking on open: a name that turned into a pipe since it was looked at must not hang the scan.
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** Opens one file. Its path may be a buffer where the name is not valid UTF-8. */
export function openFile(path: string | Buffer, uri: string, options: FileOptions): SourceEntry {
  let descriptor: number;
  try {
    descriptor = openSync(path, OPEN_FLAGS);
  } catch (error) {
    return unreadable(uri, error);
  }
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) return fault(uri, 'not_a_file', 'Not a regular file (a pipe, socket, device or folder).');
    const streamed = options.streamed && stats.size > STREAM_FROM_BYTES;
    if (!streamed && stats.size > options.maxFileSize) {
      const message = `The file has ${stats.size} bytes, more than the limit of ${options.maxFileSize}; raise --max-file-size to scan it.`;
      return fault(uri, 'too_large', message);
    }
    const bytes = readUpTo(descriptor, stats.size, streamed ? BINARY_SNIFF_BYTES : options.maxFileSize + 1);
    if (!streamed && bytes.length > options.maxFileSize) {
      return fault(
        uri,
        'too_large',
        `The file grew beyond the limit of ${options.maxFileSize} bytes while it was read.`,
      );
    }
    if (isBinary(uri, bytes)) return { type: 'skipped', uri, reason: 'binary' };
    if (!streamed) return inputFromBytes(uri, 'file', bytes);
    return {
      type: 'input',
      uri,
      kind: 'file',
      size: stats.size,
      bytes: undefined,
      stream: () => createReadStream(path, { highWaterMark: 256 * 1024 }),
    };
  } catch (error) {
    return unreadable(uri, error);
  } finally {
    closeSync(descriptor);
  }
}

/** Reads to the end of the file, at most `limit` bytes; `size` is what the file system says, which may be wrong: of /proc it says 0. */
function readUpTo(descriptor: number, size: number, limit: number): Buffer {
  let buffer = Buffer.allocUnsafeSlow(Math.min(size + 1, limit));
  let length = 0;
  for (;;) {
    if (length === buffer.length) {
      if (length >= limit) return buffer;
      const grown = Buffer.allocUnsafeSlow(Math.min(limit, Math.max(65_536, length * 2)));
      buffer.copy(grown, 0, 0, length);
      buffer = grown;
    }
    const read = readSync(descriptor, buffer, length, buffer.length - length, null);
    length += read;
    // There was room for more: nothing follows where the file is as long as it should be.
    if (read === 0 || (length === size && length < buffer.length)) return buffer.subarray(0, length);
  }
}

/** An error entry from what the file system threw. */
export function unreadable(uri: string, error: unknown): SourceEntry {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const known: Readonly<Record<string, string>> = {
    EACCES: 'Permission denied.',
    EPERM: 'Permission denied.',
    ENOENT: 'The file is gone.',
    ELOOP: 'Too many symbolic links.',
    EISDIR: 'It is a folder.',
    EMFILE: 'Too many open files.',
    EIO: 'The disk reported an error.',
  };
  return fault(uri, 'unreadable', known[code] ?? `It could not be read${code ? ` (${code})` : ''}.`);
}

function fault(uri: string, code: string, message: string): SourceEntry {
  return { type: 'error', error: { uri, code, message } };
}
