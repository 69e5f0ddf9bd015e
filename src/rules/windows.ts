import { isBlank } from './fold.ts';
import { grown, type Hits } from './hits.ts';
import { MASK_SIZE, PLAN, PLAN_SIZE, type Program, REF, REF_SIZE, TRY_COST } from './plan.ts';
import type { Run } from './runs.ts';

/** Stretches of a text in which a match of one pattern can start. */
export interface StartRanges {
  readonly size: number;
  /** Sorted, apart from one another; `lows[i]` to `highs[i]`, both inclusive, for the first `size` of them. */
  readonly lows: Int32Array;
  readonly highs: Int32Array;
}

/** Enough for most texts, so that lists hardly ever grow. */
const AMPLE = 1 << 12;

/** Finds where matches can start. One finder is used for all patterns of a program, one after the other. */
export interface StartFinder extends StartRanges {
  /** From the hits of the pattern's sets, in `[from, to)`. */
  byHits(pattern: number, hits: Hits, from: number, to: number): void;
  /** From runs of the pattern's kind. */
  byRuns(pattern: number, runs: readonly Run[], from: number, to: number): void;
}

/** A finder with its own scratch lists. */
export function createStartFinder(program: Program): StartFinder {
  const { plans, refs, setLengths, masks } = program;
  const ranges = { size: 0, lows: new Int32Array(AMPLE), highs: new Int32Array(AMPLE), byHits, byRuns };
  let wideLows = new Int32Array(AMPLE);
  let wideHighs = new Int32Array(AMPLE);
  /** How many of the other sets stand near each of the driver's hits. */
  let marks = new Int32Array(AMPLE);
  const others: number[] = [];

  function spanOf(ref: number): number {
    return (refs[ref + REF.hi] as number) - (refs[ref + REF.lo] as number);
  }

  /** Cuts the ranges down to the starts that hits of another set, whose place in a match is told better, allow. */
  function keepAround(ref: number, hits: Hits): void {
    const wide = ranges.size;
    if (wideLows.length < ranges.lows.length) {
      wideLows = new Int32Array(ranges.lows.length);
      wideHighs = new Int32Array(ranges.lows.length);
    }
    for (let index = 0; index < wide; index++) {
      wideLows[index] = ranges.lows[index] as number;
      wideHighs[index] = ranges.highs[index] as number;
    }
    ranges.size = 0;
    const lo = refs[ref + REF.lo] as number;
    const hi = refs[ref + REF.hi] as number;
    const set = refs[ref + REF.set] as number;
    // Hits are in the order of their ends: a later one can start so much earlier.
    const slack = (setLengths[2 * set + 1] as number) - (setLengths[2 * set] as number);
    hits.list(set);
    const { starts } = hits;
    const last = hits.last(set);
    let range = 0;
    for (let index = hits.first(set); index < last; index++) {
      const start = starts[index] as number;
      while (range < wide && (wideHighs[range] as number) < start - hi - slack) range++;
      if (range === wide) break;
      for (let next = range; next < wide && (wideLows[next] as number) <= start - lo; next++) {
        const low = Math.max(start - hi, wideLows[next] as number);
        const high = Math.min(start - lo, wideHighs[next] as number);
        if (low <= high) add(low, high);
      }
    }
  }

  /** Adds a range, keeping the lists sorted; they are nearly in order already. */
  function add(low: number, high: number): void {
    if (ranges.size === ranges.lows.length) {
      ranges.lows = grown(ranges.lows);
      ranges.highs = grown(ranges.highs);
    }
    const { lows, highs, size } = ranges;
    let index = size;
    while (index > 0 && (lows[index - 1] as number) > low) index--;
    if (index > 0 && low <= (highs[index - 1] as number) + 1) {
      index--;
      if (high <= (highs[index] as number)) return;
      highs[index] = high;
    } else {
      if (index < size) {
        lows.copyWithin(index + 1, index, size);
        highs.copyWithin(index + 1, index, size);
      }
      lows[index] = low;
      highs[index] = high;
      ranges.size++;
    }
    let next = index + 1;
    while (next < ranges.size && (lows[next] as number) <= (highs[index] as number) + 1) {
      if ((highs[next] as number) > (highs[index] as number)) highs[index] = highs[next] as number;
      next++;
    }
    if (next === index + 1) return;
    lows.copyWithin(index + 1, next, ranges.size);
    highs.copyWithin(index + 1, next, ranges.size);
    ranges.size -= next - index - 1;
  }

  function byHits(pattern: number, hits: Hits, from: number, to: number): void {
    ranges.size = 0;
    const plan = pattern * PLAN_SIZE;
    const first = (plans[plan + PLAN.firstRef] as number) * REF_SIZE;
    const last = first + (plans[plan + PLAN.refCount] as number) * REF_SIZE;
    const driver = driverOf(first, last, hits);
    if (driver < 0) return;
    const driving = refs[driver + REF.set] as number;
    hits.list(driving);
    if (last - first > REF_SIZE && !markAll(first, last, driver, hits)) return;
    addAround(driver, (last - first) / REF_SIZE - 1, hits, from, to);
    if (ranges.size === 0) return;
    let narrow = first;
    for (let ref = first; ref < last; ref += REF_SIZE) if (spanOf(ref) < spanOf(narrow)) narrow = ref;
    if (spanOf(narrow) < spanOf(driver)) keepAround(narrow, hits);
  }

  /** The set whose hits leave the least to look through; -1 where one of them has none. */
  function driverOf(first: number, last: number, hits: Hits): number {
    let driver = first;
    let cheapest = Number.POSITIVE_INFINITY;
    for (let ref = first; ref < last; ref += REF_SIZE) {
      const count = hits.count(refs[ref + REF.set] as number);
      if (count === 0) return -1;
      const width = (refs[ref + REF.compactHi] as number) - (refs[ref + REF.compactLo] as number);
      const cost = count * (TRY_COST + width);
      if (cost < cheapest) {
        cheapest = cost;
        driver = ref;
      }
    }
    return driver;
  }

  /** Marks the driver's hits that have hits of each other set near them; `false` where there are none. */
  function markAll(first: number, last: number, driver: number, hits: Hits): boolean {
    const driving = refs[driver + REF.set] as number;
    const firstHit = hits.first(driving);
    const lastHit = hits.last(driving);
    if (marks.length < lastHit - firstHit) marks = new Int32Array(2 * (lastHit - firstHit));
    for (let index = lastHit - firstHit - 1; index >= 0; index--) marks[index] = 0;
    let asked = 0;
    for (let ref = first; ref < last; ref += REF_SIZE) {
      if (ref === driver) continue;
      // The rarer first: where it rules out all hits the next need not be looked at.
      const count = hits.count(refs[ref + REF.set] as number);
      let at = asked++;
      for (; at > 0 && hits.count(refs[(others[at - 1] as number) + REF.set] as number) > count; at--) {
        others[at] = others[at - 1] as number;
      }
      others[at] = ref;
    }
    const compactLo = refs[driver + REF.compactLo] as number;
    const compactHi = refs[driver + REF.compactHi] as number;
    const longest = setLengths[2 * driving + 1] as number;
    for (let index = 0; index < asked; index++) {
      const ref = others[index] as number;
      const set = refs[ref + REF.set] as number;
      const least = (refs[ref + REF.compactLo] as number) - compactHi - longest;
      const most = (refs[ref + REF.compactHi] as number) - compactLo + (setLengths[2 * set + 1] as number);
      if (hits.markNear(set, firstHit, lastHit, least, most, marks, index + 1) === 0) return false;
    }
    return true;
  }

  /** Adds the starts that the driver's hits allow, of those that have so many marks. */
  function addAround(driver: number, marked: number, hits: Hits, from: number, to: number): void {
    const driving = refs[driver + REF.set] as number;
    const firstHit = hits.first(driving);
    const lastHit = hits.last(driving);
    const lo = refs[driver + REF.lo] as number;
    const hi = refs[driver + REF.hi] as number;
    const compactHi = refs[driver + REF.compactHi] as number;
    const { starts } = hits;
    const mask = (refs[driver + REF.mask] as number) * MASK_SIZE;
    let walkedFrom = -1;
    let walkedTo = -1;
    for (let hit = firstHit; hit < lastHit; hit++) {
      const start = starts[hit] as number;
      if (start - lo < from || start - hi >= to) continue;
      if (marked > 0 && marks[hit - firstHit] !== marked) continue;
      let low = Math.max(0, start - hi);
      const high = Math.min(start - lo, to - 1);
      if (low < start && lo >= 0) {
        // What an earlier hit has walked over is not walked again.
        const stop = Math.max(low, walkedFrom <= start ? walkedFrom : 0);
        let walked = walkBack(start, stop, compactHi, mask, hits);
        if (walked === walkedFrom && walkedFrom > low) walked = walkedTo;
        walkedFrom = start;
        walkedTo = Math.max(walked, low);
        low = walkedTo;
      }
      if (low < from) low = from;
      if (low <= high) add(low, high);
    }
  }

  /** Back over what can stand before a literal, to `stop` or as many units as the budget is, white space after white space not counted. */
  function walkBack(start: number, stop: number, budget: number, mask: number, { units, base }: Hits): number {
    let left = budget;
    let walked = start;
    while (walked > stop) {
      const unit = units[walked - 1 - base] as number;
      if (mask >= 0 && masks[mask + Math.min(unit, 128)] === 0) break;
      if (walked < 2 || !isBlank(unit) || !isBlank(units[walked - 2 - base] as number)) {
        if (left === 0) break;
        left--;
      }
      walked--;
    }
    return walked;
  }

  function byRuns(pattern: number, runs: readonly Run[], from: number, to: number): void {
    ranges.size = 0;
    const plan = pattern * PLAN_SIZE;
    const length = plans[plan + PLAN.runLength] as number;
    const lo = plans[plan + PLAN.runLo] as number;
    const hi = plans[plan + PLAN.runHi] as number;
    for (const run of runs) {
      if (run.end - run.start < length) continue;
      const low = Math.max(from, run.start - hi);
      const high = Math.min(to - 1, run.end - length - lo);
      if (low <= high) add(low, high);
    }
  }

  return ranges;
}
