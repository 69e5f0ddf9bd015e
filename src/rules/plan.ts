import type { Automaton } from './automaton.ts';

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
