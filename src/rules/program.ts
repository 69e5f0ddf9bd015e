import { buildAutomaton, classTable } from './automaton.ts';
import { ALL_CHARS, type CharMask, isSubset, maskTable } from './char-mask.ts';
import { type Literal, readLiteral } from './fold.ts';
import { FORM_BITS, NEEDS_LEFT, NEEDS_RIGHT, REF_SIZE, TRY_COST, WINDOW } from './layout.ts';
import {
  analyzeRegex,
  bitsOf,
  forbidsWords,
  type LiteralSet,
  notesOf,
  type RegexFacts,
  RUN_KINDS,
  shareOf,
  WORD_CHARS,
} from './literals.ts';
import type { PatternSource } from './matcher.ts';
import { compileOutline } from './outline.ts';
import { parseRegex } from './parse-regex.ts';
import type { Program } from './plan.ts';

/** A set that hits more often than one in 2^5 places is worse than a run, and one in 2^8 worse than a run that is so long. */
const WEAK_BITS = 5;
const RATHER_WEAK_BITS = 8;
const LONG_RUN = 24;
/** Sets that are asked for together. */
const MAX_SETS = 3;
/** What noting a place costs, where trying a regex costs 1; of 0.03, 0.1 and 0.3 the fastest in `npm run bench -- layers` (2026-11-26). */
const NOTE_COST = 0.1;

/** How a pattern is found: by literals, by runs of one kind of character, or by running it over the whole text. */
export interface PatternPlan {
  readonly facts: RegexFacts;
  /** The rarest first. */
  readonly sets: readonly LiteralSet[];
  /** Index into RUN_KINDS, or -1. */
  readonly run: number;
}

/** What searching a whole text costs at one place, in the same unit as {@link costOf}: literals that cost more are no use. */
const SEARCH_COST = 10;

/** Starts that pass the look at their first character are tried one by one where they are fewer than this share. */
const SELECTIVE = 0.15;

/** How many of the places where a word character stands have none before it. */
const WORD_STARTS = 0.2;

/** Whether no match can start right after a word character: each alternative starts with `\b` and such a one, or with `(?<!\w)`. */
function startsAtWord({ regex, flags = 'i' }: PatternSource, first: CharMask): boolean {
  return parseRegex(regex, flags).alternatives.every(({ elements: [start] }) => {
    if (start?.type !== 'Assertion') return false;
    if (start.kind === 'word') return !start.negate && isSubset(first, WORD_CHARS);
    return start.kind === 'lookbehind' && forbidsWords(start, flags);
  });
}

interface Usable {
  readonly set: LiteralSet;
  readonly bits: number;
  /** Share of places that the automaton notes. */
  readonly notes: number;
}

/** What finding matches from a set's hits costs at one place of ordinary text: its rate, times the starts to search. */
function costOf({ set, bits }: Usable): number {
  return 2 ** -bits * (TRY_COST + widthOf(set));
}

function widthOf({ compactLo, compactHi }: LiteralSet): number {
  return Math.min(WINDOW, compactHi - compactLo);
}

/** How often a regex is tried at one place of ordinary text, where the first set drives and the others must be near. */
function triesOf([driver, ...others]: readonly Usable[], shareOfStarts: number): number {
  const { set, bits } = driver as Usable;
  let ranges = 2 ** -bits;
  let starts = (1 + widthOf(set)) * shareOfStarts;
  let span = set.hi - set.lo;
  for (const other of others) {
    const places = 1 + widthOf(other.set) + widthOf(set);
    const passing = 1 - (1 - 2 ** -other.bits) ** places;
    ranges *= passing;
    if (other.set.hi - other.set.lo < span) {
      span = other.set.hi - other.set.lo;
      // So many of its hits there are where there is one.
      starts = Math.min(starts, ((places * 2 ** -other.bits) / passing) * (1 + span * shareOfStarts));
    }
  }
  return ranges * Math.max(1, starts);
}

