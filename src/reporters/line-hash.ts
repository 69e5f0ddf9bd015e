const BLOCK_UNITS = 100;
const MULTIPLIER = 37;

/**
 * GitHub's `primaryLocationLineHash` of every line (index 0 is line 1), as github/codeql-action's src/fingerprints.ts
 * computes it: a polynomial hash modulo 2^64 of the next 100 UTF-16 units without blanks, and its occurrence.
 * `text` must keep its byte order mark.
 */
export function lineHashes(text: string): string[] {
  const { units, length, starts } = withoutBlanks(text);
  const seen = new Map<string, number>();
  return starts.map((start) => {
    let high = 0;
    let low = 0;
    for (let at = start; at < start + BLOCK_UNITS; at++) {
      const product = low * MULTIPLIER + (at < length ? (units[at] as number) : 0);
      low = product >>> 0;
      high = (Math.imul(high, MULTIPLIER) + Math.floor(product / 0x1_0000_0000)) >>> 0;
    }
    const hash = high === 0 ? low.toString(16) : high.toString(16) + low.toString(16).padStart(8, '0');
    const occurrence = (seen.get(hash) ?? 0) + 1;
    seen.set(hash, occurrence);
    return `${hash}:${occurrence}`;
  });
}

/** Spaces and tabs dropped, CR and CRLF as LF, an end mark; and where each line starts in that. */
function withoutBlanks(text: string): { units: Uint16Array; length: number; starts: number[] } {
  const units = new Uint16Array(text.length + 1);
  const starts: number[] = [];
  let length = 0;
  let atStart = true;
  let afterReturn = false;
  for (let at = 0; at <= text.length; at++) {
    let code = at === text.length ? 0xffff : text.charCodeAt(at);
    if (code === 32 || code === 9 || (afterReturn && code === 10)) {
      afterReturn = false;
      continue;
    }
    afterReturn = code === 13;
    if (afterReturn) code = 10;
    if (atStart) starts.push(length);
    atStart = code === 10;
    units[length++] = code;
  }
  return { units, length, starts };
}
