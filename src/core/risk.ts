import type { Mode } from './verdict.ts';

/**
 * The risk from which on each mode asks for a review: what 5, 1.6 and 0.1 % of harmless texts of held-out sources lie above
 * with rules and classifier together (macro over sources). At 1 % the default mode would find 71 instead of 75 % of the attacks.
 */
export const REVIEW_RISK: Readonly<Record<Mode, number>> = { strict: 0.525, moderate: 0.736, permissive: 0.985 };

/** The risk from which on each mode blocks: what 1, 0.2 and less than 0.1 % of the same texts lie above. */
export const BLOCK_RISK: Readonly<Record<Mode, number>> = { strict: 0.9, moderate: 0.975, permissive: 0.99 };
