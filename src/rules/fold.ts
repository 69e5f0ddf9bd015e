/** What every white space unit is folded to. */
export const SPACE = ' ';
/** What every ASCII digit is folded to. */
export const DIGIT = '0';

const WHITE_SPACE = /^\s$/;

/**
 * The symbol that stands for a UTF-16 unit in the prefilter: upper and lower case are one, so are all digits, so is all
 * white space. Units that any regex with the flag `i` takes for the same have the same symbol; the reverse need not hold.
 */
export function foldUnit(unit: string): string {
  if (WHITE_SPACE.test(unit)) return SPACE;
  if (unit >= '0' && unit <= '9') return DIGIT;
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

let table: readonly string[] | undefined;

/** The symbol of every UTF-16 unit, made on first use. */
export function foldTable(): readonly string[] {
  table ??= Array.from({ length: 0x10000 }, (_, unit) => foldUnit(String.fromCharCode(unit)));
  return table;
}
