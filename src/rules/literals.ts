import type { AST } from '@eslint-community/regexpp';
import { ALL_CHARS, asciiMask, type CharMask, isSubset, maskOf, NON_ASCII } from './char-mask.ts';
import { BOUNDARY, DIGIT, foldText, foldUnit, readLiteral, SPACE, tidyBoundaries } from './fold.ts';
import { chanceOf, chanceOfSymbol } from './frequency.ts';
import { parseRegex } from './parse-regex.ts';

/** Folded texts one of which stands in every match, and where it can start, counted from the start of the match. */
export interface LiteralSet {
  readonly literals: readonly string[];
  /** Negative where the literal is in a lookbehind. */
  readonly lo: number;
  /** May be infinite. */
  readonly hi: number;
  /** The same in units that leave out white space after white space: `\s+` is any length, but one such unit. */
  readonly compactLo: number;
  readonly compactHi: number;
  /** The characters that can stand between the start of the match and the literal. */
  readonly before: CharMask;
}

/** A run of characters of one kind that stands in every match. */
export interface RequiredRun {
  readonly length: number;
  readonly lo: number;
  readonly hi: number;
}

/** What can be told of all matches of a regex without running it. Lengths are in UTF-16 units and may be infinite. */
export interface RegexFacts {
  readonly minLength: number;
  readonly maxLength: number;
  /** How far before its start and after its end a match can look. */
  readonly behind: number;
  readonly ahead: number;
  /** How far it can look from its start on, in units that leave out white space after white space. */
  readonly compactReach: number;
  /** The characters that a match can start with. */
  readonly first: CharMask;
  /** Every match holds one literal of each of these. */
  readonly sets: readonly LiteralSet[];
  /** By index into {@link RUN_KINDS}: the longest such run that every match holds. */
  readonly runs: readonly (RequiredRun | undefined)[];
}

/** The kinds of runs that stand in for literals, the most telling first, and the shortest run worth looking for. */
export const RUN_KINDS: readonly { readonly name: string; readonly mask: CharMask; readonly shortest: number }[] = [
  { name: 'non-ascii', mask: NON_ASCII, shortest: 1 },
  { name: 'long-token', mask: charsOf('+/.=_-', /\w/), shortest: 12 },
  { name: 'capitals', mask: charsOf(' ', /[A-Z\d]/), shortest: 8 },
  { name: 'number-like', mask: charsOf('.-/()+:,', /[\d\s]/) | NON_ASCII, shortest: 7 },
];

/** Characters among which there is white space. */
const CAN_BE_SPACE: CharMask = charsOf('', /\s/) | NON_ASCII;

function charsOf(chars: string, also: RegExp): CharMask {
  let mask = 0n;
  for (let unit = 0; unit < 128; unit++) {
    const char = String.fromCharCode(unit);
    if (chars.includes(char) || also.test(char)) mask |= 1n << BigInt(unit);
  }
  return mask;
}

/** More literals than this in one set cost more than they tell. */
const MAX_LITERALS = 48;
/** A longer literal tells nothing more; it is cut into several sets. */
const MAX_LITERAL_LENGTH = 8;
/** A character class with more symbols is not spelled out. */
const MAX_CLASS_SYMBOLS = 8;
/** Optional text longer than this ends a literal instead of doubling the set. */
const MAX_OPTIONAL_LENGTH = 2;
/** Copies of a repeated element that are spelled out. */
const MAX_COPIES = 16;

/** Reads a regex that `new RegExp` accepts. Throws SyntaxError on one that the parser does not know. */
export function analyzeRegex(regex: string, flags: string): RegexFacts {
  const facts = ofAlternatives(parseRegex(regex, flags).alternatives, flags);
  return {
    minLength: facts.min,
    maxLength: facts.max,
    behind: facts.behind,
    ahead: facts.ahead,
    compactReach: facts.compactMax + facts.compactAhead,
    first: facts.first,
    sets: facts.sets,
    runs: facts.runs,
  };
}

