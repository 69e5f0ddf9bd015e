import { unitWriter } from '../core/code-units.ts';
import { CANONICAL, getLexicon, isMember, POWERS } from './lexicon.ts';

/** What one pass over a text saw; offsets in UTF-16 units, each list flat and ascending. */
export interface Survey {
  /** Which of the signs below stand between words, as bits. */
  readonly signs: number;
  /** Which of them stand right before a word: where `%`, `&`, `#`, a backslash or `=` never does, there is no such escape. */
  readonly escapes: number;
  /** Whether a word of eight characters or more has digits: without one there are no bytes written in bits. */
  readonly longNumbers: boolean;
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

/** Bits of a class above the seven of the canonical letter or the sign: a letter, or a digit or sign of leetspeak. */
const LETTER = 1 << 7;
const OTHER = 1 << 8;
/** A separator that does not join words. */
const APART = 1 << 9;
/** Bit of a blank, of a line break, of a part of a word, and of a part of the base64 and hex alphabets. */
const BLANK = 10;
const NEWLINE = 11;
const WORD = 12;
const TOKEN = 13;
/** Signs that begin an escape when a word follows at once, and those of markup, in the low bits of a separator's class. */
export const PERCENT = 1;
export const AMPERSAND = 2;
export const HASH = 4;
export const BACKSLASH = 8;
export const EQUALS = 16;
export const LESS = 32;
export const BRACKET = 64;
const SIGNS = 127;

/** What each UTF-16 unit is to the survey, in the bits above. */
const CLASS: Uint16Array = (() => {
  // Outside ASCII everything is a letter but the signs of Latin-1 and General Punctuation.
  const foreign = 1 | LETTER | (1 << WORD);
  const table = new Uint16Array(1 << 16).fill(foreign).fill(APART, 0, 0xbf).fill(APART, 0x2000, 0x2070);
  for (let code = 0; code < 128; code++) {
    const canonical = CANONICAL[code] as number;
    const base = code | 32;
    if (canonical !== 0) table[code] = canonical | (base >= 97 && base <= 122 ? LETTER : OTHER) | (1 << WORD);
  }
  for (const joiner of '-_.*~|+/`,') table[joiner.charCodeAt(0)] = 0;
  for (const [sign, kind] of [
    ['%', PERCENT],
    ['&', AMPERSAND],
    ['#', HASH],
    ['\\', BACKSLASH],
    ['=', EQUALS],
    ['<', LESS],
    [']', BRACKET],
  ] as const)
    table[sign.charCodeAt(0)] = kind | APART;
  for (const blank of ' \t') table[blank.charCodeAt(0)] = (1 << BLANK) | APART;
  for (const newline of '\r\n') table[newline.charCodeAt(0)] = (1 << NEWLINE) | APART;
  for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_') {
    const code = letter.charCodeAt(0);
    table[code] = (table[code] as number) | (1 << TOKEN);
  }
  return table;
})();

/** Texts are read so many units at a time. */
const BLOCK = 1 << 14;
const units = new Uint16Array(BLOCK);
const copyUnits = unitWriter(units);

/**
 * Where words begin and end in the block at hand, in turn, each with what the stretch before it was: the hash of a word, and the classes of
 * its characters joined, with the class of the last one from bit 16 on. One slot more for a word that the block before left open, one for
 * the end of the text.
 */
const edges = new Int32Array(BLOCK + 2);
const hashes = new Int32Array(BLOCK + 2);
const classes = new Int32Array(BLOCK + 2);
/** Where runs of base64 characters grow long in the block at hand. */
const longRuns = new Int32Array(BLOCK / LONG_TOKEN + 1);

/** What a block hands on to the next, and how much there is in the arrays above. */
const block = { inWord: 0, hash: 0, joined: 0, last: 0, run: 0, edges: 0, longRuns: 0 };

/**
 * Reads a block of units into the arrays above. Words are most of a text and end where no processor foresees it: the loop has no branches,
 * and calls nothing, so that all it works on stays in registers.
 */
