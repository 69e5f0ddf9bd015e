import { isBlank } from './fold.ts';
import type { MatchKernel } from './kernel.ts';
import {
  PLAN_AHEAD,
  PLAN_BEHIND,
  PLAN_BOUNDED,
  PLAN_COMPACT_REACH,
  PLAN_MAX_LENGTH,
  PLAN_READS_PAIRS,
  PLAN_SELECTIVE,
  PLAN_SIZE,
  TRY_COST,
  WINDOW,
} from './layout.ts';
import type { Match, PatternSource } from './matcher.ts';
import type { Program } from './plan.ts';

/** Runs regexes where matches can start. Works on one text at a time. */
export interface Verifier {
  begin(text: string, matches: Match[]): void;
  /** Finds the pattern's matches that start in the range that its kernel is at; those of later calls must lie further on. */
  verify(pattern: number, kernel: MatchKernel): void;
  /** Finds the pattern's matches in the whole text. */
  search(pattern: number): void;
}

/** A verifier that compiles each regex when it first has to run. */
export function createVerifier(program: Program, patterns: () => readonly PatternSource[]): Verifier {
  const { plans } = program;
  const count = plans.length / PLAN_SIZE;
  const searching: (RegExp | undefined)[] = new Array(count).fill(undefined);
  const trying: (RegExp | undefined)[] = new Array(count).fill(undefined);
  let text = '';
  let matches: Match[] = [];

  const compile = (cache: (RegExp | undefined)[], pattern: number, mode: 'g' | 'y') => {
    const { regex, flags = 'i' } = patterns()[pattern] as PatternSource;
    const compiled = new RegExp(regex, flags + mode);
    cache[pattern] = compiled;
    return compiled;
  };

  const readsPairs = (pattern: number) => plans[pattern * PLAN_SIZE + PLAN_READS_PAIRS] === 1;

  /** Tries the pattern where the kernel is, and then at each place of its range at which it may match. */
  const tryEach = (pattern: number, kernel: MatchKernel, subject: string, base: number) => {
    const regex = trying[pattern] ?? compile(trying, pattern, 'y');
    const high = kernel.high.value;
    let start = kernel.place.value;
    while (start <= high) {
      regex.lastIndex = start - base;
      const end = regex.test(subject) ? base + regex.lastIndex : start;
      if (end > start) {
        matches.push({ pattern, start, end });
        kernel.setLastEnd(end);
      }
      start = kernel.nextStart(Math.max(end, start + 1));
    }
  };

  /** Searches a slice of the text for matches that start in a range; `found` is told where each of them ends. */
  const searchRange = (
    pattern: number,
    subject: string,
    base: number,
    low: number,
    high: number,
    found?: (end: number) => void,
  ) => {
    const regex = searching[pattern] ?? compile(searching, pattern, 'g');
    regex.lastIndex = low - base;
    for (let match = regex.exec(subject); match !== null; match = regex.exec(subject)) {
      const start = base + match.index;
      if (start > high) return;
      const { length } = match[0];
      if (length === 0) {
        regex.lastIndex++;
        if (isInsidePair(subject, regex.lastIndex) && readsPairs(pattern)) regex.lastIndex++;
      } else {
        matches.push({ pattern, start, end: start + length });
        found?.(start + length);
      }
      if (base + regex.lastIndex > high) return;
    }
  };

  return {
    begin(newText, newMatches) {
      text = newText;
      matches = newMatches;
    },
    verify(pattern, kernel) {
      const low = kernel.place.value;
      const high = kernel.high.value;
      const plan = pattern * PLAN_SIZE;
      const behind = plans[plan + PLAN_BEHIND] as number;
      const reach = (plans[plan + PLAN_MAX_LENGTH] as number) + (plans[plan + PLAN_AHEAD] as number);
      const compactReach = plans[plan + PLAN_COMPACT_REACH] as number;
      const each =
        kernel.outlined.value !== 0 || plans[plan + PLAN_SELECTIVE] === 1 || (high - low) * TRY_COST < compactReach;
      if (each && plans[plan + PLAN_BOUNDED] === 1) {
        tryEach(pattern, kernel, text, 0);
        return;
      }
      // One unit more on either side, so that an edge of the slice is never taken for an edge of the text.
      let from = Math.max(0, low - behind - 1);
      let to = Math.min(text.length, high + reach + 1);
      if (compactReach < WINDOW) to = compactEnd(text, high, to, compactReach + 2);
      if (isInsidePair(text, from)) from--;
      if (isInsidePair(text, to)) to++;
      const subject = text.slice(from, to);
      if (each) tryEach(pattern, kernel, subject, from);
      else searchRange(pattern, subject, from, low, high, kernel.setLastEnd);
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