/** What is known of one stretch of a regex; offsets count from where the stretch starts. */
interface Stretch {
  readonly min: number;
  readonly max: number;
  /** Lengths without white space that follows white space. */
  readonly compactMin: number;
  readonly compactMax: number;
  readonly compactAhead: number;
  /** Whether it matches nothing but white space. */
  readonly blank: boolean;
  /** All texts that it matches, where they are few. */
  readonly exact: readonly string[] | undefined;
  readonly sets: readonly LiteralSet[];
  readonly runs: readonly (RequiredRun | undefined)[];
  readonly behind: number;
  readonly ahead: number;
  /** The characters that it can consume, and those that it can consume first. */
  readonly mask: CharMask;
  readonly first: CharMask;
}

const NO_RUNS: readonly undefined[] = RUN_KINDS.map(() => undefined);
const EMPTY: Stretch = {
  min: 0,
  max: 0,
  compactMin: 0,
  compactMax: 0,
  compactAhead: 0,
  blank: true,
  exact: [''],
  sets: [],
  runs: NO_RUNS,
  behind: 0,
  ahead: 0,
  mask: 0n,
  first: 0n,
};

/** Whether `\b` stands right before or after a stretch. */
interface Edges {
  readonly left: boolean;
  readonly right: boolean;
}

const NO_EDGES: Edges = { left: false, right: false };

function ofAlternatives(alternatives: readonly AST.Alternative[], flags: string, edges: Edges = NO_EDGES): Stretch {
  const parts = alternatives.map((alternative) => ofSequence(alternative.elements, flags, edges));
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  const exact = parts.every((part) => part.exact !== undefined)
    ? [...new Set(parts.flatMap((part) => part.exact ?? []))]
    : undefined;
  return {
    min: Math.min(...parts.map((part) => part.min)),
    max: Math.max(...parts.map((part) => part.max)),
    compactMin: Math.min(...parts.map((part) => part.compactMin)),
    compactMax: Math.max(...parts.map((part) => part.compactMax)),
    compactAhead: Math.max(...parts.map((part) => part.compactAhead)),
    blank: parts.every((part) => part.blank),
    exact: exact !== undefined && exact.length <= MAX_LITERALS ? exact : undefined,
    sets: uniteSets(parts),
    runs: RUN_KINDS.map((_kind, kind) => uniteRuns(parts.map((part) => part.runs[kind]))),
    behind: Math.max(...parts.map((part) => part.behind)),
    ahead: Math.max(...parts.map((part) => part.ahead)),
    mask: parts.reduce((mask, part) => mask | part.mask, 0n),
    first: parts.reduce((mask, part) => mask | part.first, 0n),
  };
}

/** One set that holds the most telling one of each alternative; none where an alternative has none. */
function uniteSets(parts: readonly Stretch[]): LiteralSet[] {
  const best = parts.map((part) => mostTelling(part.sets));
  if (!best.every((set) => set !== undefined)) return [];
  const literals = [...new Set(best.flatMap((set) => set.literals))];
  if (literals.length > 4 * MAX_LITERALS) return [];
  return [
    {
      literals,
      lo: Math.min(...best.map((set) => set.lo)),
      hi: Math.max(...best.map((set) => set.hi)),
      compactLo: Math.min(...best.map((set) => set.compactLo)),
      compactHi: Math.max(...best.map((set) => set.compactHi)),
      before: best.reduce((mask, set) => mask | set.before, 0n),
    },
  ];
}

function uniteRuns(runs: readonly (RequiredRun | undefined)[]): RequiredRun | undefined {
  if (!runs.every((run) => run !== undefined)) return undefined;
  return {
    length: Math.min(...runs.map((run) => run.length)),
    lo: Math.min(...runs.map((run) => run.lo)),
    hi: Math.max(...runs.map((run) => run.hi)),
  };
}

/** The literals that are being spelled out, adjacent to the point that the walk has come to. */
interface Pending {
  texts: readonly string[];
  lo: number;
  hi: number;
  compactLo: number;
  compactHi: number;
  before: CharMask;
}

