import type { AST } from '@eslint-community/regexpp';
import { type CharMask, maskOf, NON_ASCII } from './char-mask.ts';
import { foldUnit } from './fold.ts';
import {
  NOWHERE,
  OP_ACCEPT,
  OP_AHEAD,
  OP_ANY,
  OP_BEHIND,
  OP_BITS,
  OP_CHAR,
  OP_CHOOSE,
  OP_EDGE,
  OP_END,
  OP_FORK,
  OP_JUMP,
  OP_NOT_BEFORE,
  OP_NOT_NEXT,
  OP_RUN,
  OP_SET,
  OP_START,
} from './layout.ts';
import type { PatternSource } from './matcher.ts';
import { parseRegex } from './parse-regex.ts';

/** The largest argument of an operation; what has a larger number is taken for met. */
const MAX_ARGUMENT = 0xffff >> OP_BITS;
/** The most units of a run without bound. */
const UNBOUNDED = 0xffff;

/** Copies of a repeated element are written out up to so many words in all. */
const MAX_COPIED = 256;
/** A longer program is not worth its place. */
const MAX_LENGTH = 8192;

type Item =
  | { readonly kind: 'char'; readonly symbol: string }
  | { readonly kind: 'run'; readonly mask: CharMask; readonly min: number; readonly max: number }
  | { readonly kind: 'options'; readonly options: readonly (readonly Item[])[] }
  | { readonly kind: 'repeat'; readonly body: readonly Item[]; readonly min: number; readonly max: number }
  | { readonly kind: 'not'; readonly operation: number; readonly mask: CharMask }
  | { readonly kind: 'look'; readonly operation: number; readonly items: readonly Item[] }
  | { readonly kind: 'place'; readonly operation: number; readonly argument: 0 | 1 }
  | { readonly kind: 'accept' };

const ACCEPT: Item = { kind: 'accept' };

/** The ids of classes and masks, as a program has them. */
export interface OutlineIds {
  readonly classOf: (symbol: string) => number;
  readonly maskId: (mask: CharMask) => number;
}

/**
 * Compiles the outline of a regex: a small program for whatever the regex matches, and more. Where it fails the regex fails
 * too and need not run, nor be compiled, which costs V8 as much as thousands of tries. Characters are the classes of the
 * automaton, sets of characters the coarse masks; most negative lookarounds and back references are taken for met. Empty where
 * it would tell nothing, as for the flag `v`.
 */
export function compileOutline({ regex, flags = 'i' }: PatternSource, ids: OutlineIds): readonly number[] {
  if (flags.includes('v')) return [];
  const items = ofAlternatives(parseRegex(regex, flags).alternatives, flags);
  if (items[0] === ACCEPT) return [];
  const code: number[] = [];
  write(code, items, ids);
  code.push(OP_ACCEPT);
  return code.length > MAX_LENGTH ? [] : code;
}

function ofAlternatives(alternatives: readonly AST.Alternative[], flags: string): readonly Item[] {
  const options = alternatives.map(({ elements }) => elements.flatMap((element) => ofElement(element, flags)));
  return options.length === 1 ? (options[0] as readonly Item[]) : [{ kind: 'options', options }];
}

function ofElement(element: AST.Element, flags: string): readonly Item[] {
  switch (element.type) {
    case 'Assertion':
      return ofAssertion(element, flags);
    case 'Group':
      return element.modifiers ? [ACCEPT] : ofAlternatives(element.alternatives, flags);
    case 'CapturingGroup':
      return ofAlternatives(element.alternatives, flags);
    case 'Character':
      return element.value > 0xffff
        ? [{ kind: 'run', mask: NON_ASCII, min: 2, max: 2 }]
        : [{ kind: 'char', symbol: foldUnit(String.fromCharCode(element.value)) }];
    case 'CharacterSet':
    case 'CharacterClass':
      return [runOf(element, flags, 1, 1)];
    case 'Quantifier': {
      const { min, max } = element;
      if (max === 0) return [];
      const inner = element.element;
      const isClass = inner.type === 'CharacterSet' || inner.type === 'CharacterClass';
      if (isClass || (inner.type === 'Character' && max > 1)) return [runOf(inner, flags, min, max)];
      const body = ofElement(inner, flags);
      const [only, ...others] = body;
      // A class that something else forbids to go on: `(?:(?!-->)[\s\S])*`.
      if (only?.kind === 'run' && only.min === 1 && others.length === 0) return [{ ...only, min, max: max * only.max }];
      return min === 0 && max === 1 ? [{ kind: 'options', options: [body, []] }] : [{ kind: 'repeat', body, min, max }];
    }
    default:
      return [ACCEPT];
  }
}

