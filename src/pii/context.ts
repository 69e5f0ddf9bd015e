const MAX_WORDS = 5;
const MARKS = /\p{M}+/gu;
const NOT_WORD = /[^\p{L}\p{N}]+/gu;
const CAMEL = /([a-z0-9])([A-Z])/g;
const NO_SPACES = /[\u2e80-\u9fff\uac00-\ud7af\u0e00-\u0e7f]/;

/** The context words of many rules, so that one look at a window tells which rules have theirs there. */
export interface ContextIndex {
  /** For each rule with a word in the text: the rule's number. */
  find(window: string): ReadonlySet<number>;
}

const NONE: ReadonlySet<number> = new Set();

/** Words compare without case, accents and punctuation; `cardNumber` and `card_number` are two words. */
export function foldWords(text: string): string {
  const split = text.replace(CAMEL, '$1 $2').toLowerCase();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is exactly ASCII
  const folded = /^[\x00-\x7f]*$/.test(split) ? split : split.normalize('NFD').replace(MARKS, '');
  return folded.replace(NOT_WORD, ' ').trim();
}

/** Indexes the words of each rule by number. Words of scripts without spaces are looked for anywhere. */
export function createContextIndex(wordsByRule: readonly (readonly string[])[]): ContextIndex {
  const phrases = new Map<string, number[]>();
  const unspaced: { readonly word: string; readonly rule: number }[] = [];
  wordsByRule.forEach((words, rule) => {
    for (const word of words) {
      const folded = foldWords(word);
      if (folded === '') continue;
      if (NO_SPACES.test(word)) unspaced.push({ word: folded, rule });
      const rules = phrases.get(folded);
      if (rules === undefined) phrases.set(folded, [rule]);
      else if (!rules.includes(rule)) rules.push(rule);
    }
  });
  return {
    find(window) {
      const folded = foldWords(window);
      if (folded === '') return NONE;
      const words = folded.split(' ');
      let found: Set<number> | undefined;
      for (let start = 0; start < words.length; start++) {
        let phrase = '';
        for (let length = 0; length < MAX_WORDS && start + length < words.length; length++) {
          phrase = length === 0 ? (words[start] as string) : `${phrase} ${words[start + length]}`;
          const rules = phrases.get(phrase);
          if (rules === undefined) continue;
          found ??= new Set();
          for (const rule of rules) found.add(rule);
        }
      }
      if (unspaced.length > 0 && NO_SPACES.test(folded)) {
        found ??= new Set();
        for (const { word, rule } of unspaced) if (folded.includes(word)) found.add(rule);
      }
      return found ?? NONE;
    },
  };
}