function ofSequence(elements: readonly AST.Element[], flags: string, edges: Edges): Stretch {
  const sets: LiteralSet[] = [];
  const start = edges.left ? [BOUNDARY] : [''];
  let exact: readonly string[] | undefined = start;
  let min = 0;
  let max = 0;
  let compactMin = 0;
  let compactMax = 0;
  let compactAhead = 0;
  let blank = true;
  let behind = 0;
  let ahead = 0;
  let mask: CharMask = 0n;
  let first: CharMask = 0n;
  let pending: Pending = { texts: start, lo: 0, hi: 0, compactLo: 0, compactHi: 0, before: 0n };
  const runs: (RequiredRun | undefined)[] = [...NO_RUNS];
  const open: (RequiredRun | undefined)[] = [...NO_RUNS];

  const flush = () => {
    const texts = pending.texts.map(tidyBoundaries);
    if (!texts.includes('')) sets.push({ literals: withoutExtensions(texts), ...rangeOf(pending) });
    pending = { texts: [''], lo: min, hi: max, compactLo: compactMin, compactHi: compactMax, before: mask };
  };
  const spell = (texts: readonly string[]) => {
    if (
      pending.texts.length * texts.length > MAX_LITERALS ||
      longest(pending.texts) + longest(texts) > MAX_LITERAL_LENGTH
    ) {
      flush();
    }
    pending.texts = product(pending.texts, texts);
  };
  const advance = (part: Stretch) => {
    min += part.min;
    max += part.max;
    compactMin += part.compactMin;
    compactMax += part.compactMax;
    blank &&= part.blank;
    mask |= part.mask;
  };
  const addSets = (part: Stretch) => {
    for (const set of part.sets) {
      sets.push({
        literals: set.literals,
        lo: min + set.lo,
        hi: max + set.hi,
        compactLo: compactMin + set.compactLo,
        compactHi: compactMax + set.compactHi,
        before: mask | set.before,
      });
    }
  };
  const addRuns = (part: Stretch) => {
    RUN_KINDS.forEach((kind, index) => {
      if (part.max === 0) return;
      if (isSubset(part.mask, kind.mask)) {
        const run = open[index] ?? { length: 0, lo: min, hi: max };
        open[index] = { ...run, length: run.length + part.min };
        runs[index] = longer(runs[index], open[index]);
      } else {
        open[index] = undefined;
        const inner = part.runs[index];
        if (inner) runs[index] = longer(runs[index], { length: inner.length, lo: min + inner.lo, hi: max + inner.hi });
      }
    });
  };

  const isBoundary = (element: AST.Element | undefined) =>
    element?.type === 'Assertion' && (element.kind === 'word' ? !element.negate : forbidsWords(element, flags));
  for (const [index, element] of elements.entries()) {
    if (element.type === 'Assertion') {
      if (isBoundary(element)) {
        pending.texts = product(pending.texts, [BOUNDARY]);
        exact = exact && product(exact, [BOUNDARY]);
      }
      if (element.kind !== 'lookahead' && element.kind !== 'lookbehind') continue;
      const part = ofAlternatives(element.alternatives, flags);
      if (element.kind === 'lookahead') {
        ahead = Math.max(ahead, part.max + part.ahead);
        compactAhead = Math.max(compactAhead, part.compactMax + part.compactAhead);
        behind = Math.max(behind, part.behind);
        if (!element.negate) addSets(part);
      } else {
        behind = Math.max(behind, part.max + part.behind);
        ahead = Math.max(ahead, part.ahead);
        compactAhead = Math.max(compactAhead, part.compactAhead);
        if (!element.negate) {
          for (const { literals, lo, hi, compactLo, compactHi } of part.sets) {
            sets.push({
              literals,
              lo: min - part.max + lo,
              hi: max - part.min + hi,
              compactLo: compactMin - part.compactMax + compactLo,
              compactHi: compactMax - part.compactMin + compactHi,
              before: ALL_CHARS,
            });
          }
        }
      }
      continue;
    }
    const inner: Edges = {
      left: index === 0 ? edges.left : isBoundary(elements[index - 1]),
      right: index === elements.length - 1 ? edges.right : isBoundary(elements[index + 1]),
    };
    const [part, low, high] =
      element.type === 'Quantifier'
        ? [ofElement(element.element, flags, element.max === 1 ? inner : NO_EDGES), element.min, element.max]
        : [ofElement(element, flags, inner), 1, 1];
    behind = Math.max(behind, part.behind);
    ahead = Math.max(ahead, part.ahead);
    compactAhead = Math.max(compactAhead, part.compactAhead);
    const whole = repeat(part, low, high);
    exact = cross(exact, whole.exact);
    if (min === 0) first |= whole.first;
    addRuns(whole);

    if (part.exact === undefined || high === 0) {
      flush();
      if (low > 0) addSets(part);
      advance(whole);
      flush();
    } else if (low === 0) {
      const short = high === 1 && Math.max(...part.exact.map((text) => text.length)) <= MAX_OPTIONAL_LENGTH;
      if (short) spell(['', ...part.exact]);
      else flush();
      advance(whole);
      if (!short) flush();
    } else {
      const copies = Math.min(low, MAX_COPIES);
      for (let copy = 0; copy < copies; copy++) {
        spell(part.exact);
        advance(part);
      }
      if (low !== high || copies < low) {
        flush();
        advance(repeat(part, low - copies, high - copies));
        // What follows is adjacent to the last copy.
        pending = {
          texts: part.exact,
          lo: min - part.max,
          hi: max - part.min,
          compactLo: compactMin - part.compactMax,
          compactHi: compactMax - part.compactMin,
          before: mask,
        };
        if (pending.texts.some((text) => text.length > MAX_LITERAL_LENGTH)) flush();
      }
    }
  }
  if (edges.right) {
    pending.texts = product(pending.texts, [BOUNDARY]);
    exact = exact && product(exact, [BOUNDARY]);
  }
  flush();
  return {
    min,
    max,
    compactMin,
    compactMax,
    compactAhead,
    blank,
    exact,
    sets,
    runs: runs.map((run, index) => ((run?.length ?? 0) >= (RUN_KINDS[index]?.shortest ?? 0) ? run : undefined)),
    behind,
    ahead,
    mask,
    first,
  };
}

