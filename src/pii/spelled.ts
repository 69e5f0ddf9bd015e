import type { Region } from '../core/document.ts';
import { NUMBER_LETTER, NUMBER_SEPARATOR, SAMPLE } from './numbers-layout.ts';

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
/** Seven of the shortest words take so many characters. */
export const SHORTEST_IN_WORDS = 20;
/** What a character is to number words, by its lower eight bits. */
export const NUMBER_WORD_CLASSES = Uint8Array.from({ length: 256 }, (_, unit) => {
  const text = String.fromCharCode(unit);
  return /[efghilnorstuvwxz]/i.test(text) ? NUMBER_LETTER : /[\s,.-]/.test(text) ? NUMBER_SEPARATOR : 0;
});
/** The words by the letters of their ASCII codes, five bits each. */
export const NUMBER_WORD_KEYS = Int32Array.from([...WORDS, 'oh', 'null'], (word) => {
  let key = 0;
  for (let index = 0; index < word.length; index++) key = (key << 5) | (word.charCodeAt(index) & 31);
  return key;
});

/**
 * The numbers of seven digits and more that are spelled digit by digit: in English words around the places where a sample of the text says
 * so, and in figures in the stretches where single digits stand apart.
 */
export function spelledNumbers(text: string, apart: readonly Region[], words: readonly number[]): SpelledNumber[] {
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
  for (const { start, end } of stretchesOfWords(text, words)) {
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

/** Where runs of number words can be: around those samples of the text that have two of them. */
function stretchesOfWords(text: string, samples: readonly number[]): Region[] {
  const stretches: { start: number; end: number }[] = [];
  for (const at of samples) {
    if (!FEW_WORDS.test(text.slice(Math.max(0, at - SAMPLE), at + 2 * SAMPLE))) continue;
    const start = Math.max(0, at - LONGEST_IN_WORDS);
    const end = Math.min(text.length, at + LONGEST_IN_WORDS);
    const near = stretches.at(-1);
    if (near !== undefined && start <= near.end) near.end = end;
    else stretches.push({ start, end });
  }
  return stretches;
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
