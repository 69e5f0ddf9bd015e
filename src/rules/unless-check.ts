import type { MatchKernel } from './kernel.ts';
import { PLAN_SIZE } from './layout.ts';
import type { PatternSource } from './matcher.ts';
import type { Program } from './plan.ts';
import type { Rule } from './rule.ts';

/** Whether the regex of an `unless` may be found in a text; `false` is certain, and costs less than compiling it. */
export type UnlessCheck = (unless: PatternSource, text: string) => boolean;

/** Longer texts are no cheaper to look through so. */
const MAX_LENGTH = 4096;

/** A key that is the same for the same regex. */
export function regexKey({ regex, flags = 'i' }: PatternSource): string {
  return `${flags}/${regex}`;
}

/** The regexes of all `unless` of some rules, each once: their outlines follow those of the patterns. */
export function unlessSources(rules: readonly Rule[]): readonly PatternSource[] {
  return [...new Map(rules.flatMap(({ unless }) => unless.map((entry) => [regexKey(entry), entry]))).values()];
}

/** A check for the program of these rules, which are asked for when it is first used, by the program's kernel. */
export function createUnlessCheck(
  { plans, outlineStart }: Program,
  rules: () => readonly Rule[],
  kernelOf: () => MatchKernel,
): UnlessCheck {
  let ids: ReadonlyMap<string, number> | undefined;
  return (unless, text) => {
    const first = plans.length / PLAN_SIZE;
    ids ??= new Map(unlessSources(rules()).map((source, index) => [regexKey(source), first + index]));
    const id = ids.get(regexKey(unless));
    if (id === undefined || text.length > MAX_LENGTH || outlineStart[id] === outlineStart[id + 1]) return true;
    return kernelOf().firstMet(id, text) >= 0;
  };
}
