import type { AST } from '@eslint-community/regexpp';
import { type CharMask, maskOf, NON_ASCII } from './char-mask.ts';
import { foldUnit, isWord } from './fold.ts';
import type { PatternSource } from './matcher.ts';
import {
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
  OPERATION,
} from './outline-ops.ts';
import { parseRegex } from './parse-regex.ts';
import { MASK_SIZE, type Program } from './plan.ts';

/** The largest argument of an operation; what has a larger number is taken for met. */
const MAX_ARGUMENT = 0xffff >> OP_BITS;
/** Where there is no other way. */
const NOWHERE = 0xffff;
/** The most units of a run without bound. */
const UNBOUNDED = 0xffff;

/** Copies of a repeated element are written out up to so many words in all. */
const MAX_COPIED = 256;
/** A longer program is not worth its place. */
const MAX_LENGTH = 8192;
/** A try ends after so many steps, undecided. */
const MAX_STEPS = 1500;

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

/** The text that outlines are held against, one stretch of it: see `Hits`. */
export interface OutlinedText {
  readonly units: Uint16Array;
  readonly base: number;
  /** The class of every UTF-16 unit. */
  readonly classes: Uint16Array;
}

/** Tells whether a pattern may match at an offset of a text of so many units; `false` is certain. */
export type OutlineCheck = (pattern: number, text: OutlinedText, offset: number, length: number) => boolean;

/** A check with its own scratch lists. */
export function createOutlineCheck({ outlineStart, outlines, masks }: Program): OutlineCheck {
  // Ways that are still to be tried, of which no step adds more than one: where to go on, from which unit, for how many units.
  const ways = new Int32Array(3 * MAX_STEPS);
  let left = 0;

  /** Whether the program at `at` is met from `from` on, one `step` after the other. The ways before `bottom` are a caller's. */
  const isMet = (
    first: number,
    start: number,
    from: number,
    step: 1 | -1,
    bottom: number,
    text: OutlinedText,
    length: number,
  ): boolean => {
    const { units, base, classes } = text;
    const side = step < 0 ? -1 : 0;
    let at = start;
    let unit = from;
    let depth = bottom;
    while (left-- > 0) {
      const word = outlines[at++] as number;
      const argument = word >> OP_BITS;
      switch (word & OPERATION) {
        case OP_ACCEPT:
          return true;
        case OP_CHAR:
          if (classes[units[unit + side] as number] !== argument) break;
          unit += step;
          continue;
        case OP_SET:
          if (masks[argument * MASK_SIZE + Math.min(units[unit + side] as number, 128)] !== 1) break;
          unit += step;
          continue;
        case OP_ANY:
          unit += step;
          continue;
        case OP_RUN: {
          const least = outlines[at] as number;
          const most = Math.min(outlines[at + 1] as number, step < 0 ? unit : length - base - unit);
          at += 2;
          let count = 0;
          let next = unit + side;
          while (count < most && masks[argument * MASK_SIZE + Math.min(units[next] as number, 128)] === 1) {
            count++;
            next += step;
          }
          if (count < least) break;
          left -= count >> 2;
          unit += step * least;
          if (count === least) continue;
          ways[depth] = at;
          ways[depth + 1] = unit;
          ways[depth + 2] = count - least + 1;
          depth += 3;
          break;
        }
        case OP_JUMP:
          at = first + (outlines[at] as number);
          continue;
        case OP_FORK:
          ways[depth] = first + (outlines[at++] as number);
          ways[depth + 1] = unit;
          ways[depth + 2] = 1;
          depth += 3;
          continue;
        case OP_CHOOSE: {
          const otherwise = outlines[at++] as number;
          const unitClass = classes[units[unit + side] as number] as number;
          const last = at + 2 * argument;
          while (at < last && outlines[at] !== unitClass) at += 2;
          if (at === last) {
            if (otherwise === NOWHERE) break;
            at = first + otherwise;
            continue;
          }
          at = first + (outlines[at + 1] as number);
          if (otherwise === NOWHERE) continue;
          ways[depth] = first + otherwise;
          ways[depth + 1] = unit;
          ways[depth + 2] = 1;
          depth += 3;
          continue;
        }
        case OP_EDGE:
          if (isEdge(units, unit) === (argument === 1)) break;
          continue;
        case OP_START:
        case OP_END:
          if (!isEnd(word, text, unit, length)) break;
          continue;
        case OP_NOT_NEXT:
        case OP_NOT_BEFORE: {
          const beside = (word & OPERATION) === OP_NOT_NEXT ? unit : unit - 1;
          if (masks[argument * MASK_SIZE + Math.min(units[beside] as number, 128)] === 1) break;
          continue;
        }
        default: {
          const behind = (word & OPERATION) === OP_BEHIND;
          if (!isMet(first, at + 1, unit, behind ? -1 : 1, depth, text, length)) break;
          at += 1 + (outlines[at] as number);
          continue;
        }
      }
      // On to the next way, where what comes first can be met.
      for (;;) {
        if (depth === bottom) return left < 0;
        at = ways[depth - 3] as number;
        unit = ways[depth - 2] as number;
        let count = ways[depth - 1] as number;
        if (count > 1) {
          const next = outlines[at] as number;
          const argument = next >> OP_BITS;
          const before = unit;
          if ((next & OPERATION) === OP_CHAR) {
            for (; count > 0 && classes[units[unit + side] as number] !== argument; count--) unit += step;
          } else if (next === OP_EDGE) {
            for (; count > 0 && !isEdge(units, unit); count--) unit += step;
          } else if ((next & OPERATION) === OP_SET) {
            const mask = argument * MASK_SIZE;
            for (; count > 0 && masks[mask + Math.min(units[unit + side] as number, 128)] !== 1; count--) unit += step;
          }
          left -= Math.abs(unit - before) >> 2;
        }
        if (count > 1) {
          ways[depth - 2] = unit + step;
          ways[depth - 1] = count - 1;
        } else {
          depth -= 3;
        }
        if (count > 0) break;
      }
    }
    return true;
  };

  // Texts come as objects of several shapes; V8 compiles a function again for every shape that it meets.
  const own: { units: Uint16Array; base: number; classes: Uint16Array } = {
    units: new Uint16Array(0),
    base: 0,
    classes: new Uint16Array(0),
  };

  return (pattern, text, offset, length) => {
    const start = outlineStart[pattern] as number;
    left = MAX_STEPS;
    own.units = text.units;
    own.base = text.base;
    own.classes = text.classes;
    return isMet(start, start, offset - text.base, 1, 0, own, length);
  };
}

function isEdge(units: Uint16Array, unit: number): boolean {
  return isWord(units[unit - 1] as number) !== isWord(units[unit] as number);
}

/** Whether what the word asks for is here: the start or the end of the text, or of a line. */
function isEnd(word: number, { units, base }: OutlinedText, unit: number, length: number): boolean {
  const atStart = (word & OPERATION) === OP_START;
  if (unit + base === (atStart ? 0 : length)) return true;
  return word >> OP_BITS === 1 && isLineEnd(units[atStart ? unit - 1 : unit] as number);
}

function isLineEnd(unit: number): boolean {
  return unit === 10 || unit === 13 || unit === 0x2028 || unit === 0x2029;
}
