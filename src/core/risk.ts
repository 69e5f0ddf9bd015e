import type { Mode } from './verdict.ts';

/**
 * The risk from which on each mode asks for a review. Layers that have a probability of their own put what they are
 * calibrated to on this scale: a classifier alone reaches these risks on 5 %, 1 % and 0.1 % of hard benign texts.
 */
export const REVIEW_RISK: Readonly<Record<Mode, number>> = { strict: 0.35, moderate: 0.55, permissive: 0.85 };

/** What no layer but the rules and an LLM reaches alone. */
const HIGHEST = 0.9;

/**
 * A probability on the scale of risks: the thresholds that were calibrated for the modes become {@link REVIEW_RISK},
 * linear between them. `thresholds` rise from strict to permissive.
 */
export function toRisk(probability: number, thresholds: Readonly<Record<Mode, number>>): number {
  const points: readonly (readonly [number, number])[] = [
    [0, 0],
    [thresholds.strict, REVIEW_RISK.strict],
    [thresholds.moderate, REVIEW_RISK.moderate],
    [thresholds.permissive, REVIEW_RISK.permissive],
    [1, HIGHEST],
  ];
  const above = points.findIndex(([from]) => probability <= from);
  if (above <= 0) return above === 0 ? 0 : HIGHEST;
  const [x0, y0] = points[above - 1] as readonly [number, number];
  const [x1, y1] = points[above] as readonly [number, number];
  return x1 > x0 ? y0 + ((y1 - y0) * (probability - x0)) / (x1 - x0) : y1;
}