/** The word characters of ASCII. */
export const WORD_CHARS: CharMask = asciiMask(/\w/);

/**
 * Whether an assertion is `(?<!\w)`, `(?!\w)` or such a one that forbids more. Right beside a word character it says as much as
 * `\b`; on its other side that character could not stand.
 */
export function forbidsWords(element: AST.Assertion, flags: string): boolean {
  if ((element.kind !== 'lookahead' && element.kind !== 'lookbehind') || !element.negate) return false;
  return element.alternatives.some(({ elements: [only, ...others] }) => {
    const isClass = only?.type === 'CharacterClass' || only?.type === 'CharacterSet';
    return isClass && others.length === 0 && isSubset(WORD_CHARS, maskOf(only, flags));
  });
}

function rangeOf({ texts: _texts, ...range }: Pending): Omit<LiteralSet, 'literals'> {
  return range;
}

function longer(a: RequiredRun | undefined, b: RequiredRun | undefined): RequiredRun | undefined {
  return (b?.length ?? 0) > (a?.length ?? 0) ? b : a;
}

/** The texts without those that another one starts: where they stand, it stands too. */
function withoutExtensions(texts: readonly string[]): string[] {
  const kept: string[] = [];
  for (const text of [...texts].sort((a, b) => a.length - b.length || (a < b ? -1 : 1))) {
    if (!kept.some((shorter) => text.startsWith(shorter))) kept.push(text);
  }
  return kept;
}

function cross(a: readonly string[] | undefined, b: readonly string[] | undefined): readonly string[] | undefined {
  if (a === undefined || b === undefined || a.length * b.length > MAX_LITERALS) return undefined;
  return longest(a) + longest(b) > MAX_LITERAL_LENGTH ? undefined : product(a, b);
}

