/**
 * The operations of outlines, each in the low bits of a word, below its argument. They are constants of their own, and of a module
 * of their own, so that the bundler writes them out as numbers: a `switch` over names is a chain of comparisons.
 */

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
export const OPERATION = 0xf;