/** Whether a set says nothing that another has not said: at the same places there are the same texts, or parts of them. */
function isImplied(set: LiteralSet, by: LiteralSet): boolean {
  if (set.compactLo !== by.compactLo || set.compactHi !== by.compactHi) return false;
  const texts = set.literals.map((literal) => readLiteral(literal).text);
  return by.literals.every((literal) => texts.some((text) => readLiteral(literal).text.startsWith(text)));
}

/** Chooses what to look for before a pattern is run. */
export function planPattern({ regex, flags = 'i' }: PatternSource): PatternPlan {
  const facts = analyzeRegex(regex, flags);
  const usable = facts.sets
    .filter((set) => set.lo <= WINDOW && set.hi >= -WINDOW)
    .map((set) => ({ set, bits: bitsOf(set), notes: notesOf(set) }))
    .sort((a, b) => b.bits - a.bits);
  const run = facts.runs.findIndex((kind) => kind !== undefined && kind.lo <= WINDOW);
  const best = usable[0]?.bits ?? 0;
  const isLong = (facts.runs[run]?.length ?? 0) >= LONG_RUN;
  if (run >= 0 && best < (isLong ? RATHER_WEAK_BITS : WEAK_BITS)) return { facts, sets: [], run };
  if (usable.length === 0) return { facts, sets: [], run: -1 };
  const driver = usable.reduce((least, next) => (costOf(next) < costOf(least) ? next : least));
  if (costOf(driver) > SEARCH_COST) return { facts, sets: [], run };
  const atWord = startsAtWord({ regex, flags }, facts.first);
  const chosen = [driver];
  const shareOfStarts = Math.min(shareOf(facts.first) * (atWord ? WORD_STARTS : 1), SELECTIVE);
  // Another set is asked for as long as the tries that it spares cost more than its own hits.
  let tries = triesOf(chosen, shareOfStarts);
  while (chosen.length < MAX_SETS) {
    let best: Usable | undefined;
    let gain = 0;
    for (const other of usable) {
      if (chosen.some((known) => known === other || isImplied(other.set, known.set))) continue;
      const spared = tries - triesOf([...chosen, other], shareOfStarts) - other.notes * NOTE_COST;
      if (spared > gain) {
        best = other;
        gain = spared;
      }
    }
    if (best === undefined) break;
    chosen.push(best);
    tries = triesOf(chosen, shareOfStarts);
  }
  chosen.sort((a, b) => b.bits - a.bits);
  return { facts, sets: chosen.map(({ set }) => set), run: -1 };
}

/**
 * Compiles patterns to the arrays that the matcher runs on, and other regexes to outlines only, which follow those of the patterns.
 * Throws SyntaxError on an invalid regex.
 */
