const MAX_WORDS = 5;
const MARKS = /\p{M}+/gu;
const NOT_WORD = /[^\p{L}\p{N}]+/gu;
const CAMEL = /([a-z0-9])([A-Z])/g;
const WORD = /[\p{L}\p{N}\p{M}]+/gu;
const NO_SPACES = /[\u2e80-\u9fff\uac00-\ud7af\u0e00-\u0e7f]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is exactly ASCII
const ASCII = /^[\x00-\x7f]*$/;

/** The context words of many rules, so that one look around a value tells which rules have theirs there. */
export interface ContextIndex {
  /**
   * For each rule with a word within its window before the value, or half of it after: the rule's number. `start` and
   * `end` are the value's.
   */
  around(text: string, start: number, end: number): ReadonlySet<number>;
}

/** The words of one rule, and how far from the value they count. */
export interface ContextWords {
  readonly words: readonly string[];
  readonly window: number;
}

interface Use {
  readonly rule: number;
  readonly window: number;
}

const NONE: ReadonlySet<number> = new Set();

/** Words compare without case, accents and punctuation; `cardNumber` and `card_number` are two words. */
function foldWords(text: string): string {
  const split = text.replace(CAMEL, '$1 $2').toLowerCase();
  return (ASCII.test(split) ? split : split.normalize('NFD').replace(MARKS, '')).replace(NOT_WORD, ' ').trim();
}

/** Indexes the words of each rule by number. Words of scripts without spaces are looked for anywhere. */
export function createContextIndex(rules: readonly ContextWords[]): ContextIndex {
  const phrases = new Map<string, Use[]>();
  /** How many words the longest phrase has that starts with this one. */
  const starts = new Map<string, number>();
  const unspaced: (Use & { readonly word: string })[] = [];
  let widest = 0;
  rules.forEach(({ words, window }, rule) => {
    if (words.length > 0) widest = Math.max(widest, window);
    for (const word of words) {
      const folded = foldWords(word);
      if (folded === '') continue;
      if (NO_SPACES.test(word)) unspaced.push({ word: folded, rule, window });
      const uses = phrases.get(folded);
      if (uses === undefined) phrases.set(folded, [{ rule, window }]);
      else if (!uses.some((use) => use.rule === rule)) uses.push({ rule, window });
      const parts = folded.split(' ');
      const first = parts[0] as string;
      starts.set(first, Math.max(starts.get(first) ?? 0, Math.min(parts.length, MAX_WORDS)));
    }
  });

  /** Adds the rules whose words are in a side; `distance` is how far a phrase of the side is from the value. */
  function look(side: string, distance: (from: number, to: number) => number, found: Set<number>): void {
    const ascii = ASCII.test(side);
    const words: string[] = [];
    const froms: number[] = [];
    const tos: number[] = [];
    const add = (from: number, to: number) => {
      const word = side.slice(from, to).toLowerCase();
      words.push(ascii ? word : word.normalize('NFD').replace(MARKS, ''));
      froms.push(from);
      tos.push(to);
    };
    if (ascii) splitAscii(side, add);
    else for (const match of side.matchAll(WORD)) splitCamel(match[0], match.index, add);
    for (let first = 0; first < words.length; first++) {
      const most = starts.get(words[first] as string);
      if (most === undefined) continue;
      let phrase = '';
      for (let length = 1; length <= most && first + length <= words.length; length++) {
        const last = first + length - 1;
        phrase = length === 1 ? (words[first] as string) : `${phrase} ${words[last]}`;
        const uses = phrases.get(phrase);
        if (uses === undefined) continue;
        const away = distance(froms[first] as number, tos[last] as number);
        for (const { rule, window } of uses) if (away <= window) found.add(rule);
      }
    }
    if (!ascii && unspaced.length > 0 && NO_SPACES.test(side)) {
      const folded = side.toLowerCase();
      for (const { word, rule, window } of unspaced) {
        const at = folded.indexOf(word);
        if (at >= 0 && distance(at, at + word.length) <= window) found.add(rule);
      }
    }
  }

  return {
    around(text, start, end) {
      const from = Math.max(0, start - widest);
      const to = Math.min(text.length, end + (widest >> 1));
      const found = new Set<number>();
      const before = text.slice(from, start);
      // A word that the window cuts is not a word.
      const cut =
        from === 0 || !isWordCharacter(text, from - 1) ? 0 : (/^[\p{L}\p{N}]+/u.exec(before)?.[0].length ?? 0);
      look(cut === 0 ? before : before.slice(cut), (at) => start - from - cut - at, found);
      let after = text.slice(end, to);
      if (to < text.length && isWordCharacter(text, to)) after = after.replace(/[\p{L}\p{N}]+$/u, '');
      look(after, (_at, last) => last * 2, found);
      return found.size === 0 ? NONE : found;
    },
  };
}

function isWordCharacter(text: string, at: number): boolean {
  return /[\p{L}\p{N}]/u.test(text.charAt(at));
}

function splitAscii(side: string, add: (from: number, to: number) => void): void {
  let from = -1;
  let lower = false;
  for (let at = 0; at <= side.length; at++) {
    const code = at < side.length ? side.charCodeAt(at) : 0;
    const upper = code >= 65 && code <= 90;
    const small = (code >= 97 && code <= 122) || (code >= 48 && code <= 57);
    if (from >= 0 && (!(upper || small) || (upper && lower))) {
      add(from, at);
      from = -1;
    }
    if (from < 0 && (upper || small)) from = at;
    lower = small;
  }
}

function splitCamel(word: string, offset: number, add: (from: number, to: number) => void): void {
  let from = 0;
  for (let at = 1; at < word.length; at++) {
    if (/[A-Z]/.test(word.charAt(at)) && /[a-z0-9]/.test(word.charAt(at - 1))) {
      add(offset + from, offset + at);
      from = at;
    }
  }
  add(offset + from, offset + word.length);
}
