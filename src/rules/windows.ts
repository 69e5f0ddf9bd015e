import { isBlank } from './fold.ts';
import type { Hits } from './hits.ts';
import { MASK_SIZE, PLAN, PLAN_SIZE, type Program, REF, REF_SIZE, TRY_COST } from './plan.ts';
import type { Run } from './runs.ts';

/** Stretches of a text in which a match of one pattern can start. */
export interface StartRanges {
  /** Sorted, apart from one another; `lows[i]` to `highs[i]`, both inclusive. */
  readonly lows: number[];
  readonly highs: number[];
}

/** Finds where matches can start. One finder is used for all patterns of a program, one after the other. */
export interface StartFinder extends StartRanges {
  /** From the hits of the pattern's sets, in `[from, to)`. */
  byHits(pattern: number, hits: Hits, text: string, from: number, to: number): void;
  /** From runs of the pattern's kind. */
  byRuns(pattern: number, runs: readonly Run[], from: number, to: number): void;
}

/** A finder with its own scratch lists. */
export function createStartFinder(program: Program): StartFinder {
  const { plans, refs, setLengths, masks } = program;
  const lows: number[] = [];
  const highs: number[] = [];
  const others: number[] = [];
  /** How far the hits of each of the others have been looked through. */
  const nexts: number[] = [];

  const spanOf = (ref: number) => (refs[ref + REF.hi] as number) - (refs[ref + REF.lo] as number);

  /** Cuts the ranges down to the starts that hits of another set, whose place in a match is told better, allow. */
  const keepAround = (ref: number, hits: Hits) => {
    const wideLows = lows.splice(0);
    const wideHighs = highs.splice(0);
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
      while (range < wideLows.length && (wideHighs[range] as number) < start - hi - slack) range++;
      if (range === wideLows.length) break;
      for (let next = range; next < wideLows.length && (wideLows[next] as number) <= start - lo; next++) {
        const low = Math.max(start - hi, wideLows[next] as number);
        const high = Math.min(start - lo, wideHighs[next] as number);
        if (low <= high) add(low, high);
      }
    }
  };

  /** Adds a range, keeping the lists sorted; they are nearly in order already. */
  const add = (low: number, high: number) => {
    let index = lows.length;
    while (index > 0 && (lows[index - 1] as number) > low) index--;
    if (index === lows.length) {
      const last = index - 1;
      if (last >= 0 && low <= (highs[last] as number) + 1) {
        if (high > (highs[last] as number)) highs[last] = high;
        return;
      }
      lows.push(low);
      highs.push(high);
      return;
    }
    lows.splice(index, 0, low);
    highs.splice(index, 0, high);
    while (index > 0 && (lows[index] as number) <= (highs[index - 1] as number) + 1) index--;
    while (index + 1 < lows.length && (lows[index + 1] as number) <= (highs[index] as number) + 1) {
      highs[index] = Math.max(highs[index] as number, highs[index + 1] as number);
      lows.splice(index + 1, 1);
      highs.splice(index + 1, 1);
    }
  };

  return {
    lows,
    highs,
    byHits(pattern, hits, text, from, to) {
      lows.length = 0;
      highs.length = 0;
      const plan = pattern * PLAN_SIZE;
      const firstRef = plans[plan + PLAN.firstRef] as number;
      const refCount = plans[plan + PLAN.refCount] as number;
      let driver = firstRef * REF_SIZE;
      let cheapest = Number.POSITIVE_INFINITY;
      let narrow = driver;
      for (let index = 0; index < refCount; index++) {
        const ref = (firstRef + index) * REF_SIZE;
        const count = hits.count(refs[ref + REF.set] as number);
        if (count === 0) return;
        const width = (refs[ref + REF.compactHi] as number) - (refs[ref + REF.compactLo] as number);
        const cost = count * (TRY_COST + width);
        if (cost < cheapest) {
          cheapest = cost;
          driver = ref;
        }
        if (spanOf(ref) < spanOf(narrow)) narrow = ref;
      }
      const driving = refs[driver + REF.set] as number;
      hits.list(driving);
      others.length = 0;
      nexts.length = 0;
      for (let index = 0; index < refCount; index++) {
        const ref = (firstRef + index) * REF_SIZE;
        if (ref === driver) continue;
        // The rarer first: what it rules out need not be looked at by the next.
        let at = others.length;
        const count = hits.count(refs[ref + REF.set] as number);
        for (; at > 0 && hits.count(refs[(others[at - 1] as number) + REF.set] as number) > count; at--) {
          others[at] = others[at - 1] as number;
        }
        others[at] = ref;
        nexts.push(-1);
      }
      const lo = refs[driver + REF.lo] as number;
      const hi = refs[driver + REF.hi] as number;
      const compactLo = refs[driver + REF.compactLo] as number;
      const compactHi = refs[driver + REF.compactHi] as number;
      const longest = setLengths[2 * (refs[driver + REF.set] as number) + 1] as number;
      const mask = (refs[driver + REF.mask] as number) * MASK_SIZE;
      let walkedFrom = -1;
      let walkedTo = -1;
      const lastHit = hits.last(driving);
      for (let hit = hits.first(driving); hit < lastHit; hit++) {
        const start = hits.starts[hit] as number;
        if (start - lo < from || start - hi >= to) continue;
        let low = Math.max(0, start - hi);
        const high = Math.min(start - lo, to - 1);
        const compactEnd = hits.compactEnds[hit] as number;
        let possible = true;
        for (let index = 0; index < others.length; index++) {
          const ref = others[index] as number;
          const set = refs[ref + REF.set] as number;
          const least = compactEnd - compactHi - longest + (refs[ref + REF.compactLo] as number);
          const most =
            compactEnd - compactLo + (refs[ref + REF.compactHi] as number) + (setLengths[2 * set + 1] as number);
          let next = nexts[index] as number;
          if (next < 0) {
            hits.list(set);
            next = hits.first(set);
          }
          const { compactEnds } = hits;
          const last = hits.last(set);
          while (next < last && (compactEnds[next] as number) < least) next++;
          nexts[index] = next;
          if (next === last || (compactEnds[next] as number) > most) {
            possible = false;
            break;
          }
        }
        if (!possible) continue;
        if (low < start && lo >= 0) {
          // Back over what can stand before the literal; what an earlier hit has walked over is not walked again.
          const stop = Math.max(low, walkedFrom <= start ? walkedFrom : 0);
          let walked = start;
          let budget = compactHi;
          while (walked > stop) {
            const unit = text.charCodeAt(walked - 1);
            if (mask >= 0 && masks[mask + Math.min(unit, 128)] === 0) break;
            if (walked < 2 || !isBlank(unit) || !isBlank(text.charCodeAt(walked - 2))) {
              if (budget === 0) break;
              budget--;
            }
            walked--;
          }
          if (walked === walkedFrom && walkedFrom > low) walked = walkedTo;
          walkedFrom = start;
          walkedTo = Math.max(walked, low);
          low = walkedTo;
        }
        if (low < from) low = from;
        if (low <= high) add(low, high);
      }
      if (lows.length > 0 && spanOf(narrow) < spanOf(driver)) keepAround(narrow, hits);
    },
    byRuns(pattern, runs, from, to) {
      lows.length = 0;
      highs.length = 0;
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
    },
  };
}
