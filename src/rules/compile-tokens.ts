import type { AST } from '@eslint-community/regexpp';
import { asciiMask, type CharMask, isSubset, maskOf } from './char-mask.ts';
import type { PatternSource } from './matcher.ts';
import { parseRegex } from './parse-regex.ts';
import { ANY_SECOND, LONGEST_PREFIX, LONGEST_RUN, LONGEST_SECOND_RUN, LONGEST_TOKEN } from './token-layout.ts';
import { LEAD, LEAD_SIGNS, leadKey, NOT_ASCII, OTHER_SIGN, slotOf, type TokenTable } from './token-table.ts';

/** A shape with more leads is found by what comes right after its first digits, or by those alone. */
const MANY_LEADS = 60;

const CLASS_MASKS: readonly (readonly [number, CharMask])[] = [
  [LEAD.letter, asciiMask(/[a-z]/i)],
  ...LEAD_SIGNS.map((sign, index): [number, CharMask] => [LEAD.sign + index, 1n << BigInt(sign.charCodeAt(0))]),
  [OTHER_SIGN, asciiMask(/[^a-z\d \-./:()+,]/i)],
  [NOT_ASCII, 1n << 128n],
];
const DIGITS = asciiMask(/\d/);
const TOKEN_CHARS = asciiMask(/[a-z\d]/i);
const ALL_CHARS: CharMask = (1n << 129n) - 1n;
/** What follows an underscore, a full stop, a plus sign or a hyphen is part of a name or of a number. */
const NOT_GLUE = ALL_CHARS & ~asciiMask(/[_.+-]/);

/** How far a walk through a shape has come. */
interface Walk {
  /** 0 before the first digit, 1 in the first digits, 2 after the sign behind them, 3 in the second digits. */
  readonly stage: number;
  readonly prefix: number;
  readonly before: number;
  readonly run: number;
  readonly after: number;
  readonly second: number;
}

type Walks = Map<number, Walk>;

function put(walks: Walks, walk: Walk): void {
  const { stage, prefix, before, run, after, second } = walk;
  walks.set((leadKey(before, run, after, second) * 32 + prefix) * 8 + stage, walk);
}

/** Compiles the shapes. Throws SyntaxError on an invalid regex. */
export function compileTokens(shapes: readonly PatternSource[]): TokenTable {
  const digits: number[][] = Array.from({ length: LONGEST_TOKEN + 1 }, () => []);
  const mixed: number[][] = Array.from({ length: LONGEST_TOKEN + 1 }, () => []);
  const byKey = new Map<number, number[]>();
  const firsts = new Int32Array(shapes.length * 4);
  const befores = new Int32Array(shapes.length * 4);
  const prefixes = new Int32Array(shapes.length * 4);
  const bounded = new Int32Array(shapes.length);
  shapes.forEach(({ regex, flags = 'i' }, shape) => {
    const { alternatives } = parseRegex(regex, flags);
    const first = firstMask(alternatives, flags);
    firsts.set(bitsOfMask(first >> 128n === 0n ? first : ALL_CHARS), shape * 4);
    bounded[shape] = Number(startsWithLookbehind(alternatives));
    befores.set(bitsOfMask(bounded[shape] === 1 ? beforeMask(alternatives, flags) : NOT_GLUE), shape * 4);
    const isWhole = bounded[shape] === 0 && !endsWithAssertion(alternatives);
    if (isWhole && isSubset(charsOf(alternatives, flags), TOKEN_CHARS)) {
      const all = lengthsOf(alternatives, flags, TOKEN_CHARS);
      for (const length of lengthsOf(alternatives, flags, DIGITS)) digits[length]?.push(shape);
      if (!isSubset(charsOf(alternatives, flags), DIGITS)) for (const length of all) mixed[length]?.push(shape);
      return;
    }
    const { walks, prefix } = leadsOf(alternatives, flags);
    prefixes.set(bitsOfMask(prefix), shape * 4);
    // Shapes that start with their digits are many, and have few leads.
    const keys = [
      ...[...keysOf(walks.filter(({ prefix }) => prefix > 0))].sort(([, a], [, b]) => b - a),
      ...keysOf(walks.filter(({ prefix }) => prefix === 0)),
    ];
    for (const [key, prefix] of keys) {
      const entries = byKey.get(key) ?? [];
      entries.push(shape, prefix);
      byKey.set(key, entries);
    }
  });
  return { digits: byLength(digits), mixed: byLength(mixed), ...hashed(byKey), firsts, befores, prefixes, bounded };
}