/** Every text of `a` followed by every one of `b`. */
function product(a: readonly string[], b: readonly string[]): readonly string[] {
  if (a.length === 1 && b.length === 1) return [`${a[0]}${b[0]}`];
  const texts = new Set<string>();
  for (const first of a) for (const second of b) texts.add(first + second);
  return [...texts];
}

function longest(texts: readonly string[]): number {
  let most = 0;
  for (const { length } of texts) if (length > most) most = length;
  return most;
}

function times(length: number, count: number): number {
  return length === 0 || count === 0 ? 0 : length * count;
}

function repeat(part: Stretch, low: number, high: number): Stretch {
  if (low === 1 && high === 1) return part;
  if (high === 0) return { ...EMPTY, behind: part.behind, ahead: part.ahead, compactAhead: part.compactAhead };
  let exact: readonly string[] | undefined;
  if (part.exact !== undefined && high <= 4) {
    let copies: readonly string[] | undefined = [''];
    const all = new Set<string>(low === 0 ? [''] : []);
    for (let count = 1; count <= high && copies !== undefined; count++) {
      copies = cross(copies, part.exact);
      if (count >= low) for (const text of copies ?? []) all.add(text);
    }
    if (copies !== undefined && all.size <= MAX_LITERALS) exact = [...all];
  }
  return {
    ...part,
    min: times(part.min, low),
    max: times(part.max, high),
    compactMin: times(part.compactMin, low),
    compactMax: part.blank ? Math.min(1, part.compactMax) : times(part.compactMax, high),
    exact,
    sets: low > 0 ? part.sets : [],
    runs: low > 0 ? part.runs : NO_RUNS,
  };
}

function ofElement(element: AST.QuantifiableElement | AST.Quantifier, flags: string, edges: Edges): Stretch {
  switch (element.type) {
    case 'Group':
    case 'CapturingGroup':
      return ofAlternatives(element.alternatives, flags, edges);
    case 'Character':
      return character(element, flags);
    case 'CharacterSet':
    case 'CharacterClass':
      return oneOf(element, flags);
    default:
      // Back references, and what later editions of the language add.
      return {
        ...EMPTY,
        max: Number.POSITIVE_INFINITY,
        compactMax: Number.POSITIVE_INFINITY,
        compactAhead: Number.POSITIVE_INFINITY,
        blank: false,
        exact: undefined,
        mask: ALL_CHARS,
        first: ALL_CHARS,
        behind: Number.POSITIVE_INFINITY,
        ahead: Number.POSITIVE_INFINITY,
      };
  }
}

const characters = new Map<string, Map<number, Stretch>>();

function character(element: AST.Character, flags: string): Stretch {
  let known = characters.get(flags);
  if (known === undefined) {
    known = new Map();
    characters.set(flags, known);
  }
  let stretch = known.get(element.value);
  if (stretch === undefined) {
    stretch = characterStretch(element, flags);
    known.set(element.value, stretch);
  }
  return stretch;
}

function characterStretch(element: AST.Character, flags: string): Stretch {
  const text = String.fromCodePoint(element.value);
  const certain = text.length === 1 ? !foldsIntoAscii(text) : !flags.includes('i') || !hasCase(text);
  const blank = foldText(text) === SPACE;
  return {
    ...EMPTY,
    min: text.length,
    max: text.length,
    compactMin: blank ? 0 : text.length,
    compactMax: text.length,
    blank,
    exact: certain ? [foldText(text)] : undefined,
    mask: maskOf(element, flags),
    first: maskOf(element, flags),
  };
}

/** The long s and the Kelvin sign fold to letters that have a word boundary on the other side: they are not spelled out. */
function foldsIntoAscii(unit: string): boolean {
  return unit > '\x7f' && foldUnit(unit) <= '\x7f' && foldUnit(unit) !== SPACE;
}

function hasCase(text: string): boolean {
  return text.toLowerCase() !== text || text.toUpperCase() !== text;
}

