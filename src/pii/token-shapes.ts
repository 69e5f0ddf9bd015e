/** Which shapes the tokens of a text have: runs of letters and digits, and digits in groups. */
export interface TokenShapes<T> {
  /**
   * Calls back for every token that some shape may fit and that stands alone: no letter, sign of a decimal, or hyphen
   * beside it.
   */
  scan(text: string, found: (start: number, end: number, candidates: readonly TokenShape<T>[]) => void): void;
}

/** A shape with whom it belongs to. */
interface TokenShape<T> {
  /** Anchored at both ends. */
  readonly regex: RegExp;
  readonly owner: T;
}

const DIGIT = 1;
const LETTER = 2;
const CLASSES = new Uint8Array(128);
for (let code = 48; code <= 57; code++) CLASSES[code] = DIGIT;
for (let code = 65; code <= 90; code++) CLASSES[code] = CLASSES[code + 32] = LETTER;

/**
 * Prepares shapes such as `[1-9]\d{8}` and `\d{3}[ -]\d{2}`: regular expressions of a bounded length over letters and
 * digits, or over digits and the separators between their groups.
 */
export function createTokenShapes<T>(
  shapes: readonly { readonly regex: string; readonly flags: string; readonly owner: T }[],
): TokenShapes<T> {
  const byLength: TokenShape<T>[][] = [];
  const bySkeleton = new Map<string, TokenShape<T>[]>();
  for (const { regex, flags, owner } of shapes) {
    const shape = { regex: new RegExp(`^(?:${regex})$`, flags), owner };
    const skeletons = skeletonsOf(regex);
    if (skeletons === null) {
      const [least, most] = lengthsOf(regex);
      for (let length = least; length <= most; length++) {
        byLength[length] ??= [];
        (byLength[length] as TokenShape<T>[]).push(shape);
      }
      continue;
    }
    const lengths = new Set<number>();
    for (const skeleton of skeletons) {
      if (/^d+$/.test(skeleton)) lengths.add(skeleton.length);
      else bySkeleton.set(skeleton, [...(bySkeleton.get(skeleton) ?? []), shape]);
    }
    for (const length of lengths) {
      byLength[length] ??= [];
      (byLength[length] as TokenShape<T>[]).push(shape);
    }
  }
  const longest = byLength.length - 1;
  return {
    scan(text, found) {
      const size = text.length;
      let ended = 0;
      for (let at = 0; at < size; at++) {
        if (!isDigit(text.charCodeAt(at))) continue;
        let start = at;
        while (start > ended && classOf(text.charCodeAt(start - 1)) !== 0) start--;
        do at++;
        while (at < size && classOf(text.charCodeAt(at)) !== 0);
        ended = at;
        const candidates = at - start <= longest ? byLength[at - start] : undefined;
        if (candidates !== undefined && standsAlone(text, start, at)) found(start, at, candidates);
      }
      if (bySkeleton.size > 0) scanGroups(text, bySkeleton, found);
    },
  };
}

/** Longer groups of digits are tables. */
const LONGEST_GROUPS = 32;
/** Calls back for each stretch of two and more groups of digits with one separator between them. */
function eachGroups(text: string, found: (start: number, end: number) => void): void {
  const size = text.length;
  for (let at = 0; at < size; at++) {
    if (!isDigit(text.charCodeAt(at))) continue;
    const start = at++;
    let groups = 1;
    for (; at < size; at++) {
      const code = text.charCodeAt(at);
      if (isDigit(code)) continue;
      if (!isSeparator(code) || !isDigit(text.charCodeAt(at + 1))) break;
      groups++;
    }
    if (groups > 1) found(start, at);
  }
}

