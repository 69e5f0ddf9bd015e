/** What every white space unit is folded to. */
export const SPACE = ' ';
/** What every ASCII digit is folded to. */
export const DIGIT = '0';

/** Stands in a literal for a place between a word character and none: `\b`, at the literal's start or end. */
export const BOUNDARY = '\ue000';

const WHITE_SPACE = /^\s$/;

/**
 * The symbol that stands for a UTF-16 unit in the prefilter: upper and lower case are one, so are all digits, so is all
 * white space. Units that any regex with the flag `i` takes for the same have the same symbol; the reverse need not hold.
 */
export function foldUnit(unit: string): string {
  if (WHITE_SPACE.test(unit)) return SPACE;
  if (unit >= '0' && unit <= '9') return DIGIT;
  if (unit === BOUNDARY) return '\ue001';
  const special = UNICODE_15_1_FOLDS.get(unit);
  if (special !== undefined) return special;
  const upper = single(unit, unit.toUpperCase());
  return single(upper, upper.toLowerCase());
}

/** Pairs that fold to each other though their upper cases are longer than one unit (CaseFolding.txt, status S). */
const UNICODE_15_1_FOLDS: ReadonlyMap<string, string> = new Map([
  ['\u1fd3', '\u0390'],
  ['\u1fe3', '\u03b0'],
  ['\ufb05', '\ufb06'],
]);

function single(before: string, after: string): string {
  return after.length === 1 ? after : before;
}

/** Folds each unit of a text. */
export function foldText(text: string): string {
  let folded = '';
  for (let index = 0; index < text.length; index++) folded += foldUnit(text.charAt(index));
  return folded;
}

let units: ReadonlyMap<string, readonly number[]> | undefined;

/** The UTF-16 units that a symbol stands for; told from a table of all units that is made on first use. */
export function unitsOf(symbol: string): readonly number[] {
  if (units === undefined) {
    const bySymbol = new Map<string, number[]>();
    for (let unit = 0; unit < 0x10000; unit++) {
      const folded = foldUnit(String.fromCharCode(unit));
      const known = bySymbol.get(folded);
      if (known === undefined) bySymbol.set(folded, [unit]);
      else known.push(unit);
    }
    units = bySymbol;
  }
  return units.get(symbol) ?? [];
}

/** Whether a UTF-16 unit may be white space; true also for control characters, which costs nothing but a wider search. */
export function isBlank(unit: number): boolean {
  if (unit <= 0x20) return true;
  return unit >= 0xa0 && (unit <= 0x3000 || unit === 0xfeff) && WIDE_SPACES.has(unit);
}

const WIDE_SPACES: ReadonlySet<number> = new Set([
  ...[0xa0, 0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200a],
  ...[0x2028, 0x2029, 0x202f, 0x205f, 0x3000, 0xfeff],
]);

const WORD = /^[a-z0-9_]$/;

/** A literal with boundaries only at its ends, and only where a word character is beside them: elsewhere they tell nothing. */
export function tidyBoundaries(literal: string): string {
  const text = literal.replaceAll(BOUNDARY, '');
  const left = literal.startsWith(BOUNDARY) && WORD.test(text.charAt(0));
  const right = literal.endsWith(BOUNDARY) && WORD.test(text.charAt(text.length - 1));
  return `${left ? BOUNDARY : ''}${text}${right && text !== '' ? BOUNDARY : ''}`;
}

/** A literal and whether it counts only where no word character stands before it, or after it. */
export interface Literal {
  readonly text: string;
  readonly left: boolean;
  readonly right: boolean;
}

/** The parts of a tidy literal. */
export function readLiteral(literal: string): Literal {
  const left = literal.startsWith(BOUNDARY);
  const right = literal.length > 1 && literal.endsWith(BOUNDARY);
  return { text: literal.slice(left ? 1 : 0, right ? -1 : undefined), left, right };
}
