import type { Region } from '../core/document.ts';

/** Digits that a text spells one by one, with what stands around them. */
export interface SpelledNumber {
  /** The surroundings with the digits joined. */
  readonly text: string;
  /** Where the digits are in that text. */
  readonly start: number;
  readonly end: number;
  toOriginal(region: Region): Region;
}

const AROUND = 48;
/** Single digits with the same separator between them; commas are left to lists of numbers. */
const APART = /(?<![\w.-])\d(?:([ \u00a0]{1,3}|[ \u00a0]?[-._*/|\u00b7\u2022][ \u00a0]?)\d)(?:\1\d){6,23}(?![\w-])/g;
/** More digits than this, one after the other, are a table. */
const LONGEST_APART = 256;
const WORDS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
const WORD = `(?:${WORDS.join('|')}|oh|null)`;
const IN_WORDS = new RegExp(`\\b${WORD}(?:[\\s,.-]{1,3}${WORD}){6,23}\\b`, 'gi');
const ONE_WORD = new RegExp(WORD, 'gi');
const LONGEST_IN_WORDS = 24 * 8;
/** Seven of the shortest words take 20 characters, so that one place in so many is inside of them, with this many to follow. */
const STEP = 10;
const SAMPLE = 10;
/** The letters of the words, and what parts them, share a bit. */
const LETTER = 3;
const SEPARATOR = 5;
const EITHER = LETTER & SEPARATOR;
const IN_RUN = Uint8Array.from({ length: 256 }, (_, unit) => {
  const text = String.fromCharCode(unit);
  return /[efghilnorstuvwxz]/i.test(text) ? LETTER : /[\s,.-]/.test(text) ? SEPARATOR : 0;
});
const LONGEST_WORD = 5;
/** The words by the letters of their ASCII codes, five bits each. */
const WORD_KEYS: ReadonlySet<number> = new Set(
  [...WORDS, 'oh', 'null'].map((word) => {
    let key = 0;
    for (let index = 0; index < word.length; index++) key = (key << 5) | (word.charCodeAt(index) & 31);
    return key;
  }),
);

/**
 * The numbers of seven digits and more that are spelled digit by digit: in English words, and in figures in the stretches
 * of the text where single digits stand apart.
 */
export function spelledNumbers(text: string, apart: readonly Region[]): SpelledNumber[] {
  const found: SpelledNumber[] = [];
  for (const { start, end } of apart) {
    if (end - start > LONGEST_APART) continue;
    const from = Math.max(0, start - 1);
    for (const run of text.slice(from, end + 1).matchAll(APART)) {
      const digits = [...run[0].matchAll(/\d/g)].map((digit) => ({
        digit: digit[0],
        at: from + run.index + digit.index,
        length: 1,
      }));
      found.push(joined(text, from + run.index, from + run.index + run[0].length, digits));
    }
  }
  for (const { start, end } of stretchesOfWords(text)) {
    for (const run of text.slice(start, end).matchAll(IN_WORDS)) {
      const digits = [...run[0].matchAll(ONE_WORD)].map((word) => ({
        digit: String(Math.max(0, WORDS.indexOf(word[0].toLowerCase()))),
        at: start + run.index + word.index,
        length: word[0].length,
      }));
      found.push(joined(text, start + run.index, start + run.index + run[0].length, digits));
    }
  }
  return found;
}

/** Texts are sampled in stretches of this many units, in a copy of their bytes that is read faster than they are. */
const STRETCH = STEP * 3200;
const bytes = Buffer.alloc(STRETCH + SAMPLE + LONGEST_WORD);

/** Where runs of number words can be: looked for at one place in so many, since they are rare. */
function stretchesOfWords(text: string): Region[] {
  const stretches: { start: number; end: number }[] = [];
  for (let from = 0; from < text.length; from += STRETCH) {
    const size = Math.min(text.length - from, bytes.length);
    // Of a unit above 255 the copy holds the lower half, which the regex below finds out.
    bytes.write(text.slice(from, from + size), 'latin1');
    for (let at = 0; at < STRETCH && at + SAMPLE <= size; at += STEP) {
      if (
        isInRun(at) &&
        isNumberWord(at, size) &&
        FEW_WORDS.test(text.slice(Math.max(0, from + at - SAMPLE), from + at + 2 * SAMPLE))
      )
        add(from + at);
    }
  }
  return stretches;

  function add(at: number): void {
    const start = Math.max(0, at - LONGEST_IN_WORDS);
    const end = Math.min(text.length, at + LONGEST_IN_WORDS);
    const near = stretches.at(-1);
    if (near !== undefined && start <= near.end) near.end = end;
    else stretches.push({ start, end });
  }
}

/** Reads a whole sample before it judges: few are in a run, but where they show that they are not is not foreseen. */
function isInRun(at: number): boolean {
  let all = EITHER;
  for (let index = at; index < at + SAMPLE; index++) all &= IN_RUN[bytes[index] as number] as number;
  return all !== 0 && hasShortWords(at);
}

function hasShortWords(at: number): boolean {
  let letters = 0;
  for (let index = at; index < at + SAMPLE; index++) {
    letters = IN_RUN[bytes[index] as number] === LETTER ? letters + 1 : 0;
    if (letters > LONGEST_WORD) return false;
  }
  return true;
}

/** Whether the first word that begins inside a sample is a number word, as it is wherever a run of them goes on; reads on to `size`. */
function isNumberWord(at: number, size: number): boolean {
  let start = at;
  while (IN_RUN[bytes[start] as number] === LETTER) start++;
  while (start < size && IN_RUN[bytes[start] as number] === SEPARATOR) start++;
  // So many separators part no two words.
  if (start >= at + SAMPLE) return false;
  let key = 0;
  let end = start;
  for (; end < size && end - start < LONGEST_WORD && IN_RUN[bytes[end] as number] === LETTER; end++)
    key = (key << 5) | ((bytes[end] as number) & 31);
  return WORD_KEYS.has(key);
}

/** Two number words one after the other. */
const FEW_WORDS = new RegExp(`${WORD}[\\s,.-]{1,3}${WORD}`, 'i');

function joined(
  text: string,
  start: number,
  end: number,
  digits: readonly { readonly digit: string; readonly at: number; readonly length: number }[],
): SpelledNumber {
  const from = Math.max(0, start - AROUND);
  const before = text.slice(from, start);
  const number = digits.map(({ digit }) => digit).join('');
  return {
    text: before + number + text.slice(end, end + (AROUND >> 1)),
    start: before.length,
    end: before.length + number.length,
    toOriginal(region) {
      const first = digits[region.start - before.length];
      const last = digits[region.end - before.length - 1];
      return { start: first?.at ?? start, end: last === undefined ? end : last.at + last.length };
    },
  };
}
