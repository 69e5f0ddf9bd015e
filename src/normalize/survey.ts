import { CANONICAL, getLexicon, isMember, POWERS } from './lexicon.ts';

/** What one pass over a text saw; offsets in UTF-16 units, each list flat and ascending. */
export interface Survey {
  /** Which signs stand right before a word, as bits: where `%`, `&`, `#`, a backslash or `=` never does, there is no such escape. */
  readonly escapes: number;
  /** [start, end] of words that may be the ROT13 or the reversed form of a frequent word. */
  readonly ciphered: number[];
  /** [start, end] of words that mix letters with digits or signs and read as a frequent word. */
  readonly leet: number[];
  /** [start, end] of words broken by single joiners (`pre-vious`) that make a frequent word. */
  readonly broken: number[];
  /** [start, end] of runs of single letters set apart. */
  readonly spaced: number[];
  /** [start, end] of runs of words of two characters, as bytes in hex are. */
  readonly pairs: number[];
  /** [start, end] of runs of lines with one word each. */
  readonly stacked: number[];
  /** [start, end] of long stretches without any letter or digit. */
  readonly wordless: number[];
  /** [start, end] of runs of at least 16 characters of the base64 alphabets. */
  readonly tokens: number[];
}

/** Shortest run of base64 or hex characters that is worth a look. */
const LONG_TOKEN = 16;
/** Fewest letters set apart that count as a run, and fewest one-word lines. */
const SPACED_RUN = 5;
const STACKED_RUN = 4;
/** Fewest words of two characters in a row that may be bytes in hex. */
const PAIR_RUN = 8;
/** Longest broken word, with its joiners. */
const CHAIN_REACH = 48;
/** Longest separator between two letters of one run. */
const SPACED_GAP = 16;
/** Shortest stretch of signs that could hold Morse code. */
const WORDLESS = 24;

/** Flags above the seven bits of a canonical letter: part of a word, as a letter or as a digit or sign. */
const LETTER = 0x80;
const OTHER = 0x100;
const WORD = LETTER | OTHER;
/** Kinds of separators. */
const JOINER = 1;
const BLANK = 2;
const NEWLINE = 3;
/** Separators that begin an escape when a word follows at once; their bits in {@link Survey.escapes} are 1 << kind. */
export const PERCENT = 4;
export const AMPERSAND = 5;
export const HASH = 6;
export const BACKSLASH = 7;
export const EQUALS = 8;

/** What one ASCII character is to the survey: its canonical letter, with a flag for letters or for digits and signs; else a kind of separator. */
const CLASS: Uint16Array = (() => {
  const table = new Uint16Array(128);
  for (let code = 0; code < 128; code++) {
    const canonical = CANONICAL[code] as number;
    const base = code | 32;
    if (canonical !== 0) table[code] = canonical | (base >= 97 && base <= 122 ? LETTER : OTHER);
  }
  for (const joiner of '-_.*~|+/`,') table[joiner.charCodeAt(0)] = JOINER;
  for (const [sign, kind] of [
    ['%', PERCENT],
    ['&', AMPERSAND],
    ['#', HASH],
    ['\\', BACKSLASH],
    ['=', EQUALS],
  ] as const)
    table[sign.charCodeAt(0)] = kind;
  table[32] = BLANK;
  table[9] = BLANK;
  table[13] = NEWLINE;
  table[10] = NEWLINE;
  return table;
})();

/** Letters outside ASCII: everything but the signs of Latin-1 and General Punctuation. */
function isForeignLetter(code: number): boolean {
  return code >= 0xbf && (code < 0x2000 || code >= 0x2070);
}

