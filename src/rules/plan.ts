import type { Automaton } from './automaton.ts';

/**
 * How far from a literal a match is looked for, in UTF-16 units. A match that needs more than this before or after the
 * literal that gives it away, or longer than this, is not found or is cut: the one way in which the engine differs from
 * running each regex over the whole text.
 */
export const WINDOW = 2048;

/** The form of a literal is its length in so many low bits, since literals are cut long before this, and its edges. */
export const LENGTH_BITS = 6;
/** Edges of a literal: it counts only where no word character stands before it, or after it. */
export const NEEDS_LEFT = 1 << LENGTH_BITS;
export const NEEDS_RIGHT = 2 << LENGTH_BITS;
export const FORM_BITS = LENGTH_BITS + 2;

/** What one try of a regex costs, counted in starts that a search passes over. */
export const TRY_COST = 40;

/** Size of one mask table: ASCII, and one entry for all else. */
export const MASK_SIZE = 129;

/** Fields of one pattern in `plans`. */
export const PLAN_SIZE = 15;
export const PLAN = {
  /** Its sets in `refs`, the rarest first: that one gates the pattern. */
  firstRef: 0,
  refCount: 1,
  maxLength: 2,
  behind: 3,
  ahead: 4,
  /** 1 where no match is longer or looks further than the window. */
  bounded: 5,
  /** Index of a kind of run, or -1. */
  run: 6,
  runLength: 7,
  runLo: 8,
  runHi: 9,
  /** How far a match can look from its start on, without white space that follows white space. */
  compactReach: 10,
  /** Index of the table of characters that a match can start with, or -1 for all. */
  first: 11,
  /** 1 where no match starts right after a word character. */
  atWord: 12,
  /** 1 where so few starts pass the looks at them that these are tried one by one. */
  selective: 13,
  /** 1 where a surrogate pair is one character. */
  readsPairs: 14,
} as const;

/** Fields of one required set of one pattern in `refs`. */
export const REF_SIZE = 6;
export const REF = {
  set: 0,
  /** Where the literal starts, from the start of the match. */
  lo: 1,
  hi: 2,
  /** Index of the table of characters that can stand before the literal, or -1 for all. */
  mask: 3,
  /** As lo and hi, without white space that follows white space. */
  compactLo: 4,
  compactHi: 5,
} as const;

/** A compiled set of patterns: arrays only, so that it can be written to a file and read back without a copy. */
export interface Program {
  readonly automaton: Automaton;
  readonly plans: Int32Array;
  readonly refs: Int32Array;
  /** Pairs: shortest and longest literal of each set. */
  readonly setLengths: Int32Array;
  /** For each set, where in `members` its literals start; one more entry closes the last. */
  readonly memberStart: Int32Array;
  /** A state that ends the literal, counted from the first such state, above the form of the literal. */
  readonly members: Int32Array;
  /** For each state that ends literals, where in `gates` those start that gate a pattern; one more entry closes the last. */
  readonly gateStart: Int32Array;
  /** The set that gates, above the form of the literal. */
  readonly gates: Int32Array;
  /** For each set, where in `gated` the patterns start whose first set it is; one more entry closes the last. */
  readonly gatedStart: Int32Array;
  readonly gated: Int32Array;
  /** For each pattern, and other regexes after them, where in `outlines` its outline starts; one more entry closes the last. */
  readonly outlineStart: Int32Array;
  readonly outlines: Uint16Array;
  readonly masks: Uint8Array;
  readonly runMasks: Uint8Array;
}
