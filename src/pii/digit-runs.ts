/** Finds runs of digits and tells which shapes of digits each could have. */
export interface DigitShapes<T> {
  /** Calls back for every run that stands alone: no letter, sign of a decimal, or hyphen beside it. */
  scan(text: string, found: (start: number, end: number) => void): void;
  /** The owners of the shapes that a run has; each shape with its owner. */
  ownersOf(run: string, of: readonly T[]): T[];
  /** All owners of shapes of that length. */
  byLength(length: number): readonly T[];
}

interface Shape<T> {
  readonly regex: RegExp;
  readonly owner: T;
}

/** Prepares shapes such as `[1-9]\d{8}`; each must be a regular expression over digits of a bounded length. */
export function createDigitShapes<T>(shapes: readonly { readonly regex: string; readonly owner: T }[]): DigitShapes<T> {
  const lengths: Shape<T>[][] = [];
  let shortest = Number.POSITIVE_INFINITY;
  let longest = 0;
  for (const { regex, owner } of shapes) {
    const [least, most] = lengthsOf(regex);
    const shape = { regex: new RegExp(`^(?:${regex})$`), owner };
    for (let length = least; length <= most; length++) {
      lengths[length] ??= [];
      (lengths[length] as Shape<T>[]).push(shape);
    }
    shortest = Math.min(shortest, least);
    longest = Math.max(longest, most);
  }
  const owners = lengths.map((list) => list?.map(({ owner }) => owner));
  return {
    scan(text, found) {
      const size = text.length;
      for (let at = 0; at < size; at++) {
        const code = text.charCodeAt(at);
        if (code > 57 || code < 48) continue;
        let end = at + 1;
        for (; end < size; end++) {
          const next = text.charCodeAt(end);
          if (next > 57 || next < 48) break;
        }
        const length = end - at;
        if (length >= shortest && length <= longest && lengths[length] && standsAlone(text, at, end)) found(at, end);
        at = end;
      }
    },
    byLength: (length) => owners[length] ?? [],
    ownersOf(run, of) {
      const matching: T[] = [];
      for (const { regex, owner } of lengths[run.length] ?? []) {
        if (of.includes(owner) && !matching.includes(owner) && regex.test(run)) matching.push(owner);
      }
      return matching;
    },
  };
}

/** As the patterns of numbers have it: `(?<![\w.+-])` before and `(?![\w-]|[.,]\d)` after. */
function standsAlone(text: string, start: number, end: number): boolean {
  if (start > 0) {
    const before = text.charCodeAt(start - 1);
    if (isWord(before) || before === 46 || before === 43 || before === 45) return false;
  }
  if (end >= text.length) return true;
  const after = text.charCodeAt(end);
  if (isWord(after) || after === 45) return false;
  if (after !== 46 && after !== 44) return true;
  const next = text.charCodeAt(end + 1);
  return !(next >= 48 && next <= 57);
}

function isWord(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95;
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
