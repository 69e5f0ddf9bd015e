import { unitWriter } from '../core/code-units.ts';

const MARKS = /\p{M}+/gu;
const NOT_WORD = /[^\p{L}\p{N}]+/gu;
const CAMEL = /([a-z0-9])([A-Z])/g;
const NO_SPACES = /[\u2e80-\u9fff\uac00-\ud7af\u0e00-\u0e7f]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is exactly ASCII
const ASCII = /^[\x00-\x7f]*$/;

/** The context words of many rules, so that one look around a value tells which rules have theirs there. */
export interface ContextIndex {
  open(text: string): ContextOfText;
}

/** Tells, for the region of a value, whose words are within their window before it, or half of that after. */
export interface ContextOfText {
  /** Whether a word of the rule with that number is. */
  has(start: number, end: number, rule: number): boolean;
  /** Whether a word of any rule is. */
  hasAny(start: number, end: number): boolean;
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

/** The phrases that begin alike, by the word that comes next. */
type Phrases = Map<string, Phrase>;

interface Phrase {
  /** The rules of which this is a phrase. */
  readonly uses: Use[];
  longer: Phrases | undefined;
}

function addPhrase(phrases: Phrases, words: readonly string[], use: Use): void {
  const [word = '', ...rest] = words;
  let phrase = phrases.get(word);
  if (phrase === undefined) {
    phrase = { uses: [], longer: undefined };
    phrases.set(word, phrase);
  }
  if (rest.length > 0) {
    phrase.longer ??= new Map();
    addPhrase(phrase.longer, rest, use);
  } else if (!phrase.uses.some(({ rule }) => rule === use.rule)) {
    phrase.uses.push(use);
  }
}

/** Words compare without case, accents and punctuation; `cardNumber` and `card_number` are two words. */
function foldWords(text: string): string {
  const split = text.replace(CAMEL, '$1 $2').toLowerCase();
  return (ASCII.test(split) ? split : split.normalize('NFD').replace(MARKS, '')).replace(NOT_WORD, ' ').trim();
}

/** Indexes the words of each rule by number. Words of scripts without spaces are looked for anywhere. */
export function createContextIndex(rules: readonly ContextWords[]): ContextIndex {
  const phrases: Phrases = new Map();
  const mayStart = new Uint8Array(1 << HASH_BITS);
  const unspaced: (Use & { readonly word: string })[] = [];
  let widest = 0;
  rules.forEach(({ words, window }, rule) => {
    if (words.length > 0) widest = Math.max(widest, window);
    for (const word of words) {
      const folded = foldWords(word);
      if (folded === '') continue;
      if (NO_SPACES.test(word)) unspaced.push({ word: folded, rule, window });
      const parts = folded.split(' ');
      const first = parts[0] as string;
      mayStart[hashOf(first)] = 1;
      addPhrase(phrases, parts, { rule, window });
    }
  });

  /** The phrases that start in a stretch of a text. */
  function hitsIn(text: string, from: number, to: number): Hit[] {
    const hits: Hit[] = [];
    // A phrase may end beyond the stretch, and a word that the stretch cuts at its start belongs to the one before.
    const side = text.slice(from, Math.min(text.length, to + LONGEST_PHRASE));
    writeUnits(side);
    units[side.length] = 0;
    const limit = to - from;
    const cut = from > 0 && isWordCharacter(text, from - 1) && isWordCharacter(text, from);
    const first = cut ? wordEnd(0, side.length) : 0;
    const ascii = ASCII.test(side);
    spacedHits(side, first, limit, (start, end, uses) => hits.push({ from: from + start, to: from + end, uses }));
    if (!ascii && unspaced.length > 0 && NO_SPACES.test(side)) {
      const lower = side.toLowerCase();
      for (const { word, rule, window } of unspaced) {
        for (let at = lower.indexOf(word); at >= 0 && at < limit; at = lower.indexOf(word, at + 1)) {
          hits.push({ from: from + at, to: from + at + word.length, uses: [{ rule, window }] });
        }
      }
      hits.sort((a, b) => a.from - b.from);
    }
    return hits;
  }

  /** Most words of a text start no phrase, which their hash tells: only the others are cut out. */
  function spacedHits(
    side: string,
    first: number,
    limit: number,
    add: (start: number, end: number, uses: readonly Use[]) => void,
  ): void {
    const size = side.length;
    let at = nextWord(first, size);
    while (at < limit) {
      const start = at;
      let hash = 0;
      let kinds = 0;
      let last = 0;
      for (; at < size; at++) {
        const kind = classAt(at);
        if (kind === 0 || (kind === CAPITAL && last === SMALL)) break;
        last = kind;
        kinds |= kind;
        hash = hashedOn(hash, units[at] as number);
      }
      // Letters outside of ASCII may fold to several, or to none.
      if (mayStart[slotOfHash(hash)] === 1 || (kinds & FOREIGN) !== 0) addAt(side, start, at, add);
      at = nextWord(at, size);
    }
  }

  /** Tells of the phrases that start with the word of a text that stands there. */
  function addAt(
    side: string,
    start: number,
    end: number,
    add: (start: number, end: number, uses: readonly Use[]) => void,
  ): void {
    let last = end;
    let phrase = phrases.get(foldWord(side.slice(start, end)));
    while (phrase !== undefined) {
      if (phrase.uses.length > 0) add(start, last, phrase.uses);
      if (phrase.longer === undefined) return;
      const next = nextWord(last, side.length);
      last = wordEnd(next, side.length);
      phrase = phrase.longer.get(foldWord(side.slice(next, last)));
    }
  }

  return {
    open(text) {
      const stretches: (readonly Hit[] | undefined)[] = [];
      // The rules that have a word near the region that was asked about last are those with its stamp.
      const stamps = new Int32Array(rules.length);
      let stamp = 0;
      let regionStart = -1;
      let regionEnd = -1;
      let any = false;
      const look = (start: number, end: number): void => {
        regionStart = start;
        regionEnd = end;
        any = false;
        stamp++;
        const first = Math.max(0, Math.floor((start - widest) / STRETCH));
        const last = Math.min(Math.floor((text.length - 1) / STRETCH), Math.floor((end + (widest >> 1)) / STRETCH));
        for (let stretch = first; stretch <= last; stretch++) {
          let hits = stretches[stretch];
          if (hits === undefined) {
            hits = hitsIn(text, stretch * STRETCH, Math.min(text.length, (stretch + 1) * STRETCH));
            stretches[stretch] = hits;
          }
          for (let at = firstFrom(hits, start - widest); at < hits.length; at++) {
            const { from, to, uses } = hits[at] as Hit;
            if (from > end + (widest >> 1)) break;
            const away = to <= start ? start - from : from >= end ? (to - end) * 2 : -1;
            if (away < 0) continue;
            for (const { rule, window } of uses) {
              if (away > window) continue;
              stamps[rule] = stamp;
              any = true;
            }
          }
        }
      };
      return {
        has(start, end, rule) {
          if (start !== regionStart || end !== regionEnd) look(start, end);
          return stamps[rule] === stamp;
        },
        hasAny(start, end) {
          if (start !== regionStart || end !== regionEnd) look(start, end);
          return any;
        },
      };
    },
  };
}

/** The text is looked at in stretches of this many characters, each when a value near it asks. */
const STRETCH = 256;
const LONGEST_PHRASE = 48;

interface Hit {
  readonly from: number;
  readonly to: number;
  readonly uses: readonly Use[];
}

/** The first hit that starts at or after an offset. */
function firstFrom(hits: readonly Hit[], offset: number): number {
  let low = 0;
  let high = hits.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((hits[middle] as Hit).from < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

const HASH_BITS = 16;

/** The hash of a word with one more ASCII letter, in either case, or digit. */
function hashedOn(hash: number, unit: number): number {
  return Math.imul(hash, 31) + (unit | 32);
}

function slotOfHash(hash: number): number {
  return Math.imul(hash, 0x9e3779b1) >>> (32 - HASH_BITS);
}

function hashOf(word: string): number {
  let hash = 0;
  for (let at = 0; at < word.length; at++) hash = hashedOn(hash, word.charCodeAt(at));
  return slotOfHash(hash);
}

/** A word in small letters, without marks. */
function foldWord(word: string): string {
  const lower = word.toLowerCase();
  return ASCII.test(lower) ? lower : lower.normalize('NFD').replace(MARKS, '');
}

function isWordCharacter(text: string, at: number): boolean {
  return /[\p{L}\p{N}]/u.test(text.charAt(at));
}

const CAPITAL = 1;
const SMALL = 2;
const FOREIGN = 4;
const UNKNOWN = 8;
/** By UTF-16 unit: 0 for what is no part of a word, an ASCII capital, an ASCII small letter or digit, another letter, number or mark; that is found out when one is met. */
const WORD_CLASSES = new Uint8Array(1 << 16).fill(UNKNOWN, 128);
for (let unit = 0; unit < 128; unit++) {
  const text = String.fromCharCode(unit);
  WORD_CLASSES[unit] = /[A-Z]/.test(text) ? CAPITAL : /[a-z0-9]/.test(text) ? SMALL : 0;
}
const PART_OF_WORD = /^[\p{L}\p{N}\p{M}]/u;

/** The units of the stretch that is looked at, with a zero after them. */
const units = new Uint16Array(STRETCH + LONGEST_PHRASE + 1);
const writeUnits = unitWriter(units);

function classAt(at: number): number {
  const known = WORD_CLASSES[units[at] as number] as number;
  return known === UNKNOWN ? classBeyondAscii(at) : known;
}

/** Halves of pairs are judged by the pair, and stay unknown. */
function classBeyondAscii(at: number): number {
  const unit = units[at] as number;
  const isHalf = unit >= 0xd800 && unit < 0xe000;
  const isSecond = unit >= 0xdc00 && isHalf && at > 0 && ((units[at - 1] as number) & 0xfc00) === 0xd800;
  const start = isSecond ? at - 1 : at;
  const kind = PART_OF_WORD.test(String.fromCharCode(...units.subarray(start, start + 2))) ? FOREIGN : 0;
  if (!isHalf) WORD_CLASSES[unit] = kind;
  return kind;
}

/** Where the next word of the stretch starts, or its size. */
function nextWord(from: number, size: number): number {
  let at = from;
  while (at < size && classAt(at) === 0) at++;
  return at;
}

/** Where the word that starts there ends: before a sign, and before a capital after a small letter or digit. */
function wordEnd(start: number, size: number): number {
  let last = 0;
  let at = start;
  for (; at < size; at++) {
    const kind = classAt(at);
    if (kind === 0 || (kind === CAPITAL && last === SMALL)) break;
    last = kind;
  }
  return at;
}
