import type { Mode } from './verdict.ts';

/**
 * The risk from which on each mode asks for a review: what 5, 2.7 and 1 % of harmless texts of held-out sources lie above
 * with rules and classifier together (macro over sources). At 1 % the default mode would miss a third of the attacks.
 */
export const REVIEW_RISK: Readonly<Record<Mode, number>> = { strict: 0.605, moderate: 0.73, permissive: 0.9 };

/** The risk from which on each mode blocks: what 1, 0.3 and 0.2 % of the same texts lie above. */
export const BLOCK_RISK: Readonly<Record<Mode, number>> = { strict: 0.9, moderate: 0.97, permissive: 0.985 };
