/** Area under the ROC curve of positive against negative scores; ties count half. */
export function areaUnderCurve(positive: readonly number[], negative: readonly number[]): number {
  const all = [...positive.map((score) => [score, 1] as const), ...negative.map((score) => [score, 0] as const)];
  all.sort((a, b) => a[0] - b[0]);
  let rankSum = 0;
  for (let from = 0; from < all.length; ) {
    let to = from;
    while (to < all.length && all[to]?.[0] === all[from]?.[0]) to++;
    for (let k = from; k < to; k++) if (all[k]?.[1] === 1) rankSum += (from + to + 1) / 2;
    from = to;
  }
  return (rankSum - (positive.length * (positive.length + 1)) / 2) / (positive.length * negative.length);
}

/** The score that this share of the negatives lies above. */
export function thresholdAt(negative: readonly number[], rate: number): number {
  const sorted = [...negative].sort((a, b) => b - a);
  return sorted[Math.floor(rate * sorted.length)] ?? 0;
}

/** Share of scores strictly above a threshold. */
export function shareAbove(scores: readonly number[], threshold: number): number {
  return scores.length === 0 ? 0 : scores.filter((score) => score > threshold).length / scores.length;
}

/** Arithmetic mean; 0 for none. */
export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Every k-th item, at most `size`, so that samples are the same in every run. */
export function everyKth<T>(items: readonly T[], size: number): T[] {
  if (items.length <= size) return [...items];
  const step = items.length / size;
  return Array.from({ length: size }, (_, index) => items[Math.floor(index * step)] as T);
}
