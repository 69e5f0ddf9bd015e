import { CIPHERED_BITS, KNOWN_BITS } from './lexicon-bits.ts';
import { LEXICON_WORDS } from './lexicon-words.ts';

/** Bytes of a bit set of hashed words; a power of two. */
export const BYTES = 1 << 14;
const MULTIPLIER = 33;

/** Frequent words in the forms that the survey and the transforms ask for; each is built when it is first asked for. */
export interface Lexicon {
  /** Bit set of the hashes of all words, for {@link isMember}. */
  readonly known: Uint8Array;
  /** The same of their ROT13 and reversed forms. */
  readonly ciphered: Uint8Array;
  readonly words: ReadonlySet<string>;
  /** Words by their canonical spelling, in which i, l and 1 are one letter. */
  readonly byCanonical: ReadonlyMap<string, string>;
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

/** Whether a finished hash is in a bit set of the lexicon; a few in a hundred other words are too. */
export function isMember(set: Uint8Array, hash: number): boolean {
  const mixed = hash ^ (hash >>> 13);
  return (((set[(mixed >>> 3) & (BYTES - 1)] as number) >> (mixed & 7)) & 1) === 1;
}

/** Puts a finished hash into a bit set. */
export function addMember(set: Uint8Array, hash: number): void {
  const mixed = hash ^ (hash >>> 13);
  const slot = (mixed >>> 3) & (BYTES - 1);
  set[slot] = (set[slot] as number) | (1 << (mixed & 7));
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

let known: Uint8Array | undefined;
let ciphered: Uint8Array | undefined;
let words: Set<string> | undefined;
let byCanonical: Map<string, string> | undefined;

/** The lexicon. A text without a suspicious word needs no more of it than the bit sets, which `npm run generate` makes. */
const lexicon: Lexicon = {
  get known() {
    known ??= Buffer.from(KNOWN_BITS, 'base64');
    return known;
  },
  get ciphered() {
    ciphered ??= Buffer.from(CIPHERED_BITS, 'base64');
    return ciphered;
  },
  get words() {
    words ??= new Set(LEXICON_WORDS.split(/\s+/).filter((word) => word.length >= 3));
    return words;
  },
  get byCanonical() {
    if (!byCanonical) {
      byCanonical = new Map();
      for (const word of lexicon.words) {
        const canonical = canonicalWord(word);
        if (!byCanonical.has(canonical)) byCanonical.set(canonical, word);
      }
    }
    return byCanonical;
  },
};

/** The frequent words and their hashes. */
export function getLexicon(): Lexicon {
  return lexicon;
}
