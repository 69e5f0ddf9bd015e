/** One line of a byte stream, without its break. */
export interface Line {
  /** 1-based; empty lines count. */
  readonly number: number;
  /** Valid until the next line is asked for. Undefined when the line was longer than the limit. */
  readonly bytes: Uint8Array | undefined;
}

/**
 * Splits chunks into lines at `\n` (a `\r` before it is dropped). A line longer than `maxBytes` is passed over without
 * being kept, so that memory stays bounded by the limit and one chunk.
 */
export async function* splitLines(chunks: AsyncIterable<Uint8Array>, maxBytes: number): AsyncIterable<Line> {
  let pending: Uint8Array[] = [];
  let pendingBytes = 0;
  let tooLong = false;
  let number = 0;
  const finish = (last: Uint8Array): Line => {
    number++;
    const length = pendingBytes + last.length;
    const bytes =
      tooLong || length > maxBytes
        ? undefined
        : pending.length === 0
          ? last
          : Buffer.concat([...pending, last], length);
    pending = [];
    pendingBytes = 0;
    tooLong = false;
    return { number, bytes: bytes?.at(-1) === 13 ? bytes.subarray(0, -1) : bytes };
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      yield finish(chunk.subarray(start, end));
      start = end + 1;
    }
    const rest = chunk.subarray(start);
    if (rest.length === 0) continue;
    pendingBytes += rest.length;
    if (tooLong || pendingBytes > maxBytes) {
      tooLong = true;
      pending = [];
    } else {
      pending.push(rest);
    }
  }
  if (pendingBytes > 0) yield finish(new Uint8Array());
}