/** Walks the text once. Everything the transforms start from is found here, so that ordinary text costs one pass. */
export function surveyText(text: string): Survey {
  const ciphered: number[] = [];
  const leet: number[] = [];
  const broken: number[] = [];
  const spaced: number[] = [];
  const pairs: number[] = [];
  const stacked: number[] = [];
  const wordless: number[] = [];
  const lexicon = getLexicon();
  const knownWords = lexicon.known;
  const cipheredWords = lexicon.ciphered;
  const size = text.length;
  // The word before, and the chain of words held together by single joiners.
  let end = 0;
  let chainHash = 0;
  let chainStart = 0;
  let shortStart = 0;
  let shorts = 0;
  let stackStart = 0;
  let stackWords = 0;
  let escapes = 0;
  let i = 0;
  while (i < size) {
    // Separators up to the next word.
    let joiners = 0;
    let newline = false;
    let blank = false;
    let first = 0;
    let last = 0;
    for (; i < size; i++) {
      const code = text.charCodeAt(i);
      if (code < 128) {
        const kind = CLASS[code] as number;
        if (kind >= LETTER) {
          first = kind;
          break;
        }
        last = kind;
        if (kind === BLANK) blank = true;
        else if (kind === JOINER) joiners++;
        else if (kind === NEWLINE) newline = true;
      } else if (isForeignLetter(code)) {
        first = LETTER | (code & 127);
        break;
      } else last = 0;
    }
    if (i >= size) break;
    const start = i;
    const gap = start - end;
    escapes |= 1 << last;
    // The word itself.
    let hash = first & 127;
    let flags = first;
    for (i++; i < size; i++) {
      const code = text.charCodeAt(i);
      if (code < 128) {
        const kind = CLASS[code] as number;
        if (kind < LETTER) break;
        flags |= kind;
        hash = (Math.imul(hash, 33) + (kind & 127)) | 0;
      } else {
        if (!isForeignLetter(code)) break;
        flags |= LETTER;
        hash = (Math.imul(hash, 33) + code) | 0;
      }
    }
    const length = i - start;
    if (gap >= WORDLESS) wordless.push(end, start);
    if (blank) {
      if (stackWords >= STACKED_RUN) stacked.push(stackStart, end);
      stackWords = 0;
    } else if (newline && gap <= SPACED_GAP) stackWords++;
    if (stackWords === 0) stackStart = start;
    if (joiners > 0 && joiners <= 2 && joiners === gap && i - chainStart <= CHAIN_REACH) {
      chainHash = (Math.imul(chainHash, POWERS[length] as number) + hash) | 0;
      if (isMember(knownWords, chainHash)) broken.push(chainStart, i);
    } else {
      chainHash = hash;
      chainStart = start;
    }
    end = i;
    if (length <= 2) {
      if (shorts === 0) shortStart = start;
      shorts++;
      continue;
    }
    if (shorts > 0) {
      if (shorts >= SPACED_RUN) splitShorts(text, shortStart, start, spaced, pairs);
      shorts = 0;
    }
    if ((flags & OTHER) === 0) {
      if (isMember(cipheredWords, hash)) ciphered.push(start, i);
    } else if ((flags & WORD) === WORD && isMember(knownWords, hash)) leet.push(start, i);
  }
  if (size - end >= WORDLESS) wordless.push(end, size);
  if (shorts >= SPACED_RUN) splitShorts(text, shortStart, size, spaced, pairs);
  if (stackWords >= STACKED_RUN) stacked.push(stackStart, end);
  return { escapes, ciphered, leet, broken, spaced, pairs, stacked, wordless, tokens: findTokens(text) };
}

function inWord(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code < 128 ? (CLASS[code] as number) >= LETTER : isForeignLetter(code);
}

/** The runs of words of one character and of two within a stretch of short words. */
function splitShorts(text: string, start: number, end: number, spaced: number[], pairs: number[]) {
  let runStart = start;
  let runEnd = start;
  let width = 0;
  let count = 0;
  const close = () => {
    if (width === 1 && count >= SPACED_RUN) spaced.push(runStart, runEnd);
    if (width === 2 && count >= PAIR_RUN) pairs.push(runStart, runEnd);
  };
  for (let i = start; i < end; ) {
    if (!inWord(text, i)) {
      i++;
      continue;
    }
    let to = i + 1;
    while (to < end && inWord(text, to)) to++;
    if (to - i !== width || i - runEnd > SPACED_GAP) {
      close();
      width = to - i;
      count = 0;
      runStart = i;
    }
    count++;
    runEnd = to;
    i = to;
  }
  close();
}

/** Membership in the base64, base64url and hex alphabets. */
const TOKEN: Uint8Array = (() => {
  const table = new Uint8Array(128);
  for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_')
    table[letter.charCodeAt(0)] = 1;
  return table;
})();

function isToken(text: string, offset: number): boolean {
  const code = text.charCodeAt(offset);
  return code < 128 && TOKEN[code] === 1;
}

/** Looks at every twelfth character only: a run of that length cannot hide between two looks. */
function findTokens(text: string): number[] {
  const tokens: number[] = [];
  const size = text.length;
  let done = 0;
  let i = LONG_TOKEN - 1;
  while (i < size) {
    if (!isToken(text, i)) {
      done = i + 1;
      i += LONG_TOKEN;
      continue;
    }
    let start = i;
    while (start > done && isToken(text, start - 1)) start--;
    let end = i + 1;
    // The run must reach back or forward far enough; the far end decides where to look next.
    while (end < size && isToken(text, end)) end++;
    if (end - start >= LONG_TOKEN) tokens.push(start, end);
    done = end + 1;
    i = end + LONG_TOKEN;
  }
  return tokens;
}
