import { type KernelBase, startKernel } from '../core/kernel.ts';
import { LEAD_CLASSES, type RulePattern, type TokenTable } from '../rules/index.ts';
import {
  EVENT_APART,
  EVENT_BITS,
  EVENT_DIGITS,
  EVENT_LEAD,
  EVENT_MIXED,
  EVENT_SIZE,
  NUMBERS_CONTEXT,
  NUMBERS_STRETCH,
} from './numbers-layout.ts';
import { NUMBER_WORD_CLASSES, NUMBER_WORD_KEYS, SHORTEST_IN_WORDS } from './spelled.ts';

/** What is asked and told of the shapes that fit a text. Shapes are numbers of the table. */
export interface TokenVisitor {
  /** Whether something near digits may say what they are; asked before shapes that need it are looked at. */
  isNamed(start: number, end: number): boolean;
  /** Whether a shape of digits alone is worth a look where it stands. */
  admits(shape: number, start: number, end: number): boolean;
  found(shape: number, start: number, end: number): void;
  /** Told where a number may be spelled digit by digit; without it those are not looked for. */
  readonly spelled?: SpelledVisitor | undefined;
}

interface SpelledVisitor {
  /** A stretch in which single digits stand apart, so many that they may be one number. */
  apart(start: number, end: number): void;
  /** A place where words of digits may go on. */
  words(at: number): void;
}

/** A shape that a table was compiled from. */
interface Shape extends RulePattern {
  /** Whether digits of this shape count only where something says what they are. */
  readonly needsName: boolean;
}

/** Looks for the shapes of a table. */
export interface TokenScan {
  /** Tells of every shape that fits where a text has digits. */
  scan(text: string, visitor: TokenVisitor): void;
}

/** What `src/kernels/numbers.ts` exports; it says what each does. */
interface Exports extends KernelBase {
  readonly start: (list: number) => number;
  readonly unitsAt: () => number;
  readonly begin: (length: number, withWords: number) => void;
  readonly take: (first: number, end: number, limit: number) => void;
  readonly read: () => number;
}

interface Reader {
  readonly kernel: Exports;
  /** In the kernel's memory, which does not grow. */
  readonly units: Buffer;
  readonly events: Int32Array;
}

function startReader({ digits, mixed, leadSlots, leads, firsts, befores, prefixes }: TokenTable): Reader {
  const kernel = startKernel<Exports>('numbers');
  const tables = [digits, mixed, leadSlots, leads, firsts, befores, prefixes, LEAD_CLASSES, NUMBER_WORD_CLASSES];
  const all = [...tables, NUMBER_WORD_KEYS];
  const places = all.map(({ byteLength }) => kernel.reserve(byteLength));
  const list = Int32Array.of(...places, leadSlots.length / 3, NUMBER_WORD_KEYS.length);
  const listAt = kernel.reserve(list.byteLength);
  const put = (place: number, { buffer, byteOffset, byteLength }: Int32Array | Uint8Array) =>
    new Uint8Array(kernel.memory.buffer, place).set(new Uint8Array(buffer, byteOffset, byteLength));
  for (const [index, table] of all.entries()) put(places[index] as number, table);
  put(listAt, list);
  const eventsAt = kernel.start(listAt);
  const unitsAt = kernel.unitsAt();
  const { buffer } = kernel.memory;
  return {
    kernel,
    units: Buffer.from(buffer, unitsAt, 2 * (NUMBERS_STRETCH + 2 * NUMBERS_CONTEXT)),
    events: new Int32Array(buffer, eventsAt, (unitsAt - eventsAt) >> 2),
  };
}

const DIGIT = /\d/;

/**
 * A scan for the shapes that a table was compiled from. A shape that does not say itself what may stand beside it must
 * stand alone: no letter, sign of a decimal, or hyphen beside it, and no more digits joined to it.
 */
