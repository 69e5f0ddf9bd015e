import { ATTACK_CATEGORIES } from '../core/finding.ts';
import type { ProviderName } from './options.ts';

/** What a judge may say of a text. `unclear` is an answer, not a failure. */
export const ANSWER_VERDICTS = ['attack', 'unclear', 'benign'] as const;
type AnswerVerdict = (typeof ANSWER_VERDICTS)[number];

/** The kinds of attack a judge may name: all categories but PII and secrets, which are no attacks. */
export const ANSWER_CATEGORIES = [...ATTACK_CATEGORIES, 'none'] as const;
export type AnswerCategory = (typeof ANSWER_CATEGORIES)[number];

/** A judge's answer after all checks. It holds offsets into the text that was sent, never text. */
export interface Judgement {
  readonly verdict: AnswerVerdict;
  /** 0 to 1. */
  readonly probability: number;
  readonly category: AnswerCategory;
  /** Where the quotes stand: start and end in the text as it was sent. */
  readonly evidence: readonly (readonly [start: number, end: number])[];
  /** Whether the text got the judge to give away what it was told to keep. */
  readonly hijacked: boolean;
  readonly provider: ProviderName;
  readonly model: string;
}
