import { isBlank, isWord } from './fold.ts';
import type { Hits } from './hits.ts';
import type { Match, PatternSource } from './matcher.ts';
import { createOutlineCheck, type OutlineCheck } from './outline.ts';
import { MASK_SIZE, PLAN, PLAN_SIZE, type Program, TRY_COST, WINDOW } from './plan.ts';
import type { StartRanges } from './windows.ts';

/** Runs regexes where matches can start. Works on one text at a time. */
export interface Verifier {
  begin(text: string, matches: Match[]): void;
  /** Finds the pattern's matches that start in the ranges, which lie in the stretch of `hits`; those of later calls must lie further on. */
  verify(pattern: number, ranges: StartRanges, hits: Hits): void;
  /** Finds the pattern's matches in the whole text. */
  search(pattern: number): void;
}

/** A verifier that compiles each regex when it first has to run. */
export function createVerifier(program: Program, patterns: () => readonly PatternSource[]): Verifier {
  const { plans, masks, outlineStart } = program;
  let mayMatch: OutlineCheck | undefined;
  const count = plans.length / PLAN_SIZE;
  const searching: (RegExp | undefined)[] = new Array(count).fill(undefined);
  const trying: (RegExp | undefined)[] = new Array(count).fill(undefined);
  /** Pairs: the text in which the pattern was last found, by number, and where that match ends. */
  const lastEnds = new Int32Array(2 * count);
  let texts = 0;
  let text = '';
  let matches: Match[] = [];

  const compile = (cache: (RegExp | undefined)[], pattern: number, mode: 'g' | 'y') => {
    const { regex, flags = 'i' } = patterns()[pattern] as PatternSource;
    const compiled = new RegExp(regex, flags + mode);
    cache[pattern] = compiled;
    return compiled;
  };

  const lastEnd = (pattern: number) => (lastEnds[2 * pattern] === texts ? (lastEnds[2 * pattern + 1] as number) : 0);
  const setLastEnd = (pattern: number, end: number) => {
    lastEnds[2 * pattern] = texts;
    lastEnds[2 * pattern + 1] = end;
  };

  const readsPairs = (pattern: number) => plans[pattern * PLAN_SIZE + PLAN.readsPairs] === 1;

  /** The first start in a range at which the pattern may match, or one beyond the range. */
  const nextStart = (pattern: number, low: number, high: number, hits: Hits, outlined: boolean) => {
    const mask = (plans[pattern * PLAN_SIZE + PLAN.first] as number) * MASK_SIZE;
    const atWord = plans[pattern * PLAN_SIZE + PLAN.atWord] === 1;
    const { units, base } = hits;
    let start = low;
    for (; start <= high; start++) {
      const unit = units[start - base] as number;
      if (mask >= 0 && masks[mask + Math.min(unit, 128)] === 0) continue;
      if (atWord && isWord(units[start - base - 1] as number)) continue;
      if (unit >= 0xdc00 && isInsidePair(text, start) && readsPairs(pattern)) continue;
      if (!outlined) break;
      mayMatch ??= createOutlineCheck(program);
      if (mayMatch(pattern, hits, start, text.length)) break;
    }
    return start;
  };

  /** Tries the pattern at `first`, and then at each start up to `high` at which it may match. */
  const tryEach = (
    pattern: number,
    subject: string,
    base: number,
    first: number,
    high: number,
    hits: Hits,
    outlined: boolean,
  ) => {
    const regex = trying[pattern] ?? compile(trying, pattern, 'y');
    let start = first;
    while (start <= high) {
      regex.lastIndex = start - base;
      const end = regex.test(subject) ? base + regex.lastIndex : start;
      if (end > start) {
        matches.push({ pattern, start, end });
        setLastEnd(pattern, end);
      }
      start = nextStart(pattern, Math.max(end, start + 1), high, hits, outlined);
    }
  };

  /** Searches a slice of the text for matches that start in a range. */
  const searchRange = (pattern: number, subject: string, base: number, low: number, high: number) => {
    const regex = searching[pattern] ?? compile(searching, pattern, 'g');
    regex.lastIndex = low - base;
    for (let found = regex.exec(subject); found !== null; found = regex.exec(subject)) {
      const start = base + found.index;
      if (start > high) return;
      const { length } = found[0];
      if (length === 0) {
        regex.lastIndex++;
        if (isInsidePair(subject, regex.lastIndex) && readsPairs(pattern)) regex.lastIndex++;
      } else {
        matches.push({ pattern, start, end: start + length });
        setLastEnd(pattern, start + length);
      }
      if (base + regex.lastIndex > high) return;
    }
  };

  /** Runs the regex where it may match at `low`. */
  const runFrom = (pattern: number, low: number, high: number, hits: Hits, outlined: boolean) => {
    const plan = pattern * PLAN_SIZE;
    const behind = plans[plan + PLAN.behind] as number;
    const reach = (plans[plan + PLAN.maxLength] as number) + (plans[plan + PLAN.ahead] as number);
    const compactReach = plans[plan + PLAN.compactReach] as number;
    const each = outlined || plans[plan + PLAN.selective] === 1 || (high - low) * TRY_COST < compactReach;
    if (each && plans[plan + PLAN.bounded] === 1) {
      tryEach(pattern, text, 0, low, high, hits, outlined);
      return;
    }
    // One unit more on either side, so that an edge of the slice is never taken for an edge of the text.
    let from = Math.max(0, low - behind - 1);
    let to = Math.min(text.length, high + reach + 1);
    if (compactReach < WINDOW) to = compactEnd(text, high, to, compactReach + 2);
    if (isInsidePair(text, from)) from--;
    if (isInsidePair(text, to)) to++;
    const subject = text.slice(from, to);
    if (each) tryEach(pattern, subject, from, low, high, hits, outlined);
    else searchRange(pattern, subject, from, low, high);
  };

  return {
    begin(newText, newMatches) {
      text = newText;
      matches = newMatches;
      texts++;
    },
    verify(pattern, { size, lows, highs }, hits) {
      const hasOutline = outlineStart[pattern] !== outlineStart[pattern + 1];
      // Units beyond the stretch are not at hand.
      const isWhole = hits.base < 0 && hits.end === text.length;
      const outlined = hasOutline && (isWhole || plans[pattern * PLAN_SIZE + PLAN.bounded] === 1);
      for (let index = 0; index < size; index++) {
        const low = Math.max(lows[index] as number, lastEnd(pattern));
        const high = Math.min(highs[index] as number, text.length - 1);
        const start = nextStart(pattern, low, high, hits, outlined);
        if (start <= high) runFrom(pattern, start, high, hits, outlined);
      }
    },
    search(pattern) {
      searchRange(pattern, text, 0, 0, text.length);
    },
  };
}

/** Where so many units end, white space after white space not counted, or `limit`. */
function compactEnd(text: string, from: number, limit: number, units: number): number {
  let at = from;
  let afterBlank = false;
  for (let left = units; at < limit; at++) {
    const blank = isBlank(text.charCodeAt(at));
    if (blank && afterBlank) continue;
    afterBlank = blank;
    if (left-- === 0) return at;
  }
  return limit;
}

function isInsidePair(text: string, offset: number): boolean {
  if (offset <= 0 || offset >= text.length) return false;
  const unit = text.charCodeAt(offset);
  if (unit < 0xdc00 || unit > 0xdfff) return false;
  const before = text.charCodeAt(offset - 1);
  return before >= 0xd800 && before <= 0xdbff;
}
