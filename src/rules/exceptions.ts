import type { RuleUnless } from './rule.ts';

/** How far an `unless` of scope `near` looks to either side of a match, in UTF-16 code units. */
export const NEAR = 160;

/** Lines are cut to this length on either side of a match, so that one endless line costs no more than many short ones. */
const LINE_REACH = 1024;

/** Judges the `unless` entries of one text. */
export interface Exceptions {
  /** Whether the entry cancels a match at this place. The stretch looked at is judged as if it stood alone. */
  cancels(unless: RuleUnless, start: number, end: number): boolean;
}

const compiled = new WeakMap<RuleUnless, RegExp>();

function regexOf(unless: RuleUnless): RegExp {
  let regex = compiled.get(unless);
  if (regex === undefined) {
    regex = new RegExp(unless.regex, `${unless.flags ?? 'i'}g`);
    compiled.set(unless, regex);
  }
  regex.lastIndex = 0;
  return regex;
}

/** Answers for one text; what is asked of the whole document is asked once. */
export function createExceptions(text: string): Exceptions {
  const anywhere = new Map<RuleUnless, boolean>();
  return {
    cancels(unless, start, end) {
      const regex = regexOf(unless);
      switch (unless.scope) {
        case 'document': {
          let answer = anywhere.get(unless);
          if (answer === undefined) {
            answer = regex.test(text);
            anywhere.set(unless, answer);
          }
          return answer;
        }
        case 'line':
          return regex.test(text.slice(lineStart(text, start), lineEnd(text, end)));
        case 'near':
          return regex.test(text.slice(Math.max(0, start - NEAR), end + NEAR));
        case 'match':
          return overlapsMatch(regex, text, start, end);
      }
    },
  };
}

function overlapsMatch(regex: RegExp, text: string, start: number, end: number): boolean {
  const base = Math.max(0, start - NEAR);
  const stretch = text.slice(base, end + NEAR);
  for (const found of stretch.matchAll(regex)) {
    const from = base + found.index;
    if (from >= end) return false;
    if (from + found[0].length > start) return true;
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
