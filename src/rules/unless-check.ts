import { classTable } from './automaton.ts';
import type { PatternSource } from './matcher.ts';
import { createOutlineCheck, type OutlineCheck, type OutlinedText } from './outline.ts';
import { PLAN_SIZE, type Program } from './plan.ts';
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

/** A check for the program of these rules, which are asked for when it is first used. */
export function createUnlessCheck(program: Program, rules: () => readonly Rule[]): UnlessCheck {
  let ids: ReadonlyMap<string, number> | undefined;
  let check: OutlineCheck | undefined;
  let stretch: { units: Uint16Array; base: number; classes: Uint16Array } | undefined;

  const textOf = (text: string): OutlinedText => {
    stretch ??= { units: new Uint16Array(MAX_LENGTH + 2), base: -1, classes: classTable(program.automaton) };
    for (let offset = 0; offset < text.length; offset++) stretch.units[offset + 1] = text.charCodeAt(offset);
    stretch.units[text.length + 1] = 0;
    return stretch;
  };

  return (unless, text) => {
    const first = program.plans.length / PLAN_SIZE;
    ids ??= new Map(unlessSources(rules()).map((source, index) => [regexKey(source), first + index]));
    const id = ids.get(regexKey(unless));
    if (id === undefined || text.length > MAX_LENGTH) return true;
    if (program.outlineStart[id] === program.outlineStart[id + 1]) return true;
    check ??= createOutlineCheck(program);
    const outlined = textOf(text);
    for (let offset = 0; offset <= text.length; offset++) if (check(id, outlined, offset, text.length)) return true;
    return false;
  };
}
