import type { Region } from '../core/document.ts';

/** Where the string literals of a JSON text are, without their quotes; null where the text is no JSON (or JSON Lines). */
export function jsonStrings(text: string): Region[] | null {
  if (!/^\s*[[{"]/.test(text) || !isJson(text)) return null;
  const strings: Region[] = [];
  for (let index = text.indexOf('"'); index >= 0; index = text.indexOf('"', index)) {
    const start = index + 1;
    for (index = start; text[index] !== '"'; index++) if (text[index] === '\\') index++;
    strings.push({ start, end: index });
    index++;
  }
  return strings;
}

/** Whether a text is one JSON value, or one on every line. */
export function isJson(text: string): boolean {
  if (parses(text)) return true;
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.length > 1 && lines.every(parses);
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** A region inside a string literal widened so that it cuts no escape in two. */
export function wholeEscapes(text: string, region: Region, literal: Region): Region {
  let { start, end } = region;
  for (const [first, last] of escapesIn(text, literal, start, end)) {
    if (first < start && last > start) start = first;
    if (first < end && last > end) end = last;
  }
  return { start, end };
}

/** The escapes of a literal that lie around the two offsets. */
function* escapesIn(text: string, literal: Region, start: number, end: number): Generator<[number, number]> {
  for (const offset of [start, end]) {
    // Backslashes pair off from the first of a run, which is looked for backwards; an escape is six characters at most.
    for (let at = Math.max(literal.start, offset - 5); at < Math.min(offset, literal.end); at++) {
      if (text[at] !== '\\' || !opensEscape(text, at, literal.start)) continue;
      const last = at + (text[at + 1] === 'u' ? 6 : 2);
      if (last > offset) yield [at, last];
    }
  }
}

function opensEscape(text: string, at: number, floor: number): boolean {
  let run = 0;
  for (let index = at - 1; index >= floor && text[index] === '\\'; index--) run++;
  return run % 2 === 0;
}
