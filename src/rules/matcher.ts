import { createHitCollector, type HitCollector, type Hits } from './hits.ts';
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

  let text = '';
  let from = 0;
  let to = 0;
  let next = 0;
  let guard: MatchGuard | undefined;
  const runs: (readonly Run[] | undefined)[] = [];

  /** Calls work that goes on from `next`, watched by the guard where there is one. */
  const begin = (work: () => void, units: number) => {
    next = 0;
    if (guard === undefined) work();
    else guard.run(work, units);
  };
  const verify = (pattern: number, hits: Hits) => {
    if (finder.size > 0 && (guard === undefined || guard.admit(pattern))) verifier.verify(pattern, finder, hits);
  };
  const tryCandidates = () => {
    const hits = collector as Hits;
    const { candidates } = hits;
    while (next < candidates.length) {
      const pattern = candidates[next++] as number;
      finder.byHits(pattern, hits, from, to);
      verify(pattern, hits);
    }
  };
  const tryRuns = () => {
    const hits = collector as Hits;
    const left = Math.max(0, from - CONTEXT);
    const right = Math.min(text.length, to + CONTEXT);
    while (next < byRun.length) {
      const { pattern, kind } = byRun[next++] as { pattern: number; kind: number };
      const found =
        runs[kind] ?? findRuns(hits.units, hits.base, left, right, runMasks, kind, shortest[kind] as number);
      runs[kind] = found;
      if (found.length === 0) continue;
      finder.byRuns(pattern, found, from, to);
      verify(pattern, hits);
    }
  };
  const tryEverywhere = () => {
    while (next < everywhere.length) {
      const pattern = everywhere[next++] as number;
      if (guard === undefined || guard.admit(pattern)) verifier.search(pattern);
    }
  };

  return {
    match(subject, watch) {
      const matches: Match[] = [];
      collector ??= createHitCollector(program);
      text = subject;
      guard = watch;
      verifier.begin(text, matches);
      for (from = 0; from < text.length; from += STRETCH) {
        to = Math.min(text.length, from + STRETCH);
        collector.collect(text, Math.max(0, from - CONTEXT), Math.min(text.length, to + CONTEXT));
        if (collector.candidates.length > 0) begin(tryCandidates, to - from);
        if (byRun.length === 0) continue;
        runs.fill(undefined);
        begin(tryRuns, to - from);
      }
      if (everywhere.length > 0 && text.length > 0) begin(tryEverywhere, text.length);
      return matches.length < 2 ? matches : matches.sort(compareMatches);
    },
  };
}

function compareMatches(a: Match, b: Match): number {
  return a.start - b.start || a.end - b.end || a.pattern - b.pattern;
}