export function createTokenScan(table: TokenTable, shapes: () => readonly Shape[]): TokenScan {
  const { digits, firsts, bounded } = table;
  const whole: (RegExp | undefined)[] = [];
  const sticky: (RegExp | undefined)[] = [];
  const ends = new Int32Array(bounded.length);
  let needsName: Uint8Array | undefined;
  let reader: Reader | undefined;
  let text = '';
  let visitor: TokenVisitor;

  function regexOf(cache: (RegExp | undefined)[], shape: number, isWhole: boolean): RegExp {
    const { regex, flags = 'i' } = shapes()[shape] as Shape;
    const made = isWhole
      ? new RegExp(`^(?:${regex})$`, flags)
      : new RegExp(bounded[shape] === 1 ? regex : `(?:${regex})${NOTHING_AFTER}`, `${flags}y`);
    cache[shape] = made;
    return made;
  }

  function tryWhole(shape: number, start: number, end: number, token = text.slice(start, end)): void {
    if ((whole[shape] ?? regexOf(whole, shape, true)).test(token)) visitor.found(shape, start, end);
  }

  /** Digits fit most shapes of their length: the visitor is asked first. */
  function tryDigits(start: number, end: number): void {
    const length = end - start;
    const last = digits[length + 1] as number;
    needsName ??= Uint8Array.from(shapes(), (shape) => Number(shape.needsName));
    let token: string | undefined;
    let isNamed: boolean | undefined;
    for (let index = digits[length] as number; index < last; index++) {
      const shape = digits[index] as number;
      if (needsName[shape] === 1) {
        isNamed ??= visitor.isNamed(start, end);
        if (!isNamed) continue;
      }
      if (!hasBit(firsts, shape, text.charCodeAt(start)) || !visitor.admits(shape, start, end)) continue;
      token ??= text.slice(start, end);
      tryWhole(shape, start, end, token);
    }
  }

  function tryLead(shape: number, start: number): void {
    if (start < (ends[shape] as number)) return;
    const regex = sticky[shape] ?? regexOf(sticky, shape, false);
    regex.lastIndex = start;
    if (!regex.test(text)) return;
    const end = regex.lastIndex;
    if (bounded[shape] === 0 && isPartOfMore(text, start, end)) return;
    ends[shape] = end;
    visitor.found(shape, start, end);
  }

  function heed(what: number, start: number, end: number): void {
    const shape = what >> EVENT_BITS;
    switch (what & ((1 << EVENT_BITS) - 1)) {
      case EVENT_LEAD:
        tryLead(shape, start);
        break;
      case EVENT_MIXED:
        tryWhole(shape, start, end);
        break;
      case EVENT_DIGITS:
        tryDigits(start, end);
        break;
      case EVENT_APART:
        visitor.spelled?.apart(start, end);
        break;
      default:
        visitor.spelled?.words(start);
    }
  }

  return {
    scan(newText, newVisitor) {
      text = newText;
      visitor = newVisitor;
      const size = newText.length;
      if (bounded.length === 0 && newVisitor.spelled === undefined) return;
      // A kernel is not started for a word or two.
      if (size < SHORTEST_IN_WORDS && !DIGIT.test(newText)) return;
      ends.fill(0);
      reader ??= startReader(table);
      const { kernel, units, events } = reader;
      kernel.begin(size, Number(newVisitor.spelled !== undefined));
      for (let from = 0; from < size; from += NUMBERS_STRETCH) {
        const to = Math.min(size, from + NUMBERS_STRETCH);
        const first = Math.max(0, from - NUMBERS_CONTEXT);
        const last = Math.min(size, to + NUMBERS_CONTEXT);
        units.write(last - first === size ? newText : newText.slice(first, last), 0, 'utf16le');
        kernel.take(first, last, to);
        for (let count = kernel.read(); count > 0; count = kernel.read()) {
          for (let event = 0; event < count * EVENT_SIZE; event += EVENT_SIZE)
            heed(events[event] as number, events[event + 1] as number, events[event + 2] as number);
        }
      }
    },
  };
}

/** Whether a shape's bits have an ASCII character; of others they do not tell. */
function hasBit(bits: Int32Array, shape: number, unit: number): boolean {
  return unit > 127 || (((bits[shape * 4 + (unit >> 5)] as number) >>> (unit & 31)) & 1) === 1;
}

/** What must not follow a shape that stands alone. */
const NOTHING_AFTER = '(?![\\w-]|[.,]\\d)';

function isDigit(unit: number): boolean {
  return unit >= 48 && unit <= 57;
}

/** Whether a number in groups goes on before or after: a part of a longer one, or of a row of a table. */
function isPartOfMore(text: string, start: number, end: number): boolean {
  if (start > 1 && isDigit(text.charCodeAt(start)) && isDigit(text.charCodeAt(start - 2))) {
    const joint = text.charCodeAt(start - 1);
    if (joint === 32 ? text.slice(start, end).includes(' ') : isJoint(joint)) return true;
  }
  if (end + 1 < text.length && isDigit(text.charCodeAt(end - 1)) && isDigit(text.charCodeAt(end + 1))) {
    const joint = text.charCodeAt(end);
    if (joint === 32 ? text.slice(start, end).includes(' ') : isJoint(joint)) return true;
  }
  return false;
}

/** The signs that join groups of digits beside those that never stand beside a number. */
function isJoint(unit: number): boolean {
  return unit === 47 || unit === 0xa0 || unit === 0x2011 || unit === 0x2013;
}