function readBlock(base: number, length: number) {
  let { inWord, hash, joined, last, run, edges: slot } = block;
  let found = 0;
  for (let i = 0; i < length; i++) {
    const kind = CLASS[units[i] as number] as number;
    const word = (kind >> WORD) & 1;
    const change = word ^ inWord;
    edges[slot] = base + i;
    hashes[slot] = hash;
    classes[slot] = joined | (last << 16);
    slot += change;
    joined = (joined & (change - 1)) | kind;
    hash = ((hash << 5) + (hash + (kind & 127))) & -word;
    inWord = word;
    last = kind;
    run = (run + 1) & -((kind >> TOKEN) & 1);
    if (run === LONG_TOKEN) longRuns[found++] = i;
  }
  Object.assign(block, { inWord, hash, joined, last, run, edges: slot, longRuns: found });
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
  const tokens: number[] = [];
  const lexicon = getLexicon();
  const knownWords = lexicon.known;
  const cipheredWords = lexicon.ciphered;
  const size = text.length;
  Object.assign(block, { inWord: 0, hash: 0, joined: 0, last: 0, run: 0, edges: 0, longRuns: 0 });
  // The word before, and the chain of words held together by single joiners.
  let end = 0;
  let chainHash = 0;
  let chainStart = 0;
  let shortStart = 0;
  let shorts = 0;
  let stackStart = 0;
  let stackWords = 0;
  let signs = 0;
  let escapes = 0;
  let longNumbers = 0;
  for (let base = 0; base < size; base += BLOCK) {
    const length = Math.min(BLOCK, size - base);
    copyUnits(length === size ? text : text.slice(base, base + length));
    readBlock(base, length);
    for (let k = 0; k < block.longRuns; k++) {
      const start = base + (longRuns[k] as number) + 1 - LONG_TOKEN;
      let to = start + LONG_TOKEN;
      while (to < size && isToken(text, to)) to++;
      tokens.push(start, to);
    }
    let count = block.edges;
    if (base + length === size && block.inWord === 1) {
      edges[count] = size;
      hashes[count] = block.hash;
      classes[count] = block.joined;
      count++;
    }
    for (let k = 0; k + 1 < count; k += 2) {
      const start = edges[k] as number;
      const separators = classes[k] as number;
      const gap = start - end;
      if (gap >= WORDLESS) wordless.push(end, start);
      signs |= separators & SIGNS;
      escapes |= (separators >> 16) & SIGNS;
      // All ones or all zeros where a condition decides: a blank in the gap, the first of one-word lines, a short word, the first of them.
      const blank = -((separators >> BLANK) & 1);
      if (stackWords >= STACKED_RUN && blank !== 0) stacked.push(stackStart, end);
      stackWords = (stackWords + ((separators >> NEWLINE) & 1 & ((gap - SPACED_GAP - 1) >>> 31))) & ~blank;
      const firstLine = (stackWords - 1) >> 31;
      stackStart = (start & firstLine) | (stackStart & ~firstLine);
      const before = end;
      end = edges[k + 1] as number;
      const hash = hashes[k + 1] as number;
      const flags = classes[k + 1] as number;
      const size = end - start;
      longNumbers |= flags & ((7 - size) >> 31);
      if ((separators & APART) === 0 && gap > 0 && gap <= 2 && before > 0 && end - chainStart <= CHAIN_REACH) {
        chainHash = (Math.imul(chainHash, POWERS[size] as number) + hash) | 0;
        if (isMember(knownWords, chainHash)) broken.push(chainStart, end);
      } else {
        chainHash = hash;
        chainStart = start;
      }
      const short = (size - 3) >> 31;
      if (shorts >= SPACED_RUN && short === 0) splitShorts(text, shortStart, start, spaced, pairs);
      const firstShort = (shorts - 1) >> 31;
      shortStart = (start & firstShort) | (shortStart & ~firstShort);
      shorts = (shorts + 1) & short;
      if ((flags & OTHER) === 0) {
        if (isMember(cipheredWords, hash) && size > 2) ciphered.push(start, end);
      } else if ((flags & LETTER) !== 0 && size > 2 && isMember(knownWords, hash)) leet.push(start, end);
    }
    block.edges = count & 1;
    if (block.edges === 1) {
      edges[0] = edges[count - 1] as number;
      classes[0] = classes[count - 1] as number;
    }
  }
  if (size - end >= WORDLESS) wordless.push(end, size);
  if (shorts >= SPACED_RUN) splitShorts(text, shortStart, size, spaced, pairs);
  if (stackWords >= STACKED_RUN) stacked.push(stackStart, end);
  signs |= block.inWord === 0 ? block.joined & SIGNS : 0;
  return {
    signs,
    escapes,
    longNumbers: (longNumbers & OTHER) !== 0,
    ciphered,
    leet,
    broken,
    spaced,
    pairs,
    stacked,
    wordless,
    tokens,
  };
}

function inWord(text: string, at: number): boolean {
  return ((CLASS[text.charCodeAt(at)] as number) & (1 << WORD)) !== 0;
}

function isToken(text: string, at: number): boolean {
  return ((CLASS[text.charCodeAt(at)] as number) & (1 << TOKEN)) !== 0;
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