/** The keys of a shape's leads with how far before its digits it then starts: exact ones where they are few. */
function keysOf(leads: readonly Walk[]): Iterable<readonly [key: number, prefix: number]> {
  const keysBy = (key: (walk: Walk) => number) =>
    new Map(leads.map((walk) => [key(walk) * 32 + walk.prefix, [key(walk), walk.prefix] as const]));
  const exact = keysBy(({ before, run, after, second }) => leadKey(before, run, after, second));
  if (exact.size <= MANY_LEADS) return exact.values();
  const coarse = keysBy(({ before, run, after }) => leadKey(before, run, after, after === LEAD.none ? 0 : ANY_SECOND));
  if (coarse.size <= MANY_LEADS * 8) return coarse.values();
  return keysBy(({ before, run }) => leadKey(before, run, LEAD.any, 0)).values();
}

function byLength(lists: readonly (readonly number[])[]): Int32Array {
  const starts: number[] = [];
  let at = LONGEST_TOKEN + 2;
  for (const list of lists) {
    starts.push(at);
    at += list.length;
  }
  return Int32Array.from([...starts, at, ...lists.flat()]);
}

function hashed(byKey: ReadonlyMap<number, readonly number[]>): Pick<TokenTable, 'leadSlots' | 'leads'> {
  let slots = 1;
  while (slots < byKey.size * 2) slots *= 2;
  const leadSlots = new Int32Array(slots * 3).fill(-1);
  const leads: number[] = [];
  for (const [key, entries] of [...byKey].sort(([a], [b]) => a - b)) {
    let slot = slotOf(key, slots);
    while (leadSlots[slot * 3] !== -1) slot = (slot + 1) & (slots - 1);
    leadSlots.set([key, leads.length, leads.length + entries.length], slot * 3);
    leads.push(...entries);
  }
  return { leadSlots, leads: Int32Array.from(leads) };
}

/**
 * The ways in which a shape can lead to and on from its first digits, and the characters that may stand before them; a shape
 * without digits has none.
 */
function leadsOf(alternatives: readonly AST.Alternative[], flags: string): { walks: Walk[]; prefix: CharMask } {
  let prefixChars: CharMask = 0n;
  /** Walks of which no more is asked. */
  const done: Walks = new Map();
  const start: Walks = new Map();
  put(start, { stage: 0, prefix: 0, before: LEAD.none, run: 0, after: 0, second: 0 });
  for (const walk of walkAlternatives(alternatives, start).values()) put(done, walk);
  return { walks: [...done.values()].filter(({ run }) => run > 0), prefix: prefixChars };

  function walkAlternatives(choices: readonly AST.Alternative[], from: Walks): Walks {
    const to: Walks = new Map();
    for (const { elements } of choices) {
      let walks = from;
      for (const element of elements) walks = walkElement(element, walks);
      for (const walk of walks.values()) put(to, walk);
    }
    return to;
  }

  function walkElement(element: AST.Element, from: Walks): Walks {
    if (from.size === 0) return from;
    switch (element.type) {
      case 'Assertion':
        return from;
      case 'Group':
      case 'CapturingGroup':
        return walkAlternatives(element.alternatives, from);
      case 'Backreference': {
        const group = [element.resolved].flat()[0];
        return group === undefined ? from : walkAlternatives(group.alternatives, from);
      }
      case 'Quantifier': {
        const to: Walks = new Map(element.min === 0 ? from : []);
        let walks = from;
        for (let count = 1; count <= element.max && walks.size > 0; count++) {
          walks = walkElement(element.element, walks);
          const known = to.size;
          if (count >= element.min) for (const walk of walks.values()) put(to, walk);
          if (count > element.min && to.size === known) break;
        }
        return to;
      }
      default:
        return element.type === 'Character' || element.type === 'CharacterClass' || element.type === 'CharacterSet'
          ? walkCharacter(maskOf(element, flags), from)
          : from;
    }
  }

  function walkCharacter(mask: CharMask, from: Walks): Walks {
    const to: Walks = new Map();
    const classes = CLASS_MASKS.filter(([, chars]) => (mask & chars) !== 0n).map(([name]) => name);
    const digit = (mask & DIGITS) !== 0n;
    for (const walk of from.values()) {
      const { stage, prefix, run, second } = walk;
      if (digit) {
        if (stage < 2 && run < LONGEST_RUN) put(to, { ...walk, stage: 1, run: run + 1 });
        if (stage > 1) put(to, { ...walk, stage: 3, second: Math.min(second + 1, LONGEST_SECOND_RUN) });
      }
      for (const name of classes) {
        if (stage === 0 && prefix < LONGEST_PREFIX) {
          put(to, { ...walk, prefix: prefix + 1, before: name });
          prefixChars |= mask & ~DIGITS;
        }
        if (stage === 1 && name !== LEAD.letter) put(to, { ...walk, stage: 2, after: name });
        if (stage === 1 && name === LEAD.letter) put(done, { ...walk, after: name });
        if (stage > 1) put(done, walk);
      }
    }
    return to;
  }
}

