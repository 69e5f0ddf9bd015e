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
const WORDS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
const WORD = `(?:${WORDS.join('|')}|oh|null)`;
const IN_WORDS = new RegExp(`\\b${WORD}(?:[\\s,.-]{1,3}${WORD}){6,23}\\b`, 'gi');
const ONE_WORD = new RegExp(WORD, 'gi');

/** The numbers of seven digits and more that are spelled digit by digit, in figures or in English words. */
export function spelledNumbers(text: string): SpelledNumber[] {
  const found: SpelledNumber[] = [];
  for (const run of text.matchAll(APART)) {
    const digits = [...run[0].matchAll(/\d/g)].map((digit) => ({
      digit: digit[0],
      at: run.index + digit.index,
      length: 1,
    }));
    found.push(joined(text, run.index, run.index + run[0].length, digits));
  }
  for (const run of text.matchAll(IN_WORDS)) {
    const digits = [...run[0].matchAll(ONE_WORD)].map((word) => ({
      digit: String(Math.max(0, WORDS.indexOf(word[0].toLowerCase()))),
      at: run.index + word.index,
      length: word[0].length,
    }));
    found.push(joined(text, run.index, run.index + run[0].length, digits));
  }
  return found;
}

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
