import { unitWriter } from '../core/code-units.ts';
import { CANONICAL, getLexicon, POWERS, reverse, rollHash, rot13 } from './lexicon.ts';

/** What one pass over a text saw; offsets in UTF-16 units, each list flat and ascending. */
export interface Survey {
  /** Which of the signs below stand between words, as bits. */
  readonly signs: number;
  /** Which of them stand right before a word: where `%`, `&`, `#`, a backslash or `=` never does, there is no such escape. */
  readonly escapes: number;
  /** Whether a word of eight characters or more has digits: without one there are no bytes written in bits. */
  readonly longNumbers: boolean;
  /** [start, end] of words that are the ROT13 or the reversed form of a frequent word, and none themselves. */
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
  /** [start, end] of the words `style` and `hidden`, which may be attributes. */
  readonly hiding: number[];
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
/** Shortest word with digits that may be a byte in bits. */
const LONG_NUMBER = 8;
/** Fewest words of two characters in a row that may be bytes in hex. */
const PAIR_RUN = 8;
/** Longest broken word, with its joiners. */
const CHAIN_REACH = 48;
/** Longest separator between two letters of one run: what is indented in program text is indented twice over where letters stand apart. */
const SPACED_GAP = 64;
/** Longest separator between two lines of one word. */
const LINE_GAP = 16;
/** Shortest stretch of signs that could hold Morse code. */
const WORDLESS = 24;

/** Bits of a class above the seven of the canonical letter or the sign: a letter, or a digit or sign of leetspeak. */
const LETTER = 7;
const OTHER = 8;
/** A separator that does not join words. */
const APART = 9;
/** Bit of a blank, of a line break, and of a part of the base64 and hex alphabets. */
const BLANK = 10;
const NEWLINE = 11;
const TOKEN = 13;
/** The sign bit, which makes a mask at once. */
const WORD = 31;
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
const CLASS: Int32Array = (() => {
  // Outside ASCII everything is a letter but the signs of Latin-1 and General Punctuation.
  const foreign = 1 | (1 << LETTER) | (1 << WORD);
  const table = new Int32Array(1 << 16)
    .fill(foreign)
    .fill(1 << APART, 0, 0xbf)
    .fill(1 << APART, 0x2000, 0x2070);
  for (let code = 0; code < 128; code++) {
    const canonical = CANONICAL[code] as number;
    const base = code | 32;
    if (canonical !== 0) table[code] = canonical | (1 << (base >= 97 && base <= 122 ? LETTER : OTHER)) | (1 << WORD);
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
    table[sign.charCodeAt(0)] = kind | (1 << APART);
  for (const blank of ' \t') table[blank.charCodeAt(0)] = (1 << BLANK) | (1 << APART);
  for (const newline of '\r\n') table[newline.charCodeAt(0)] = (1 << NEWLINE) | (1 << APART);
  for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_') {
    const code = letter.charCodeAt(0);
    table[code] = (table[code] as number) | (1 << TOKEN);
  }
  return table;
})();

/** Texts are read so many units at a time. */
const BLOCK = 1 << 10;
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
const block = { hash: 0, joined: 0, last: 0, run: 0, edges: 0, longRuns: 0 };

/**
 * Reads a block of units into the arrays above. Words are most of a text and end where no processor foresees it: the loop has no branches,
 * and calls nothing, so that all it works on stays in registers.
 */
function readBlock(base: number, length: number) {
  let { hash, joined, last, run, edges: slot } = block;
  let found = 0;
  for (let i = 0; i < length; i++) {
    const kind = CLASS[units[i] as number] as number;
    const change = (kind ^ last) >>> WORD;
    edges[slot] = base + i;
    hashes[slot] = hash;
    classes[slot] = joined | (last << 16);
    slot += change;
    joined = (joined & (change - 1)) | kind;
    hash = ((hash << 5) + (hash + (kind & 127))) & (kind >> WORD);
    last = kind;
    run = (run + 1) & -((kind >> TOKEN) & 1);
    if (run === LONG_TOKEN) longRuns[found++] = i;
  }
  block.hash = hash;
  block.joined = joined;
  block.last = last;
  block.run = run;
  block.edges = slot;
  block.longRuns = found;
}

/** What happens at a word, in bits: what ended before it, and what it is. */
const GAP = 1;
const STACK = 2;
const SHORTS = 4;
const BROKEN = 8;
const CIPHERED = 16;
const LEET = 32;
const HIDING = 64;

/** The words of the block at hand at which something happens: which it is, what, and where the chain, the lines or the short words before it began. */
const eventWords = new Int32Array(BLOCK / 2 + 1);
const eventKinds = new Int32Array(BLOCK / 2 + 1);
const eventStarts = new Int32Array(3 * (BLOCK / 2 + 1));

/** What the words of a block hand on to those of the next: the end of the last one, and what it may belong to. */
const words = {
  end: 0,
  /** Words held together by single joiners. */
  chainHash: 0,
  chainStart: 0,
  /** Words of one or two characters. */
  shortStart: 0,
  shorts: 0,
  /** Lines of one word. */
  stackStart: 0,
  stackWords: 0,
  signs: 0,
  escapes: 0,
  joined: 0,
  events: 0,
};

/** 1 where a hash is in a bit set of the lexicon, else 0. */
function member(set: Uint8Array, hash: number): number {
  const mixed = hash ^ (hash >>> 13);
  return ((set[(mixed >>> 3) & (set.length - 1)] as number) >> (mixed & 7)) & 1;
}

function hashOf(word: string): number {
  let hash = 0;
  for (let i = 0; i < word.length; i++) hash = rollHash(hash, CANONICAL[word.charCodeAt(i)] as number);
  return hash;
}

const STYLE_HASH = hashOf('style');
const HIDDEN_HASH = hashOf('hidden');

/** 1 for 0, else 0. */
function isZero(value: number): number {
  return 1 + ((value | -value) >> 31);
}

/** Looks at the words between the edges of a block and writes down where something happens; as {@link readBlock}, without branches. */
function readWords(count: number, known: Uint8Array, ciphered: Uint8Array) {
  let { end, chainHash, chainStart, shortStart, shorts, stackStart, stackWords, signs, escapes, joined } = words;
  let slot = 0;
  for (let k = 0; k + 1 < count; k += 2) {
    const start = edges[k] as number;
    const separators = classes[k] as number;
    const gap = start - end;
    signs |= separators;
    escapes |= separators >> 16;
    let kind = (WORDLESS - 1 - gap) >>> 31;
    const blank = (separators >> BLANK) & 1;
    kind |= (((STACKED_RUN - 1 - stackWords) >>> 31) & blank) << 1;
    eventStarts[3 * slot] = stackStart;
    stackWords = (stackWords + ((separators >> NEWLINE) & ((gap - LINE_GAP - 1) >>> 31))) & (blank - 1);
    const firstLine = (stackWords - 1) >> 31;
    stackStart = (start & firstLine) | (stackStart & ~firstLine);
    const before = end;
    end = edges[k + 1] as number;
    const hash = hashes[k + 1] as number;
    const flags = classes[k + 1] as number;
    const size = end - start;
    joined |= flags & ((LONG_NUMBER - 1 - size) >> 31);
    // One or two joiners right after a word, which with this one is not too long.
    const chain =
      ~(separators >> APART) &
      (-before >>> 31) &
      (-gap >>> 31) &
      ((gap - 3) >>> 31) &
      ((end - chainStart - CHAIN_REACH - 1) >>> 31);
    chainHash = (Math.imul(chainHash & -chain, POWERS[size & 63] as number) + hash) | 0;
    chainStart = (chainStart & -chain) | (start & (chain - 1));
    eventStarts[3 * slot + 1] = chainStart;
    kind |= (chain & member(known, chainHash)) << 3;
    const short = (size - 3) >> 31;
    kind |= (((SPACED_RUN - 1 - shorts) >>> 31) << 2) & ~short;
    eventStarts[3 * slot + 2] = shortStart;
    const firstShort = (shorts - 1) >> 31;
    shortStart = (start & firstShort) | (shortStart & ~firstShort);
    shorts = (shorts + 1) & short;
    const mixed = (flags >> OTHER) & 1;
    kind |=
      (((member(ciphered, hash) & (mixed ^ 1)) << 4) | ((member(known, hash) & mixed & (flags >> LETTER)) << 5)) &
      ~short;
    kind |= (isZero(hash ^ STYLE_HASH) | isZero(hash ^ HIDDEN_HASH)) << 6;
    eventWords[slot] = k;
    eventKinds[slot] = kind;
    slot += -kind >>> 31;
  }
  words.end = end;
  words.chainHash = chainHash;
  words.chainStart = chainStart;
  words.shortStart = shortStart;
  words.shorts = shorts;
  words.stackStart = stackStart;
  words.stackWords = stackWords;
  words.signs = signs;
  words.escapes = escapes;
  words.joined = joined;
  words.events = slot;
}

/** Walks the text once. Everything the transforms start from is found here, so that ordinary text costs one pass. */
export function surveyText(text: string): Survey {
  const survey = {
    signs: 0,
    escapes: 0,
    longNumbers: false,
    ciphered: [] as number[],
    leet: [] as number[],
    broken: [] as number[],
    spaced: [] as number[],
    pairs: [] as number[],
    stacked: [] as number[],
    hiding: [] as number[],
    wordless: [] as number[],
    tokens: [] as number[],
  };
  const { known, ciphered } = getLexicon();
  const size = text.length;
  block.hash = 0;
  block.joined = 0;
  block.last = 0;
  block.run = 0;
  block.edges = 0;
  block.longRuns = 0;
  words.end = 0;
  words.chainHash = 0;
  words.chainStart = 0;
  words.shortStart = 0;
  words.shorts = 0;
  words.stackStart = 0;
  words.stackWords = 0;
  words.signs = 0;
  words.escapes = 0;
  words.joined = 0;
  words.events = 0;
  for (let base = 0; base < size; base += BLOCK) {
    const length = Math.min(BLOCK, size - base);
    copyUnits(length === size ? text : text.slice(base, base + length));
    readBlock(base, length);
    for (let k = 0; k < block.longRuns; k++) noteRun(text, base + (longRuns[k] as number) + 1 - LONG_TOKEN, survey);
    let count = block.edges;
    if (base + length === size && block.last < 0) {
      edges[count] = size;
      hashes[count] = block.hash;
      classes[count] = block.joined;
      count++;
    }
    const before = words.end;
    readWords(count, known, ciphered);
    for (let k = 0; k < words.events; k++) noteEvent(text, k, before, survey);
    block.edges = count & 1;
    if (block.edges === 1) {
      edges[0] = edges[count - 1] as number;
      classes[0] = classes[count - 1] as number;
    }
  }
  const { end, shorts, shortStart, stackWords, stackStart } = words;
  if (size - end >= WORDLESS) survey.wordless.push(end, size);
  if (shorts >= SPACED_RUN) splitShorts(text, shortStart, size, survey);
  if (stackWords >= STACKED_RUN) survey.stacked.push(stackStart, end);
  survey.signs = (words.signs | (block.last >= 0 ? block.joined : 0)) & SIGNS;
  survey.escapes = words.escapes & SIGNS;
  survey.longNumbers = ((words.joined >> OTHER) & 1) === 1;
  return survey;
}

/** Notes a run of base64 characters that is long by its first {@link LONG_TOKEN} alone. */
function noteRun(text: string, start: number, survey: Survey) {
  let end = start + LONG_TOKEN;
  while (end < text.length && isToken(text, end)) end++;
  survey.tokens.push(start, end);
}

/** Notes what happens at a word; `before` is the end of the last word of the block before. */
function noteEvent(text: string, event: number, before: number, survey: Survey) {
  const word = eventWords[event] as number;
  const kind = eventKinds[event] as number;
  const start = edges[word] as number;
  const end = edges[word + 1] as number;
  const last = word === 0 ? before : (edges[word - 1] as number);
  if ((kind & GAP) !== 0) survey.wordless.push(last, start);
  if ((kind & STACK) !== 0) survey.stacked.push(eventStarts[3 * event] as number, last);
  if ((kind & BROKEN) !== 0) survey.broken.push(eventStarts[3 * event + 1] as number, end);
  if ((kind & SHORTS) !== 0) splitShorts(text, eventStarts[3 * event + 2] as number, start, survey);
  if ((kind & CIPHERED) !== 0 && isCiphered(text, start, end)) survey.ciphered.push(start, end);
  if ((kind & LEET) !== 0) survey.leet.push(start, end);
  if ((kind & HIDING) !== 0) survey.hiding.push(start, end);
}

/** Makes sure of what the bit set says: first by the hashes of what the word would be undone, which needs no copy of it. */
function isCiphered(text: string, start: number, end: number): boolean {
  const { known, words } = getLexicon();
  let turned = 0;
  let backwards = 0;
  let foreign = 0;
  for (let i = start, k = end - 1; i < end; i++, k--) {
    const code = text.charCodeAt(i);
    foreign |= code >> 7;
    turned = rollHash(turned, TURNED[code & 127] as number);
    backwards = rollHash(backwards, CANONICAL[text.charCodeAt(k) & 127] as number);
  }
  if (foreign === 0 && member(known, turned) + member(known, backwards) === 0) return false;
  const word = text.slice(start, end).toLowerCase();
  return !words.has(word) && (words.has(reverse(word)) || words.has(rot13(word)));
}

/** Canonical letters of what ROT13 makes of each ASCII character. */
const TURNED = Uint8Array.from(
  { length: 128 },
  (_, code) => CANONICAL[rot13(String.fromCharCode(code)).charCodeAt(0)] as number,
);

function inWord(text: string, at: number): boolean {
  return (CLASS[text.charCodeAt(at)] as number) < 0;
}

function isToken(text: string, at: number): boolean {
  return ((CLASS[text.charCodeAt(at)] as number) & (1 << TOKEN)) !== 0;
}

/** The runs of words of one character and of two within a stretch of short words. */
function splitShorts(text: string, start: number, end: number, { spaced, pairs }: Survey) {
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
