import { LEXICON_WORDS } from './lexicon-words.ts';

/** What a word that hashes to a slot may be: a lexicon word read as leetspeak allows, its ROT13 form, its reversed form. */
export const IN_LEXICON = 1;
export const IN_ROT13 = 2;
export const IN_REVERSED = 4;

/** Slots of {@link Lexicon.slots}; a power of two. */
const SLOTS = 1 << 16;
const MULTIPLIER = 33;

/** Frequent words in the forms that the survey and the transforms ask for. */
export interface Lexicon {
  readonly slots: Uint8Array;
  readonly words: ReadonlySet<string>;
  /** Words by their canonical spelling, in which i, l and 1 are one letter. */
  readonly byCanonical: ReadonlyMap<string, string>;
  readonly rot13: ReadonlySet<string>;
  readonly reversed: ReadonlySet<string>;
}

/**
 * Canonical letter by ASCII code: case and leetspeak folded, l read as i, 0 where the character is no part of a word.
 * Digits: 0→o 1→i 2→z 3→e 4→a 5→s 6→g 7→t 8→b 9→g; @→a and $→s.
 */
export const CANONICAL: Uint8Array = (() => {
  const table = new Uint8Array(128);
  for (let code = 97; code <= 122; code++) {
    table[code] = code === 108 ? 105 : code;
    table[code - 32] = code === 108 ? 105 : code;
  }
  'oizeasgtbg'.split('').forEach((letter, digit) => {
    table[48 + digit] = letter.charCodeAt(0);
  });
  table[64] = 97;
  table[36] = 115;
  return table;
})();

/** The rolling hash of one more canonical letter; starts at 0. */
export function rollHash(hash: number, letter: number): number {
  return (Math.imul(hash, MULTIPLIER) + letter) | 0;
}

/** Powers of the multiplier, to append one hash to another: `joined = imul(first, POWERS[length of second]) + second`. */
export const POWERS: Int32Array = (() => {
  const powers = new Int32Array(64);
  powers[0] = 1;
  for (let i = 1; i < powers.length; i++) powers[i] = Math.imul(powers[i - 1] as number, MULTIPLIER);
  return powers;
})();

/** The slot of a finished hash. */
export function slotOf(hash: number): number {
  return (hash ^ (hash >>> 15)) & (SLOTS - 1);
}

/** A word in canonical spelling; characters outside the table stay, lower-cased. */
export function canonicalWord(word: string): string {
  let out = '';
  for (let i = 0; i < word.length; i++) {
    const code = word.charCodeAt(i);
    const letter = code < 128 ? (CANONICAL[code] as number) : 0;
    out += letter === 0 ? word.charAt(i).toLowerCase() : String.fromCharCode(letter);
  }
  return out;
}

/** ASCII letters moved 13 places; everything else stays. */
export function rot13(text: string): string {
  let out = '';
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const base = code | 32;
    if (base < 97 || base > 122 || code > 122) continue;
    if (i > from) out += text.slice(from, i);
    out += String.fromCharCode(code + (base < 110 ? 13 : -13));
    from = i + 1;
  }
  return out + text.slice(from);
}

/** Letters in the opposite order, surrogate pairs kept together by the caller's choice of range. */
export function reverse(text: string): string {
  let out = '';
  for (let i = text.length - 1; i >= 0; i--) out += text.charAt(i);
  return out;
}

let lexicon: Lexicon | undefined;

/** The lexicon, built on first use. */
export function getLexicon(): Lexicon {
  if (lexicon) return lexicon;
  const slots = new Uint8Array(SLOTS);
  const words = new Set<string>();
  const byCanonical = new Map<string, string>();
  const rotated = new Set<string>();
  const reversed = new Set<string>();
  for (const word of LEXICON_WORDS.split(/\s+/)) if (word.length >= 3) words.add(word);
  const mark = (word: string, flag: number) => {
    let hash = 0;
    for (let i = 0; i < word.length; i++) hash = rollHash(hash, CANONICAL[word.charCodeAt(i)] as number);
    const slot = slotOf(hash);
    slots[slot] = (slots[slot] as number) | flag;
  };
  for (const word of words) {
    const canonical = canonicalWord(word);
    if (!byCanonical.has(canonical)) byCanonical.set(canonical, word);
    if (word.charCodeAt(0) > 127) continue;
    mark(word, IN_LEXICON);
    const turned = rot13(word);
    if (!words.has(turned)) {
      rotated.add(turned);
      mark(turned, IN_ROT13);
    }
    const backwards = reverse(word);
    if (!words.has(backwards)) {
      reversed.add(backwards);
      mark(backwards, IN_REVERSED);
    }
  }
  lexicon = { slots, words, byCanonical, rot13: rotated, reversed };
  return lexicon;
}