function oneOf(element: AST.CharacterSet | AST.CharacterClass, flags: string): Stretch {
  const symbols = symbolsOf(element, flags);
  const wide = /[uv]/.test(flags) && symbols === undefined;
  const strings =
    element.type === 'CharacterClass' ? element.unicodeSets : element.kind === 'property' && element.strings;
  const max = strings ? Math.max(64, element.raw.length) : wide ? 2 : longest(symbols ?? ['']) || 1;
  const blank = symbols?.length === 1 && symbols[0] === SPACE;
  const mask = maskOf(element, flags);
  return {
    ...EMPTY,
    min: strings ? 0 : 1,
    max,
    compactMin: strings || (mask & CAN_BE_SPACE) !== 0n ? 0 : 1,
    compactMax: max,
    blank,
    exact: symbols,
    mask,
    first: mask,
  };
}

/** The symbols of a class that are few enough to be spelled out. */
function symbolsOf(element: AST.CharacterSet | AST.CharacterClass, flags: string): readonly string[] | undefined {
  const symbols = new Set<string>();
  const elements: readonly AST.CharacterClassElement[] | readonly AST.CharacterSet[] =
    element.type === 'CharacterSet' ? [element] : element.elements;
  if (element.type === 'CharacterClass' && (element.negate || element.unicodeSets)) return undefined;
  for (const inner of elements) {
    if (inner.type === 'CharacterSet') {
      if (inner.kind === 'digit' && !inner.negate) symbols.add(DIGIT);
      else if (inner.kind === 'space' && !inner.negate) symbols.add(SPACE);
      else return undefined;
    } else if (inner.type === 'Character' || inner.type === 'CharacterClassRange') {
      const [first, last] =
        inner.type === 'Character' ? [inner.value, inner.value] : [inner.min.value, inner.max.value];
      if (last - first > 32) return undefined;
      for (let value = first; value <= last; value++) {
        const text = String.fromCodePoint(value);
        if (text.length === 1 && !foldsIntoAscii(text)) symbols.add(foldUnit(text));
        else if (text.length > 1 && /[uv]/.test(flags) && !hasCase(text)) symbols.add(text);
        else return undefined;
      }
    } else {
      return undefined;
    }
    if (symbols.size > MAX_CLASS_SYMBOLS) return undefined;
  }
  return symbols.size === 0 ? undefined : [...symbols];
}

/** How rare a set's hits are in ordinary text, in bits: each bit halves them. */
export function bitsOf(set: LiteralSet): number {
  let chance = 0;
  for (const literal of set.literals) chance += chanceOf(literal);
  return -Math.log2(Math.min(1, chance));
}

/** Rough share of the places of ordinary text at which the automaton notes one of a set's literals: it knows no word boundaries. */
export function notesOf({ literals }: LiteralSet): number {
  let chance = 0;
  for (const text of new Set(literals.map((literal) => readLiteral(literal).text))) chance += chanceOf(text);
  return chance;
}

/** Rough share of the places of a text at which one of the characters stands. */
export function shareOf(mask: CharMask): number {
  let share = (mask & NON_ASCII) === 0n ? 0 : 0.02;
  const symbols = new Map<string, number>();
  for (let unit = 0; unit < 128; unit++) {
    if (((mask >> BigInt(unit)) & 1n) === 0n) continue;
    const symbol = foldUnit(String.fromCharCode(unit));
    symbols.set(symbol, Math.max(symbols.get(symbol) ?? 0, unit >= 65 && unit <= 90 ? CAPITALS : 1));
  }
  for (const [symbol, part] of symbols) share += part * chanceOfSymbol(symbol);
  return share;
}

/** How many letters of ordinary text are capitals: 2 to 6 in a hundred of READMEs, prose, program text and chat JSON (2026-11-26). */
const CAPITALS = 0.06;

/** The set whose hits are rarest. */
export function mostTelling(sets: readonly LiteralSet[]): LiteralSet | undefined {
  let best: LiteralSet | undefined;
  for (const set of sets) if (best === undefined || bitsOf(set) > bitsOf(best)) best = set;
  return best;
}
