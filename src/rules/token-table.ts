import {
  HASH_FACTOR,
  HASH_SHIFT,
  LEAD_ANY,
  LEAD_BITS,
  LEAD_LETTER,
  LEAD_NONE,
  LEAD_SIGN,
  RUN_BITS,
  SECOND_BITS,
} from './token-layout.ts';

/**
 * Which shapes may stand where a text has digits, told from little: the length of the digits, what joins them on either
 * side, and how many digits follow that. Arrays only, so that it can be written to a file and used in place. Shapes are
 * numbers into the list that the table was compiled from.
 */
export interface TokenTable {
  /** Shapes of digits alone by length: where each length's shapes start, `LONGEST_TOKEN + 2` entries, then the shapes. */
  readonly digits: Int32Array;
  /** The same for shapes of letters and digits without anything between. */
  readonly mixed: Int32Array;
  /** A hash table of keys from {@link leadKey}: key, where its entries start in `leads`, and where they end; key -1 is free. */
  readonly leadSlots: Int32Array;
  /** Pairs: shape, and how many characters before its first digit it starts. */
  readonly leads: Int32Array;
  /** For each shape, a bit for each ASCII character that it may start with; 4 entries. All of them where it may start with others. */
  readonly firsts: Int32Array;
  /** For each shape, a bit for each ASCII character that may stand before it; 4 entries. */
  readonly befores: Int32Array;
  /** For each shape, a bit for each ASCII character that may stand in it before its first digit; 4 entries. */
  readonly prefixes: Int32Array;
  /** 1 for each shape that says itself, with a lookbehind at its start, what may stand beside it. */
  readonly bounded: Int32Array;
}

/** What can stand beside digits, as numbers: nothing that counts, a letter, and the classes of signs. */
export const LEAD = { none: LEAD_NONE, letter: LEAD_LETTER, any: LEAD_ANY, sign: LEAD_SIGN } as const;

/** The signs that tell one lead from another. */
export const LEAD_SIGNS = [' ', '-', '.', '/', ':', '(', ')', '+', ','];
export const OTHER_SIGN = LEAD.sign + LEAD_SIGNS.length;
export const NOT_ASCII = OTHER_SIGN + 1;
/** The class of each ASCII character beside digits, and of all else; digits have 0. */
export const LEAD_CLASSES = Uint8Array.from({ length: 129 }, (_entry, unit) => {
  if (unit === 128) return NOT_ASCII;
  const text = String.fromCharCode(unit);
  if (/\d/.test(text)) return 0;
  if (/[a-z]/i.test(text)) return LEAD.letter;
  return LEAD_SIGNS.includes(text) ? LEAD.sign + LEAD_SIGNS.indexOf(text) : OTHER_SIGN;
});
/**
 * The key of what stands before the first digits, their number, what joins the next to them and the number of digits
 * after a joining sign.
 */
export function leadKey(before: number, run: number, after: number, second: number): number {
  return (((((before << RUN_BITS) | run) << LEAD_BITS) | after) << SECOND_BITS) | second;
}

/** The slot of a key in a table of so many slots, a power of two. */
export function slotOf(key: number, slots: number): number {
  return (Math.imul(key, HASH_FACTOR) >>> HASH_SHIFT) & (slots - 1);
}
