import { createHitCollector, type HitCollector } from './hits.ts';
import { PLAN, PLAN_SIZE, type Program, WINDOW } from './plan.ts';
import { findRuns, type Run } from './runs.ts';
import { createVerifier } from './verifier.ts';
import { createStartFinder } from './windows.ts';

/** One regular expression to look for. `flags` defaults to `i`; `g`, `y` and `d` are the engine's own. */
export interface PatternSource {
  readonly regex: string;
  readonly flags?: string;
}

/** One match of one pattern. */
export interface Match {
  /** Index into the patterns that the matcher was compiled from. */
  readonly pattern: number;
  readonly start: number;
  readonly end: number;
}

/** Lets a caller watch over the running of regexes, which may take long. */
export interface MatchGuard {
  /**
   * Calls `work`, which runs regexes over so many units of text. It may be called again after it threw, and goes on
   * where it stopped.
   */
  run(work: () => void, units: number): void;
  /** Asked before a pattern's regex runs on a stretch of text; `false` leaves it out. */
  admit(pattern: number): boolean;
}

/** Many patterns, ready to be found in any number of texts. */
export interface Matcher {
  /** All leftmost, non-overlapping, non-empty matches of each pattern, ordered by start, end, pattern. */
  match(text: string, guard?: MatchGuard): Match[];
}

/** Texts are searched in stretches of this many units, so that memory does not grow with the text. */
const STRETCH = 1 << 17;
/** A stretch's hits are collected this far beyond its ends. */
const CONTEXT = WINDOW + 64;

/** The matcher of a program that was compiled from these patterns, which are asked for when a regex first has to run. */
export function createMatcher(program: Program, patterns: () => readonly PatternSource[]): Matcher {
  const { plans, runMasks } = program;
  let collector: HitCollector | undefined;
  const finder = createStartFinder(program);
  const verifier = createVerifier(program, patterns);
  const byRun: { pattern: number; kind: number }[] = [];
  const everywhere: number[] = [];
  const shortest: number[] = [];
  for (let pattern = 0; pattern * PLAN_SIZE < plans.length; pattern++) {
    const plan = pattern * PLAN_SIZE;
    const kind = plans[plan + PLAN.run] as number;
    if (kind >= 0) {
      byRun.push({ pattern, kind });
      shortest[kind] = Math.min(shortest[kind] ?? Number.MAX_SAFE_INTEGER, plans[plan + PLAN.runLength] as number);
    } else if (plans[plan + PLAN.refCount] === 0) {
      everywhere.push(pattern);
    }
  }

  return {
    match(text, guard = FREE) {
      const matches: Match[] = [];
      collector ??= createHitCollector(program);
      const hits = collector;
      verifier.begin(text, matches);
      for (let from = 0; from < text.length; from += STRETCH) {
        const to = Math.min(text.length, from + STRETCH);
        const left = Math.max(0, from - CONTEXT);
        const right = Math.min(text.length, to + CONTEXT);
        hits.collect(text, left, right);
        const { candidates } = hits;
        if (candidates.length > 0) {
          let next = 0;
          guard.run(() => {
            while (next < candidates.length) {
              const pattern = candidates[next++] as number;
              finder.byHits(pattern, hits, text, from, to);
              if (finder.lows.length > 0 && guard.admit(pattern)) verifier.verify(pattern, finder);
            }
          }, to - from);
        }
        if (byRun.length > 0) {
          const runs: (readonly Run[] | undefined)[] = [];
          let next = 0;
          guard.run(() => {
            while (next < byRun.length) {
              const { pattern, kind } = byRun[next++] as { pattern: number; kind: number };
              runs[kind] ??= findRuns(text, left, right, runMasks, kind, shortest[kind] as number);
              finder.byRuns(pattern, runs[kind], from, to);
              if (finder.lows.length > 0 && guard.admit(pattern)) verifier.verify(pattern, finder);
            }
          }, to - from);
        }
      }
      if (everywhere.length > 0 && text.length > 0) {
        let next = 0;
        guard.run(() => {
          while (next < everywhere.length) {
            const pattern = everywhere[next++] as number;
            if (guard.admit(pattern)) verifier.search(pattern);
          }
        }, text.length);
      }
      return matches.length < 2 ? matches : matches.sort(compareMatches);
    },
  };
}

const FREE: MatchGuard = { run: (work) => work(), admit: () => true };

function compareMatches(a: Match, b: Match): number {
  return a.start - b.start || a.end - b.end || a.pattern - b.pattern;
}