export function compileProgram(patterns: readonly PatternSource[], outlined: readonly PatternSource[] = []): Program {
  const setIds = new Map<string, number>();
  const sets: (readonly number[])[] = [];
  const gated: number[][] = [];
  const literalIds = new Map<string, number>();
  const literals: Literal[] = [];
  const maskIds = new Map<CharMask, number>();
  const masks: Uint8Array[] = [];
  const plans: number[] = [];
  const refs: number[] = [];

  const literalId = (literal: string) => {
    let id = literalIds.get(literal);
    if (id === undefined) {
      id = literals.length;
      literalIds.set(literal, id);
      literals.push(readLiteral(literal));
    }
    return id;
  };
  const setId = (wanted: readonly string[]) => {
    const key = wanted.join('\0');
    let id = setIds.get(key);
    if (id === undefined) {
      id = sets.length;
      setIds.set(key, id);
      sets.push(wanted.map(literalId));
      gated.push([]);
    }
    return id;
  };
  const maskId = (mask: CharMask) => {
    let id = maskIds.get(mask);
    if (id === undefined) {
      id = masks.length;
      maskIds.set(mask, id);
      masks.push(maskTable(mask));
    }
    return id;
  };

  const selectiveId = (mask: CharMask) => (mask === ALL_CHARS ? -1 : maskId(mask));

  for (const [pattern, source] of patterns.entries()) {
    new RegExp(source.regex, source.flags ?? 'i');
    const { facts, sets: wanted, run } = planPattern(source);
    const firstRef = refs.length / REF_SIZE;
    const seen = new Set<number>();
    for (const set of wanted) {
      const id = setId([...set.literals].sort());
      if (seen.has(id)) continue;
      if (seen.size === 0) gated[id]?.push(pattern);
      seen.add(id);
      refs.push(
        id,
        within(set.lo),
        within(set.hi),
        selectiveId(set.before),
        within(set.compactLo),
        within(set.compactHi),
      );
    }
    const atWord = startsAtWord(source, facts.first);
    const selective = shareOf(facts.first) * (atWord ? WORD_STARTS : 1) < SELECTIVE;
    const bounded = Math.max(facts.maxLength, facts.behind, facts.ahead) <= WINDOW;
    const gate = facts.runs[run];
    plans.push(
      firstRef,
      seen.size,
      ...[facts.maxLength, facts.behind, facts.ahead].map((reach) => Math.min(WINDOW, reach)),
    );
    plans.push(
      bounded ? 1 : 0,
      run,
      gate?.length ?? 0,
      gate?.lo ?? 0,
      within(gate?.hi ?? 0),
      within(facts.compactReach),
      selectiveId(facts.first),
      atWord ? 1 : 0,
      selective ? 1 : 0,
      /[uv]/.test(source.flags ?? '') ? 1 : 0,
    );
  }
  const { automaton, outputs } = buildAutomaton(literals);
  const forms = literals.map(
    ({ text, left, right }) => text.length | (left ? NEEDS_LEFT : 0) | (right ? NEEDS_RIGHT : 0),
  );
  const endings: number[][] = literals.map(() => []);
  for (const [state, ended] of outputs.entries()) {
    for (const literal of ended) endings[literal]?.push((state << FORM_BITS) | (forms[literal] as number));
  }
  const gates: number[][] = outputs.map(() => []);
  for (const [set, members] of sets.entries()) {
    if (gated[set]?.length === 0) continue;
    for (const literal of members) {
      for (const ending of endings[literal] as readonly number[]) {
        gates[ending >> FORM_BITS]?.push((set << FORM_BITS) | (forms[literal] as number));
      }
    }
  }
  const classes = classTable(automaton);
  const classOf = (symbol: string) => classes[symbol.charCodeAt(0)] as number;
  const [outlineStart, outlines] = flat(
    [...patterns, ...outlined].map((source) => compileOutline(source, { classOf, maskId })),
  );
  const lengths = literals.map(({ text }) => text.length);
  const lengthsOf = (members: readonly number[]) => members.map((literal) => lengths[literal] as number);
  const [memberStart, members] = flat(sets.map((literals) => literals.flatMap((literal) => endings[literal] ?? [])));
  const [gateStart, gatesOfAll] = flat(gates);
  const [gatedStart, gatedOfAll] = flat(gated);
  return {
    automaton,
    plans: Int32Array.from(plans),
    refs: Int32Array.from(refs),
    setLengths: Int32Array.from(sets.flatMap((set) => [Math.min(...lengthsOf(set)), Math.max(...lengthsOf(set))])),
    memberStart,
    members,
    gateStart,
    gates: gatesOfAll,
    gatedStart,
    gated: gatedOfAll,
    outlineStart,
    outlines: Uint16Array.from(outlines),
    masks: concat(masks),
    runMasks: concat(RUN_KINDS.map(({ mask }) => maskTable(mask))),
  };
}

/** Where each list starts, one more entry for the end of the last; and all lists one after the other. */
function flat(lists: readonly (readonly number[])[]): readonly [starts: Int32Array, all: Int32Array] {
  const starts = new Int32Array(lists.length + 1);
  for (const [index, list] of lists.entries()) starts[index + 1] = (starts[index] as number) + list.length;
  return [starts, Int32Array.from(lists.flat())];
}

function within(offset: number): number {
  return Math.max(-WINDOW, Math.min(WINDOW, offset));
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
