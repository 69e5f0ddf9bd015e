/** One regular expression to look for. `flags` defaults to `i`; `g`, `y` and `d` are the engine's own. */
export interface PatternSource {
  readonly regex: string;
  readonly flags?: string;
}

/** One match of one pattern. */
export interface Match {
  /** Index into the patterns that the matcher was compiled from. */
  readonly pattern: number;
  readonly start: number;
  readonly end: number;
}

/** Many patterns, ready to be found in any number of texts. */
export interface Matcher {
  /** All leftmost, non-overlapping, non-empty matches of each pattern, ordered by start, end, pattern. */
  match(text: string): Match[];
}

/** Compiles patterns. Throws SyntaxError on an invalid regex. */
export function compileMatcher(patterns: readonly PatternSource[]): Matcher {
  const regexes = patterns.map(({ regex, flags = 'i' }) => new RegExp(regex, `${flags}g`));
  return {
    match(text) {
      const matches: Match[] = [];
      regexes.forEach((regex, pattern) => {
        for (const found of text.matchAll(regex)) {
          if (found[0].length > 0) matches.push({ pattern, start: found.index, end: found.index + found[0].length });
        }
      });
      return matches.sort((a, b) => a.start - b.start || a.end - b.end || a.pattern - b.pattern);
    },
  };
}
