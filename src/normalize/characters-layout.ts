/**
 * What folding knows of a character outside ASCII, and what is noted of a text that has some. Plain constants and nothing else: the kernel
 * that reads texts (`src/kernels/characters.ts`) is compiled with this file too.
 */

/** Classes of characters; 0 means that folding has nothing to do with it. */
export const INVISIBLE = 1;
export const COMPAT = 2;
export const MARK = 3;
export const LOOKALIKE = 4;
export const LATIN = 5;
export const OTHER = 6;

/** Bits of `Characters.found` besides those of the classes (1 << class). */
export const HAS_ASTRAL = 1 << 8;
export const HAS_TAGS = 1 << 9;
export const HAS_OVERRIDE = 1 << 10;
export const HAS_INVISIBLE_RUN = 1 << 11;

/** How far a word is followed to either side. */
export const WORD_REACH = 48;
