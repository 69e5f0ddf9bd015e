/** Quotation marks and code spans: what opens one, what closes it, and how long the phrase between them is, on one line. */
const MARKS: readonly { open: string; close: readonly string[]; least: number; most: number }[] = [
  { open: '"', close: ['"'], least: 12, most: 400 },
  { open: '“', close: ['”'], least: 12, most: 400 },
  { open: '„', close: ['“', '”'], least: 12, most: 400 },
  { open: '«', close: ['»'], least: 12, most: 400 },
  { open: '「', close: ['」'], least: 6, most: 300 },
  { open: '『', close: ['』'], least: 6, most: 300 },
  { open: '`', close: ['`'], least: 12, most: 400 },
  { open: "'", close: ["'"], least: 12, most: 400 },
];
const ALL_MARKS = MARKS.map((_mark, index) => index);
const ASCII_MARKS = ALL_MARKS.filter((mark) => (MARKS[mark]?.open as string) <= '\x7f');
/** Log-odds that a text loses at most when only its quotes speak for an attack: teaching is not attacking. */
export const QUOTE_HANDICAP = 4;
/** So many times the quotes must the rest be, or the quotes are the text. */
const REST = 1.5;

/** Where each mark opens and closes next from the place at hand on; the text's length where it never does again. */
const openAt = new Int32Array(MARKS.length);
const closeAt = new Int32Array(MARKS.length);

const PART_OF_WORD = /[\p{L}\p{N}]/u;

function isPartOfWord(text: string, at: number): boolean {
  if (at < 0 || at >= text.length) return false;
  const code = text.charCodeAt(at);
  const letter = code | 32;
  if (code < 128) return (letter >= 97 && letter <= 122) || (code >= 48 && code <= 57);
  return PART_OF_WORD.test(text.charAt(at));
}

/** Where a sign stands next; an apostrophe counts only where no word goes on on its outer side: before it (−1) or after it (1). */
function findNext(text: string, sign: string, from: number, side: -1 | 1): number {
  let at = text.indexOf(sign, from);
  if (sign === "'") while (at >= 0 && isPartOfWord(text, at + side)) at = text.indexOf(sign, at + 1);
  return at < 0 ? text.length : at;
}

/**
 * [start, end] of the quoted phrases with their marks, flat and ascending; undefined where nothing is quoted, or where so much is that the
 * quotes are what the text says. Text that teaches about attacks quotes them; JSON, which is quotes throughout, is left alone. Marks outside
 * of ASCII are not looked for where it is known that none opens.
 */
export function quotedPhrases(text: string, foreign = true): number[] | undefined {
  const size = text.length;
  const marks = foreign ? ALL_MARKS : ASCII_MARKS;
  openAt.fill(-1);
  closeAt.fill(-1);
  const phrases: number[] = [];
  let quoted = 0;
  let newline = -1;
  for (let at = 0; ; ) {
    let start = size;
    let which = -1;
    for (const mark of marks) {
      if ((openAt[mark] as number) < at) openAt[mark] = findNext(text, MARKS[mark]?.open as string, at, -1);
      if ((openAt[mark] as number) >= start) continue;
      start = openAt[mark] as number;
      which = mark;
    }
    if (which < 0) return quoted === 0 ? undefined : phrases;
    const mark = MARKS[which] as (typeof MARKS)[number];
    at = start + 1;
    if ((closeAt[which] as number) < at) {
      closeAt[which] = size;
      for (const sign of mark.close) closeAt[which] = Math.min(closeAt[which] as number, findNext(text, sign, at, 1));
    }
    const end = closeAt[which] as number;
    // What closes with the mark that opens it opens next where it would have closed, unless it is told apart by what is beside it.
    if (mark.close[0] === mark.open && mark.open !== "'") openAt[which] = end;
    if (end === size || end - at < mark.least || end - at > mark.most) continue;
    if (newline < at) {
      const next = text.indexOf('\n', at);
      newline = next < 0 ? size : next;
    }
    if (newline < end) continue;
    at = end + 1;
    phrases.push(start, at);
    quoted += at - start;
    if (size - quoted < REST * quoted) return undefined;
  }
}

/** The text with its quoted phrases blanked, offsets unchanged; undefined where {@link quotedPhrases} finds none. */
export function withoutQuotes(text: string): string | undefined {
  const phrases = quotedPhrases(text);
  if (phrases === undefined) return undefined;
  let rest = '';
  let at = 0;
  for (let i = 0; i + 1 < phrases.length; i += 2) {
    const start = phrases[i] as number;
    const end = phrases[i + 1] as number;
    rest += text.slice(at, start) + ' '.repeat(end - start);
    at = end;
  }
  return rest + text.slice(at);
}
