import type { Region } from '../core/document.ts';

/** How far back a chunk's end may move to fall on white space, as a share of the chunk. */
const SLACK = 0.1;

/**
 * Cuts `0..text.length` into regions of at most `size` code units, each sharing `overlap` with the one before, so that
 * every stretch of up to `overlap` (at most a third of `size`) stands whole in one of them. No surrogate pair is cut. An empty text has one empty region.
 */
export function chunkText(text: string, size: number, overlap: number): Region[] {
  const chunks: Region[] = [];
  let start = 0;
  for (;;) {
    const end = start + size >= text.length ? text.length : chunkEnd(text, start, size);
    chunks.push({ start, end });
    if (end === text.length) return chunks;
    // A chunk moves on by at least half its size, whatever the overlap.
    start = wholeCharacter(text, Math.max(end - overlap, start + (size >> 1)));
  }
}

function chunkEnd(text: string, start: number, size: number): number {
  const limit = start + size;
  for (let end = limit; end > limit - size * SLACK; end--) {
    if (/\s/.test(text.charAt(end - 1))) return end;
  }
  return wholeCharacter(text, limit);
}

/** The offset, or the one before where it lies inside a surrogate pair. */
function wholeCharacter(text: string, offset: number): number {
  const inside = /[\ud800-\udbff]/.test(text.charAt(offset - 1)) && /[\udc00-\udfff]/.test(text.charAt(offset));
  return inside ? offset - 1 : offset;
}
