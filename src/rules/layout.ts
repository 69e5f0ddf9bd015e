/**
 * How a compiled program is laid out in numbers. Plain constants and nothing else: the kernel that runs programs
 * (`src/kernels/matcher.ts`) is compiled with this file too.
 */

/**
 * How far from a literal a match is looked for, in UTF-16 units. A match that needs more than this before or after the
 * literal that gives it away, or longer than this, is not found or is cut: the one way in which the engine differs from
 * running each regex over the whole text.
 */
export const WINDOW = 2048;

/** Texts are searched in stretches of this many units, so that memory does not grow with the text. */
export const STRETCH = 131072;
/** A stretch's hits are collected this far beyond its ends. */
export const CONTEXT = 2112;

/** The form of a literal is its length in so many low bits, since literals are cut long before this, and its edges. */
export const LENGTH_BITS = 6;
/** Edges of a literal: it counts only where no word character stands before it, or after it. */
export const NEEDS_LEFT = 64;
export const NEEDS_RIGHT = 128;
export const FORM_BITS = 8;

/** What one try of a regex costs, counted in starts that a search passes over. */
export const TRY_COST = 40;

/** Size of one mask table: ASCII, and one entry for all else. */
export const MASK_SIZE = 129;

/** Fields of one pattern in `plans`. */
export const PLAN_SIZE = 15;
/** Its sets in `refs`, the rarest first: that one gates the pattern. */
export const PLAN_FIRST_REF = 0;
export const PLAN_REF_COUNT = 1;
export const PLAN_MAX_LENGTH = 2;
export const PLAN_BEHIND = 3;
export const PLAN_AHEAD = 4;
/** 1 where no match is longer or looks further than the window. */
export const PLAN_BOUNDED = 5;
/** Index of a kind of run, or -1. */
export const PLAN_RUN = 6;
export const PLAN_RUN_LENGTH = 7;
export const PLAN_RUN_LO = 8;
export const PLAN_RUN_HI = 9;
/** How far a match can look from its start on, without white space that follows white space. */
export const PLAN_COMPACT_REACH = 10;
/** Index of the table of characters that a match can start with, or -1 for all. */
export const PLAN_FIRST = 11;
/** 1 where no match starts right after a word character. */
export const PLAN_AT_WORD = 12;
/** 1 where so few starts pass the looks at them that these are tried one by one. */
export const PLAN_SELECTIVE = 13;
/** 1 where a surrogate pair is one character. */
export const PLAN_READS_PAIRS = 14;

/** Fields of one required set of one pattern in `refs`. */
export const REF_SIZE = 6;
export const REF_SET = 0;
/** Where the literal starts, from the start of the match. */
export const REF_LO = 1;
export const REF_HI = 2;
/** Index of the table of characters that can stand before the literal, or -1 for all. */
export const REF_MASK = 3;
/** As lo and hi, without white space that follows white space. */
export const REF_COMPACT_LO = 4;
export const REF_COMPACT_HI = 5;

/** The operations of outlines, each in the low bits of a word, below its argument. */
/** The regex may match. */
export const OP_ACCEPT = 0;
/** One unit of the class that the argument is. */
export const OP_CHAR = 1;
/** One unit of the mask that the argument is. */
export const OP_SET = 2;
/** Any one unit. */
export const OP_ANY = 3;
/** Units of the mask; words: the fewest, the most. */
export const OP_RUN = 4;
/** Words: where to go on. */
export const OP_JUMP = 5;
/** Words: where else to go on. */
export const OP_FORK = 6;
/** So many classes; words: where else to go on, or none; each class and where it leads, itself not consumed. */
export const OP_CHOOSE = 7;
/** A place between a word character and none, or with 1 no such place. */
export const OP_EDGE = 8;
/** The start of the text, or with 1 of a line; the end of either. */
export const OP_START = 9;
export const OP_END = 10;
/** Fails where a unit of the mask comes next, or stands before. */
export const OP_NOT_NEXT = 11;
export const OP_NOT_BEFORE = 12;
/** Words: how many of them a program takes that has to be met from here on, or backwards from here. */
export const OP_AHEAD = 13;
export const OP_BEHIND = 14;

/** Bits of the operation, and all of them. */
export const OP_BITS = 4;
export const OPERATION = 15;
/** Where there is no other way. */
export const NOWHERE = 65535;
