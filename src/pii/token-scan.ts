import {
  ANY_SECOND,
  LEAD,
  LEAD_CLASSES,
  LONGEST_PREFIX,
  LONGEST_RUN,
  LONGEST_SECOND_RUN,
  LONGEST_TOKEN,
  leadKey,
  NOT_ASCII,
  type RulePattern,
  slotOf,
  type TokenTable,
} from '../rules/index.ts';

/** What is asked and told of the shapes that fit a text. Shapes are numbers of the table. */
export interface TokenVisitor {
  /** Whether something near digits may say what they are; asked before shapes that need it are looked at. */
  isNamed(start: number, end: number): boolean;
  /** Whether a shape of digits alone is worth a look where it stands. */
  admits(shape: number, start: number, end: number): boolean;
  found(shape: number, start: number, end: number): void;
  /** Told of stretches in which single digits stand apart, so many that they may be one number. */
  apart(start: number, end: number): void;
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

/**
 * A scan for the shapes that a table was compiled from. A shape that does not say itself what may stand beside it must
 * stand alone: no letter, sign of a decimal, or hyphen beside it, and no more digits joined to it.
 */
export function createTokenScan(table: TokenTable, shapes: () => readonly Shape[]): TokenScan {
  const { digits, mixed, leadSlots, leads, firsts, befores, prefixes, bounded } = table;
  const slots = leadSlots.length / 3;
  const seconds = secondsOf(leadSlots);
  const whole: (RegExp | undefined)[] = [];
  const sticky: (RegExp | undefined)[] = [];
  const ends = new Int32Array(bounded.length);
  let needsName: Uint8Array | undefined;
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

  /** Digits alone fit most shapes of their length: the visitor is asked first. Letters among them rule out more. */
  function tryWhole(lists: Int32Array, start: number, end: number, isDigits: boolean): void {
    const length = end - start;
    const first = lists[length] as number;
    const last = lists[length + 1] as number;
    if (first === last || !standsAlone(text, start, end)) return;
    const unit = text.charCodeAt(start);
    needsName ??= Uint8Array.from(shapes(), (shape) => Number(shape.needsName));
    let token: string | undefined;
    let isNamed: boolean | undefined;
    for (let index = first; index < last; index++) {
      const shape = lists[index] as number;
      if (isDigits && needsName[shape] === 1) {
        isNamed ??= visitor.isNamed(start, end);
        if (!isNamed) continue;
      }
      if (!hasBit(firsts, shape, unit) || (isDigits && !visitor.admits(shape, start, end))) continue;
      token ??= text.slice(start, end);
      if ((whole[shape] ?? regexOf(whole, shape, true)).test(token)) visitor.found(shape, start, end);
    }
  }

  /** How far before its first digit a shape can start. */
  function reachBefore(shape: number, digit: number): number {
    const most = Math.min(digit, LONGEST_PREFIX);
    let reach = 0;
    while (reach < most && hasBit(prefixes, shape, text.charCodeAt(digit - reach - 1))) reach++;
    return reach;
  }

  function tryLead(before: number, run: number, after: number, second: number, at: number): void {
    const key = leadKey(before, run, after, second);
    if ((((seconds[key >> 4] as number) >> second) & 1) === 0) return;
    let slot = slotOf(key, slots);
    while (leadSlots[slot * 3] !== key) slot = (slot + 1) & (slots - 1);
    const last = leadSlots[slot * 3 + 2] as number;
    let latest = -1;
    let reach = 0;
    for (let index = leadSlots[slot * 3 + 1] as number; index < last; index += 2) {
      const shape = leads[index] as number;
      if (shape !== latest) {
        latest = shape;
        reach = before === LEAD.none ? 0 : reachBefore(shape, at);
      }
      const prefix = leads[index + 1] as number;
      if (prefix > reach) continue;
      const start = at - prefix;
      const unit = text.charCodeAt(start);
      if (!hasBit(firsts, shape, unit)) continue;
      if (start < (ends[shape] as number)) continue;
      if (start > 0) {
        const previous = text.charCodeAt(start - 1);
        if (!hasBit(befores, shape, previous)) continue;
        if (isAlphanumeric(previous) && isAlphanumeric(unit)) continue;
      }
      const regex = sticky[shape] ?? regexOf(sticky, shape, false);
      regex.lastIndex = start;
      if (!regex.test(text)) continue;
      const end = regex.lastIndex;
      if (bounded[shape] === 0 && isPartOfMore(text, start, end)) continue;
      ends[shape] = end;
      visitor.found(shape, start, end);
    }
  }

  return {
    scan(newText, newVisitor) {
      text = newText;
      visitor = newVisitor;
      ends.fill(0);
      const size = newText.length;
      let ended = 0;
      let singles = 0;
      let firstSingle = 0;
      for (let at = nextDigit(newText, 0); at >= 0; at = nextDigit(newText, at)) {
        const digit = at;
        let start = at;
        while (start > ended && isAlphanumeric(newText.charCodeAt(start - 1))) start--;
        do at++;
        while (at < size && isDigit(newText.charCodeAt(at)));
        const isSingle = at - start === 1;
        if (singles > 0 && (!isSingle || start - ended > WIDEST_GAP)) {
          if (singles >= MANY_SINGLES) visitor.apart(firstSingle, ended);
          singles = 0;
        }
        if (isSingle && singles++ === 0) firstSingle = start;
        const run = at - digit;
        while (at < size && isAlphanumeric(newText.charCodeAt(at))) at++;
        ended = at;
        if (at - start === run) {
          if (run <= LONGEST_TOKEN) tryWhole(digits, start, at, true);
        } else if (at - start <= LONGEST_TOKEN) {
          tryWhole(mixed, start, at, false);
        }
        if (run > LONGEST_RUN) continue;
        const end = digit + run;
        const after = end < at ? LEAD.letter : end < size ? classOf(text.charCodeAt(end)) : LEAD.none;
        let second = 0;
        if (after >= LEAD.sign)
          while (second < LONGEST_SECOND_RUN && end + 1 + second < size && isDigit(text.charCodeAt(end + 1 + second)))
            second++;
        const before = digit > 0 ? classOf(text.charCodeAt(digit - 1)) : LEAD.none;
        // What starts further left comes first.
        if (before !== LEAD.none) tryAfter(before, run, after, second, digit);
        if (before !== LEAD.letter) tryAfter(LEAD.none, run, after, second, digit);
      }
      if (singles >= MANY_SINGLES) visitor.apart(firstSingle, ended);
    },
  };

  function tryAfter(before: number, run: number, after: number, second: number, at: number): void {
    if (after !== LEAD.none) {
      tryLead(before, run, after, second, at);
      tryLead(before, run, after, ANY_SECOND, at);
    }
    if (after !== LEAD.letter) tryLead(before, run, LEAD.none, 0, at);
    tryLead(before, run, LEAD.any, 0, at);
  }
}

/** A bit for each second that some key has, by the rest of the key: most leads in a text are none of any shape. */
function secondsOf(leadSlots: Int32Array): Uint16Array {
  const seconds = new Uint16Array(leadKey(NOT_ASCII + 1, 0, 0, 0) >> 4);
  for (let slot = 0; slot < leadSlots.length; slot += 3) {
    const key = leadSlots[slot] as number;
    if (key >= 0) seconds[key >> 4] = (seconds[key >> 4] as number) | (1 << (key & 15));
  }
  return seconds;
}

/** Whether a shape's bits have an ASCII character; of others they do not tell. */
function hasBit(bits: Int32Array, shape: number, unit: number): boolean {
  return unit > 127 || (((bits[shape * 4 + (unit >> 5)] as number) >>> (unit & 31)) & 1) === 1;
}

/** Single digits this far from one another may belong together, and so many of them be a number. */
const WIDEST_GAP = 3;
const MANY_SINGLES = 7;

/** A regex passes over text without digits several times faster than a loop over its characters. */
const DIGIT = /\d/g;

/** Where the first digit at or after an offset is, or -1. */
function nextDigit(text: string, from: number): number {
  DIGIT.lastIndex = from;
  return DIGIT.test(text) ? DIGIT.lastIndex - 1 : -1;
}

/** What must not follow a shape that stands alone. */
const NOTHING_AFTER = '(?![\\w-]|[.,]\\d)';

function isDigit(unit: number): boolean {
  return unit >= 48 && unit <= 57;
}

function isAlphanumeric(unit: number): boolean {
  return unit < 123 && (unit >= 97 || (unit >= 65 && unit <= 90) || (unit >= 48 && unit <= 57));
}

function classOf(unit: number): number {
  return LEAD_CLASSES[Math.min(unit, 128)] as number;
}

/** Underscore, full stop, plus sign and hyphen: what follows one of them is part of a name or of a number. */
function isGlue(unit: number): boolean {
  return unit === 95 || unit === 46 || unit === 43 || unit === 45;
}

/** As the patterns of numbers have it: `(?<![\w.+-])` before and `(?![\w-]|[.,]\d)` after. */
function standsAlone(text: string, start: number, end: number): boolean {
  if (start > 0 && isGlue(text.charCodeAt(start - 1))) return false;
  if (end >= text.length) return true;
  const after = text.charCodeAt(end);
  if (after === 95 || after === 45) return false;
  return (after !== 46 && after !== 44) || end + 1 >= text.length || !isDigit(text.charCodeAt(end + 1));
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