/** Space, full stop, hyphen and slash, and their typographic forms. */
function isSeparator(code: number): boolean {
  return code === 32 || (code >= 45 && code <= 47) || code === 0xa0 || code === 0x2011 || code === 0x2013;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function scanGroups<T>(
  text: string,
  bySkeleton: ReadonlyMap<string, readonly TokenShape<T>[]>,
  found: (start: number, end: number, candidates: readonly TokenShape<T>[]) => void,
): void {
  const tryAt = (start: number, end: number): boolean => {
    if (!standsAlone(text, start, end)) return false;
    const candidates = bySkeleton.get(text.slice(start, end).replace(/\d/g, 'd'));
    if (candidates !== undefined) found(start, end, candidates);
    return candidates !== undefined;
  };
  eachGroups(text, (first, last) => {
    if (last - first <= LONGEST_GROUPS && tryAt(first, last)) return;
    // A space may also part two numbers.
    for (let start = first; start < last; ) {
      const space = text.indexOf(' ', start);
      const end = space < 0 || space > last ? last : space;
      const length = end - start;
      if (length <= LONGEST_GROUPS && length < last - first && /\D/.test(text.slice(start, end))) tryAt(start, end);
      start = end + 1;
    }
  });
}

function classOf(code: number): number {
  return code < 128 ? (CLASSES[code] as number) : 0;
}

/** As the patterns of numbers have it: `(?<![\w.+-])` before and `(?![\w-]|[.,]\d)` after. */
function standsAlone(text: string, start: number, end: number): boolean {
  if (start > 0) {
    const before = text.charCodeAt(start - 1);
    if (before === 95 || before === 46 || before === 43 || before === 45) return false;
  }
  if (end >= text.length) return true;
  const after = text.charCodeAt(end);
  if (after === 95 || after === 45) return false;
  if (after !== 46 && after !== 44) return true;
  return end + 1 >= text.length || classOf(text.charCodeAt(end + 1)) !== DIGIT;
}

/** The least and the greatest length of what a shape matches. Throws on what is not bounded. */
function lengthsOf(regex: string): [least: number, most: number] {
  let at = 0;
  const alternatives = (): [number, number] => {
    let least = Number.POSITIVE_INFINITY;
    let most = 0;
    for (;;) {
      const [a, b] = sequence();
      least = Math.min(least, a);
      most = Math.max(most, b);
      if (regex[at] !== '|') return [least, most];
      at++;
    }
  };
  const sequence = (): [number, number] => {
    let least = 0;
    let most = 0;
    while (at < regex.length && regex[at] !== '|' && regex[at] !== ')') {
      let unit: [number, number] = [1, 1];
      if (regex[at] === '(') {
        at += regex.startsWith('(?:', at) ? 3 : 1;
        unit = alternatives();
        at++;
      } else if (regex[at] === '[') at = regex.indexOf(']', at) + 1;
      else at += regex[at] === '\\' ? 2 : 1;
      const repeat = /^(?:\{(\d+)(?:,(\d+))?\}|\?)/.exec(regex.slice(at));
      if (repeat) {
        at += repeat[0].length;
        const from = repeat[1] === undefined ? 0 : Number(repeat[1]);
        const to = repeat[1] === undefined ? 1 : Number(repeat[2] ?? repeat[1]);
        unit = [unit[0] * from, unit[1] * to];
      } else if (/[*+]/.test(regex[at] ?? '')) throw new SyntaxError(`not bounded: ${regex}`);
      least += unit[0];
      most += unit[1];
    }
    return [least, most];
  };
  return alternatives();
}

/** How many ways to write one shape are more than it is worth. */
const MOST_SKELETONS = 512;

/** All ways to write a shape of digits and separators, `d` for every digit; null for a shape with letters. */
function skeletonsOf(regex: string): Set<string> | null {
  let at = 0;
  const alternatives = (): Set<string> => {
    const all = new Set<string>();
    for (;;) {
      for (const one of sequence()) all.add(one);
      if (regex[at] !== '|') return all;
      at++;
    }
  };
  const sequence = (): Set<string> => {
    let all = new Set(['']);
    while (at < regex.length && regex[at] !== '|' && regex[at] !== ')') {
      const unit = atom();
      const repeat = /^(?:\{(\d+)(?:,(\d+))?\}|\?)/.exec(regex.slice(at));
      let from = 1;
      let to = 1;
      if (repeat) {
        at += repeat[0].length;
        from = repeat[1] === undefined ? 0 : Number(repeat[1]);
        to = repeat[1] === undefined ? 1 : Number(repeat[2] ?? repeat[1]);
      }
      let repeated = new Set(['']);
      const units = new Set(from === 0 ? [''] : []);
      for (let count = 1; count <= to; count++) {
        repeated = joinAll(repeated, unit);
        if (count >= from) for (const one of repeated) units.add(one);
      }
      all = joinAll(all, units);
    }
    return all;
  };
  const atom = (): Set<string> => {
    const look = /^\(\?[=!]/.exec(regex.slice(at));
    if (regex[at] === '(') {
      at += look ? 3 : regex.startsWith('(?:', at) ? 3 : 1;
      const inner = alternatives();
      at++;
      return look ? new Set(['']) : inner;
    }
    if (regex[at] === '[') {
      const end = regex.indexOf(']', at);
      const body = regex.slice(at + 1, end);
      at = end + 1;
      if (/^(?:\\d|\d|\d-\d)+$/.test(body)) return new Set(['d']);
      const signs = body.replace(/\\u([0-9a-f]{4})/gi, (_all, code: string) =>
        String.fromCharCode(Number.parseInt(code, 16)),
      );
      if (!/^[ .\-/\u00a0\u2011\u2013\\]+$/.test(signs)) throw new HasLetters();
      return new Set(signs.replace(/\\/g, ''));
    }
    const sign = regex[at] === '\\' ? regex.slice(at, at + 2) : regex.charAt(at);
    at += sign.length;
    if (sign === '\\d' || /^\d$/.test(sign)) return new Set(['d']);
    if (/^\\?[ .\-/]$/.test(sign) && sign !== '.') return new Set([sign.slice(-1)]);
    throw new HasLetters();
  };
  try {
    return alternatives();
  } catch (error) {
    if (error instanceof HasLetters) return null;
    throw error;
  }
}

class HasLetters extends Error {}

function joinAll(heads: ReadonlySet<string>, tails: ReadonlySet<string>): Set<string> {
  const all = new Set<string>();
  for (const head of heads) for (const tail of tails) all.add(head + tail);
  if (all.size > MOST_SKELETONS) throw new RangeError('a shape has too many ways to be written');
  return all;
}
