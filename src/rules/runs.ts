import { MASK_SIZE } from './plan.ts';

/** A stretch of text in which every character is of one kind. */
export interface Run {
  readonly start: number;
  readonly end: number;
}

/**
 * All runs of at least `shortest` characters in `[from, to)` by a table of {@link MASK_SIZE}; skips where it can. The unit
 * at an offset is `units[offset - base]`.
 */
export function findRuns(
  units: Uint16Array,
  base: number,
  from: number,
  to: number,
  masks: Uint8Array,
  kind: number,
  shortest: number,
): readonly Run[] {
  const mask = kind * MASK_SIZE;
  const runs: Run[] = [];
  let start = from;
  while (start + shortest <= to) {
    let at = start + shortest - 1;
    while (at >= start && masks[mask + Math.min(units[at - base] as number, 128)] === 1) at--;
    if (at >= start) {
      start = at + 1;
      continue;
    }
    let end = start + shortest;
    while (end < to && masks[mask + Math.min(units[end - base] as number, 128)] === 1) end++;
    runs.push({ start, end });
    start = end + 1;
  }
  return runs;
}