/** A run of so many characters, which with the flag `u` may be two units each. */
function runOf(
  element: AST.Character | AST.CharacterSet | AST.CharacterClass,
  flags: string,
  min: number,
  max: number,
): Item {
  const mask = maskOf(element, flags);
  return { kind: 'run', mask, min, max: flags.includes('u') && (mask & NON_ASCII) !== 0n ? 2 * max : max };
}

function ofAssertion(element: AST.Assertion, flags: string): readonly Item[] {
  // With both flags a few characters beyond ASCII are of words too.
  if (element.kind === 'word' && flags.includes('i') && flags.includes('u')) return [];
  if (element.kind === 'word') return [{ kind: 'place', operation: OP_EDGE, argument: element.negate ? 1 : 0 }];
  if (element.kind !== 'lookahead' && element.kind !== 'lookbehind') {
    return [
      { kind: 'place', operation: element.kind === 'start' ? OP_START : OP_END, argument: flags.includes('m') ? 1 : 0 },
    ];
  }
  if (!element.negate) {
    const items = ofAlternatives(element.alternatives, flags);
    const behind = element.kind === 'lookbehind';
    return [{ kind: 'look', operation: behind ? OP_BEHIND : OP_AHEAD, items: behind ? reversed(items) : items }];
  }
  let mask: CharMask = 0n;
  for (const { elements } of element.alternatives) {
    const [only, ...others] = elements;
    const single = only?.type === 'Character' || only?.type === 'CharacterClass' || only?.type === 'CharacterSet';
    if (single && others.length === 0) mask |= maskOf(only, flags);
  }
  // Of units beyond ASCII the mask cannot tell which are meant; 0 also stands for what is beyond the text.
  mask &= ~NON_ASCII & ~1n;
  return mask === 0n
    ? []
    : [{ kind: 'not', operation: element.kind === 'lookahead' ? OP_NOT_NEXT : OP_NOT_BEFORE, mask }];
}

/** What is met from the end backwards. Lookarounds within stay as they are. */
function reversed(items: readonly Item[]): readonly Item[] {
  return items
    .map((item): Item => {
      if (item.kind === 'options') return { ...item, options: item.options.map(reversed) };
      return item.kind === 'repeat' ? { ...item, body: reversed(item.body) } : item;
    })
    .reverse();
}

/** Writes the program of some items, which go on after what is written. */
function write(code: number[], items: readonly Item[], ids: OutlineIds): void {
  const op = (operation: number, argument = 0) => {
    code.push(operation | (argument << OP_BITS));
  };
  for (const item of items) {
    switch (item.kind) {
      case 'char': {
        const unitClass = ids.classOf(item.symbol);
        if (unitClass > MAX_ARGUMENT) op(OP_ANY);
        else op(OP_CHAR, unitClass);
        break;
      }
      case 'run': {
        const mask = ids.maskId(item.mask);
        const known = mask <= MAX_ARGUMENT;
        if (item.min === 1 && item.max === 1) {
          if (known) op(OP_SET, mask);
          else op(OP_ANY);
          break;
        }
        // Without a mask nothing ends a run: what comes after it stands anywhere.
        if (!known) {
          op(OP_ACCEPT);
          return;
        }
        op(OP_RUN, mask);
        code.push(Math.min(item.min, UNBOUNDED), Math.min(item.max, UNBOUNDED));
        break;
      }
      case 'options':
        writeOptions(code, item.options, ids);
        break;
      case 'repeat':
        writeRepeat(code, item, ids);
        break;
      case 'not': {
        const mask = ids.maskId(item.mask);
        if (mask <= MAX_ARGUMENT) op(item.operation, mask);
        break;
      }
      case 'look': {
        op(item.operation);
        const start = code.push(0);
        write(code, item.items, ids);
        op(OP_ACCEPT);
        code[start - 1] = code.length - start;
        break;
      }
      case 'place':
        op(item.operation, item.argument);
        break;
      default:
        op(OP_ACCEPT);
        return;
    }
  }
}

