import type { RuleUnless } from './rule.ts';
import { regexKey, type UnlessCheck } from './unless-check.ts';

/** How far an `unless` of scope `near` looks to either side of a match, in UTF-16 code units. */
export const NEAR = 160;

/** Lines are cut to this length on either side of a match, so that one endless line costs no more than many short ones. */
const LINE_REACH = 1024;

/** Judges the `unless` entries of one text. */
export interface Exceptions {
  /** Whether the entry cancels a match at this place. The stretch looked at is judged as if it stood alone. */
  cancels(unless: RuleUnless, start: number, end: number): boolean;
}

/** For the rules of each check, by {@link regexKey}: many rules have the same. */
const compiled = new WeakMap<UnlessCheck, Map<string, RegExp>>();

/** Answers for one text; what is asked of the whole document is asked once. */
export function createExceptions(text: string, mayCancel: UnlessCheck): Exceptions {
  const anywhere = new Map<RuleUnless, boolean>();
  const regexes = compiled.get(mayCancel) ?? new Map<string, RegExp>();
  compiled.set(mayCancel, regexes);

  /** The regex, or undefined where it need not be compiled, as it is not found in a stretch of the text. */
  const regexFor = (unless: RuleUnless, stretch: string): RegExp | undefined => {
    const key = regexKey(unless);
    let regex = regexes.get(key);
    if (regex === undefined) {
      if (!mayCancel(unless, stretch)) return undefined;
      regex = new RegExp(unless.regex, `${unless.flags ?? 'i'}g`);
      regexes.set(key, regex);
    }
    regex.lastIndex = 0;
    return regex;
  };
  const isIn = (unless: RuleUnless, stretch: string) => regexFor(unless, stretch)?.test(stretch) ?? false;

  return {
    cancels(unless, start, end) {
      switch (unless.scope) {
        case 'document': {
          let answer = anywhere.get(unless);
          if (answer === undefined) {
            answer = isIn(unless, text);
            anywhere.set(unless, answer);
          }
          return answer;
        }
        case 'line':
          return isIn(unless, text.slice(lineStart(text, start), lineEnd(text, end)));
        case 'near':
          return isIn(unless, text.slice(Math.max(0, start - NEAR), end + NEAR));
        case 'match': {
          const base = Math.max(0, start - NEAR);
          const stretch = text.slice(base, end + NEAR);
          const regex = regexFor(unless, stretch);
          return regex !== undefined && overlaps(regex, stretch, start - base, end - base);
        }
      }
    },
  };
}

/** Whether a regex has a match in a stretch of text that overlaps a region of it. */
function overlaps(regex: RegExp, stretch: string, start: number, end: number): boolean {
  for (const found of stretch.matchAll(regex)) {
    if (found.index >= end) return false;
    if (found.index + found[0].length > start) return true;
  }
  return false;
}

function lineStart(text: string, offset: number): number {
  const limit = Math.max(0, offset - LINE_REACH);
  let at = offset;
  while (at > limit && !isLineBreak(text.charCodeAt(at - 1))) at--;
  return at;
}

function lineEnd(text: string, offset: number): number {
  const limit = Math.min(text.length, offset + LINE_REACH);
  let at = offset;
  while (at < limit && !isLineBreak(text.charCodeAt(at))) at++;
  return at;
}

function isLineBreak(unit: number): boolean {
  return unit === 10 || unit === 13;
}