/** The lengths that a shape can have when only some characters are used. */
function lengthsOf(alternatives: readonly AST.Alternative[], flags: string, chars: CharMask): Set<number> {
  const of = (element: AST.Element): Set<number> => {
    switch (element.type) {
      case 'Assertion':
        return new Set([0]);
      case 'Group':
      case 'CapturingGroup':
        return lengthsOf(element.alternatives, flags, chars);
      case 'Quantifier': {
        const one = of(element.element);
        let many = new Set([0]);
        const all = new Set(element.min === 0 ? [0] : []);
        for (let count = 1; count <= Math.min(element.max, LONGEST_TOKEN); count++) {
          many = sums(many, one);
          if (count >= element.min) for (const length of many) all.add(length);
        }
        return all;
      }
      case 'Character':
      case 'CharacterClass':
      case 'CharacterSet':
        return new Set((maskOf(element, flags) & chars) === 0n ? [] : [1]);
      default:
        return new Set();
    }
  };
  return new Set(
    alternatives.flatMap(({ elements }) => [
      ...elements.reduce((lengths, element) => sums(lengths, of(element)), new Set([0])),
    ]),
  );
}

function sums(a: ReadonlySet<number>, b: ReadonlySet<number>): Set<number> {
  const all = new Set<number>();
  for (const one of a) for (const other of b) if (one + other <= LONGEST_TOKEN) all.add(one + other);
  return all;
}

/** All characters that a shape may hold. */
function charsOf(alternatives: readonly AST.Alternative[], flags: string): CharMask {
  const of = (element: AST.Element): CharMask => {
    switch (element.type) {
      case 'Group':
      case 'CapturingGroup':
        return charsOf(element.alternatives, flags);
      case 'Quantifier':
        return of(element.element);
      case 'Character':
      case 'CharacterClass':
      case 'CharacterSet':
        return maskOf(element, flags);
      default:
        return 0n;
    }
  };
  let mask = 0n;
  for (const { elements } of alternatives) for (const element of elements) mask |= of(element);
  return mask;
}

/** The characters that a shape may start with. */
function firstMask(alternatives: readonly AST.Alternative[], flags: string): CharMask {
  let mask = 0n;
  for (const { elements } of alternatives) {
    for (const element of elements) {
      if (element.type === 'Assertion') continue;
      const inner = element.type === 'Quantifier' ? element.element : element;
      mask |= 'alternatives' in inner ? firstMask(inner.alternatives as AST.Alternative[], flags) : charsOfOne(inner);
      if (element.type !== 'Quantifier' || element.min > 0) break;
    }
  }
  return mask;

  function charsOfOne(element: AST.Element): CharMask {
    return element.type === 'Character' || element.type === 'CharacterClass' || element.type === 'CharacterSet'
      ? maskOf(element, flags)
      : ALL_CHARS;
  }
}

/** The characters that may stand before a shape, as far as a lookbehind at its very start tells. */
function beforeMask(alternatives: readonly AST.Alternative[], flags: string): CharMask {
  let mask = 0n;
  for (const { elements } of alternatives) {
    const [first] = elements;
    const isNegative = first?.type === 'Assertion' && first.kind === 'lookbehind' && first.negate;
    const [only, ...others] = isNegative ? first.alternatives : [];
    const [element, ...more] = only?.elements ?? [];
    const isOne = element !== undefined && others.length === 0 && more.length === 0;
    const excluded =
      isOne && (element.type === 'Character' || element.type === 'CharacterClass' || element.type === 'CharacterSet')
        ? maskOf(element, flags)
        : 0n;
    mask |= ALL_CHARS & ~excluded;
  }
  return mask;
}

/** A bit for each ASCII character. */
function bitsOfMask(mask: CharMask): number[] {
  return [0n, 32n, 64n, 96n].map((shift) => Number(BigInt.asIntN(32, mask >> shift)));
}

function startsWithLookbehind(alternatives: readonly AST.Alternative[]): boolean {
  return alternatives.every(({ elements: [first] }) => first?.type === 'Assertion' && first.kind === 'lookbehind');
}

/** A shape that looks at what follows it cannot be tried on its token alone. */
function endsWithAssertion(alternatives: readonly AST.Alternative[]): boolean {
  return alternatives.some(({ elements }) => {
    const last = elements.at(-1);
    if (last?.type === 'Assertion') return true;
    return last !== undefined && 'alternatives' in last && endsWithAssertion(last.alternatives);
  });
}