/** Options that begin with the same character are tried together: which is tried first makes no difference here. */
function writeOptions(code: number[], options: readonly (readonly Item[])[], ids: OutlineIds): void {
  const groups = new Map<number, (readonly Item[])[]>();
  const others: (readonly Item[])[] = [];
  for (const option of options.flatMap(spread)) {
    const [first, ...rest] = option;
    if (first?.kind !== 'char') {
      others.push(option);
      continue;
    }
    const unitClass = ids.classOf(first.symbol);
    const group = groups.get(unitClass);
    if (group === undefined) groups.set(unitClass, [rest]);
    else group.push(rest);
  }
  const ends: number[] = [];
  const targets: number[] = [];
  const hole = (to: number[]) => {
    to.push(code.length);
    code.push(NOWHERE);
  };
  const elsewhere: number[] = [];
  if (groups.size > 0) {
    code.push(OP_CHOOSE | (groups.size << OP_BITS));
    hole(elsewhere);
    for (const unitClass of groups.keys()) {
      code.push(unitClass);
      hole(targets);
    }
    let next = 0;
    for (const rests of groups.values()) {
      code[targets[next++] as number] = code.length;
      code.push(OP_ANY);
      if (rests.length === 1) write(code, rests[0] as readonly Item[], ids);
      else writeOptions(code, rests, ids);
      code.push(OP_JUMP);
      hole(ends);
    }
    if (others.length > 0) code[elsewhere[0] as number] = code.length;
  }
  for (const [index, option] of others.entries()) {
    const last = index === others.length - 1;
    const otherwise: number[] = [];
    if (!last) {
      code.push(OP_FORK);
      hole(otherwise);
    }
    write(code, option, ids);
    if (last) break;
    code.push(OP_JUMP);
    hole(ends);
    code[otherwise[0] as number] = code.length;
  }
  for (const end of ends) code[end] = code.length;
}

/** An option that begins with options of its own, as several. */
function spread(option: readonly Item[]): readonly (readonly Item[])[] {
  const [first, ...rest] = option;
  if (first?.kind !== 'options' || first.options.length * itemCount(rest) > MAX_COPIED / 4) return [option];
  return first.options.flatMap((inner) => spread([...inner, ...rest]));
}

function itemCount(items: readonly Item[]): number {
  let count = 0;
  for (const item of items) {
    count++;
    if (item.kind === 'options') for (const option of item.options) count += itemCount(option);
    if (item.kind === 'repeat') count += itemCount(item.body) * Math.max(1, Math.min(item.min, MAX_COPIED));
  }
  return count;
}

function writeRepeat(
  code: number[],
  { body, min, max }: { readonly body: readonly Item[]; readonly min: number; readonly max: number },
  ids: OutlineIds,
): void {
  const start = code.length;
  write(code, body, ids);
  const size = code.length - start;
  code.length = start;
  const copies = Math.floor(MAX_COPIED / Math.max(1, size));
  for (let copy = 0; copy < Math.min(min, copies); copy++) write(code, body, ids);
  if (max > copies) {
    writeLoop(code, body, ids);
    return;
  }
  const ends: number[] = [];
  for (let copy = min; copy < max; copy++) {
    code.push(OP_FORK);
    ends.push(code.length);
    code.push(NOWHERE);
    write(code, body, ids);
  }
  for (const end of ends) code[end] = code.length;
}

/** Any number of times. */
function writeLoop(code: number[], body: readonly Item[], ids: OutlineIds): void {
  const start = code.length;
  code.push(OP_FORK, NOWHERE);
  write(code, body, ids);
  code.push(OP_JUMP, start);
  code[start + 1] = code.length;
}
