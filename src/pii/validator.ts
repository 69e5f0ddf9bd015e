/** A match that a rule's pattern made, as a validator sees it. */
export interface Candidate {
  readonly value: string;
  /** Up to 64 characters on either side. */
  readonly before: string;
  readonly after: string;
  /** Whether a context word of the rule is near. */
  readonly hasContext: boolean;
  /** Whether the value is the whole text but for white space and punctuation. */
  readonly standalone: boolean;
}

/** What a validator says of a value that may be true. */
export interface Judgement {
  /** Replaces the rule's confidence. */
  readonly confidence?: number;
  /** An example or test value that belongs to nobody. */
  readonly reserved?: boolean;
  /** Too little by itself: counts only with a context word. */
  readonly weak?: boolean;
  /** How many characters of the value belong to it, counted from its start; default all. */
  readonly length?: number;
}

/** Judges a candidate; null drops it. */
export type Validator = (candidate: Candidate) => Judgement | null;

/** The judgement of a value about which there is nothing more to say. */
export const VALID: Judgement = Object.freeze({});
