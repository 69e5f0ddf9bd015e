import type { Mode } from '../core/verdict.ts';

/** Risk at or above which a document is to be reviewed, and at or above which it is blocked. */
export interface Thresholds {
  readonly review: number;
  readonly block: number;
}

/** How strict each mode is; a mode changes nothing else. */
export const MODE_THRESHOLDS: Readonly<Record<Mode, Thresholds>> = {
  strict: { review: 0.35, block: 0.8 },
  moderate: { review: 0.55, block: 0.9 },
  permissive: { review: 0.85, block: 0.97 },
};
