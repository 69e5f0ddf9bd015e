/**
 * What the kernel that looks for numbers (`src/kernels/numbers.ts`) tells of a text, and how it reads it. Plain constants and nothing else:
 * it is compiled with this file too.
 */

/** Texts are read in stretches of so many units, and so many more on either side: a token that goes on beyond is too long. */
export const NUMBERS_STRETCH = 65_536;
export const NUMBERS_CONTEXT = 128;

/** Fields of an event: what is there, with the shape in the bits above, where it starts, and where it ends. */
export const EVENT_SIZE = 3;
export const EVENT_BITS = 3;
/** A shape may start there. */
export const EVENT_LEAD = 0;
/** A token of letters and digits that a shape may be. */
export const EVENT_MIXED = 1;
/** A token of digits that some shapes may be. */
export const EVENT_DIGITS = 2;
/** Single digits apart from one another. */
export const EVENT_APART = 3;
/** Words of digits may go on there. */
export const EVENT_SPELLED = 4;

/** Single digits this far from one another may belong together, and so many of them be a number. */
export const WIDEST_GAP = 3;
export const MANY_SINGLES = 7;

/** Seven of the shortest number words take 20 characters, so that one place in so many is inside of them, with this many to follow. */
export const SAMPLE = 10;
/** The letters of number words, and what parts them, share a bit. */
export const NUMBER_LETTER = 3;
export const NUMBER_SEPARATOR = 5;
export const NUMBER_EITHER = 1;
export const LONGEST_NUMBER_WORD = 5;
