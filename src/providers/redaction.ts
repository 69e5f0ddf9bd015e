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

/** A value that is not to be sent. Values are sorted and do not overlap. */
export interface SensitiveValue extends Region {
  /** Public type name, such as `email`. */
  readonly type: string;
}

/** The text with every value replaced by its type and a number, `[EMAIL_1]`, the same for the same value. */
export function redactValues(text: string, values: readonly SensitiveValue[]): Redaction {
  const numbers = new Map<string, string>();
  const counts = new Map<string, number>();
  const spans: RedactedSpan[] = [];
  let redacted = '';
  let done = 0;
  for (const { type, start, end } of values) {
    if (start < done) continue;
    const value = `${type}\0${text.slice(start, end)}`;
    let replacement = numbers.get(value);
    if (replacement === undefined) {
      const count = (counts.get(type) ?? 0) + 1;
      counts.set(type, count);
      replacement = `[${type.toUpperCase()}_${count}]`;
      numbers.set(value, replacement);
    }
    spans.push({ start, end, replacement });
    redacted += text.slice(done, start) + replacement;
    done = end;
  }
  return { text: redacted + text.slice(done), spans };
}

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
