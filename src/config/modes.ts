import { BLOCK_RISK, REVIEW_RISK } from '../core/risk.ts';
import type { Mode } from '../core/verdict.ts';

/** Risk at or above which a document is to be reviewed, and at or above which it is blocked. */
export interface Thresholds {
  readonly review: number;
  readonly block: number;
}

/** How strict each mode is; a mode changes nothing else. Both bounds are calibrated (core/risk.ts). */
export const MODE_THRESHOLDS: Readonly<Record<Mode, Thresholds>> = {
  strict: { review: REVIEW_RISK.strict, block: BLOCK_RISK.strict },
  moderate: { review: REVIEW_RISK.moderate, block: BLOCK_RISK.moderate },
  permissive: { review: REVIEW_RISK.permissive, block: BLOCK_RISK.permissive },
};
