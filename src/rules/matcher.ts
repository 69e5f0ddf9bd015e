import type { MatchKernel } from './kernel.ts';
import { PLAN_REF_COUNT, PLAN_RUN, PLAN_SIZE, STRETCH } from './layout.ts';
import type { Program } from './plan.ts';
import { createVerifier } from './verifier.ts';

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

/**
 * The matcher of a program that was compiled from these patterns, which are asked for when a regex first has to run. The kernel is that of
 * the program.
 */
export function createMatcher(
  program: Program,
  patterns: () => readonly PatternSource[],
  kernelOf: () => MatchKernel,
): Matcher {
  const { plans } = program;
  const verifier = createVerifier(program, patterns);
  const everywhere: number[] = [];
  for (let pattern = 0; pattern * PLAN_SIZE < plans.length; pattern++) {
    const plan = pattern * PLAN_SIZE;
    if ((plans[plan + PLAN_RUN] as number) < 0 && plans[plan + PLAN_REF_COUNT] === 0) everywhere.push(pattern);
  }

  /** Runs regexes where the kernel says, and goes on there when called again. */
  const tryAll = (kernel: MatchKernel, guard: MatchGuard | undefined) => {
    while (kernel.nextTry() !== 0) {
      const pattern = kernel.pattern.value;
      if (guard === undefined || guard.admit(pattern)) verifier.verify(pattern, kernel);
      else kernel.skipPattern();
    }
  };
  const searchAll = (patternsLeft: number[], guard: MatchGuard | undefined) => {
    for (let pattern = patternsLeft.pop(); pattern !== undefined; pattern = patternsLeft.pop()) {
      if (guard === undefined || guard.admit(pattern)) verifier.search(pattern);
    }
  };

  return {
    match(text, guard) {
      const matches: Match[] = [];
      const kernel = kernelOf();
      const begin = (work: () => void, units: number) => {
        if (guard === undefined) work();
        else guard.run(work, units);
      };
      verifier.begin(text, matches);
      kernel.begin(text);
      for (let from = 0; from < text.length; from += STRETCH) {
        const to = Math.min(text.length, from + STRETCH);
        if (kernel.collect(from, to)) begin(() => tryAll(kernel, guard), to - from);
      }
      if (everywhere.length > 0 && text.length > 0) {
        const left = [...everywhere];
        begin(() => searchAll(left, guard), text.length);
      }
      return matches.length < 2 ? matches : matches.sort(compareMatches);
    },
  };
}

function compareMatches(a: Match, b: Match): number {
  return a.start - b.start || a.end - b.end || a.pattern - b.pattern;
}
