import { REVIEW_RISK } from '../core/risk.ts';
import type { Mode } from '../core/verdict.ts';

/** Risk at or above which a document is to be reviewed, and at or above which it is blocked. */
export interface Thresholds {
  readonly review: number;
  readonly block: number;
}

/**
 * How strict each mode is; a mode changes nothing else. Where reviews begin is calibrated (core/risk.ts); blocking takes
 * more than a single strong sign in every mode but strict.
 */
export const MODE_THRESHOLDS: Readonly<Record<Mode, Thresholds>> = {
  strict: { review: REVIEW_RISK.strict, block: 0.85 },
  moderate: { review: REVIEW_RISK.moderate, block: 0.95 },
  permissive: { review: REVIEW_RISK.permissive, block: 0.98 },
};
