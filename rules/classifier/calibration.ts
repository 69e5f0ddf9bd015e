/** A raw score with its label and how much it counts. */
export interface ScoredLabel {
  readonly raw: number;
  readonly malicious: boolean;
  readonly weight: number;
}

/** Platt scaling: the a and b of p = 1 / (1 + exp(−(a · raw + b))) with the least weighted log loss. */
export function fitPlatt(scores: readonly ScoredLabel[]): { a: number; b: number } {
  const [a = 1, b = 0] = fitLogistic(scores.map(({ raw, ...label }) => ({ ...label, terms: [raw, 1] })));
  return { a, b };
}

/** A weighted observation of {@link fitLogistic}. */
export interface Observation {
  readonly terms: readonly number[];
  readonly malicious: boolean;
  readonly weight: number;
}

/** Logistic regression without regularisation: the weight of each term with the least weighted log loss, by Newton's method. */
export function fitLogistic(observations: readonly Observation[]): number[] {
  const size = observations[0]?.terms.length ?? 0;
  const weights = new Array<number>(size).fill(0);
  for (let round = 0; round < 50; round++) {
    const gradient = new Array<number>(size).fill(0);
    const curvature = Array.from({ length: size }, (_, i) =>
      Array.from({ length: size }, (_, j) => (i === j ? 1e-9 : 0)),
    );
    for (const { terms, malicious, weight } of observations) {
      const logit = terms.reduce((sum, term, i) => sum + term * (weights[i] as number), 0);
      const p = 1 / (1 + Math.exp(-logit));
      terms.forEach((term, i) => {
        gradient[i] = (gradient[i] as number) + (p - (malicious ? 1 : 0)) * weight * term;
        const row = curvature[i] as number[];
        terms.forEach((other, j) => {
          row[j] = (row[j] as number) + p * (1 - p) * weight * term * other;
        });
      });
    }
    const step = solve(curvature, gradient);
    step.forEach((value, i) => {
      weights[i] = (weights[i] as number) - value;
    });
    if (step.every((value) => Math.abs(value) < 1e-9)) break;
  }
  return weights;
}

/** Solves a positive definite system by Gauss–Jordan elimination. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i] as number]);
  rows.forEach((pivotRow, pivot) => {
    const head = pivotRow[pivot] as number;
    for (let j = pivot; j < pivotRow.length; j++) pivotRow[j] = (pivotRow[j] as number) / head;
    rows.forEach((row, i) => {
      const factor = row[pivot] as number;
      if (i === pivot) return;
      for (let j = pivot; j < row.length; j++) row[j] = (row[j] as number) - factor * (pivotRow[j] as number);
    });
  });
  return rows.map((row) => row.at(-1) as number);
}
