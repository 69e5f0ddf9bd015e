import type { Region } from '../core/document.ts';

/** A stretch of the original text and what stands in its place. */
export interface RedactedSpan extends Region {
  readonly replacement: string;
}

/** A text with PII and secrets replaced. Spans are in the original, sorted, and do not overlap. */
export interface Redaction {
  readonly text: string;
  readonly spans: readonly RedactedSpan[];
}

/** Replaces what must not leave the machine. */
export type Redact = (text: string) => Redaction;

/** Ways between the offsets of an original text and of its redaction. */
export interface RedactionMap {
  /** The shortest region of the original that covers a region of the redaction. */
  toOriginal(region: Region): Region;
  /** Offset in the redaction; offsets inside a replaced stretch go to its end. */
  toRedacted(offset: number): number;
}

/** The ways between both texts. */
export function mapRedaction(spans: readonly RedactedSpan[]): RedactionMap {
  let shift = 0;
  const pieces = spans.map(({ start, end, replacement }) => {
    const at = start + shift;
    shift += replacement.length - (end - start);
    return { start, end, at, until: at + replacement.length };
  });
  const original = (offset: number, edge: 'start' | 'end'): number => {
    let moved = 0;
    for (const { start, end, at, until } of pieces) {
      const removed = edge === 'start' && offset === at && at === until;
      if (offset <= at && !removed) break;
      if (offset < until) return edge === 'start' ? start : end;
      moved = end - until;
    }
    return offset + moved;
  };
  return {
    toOriginal: ({ start, end }) => {
      const from = original(start, 'start');
      return { start: from, end: Math.max(from, original(end, 'end')) };
    },
    toRedacted: (offset) => {
      let moved = 0;
      for (const piece of pieces) {
        if (offset <= piece.start) break;
        if (offset < piece.end) return piece.until;
        moved = piece.until - piece.end;
      }
      return offset + moved;
    },
  };
}
