/**
 * What a character is to the survey, in bits. Plain constants and nothing else: the kernel that reads texts (`src/kernels/survey.ts`) is
 * compiled with this file too.
 */

/** Signs that begin an escape when a word follows at once, and those of markup, in the low bits of a separator's class. */
export const PERCENT = 1;
export const AMPERSAND = 2;
export const HASH = 4;
export const BACKSLASH = 8;
export const EQUALS = 16;
export const LESS = 32;
export const BRACKET = 64;
/** All of them; of a word's character the canonical letter. */
export const SIGNS = 127;
/** Bits above: a letter, or a digit or sign of leetspeak. */
export const LETTER = 7;
export const OTHER = 8;
/** A separator that does not join words. */
export const APART = 9;
/** A blank, a line break, and a part of the base64 and hex alphabets. */
export const BLANK = 10;
export const NEWLINE = 11;
export const TOKEN = 13;
/** The sign bit, which makes a mask at once. */
export const WORD = 31;

/** Texts are read so many units at a time. */
export const BLOCK = 4096;
/** Shortest run of base64 or hex characters that is worth a look. */
export const LONG_TOKEN = 16;
/** Fewest letters set apart that count as a run, and fewest one-word lines. */
export const SPACED_RUN = 5;
export const STACKED_RUN = 4;
/** Shortest stretch of signs that could hold Morse code. */
export const WORDLESS = 24;

/** What happens at a word, in bits: what ended before it, and what it is. */
export const EVENT_GAP = 1;
export const EVENT_STACK = 2;
export const EVENT_SHORTS = 4;
export const EVENT_BROKEN = 8;
export const EVENT_CIPHERED = 16;
export const EVENT_LEET = 32;
export const EVENT_HIDING = 64;
/** Fields of an event: what happens, where the word begins and ends, where the one before ended, and where the lines, the chain or the short words before it began. */
export const EVENT_SIZE = 7;
