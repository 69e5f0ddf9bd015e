import { buildAutomaton } from './automaton.ts';
import { ALL_CHARS, type CharMask, maskTable } from './char-mask.ts';
import { analyzeRegex, bitsOf, type LiteralSet, type RegexFacts, RUN_KINDS } from './literals.ts';
import type { PatternSource } from './matcher.ts';
import { type Program, REF_SIZE, WINDOW } from './plan.ts';

/** A set that hits more often than one in 2^5 places is worse than a run, and one that is no rarer is not added to others. */
const WEAK_BITS = 5;
/** Sets that are asked for together; more cost more than they rule out. */
const MAX_SETS = 3;

/** How a pattern is found: by literals, by runs of one kind of character, or by running it over the whole text. */
export interface PatternPlan {
  readonly facts: RegexFacts;
  readonly sets: readonly LiteralSet[];
  /** Index into RUN_KINDS, or -1. */
  readonly run: number;
}

/** Chooses what to look for before a pattern is run. */
export function planPattern({ regex, flags = 'i' }: PatternSource): PatternPlan {
  const facts = analyzeRegex(regex, flags);
  const usable = facts.sets
    .filter((set) => set.lo <= WINDOW && set.hi >= -WINDOW)
    .map((set) => ({ set, bits: bitsOf(set) }))
    .sort((a, b) => b.bits - a.bits);
  const run = facts.runs.findIndex((kind) => kind !== undefined && kind.lo <= WINDOW);
  const best = usable[0]?.bits ?? 0;
  if (run >= 0 && best < WEAK_BITS) return { facts, sets: [], run };
  const sets = usable.filter(({ bits }, index) => index === 0 || bits >= WEAK_BITS).slice(0, MAX_SETS);
  return { facts, sets: sets.map(({ set }) => set), run: -1 };
}

/** Compiles patterns to the arrays that the matcher runs on. Throws SyntaxError on an invalid regex. */
export function compileProgram(patterns: readonly PatternSource[]): Program {
  const setIds = new Map<string, number>();
  const sets: (readonly string[])[] = [];
  const users: number[][] = [];
  const maskIds = new Map<CharMask, number>();
  const masks: Uint8Array[] = [];
  const plans: number[] = [];
  const refs: number[] = [];

  const setId = (literals: readonly string[]) => {
    const key = literals.join('\0');
    let id = setIds.get(key);
    if (id === undefined) {
      id = sets.length;
      setIds.set(key, id);
      sets.push(literals);
      users.push([]);
    }
    return id;
  };
  const maskId = (mask: CharMask) => {
    if (mask === ALL_CHARS) return -1;
    let id = maskIds.get(mask);
    if (id === undefined) {
      id = masks.length;
      maskIds.set(mask, id);
      masks.push(maskTable(mask));
    }
    return id;
  };

  for (const [pattern, source] of patterns.entries()) {
    new RegExp(source.regex, source.flags ?? 'i');
    const { facts, sets: wanted, run } = planPattern(source);
    const first = refs.length / REF_SIZE;
    const seen = new Set<number>();
    for (const set of wanted) {
      const id = setId([...set.literals].sort());
      if (seen.has(id)) continue;
      seen.add(id);
      users[id]?.push(pattern);
      refs.push(id, Math.max(-WINDOW, set.lo), Math.min(WINDOW, set.hi), maskId(set.before));
    }
    const bounded = Math.max(facts.maxLength, facts.behind, facts.ahead) <= WINDOW;
    const gate = facts.runs[run];
    plans.push(
      first,
      seen.size,
      ...[facts.maxLength, facts.behind, facts.ahead].map((reach) => Math.min(WINDOW, reach)),
    );
    plans.push(bounded ? 1 : 0, run, gate?.length ?? 0, gate?.lo ?? 0, Math.min(WINDOW, gate?.hi ?? 0));
  }
  const userStart = [0];
  for (const list of users) userStart.push((userStart.at(-1) ?? 0) + list.length);
  return {
    automaton: buildAutomaton(sets),
    plans: Int32Array.from(plans),
    refs: Int32Array.from(refs),
    setLengths: Int32Array.from(
      sets.flatMap((literals) => [
        literals.reduce((least, { length }) => Math.min(least, length), Number.MAX_SAFE_INTEGER),
        literals.reduce((most, { length }) => Math.max(most, length), 0),
      ]),
    ),
    userStart: Int32Array.from(userStart),
    users: Int32Array.from(users.flat()),
    masks: concat(masks),
    runMasks: concat(RUN_KINDS.map(({ mask }) => maskTable(mask))),
  };
}

function concat(arrays: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(arrays.reduce((size, array) => size + array.length, 0));
  let offset = 0;
  for (const array of arrays) {
    joined.set(array, offset);
    offset += array.length;
  }
  return joined;
}
