/** A raw score with its label and how much it counts. */
export interface ScoredLabel {
  readonly raw: number;
  readonly malicious: boolean;
  readonly weight: number;
}

/** Platt scaling: the a and b of p = 1 / (1 + exp(−(a · raw + b))) with the least weighted log loss, by Newton's method. */
export function fitPlatt(scores: readonly ScoredLabel[]): { a: number; b: number } {
  let a = 1;
  let b = 0;
  for (let round = 0; round < 50; round++) {
    let ga = 0;
    let gb = 0;
    let haa = 1e-9;
    let hab = 0;
    let hbb = 1e-9;
    for (const { raw, malicious, weight } of scores) {
      const p = 1 / (1 + Math.exp(-(a * raw + b)));
      const error = (p - (malicious ? 1 : 0)) * weight;
      const curve = p * (1 - p) * weight;
      ga += error * raw;
      gb += error;
      haa += curve * raw * raw;
      hab += curve * raw;
      hbb += curve;
    }
    const determinant = haa * hbb - hab * hab;
    const da = (hbb * ga - hab * gb) / determinant;
    const db = (haa * gb - hab * ga) / determinant;
    a -= da;
    b -= db;
    if (Math.abs(da) + Math.abs(db) < 1e-9) break;
  }
  return { a, b };
}
