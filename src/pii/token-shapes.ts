/** Which shapes of letters and digits a token has, and where a text has tokens. */
export interface TokenShapes<T> {
  /** Calls back for every token with a digit that stands alone: no letter, sign of a decimal, or hyphen beside it. */
  scan(text: string, found: (start: number, end: number) => void): void;
  /** The owners of all shapes of that length. */
  byLength(length: number): readonly T[];
  /** Those of the owners whose shapes the token has. */
  ownersOf(token: string, of: readonly T[]): T[];
}

interface Shape<T> {
  readonly regex: RegExp;
  readonly owner: T;
}

const DIGIT = 1;
const LETTER = 2;
const CLASSES = new Uint8Array(128);
for (let code = 48; code <= 57; code++) CLASSES[code] = DIGIT;
for (let code = 65; code <= 90; code++) CLASSES[code] = CLASSES[code + 32] = LETTER;

/** Prepares shapes such as `[1-9]\d{8}`; each must be a regular expression over letters and digits of a bounded length. */
export function createTokenShapes<T>(
  shapes: readonly { readonly regex: string; readonly flags: string; readonly owner: T }[],
): TokenShapes<T> {
  const lengths: Shape<T>[][] = [];
  for (const { regex, flags, owner } of shapes) {
    const [least, most] = lengthsOf(regex);
    const shape = { regex: new RegExp(`^(?:${regex})$`, flags), owner };
    for (let length = least; length <= most; length++) {
      lengths[length] ??= [];
      (lengths[length] as Shape<T>[]).push(shape);
    }
  }
  const owners = Array.from(lengths, (list) => (list ?? []).map(({ owner }) => owner));
  const longest = lengths.length - 1;
  return {
    scan(text, found) {
      const size = text.length;
      for (let at = 0; at < size; ) {
        let seen = classOf(text.charCodeAt(at));
        if (seen === 0) {
          at++;
          continue;
        }
        const start = at++;
        for (; at < size; at++) {
          const kind = classOf(text.charCodeAt(at));
          if (kind === 0) break;
          seen |= kind;
        }
        const length = at - start;
        if (
          (seen & DIGIT) !== 0 &&
          length <= longest &&
          (owners[length]?.length ?? 0) > 0 &&
          standsAlone(text, start, at)
        ) {
          found(start, at);
        }
      }
    },
    byLength: (length) => owners[length] ?? [],
    ownersOf(token, of) {
      const matching: T[] = [];
      for (const { regex, owner } of lengths[token.length] ?? []) {
        if (of.includes(owner) && regex.test(token)) matching.push(owner);
      }
      return matching;
    },
  };
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
