import type { Match, PatternSource } from '../../src/rules/index.ts';

/** The oracle of the matching engine: every regex over the whole text, one after the other. */
export function naiveScan(patterns: readonly PatternSource[]): (text: string) => Match[] {
  const regexes = patterns.map(({ regex, flags = 'i' }) => new RegExp(regex, `${flags}g`));
  return (text) => {
    const matches: Match[] = [];
    regexes.forEach((regex, pattern) => {
      for (const found of text.matchAll(regex)) {
        if (found[0].length > 0) matches.push({ pattern, start: found.index, end: found.index + found[0].length });
      }
    });
    return matches.sort((a, b) => a.start - b.start || a.end - b.end || a.pattern - b.pattern);
  };
}
