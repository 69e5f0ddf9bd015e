import { type KernelBase, type KernelNumber, startKernel } from '../core/kernel.ts';
import { CANONICAL, getLexicon, reverse, rollHash, rot13 } from './lexicon.ts';
import {
  AMPERSAND,
  APART,
  BACKSLASH,
  BLANK,
  BLOCK,
  BRACKET,
  EQUALS,
  EVENT_BROKEN,
  EVENT_CIPHERED,
  EVENT_GAP,
  EVENT_HIDING,
  EVENT_LEET,
  EVENT_SHORTS,
  EVENT_SIZE,
  EVENT_STACK,
  HASH,
  LESS,
  LETTER,
  LONG_TOKEN,
  NEWLINE,
  OTHER,
  PERCENT,
  SIGNS,
  SPACED_RUN,
  STACKED_RUN,
  TOKEN,
  WORD,
  WORDLESS,
} from './survey-layout.ts';

/** What one pass over a text saw; offsets in UTF-16 units, each list flat and ascending. */
export interface Survey {
  /** Which of the signs of the layout stand between words, as bits. */
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

/** Fewest words of two characters in a row that may be bytes in hex. */
const PAIR_RUN = 8;
/** Longest separator between two letters of one run: what is indented in program text is indented twice over where letters stand apart. */
const SPACED_GAP = 64;

/** What each UTF-16 unit is to the survey, in the bits of the layout. */
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

/** What `src/kernels/survey.ts` exports; it says what each is. */
interface Exports extends KernelBase {
  readonly start: (known: number, size: number, ciphered: number, size2: number, style: number, hidden: number) => void;
  readonly begin: () => void;
  readonly readBlock: (base: number, length: number) => number;
  readonly readWords: (size: number) => number;
  readonly classesAt: KernelNumber;
  readonly unitsAt: KernelNumber;
  readonly longRunsAt: KernelNumber;
  readonly eventsAt: KernelNumber;
  readonly end: KernelNumber;
  readonly shorts: KernelNumber;
  readonly shortStart: KernelNumber;
  readonly stackWords: KernelNumber;
  readonly stackStart: KernelNumber;
  readonly signs: KernelNumber;
  readonly escapes: KernelNumber;
  readonly longNumbers: KernelNumber;
  // What `src/kernels/form.ts` does, which is compiled with it.
  readonly readForm: (length: number) => number;
  readonly countTokens: (escapes: number) => number;
  readonly formClassesAt: KernelNumber;
  readonly openingsAt: KernelNumber;
  readonly sampleAt: KernelNumber;
  readonly placesAt: KernelNumber;
  readonly escapeEndsAt: KernelNumber;
  readonly words: KernelNumber;
  readonly specials: KernelNumber;
  // And what `src/kernels/characters.ts` does.
  readonly beginCharacters: () => void;
  readonly readCharacters: (at: number, base: number, length: number) => number;
  readonly endCharacters: (size: number) => number;
  readonly kindsAt: KernelNumber;
  readonly foldableAt: KernelNumber;
  readonly latinAt: KernelNumber;
  readonly latinCount: KernelNumber;
  readonly found: KernelNumber;
}

interface Reader {
  readonly kernel: Exports;
  /** In the kernel's memory, which does not grow: the units of a block, and what was seen in it. */
  readonly units: Buffer;
  readonly longRuns: Int32Array;
  readonly events: Int32Array;
}

let kernel: Exports | undefined;
let reader: Reader | undefined;

/** The kernel that reads texts for this thread. Its memory does not grow any more. */
export function getKernel(): Exports {
  if (kernel !== undefined) return kernel;
  kernel = startKernel<Exports>('survey');
  const { known, ciphered } = getLexicon();
  const knownAt = kernel.reserve(known.length);
  const cipheredAt = kernel.reserve(ciphered.length);
  const { buffer } = kernel.memory;
  new Uint8Array(buffer).set(known, knownAt);
  new Uint8Array(buffer).set(ciphered, cipheredAt);
  new Int32Array(buffer).set(CLASS, kernel.classesAt.value >> 2);
  kernel.start(knownAt, known.length, cipheredAt, ciphered.length, hashOf('style'), hashOf('hidden'));
  return kernel;
}

function openReader(kernel: Exports): Reader {
  const { buffer } = kernel.memory;
  return {
    kernel,
    units: Buffer.from(buffer, kernel.unitsAt.value, 2 * BLOCK),
    longRuns: new Int32Array(buffer, kernel.longRunsAt.value, BLOCK / LONG_TOKEN + 1),
    events: new Int32Array(buffer, kernel.eventsAt.value, EVENT_SIZE * (BLOCK / 2 + 1)),
  };
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
  reader ??= openReader(getKernel());
  const { kernel, units, longRuns, events } = reader;
  const size = text.length;
  kernel.begin();
  for (let base = 0; base < size; base += BLOCK) {
    const length = Math.min(BLOCK, size - base);
    units.write(length === size ? text : text.slice(base, base + length), 0, 'utf16le');
    const runs = kernel.readBlock(base, length);
    for (let k = 0; k < runs; k++) noteRun(text, (longRuns[k] as number) + 1 - LONG_TOKEN, survey);
    const count = kernel.readWords(base + length === size ? size : -1);
    for (let k = 0; k < count; k++) noteEvent(text, events, k * EVENT_SIZE, survey);
  }
  const end = kernel.end.value;
  if (size - end >= WORDLESS) survey.wordless.push(end, size);
  if (kernel.shorts.value >= SPACED_RUN) splitShorts(text, kernel.shortStart.value, size, survey);
  if (kernel.stackWords.value >= STACKED_RUN) survey.stacked.push(kernel.stackStart.value, end);
  survey.signs = kernel.signs.value & SIGNS;
  survey.escapes = kernel.escapes.value & SIGNS;
  survey.longNumbers = ((kernel.longNumbers.value >> OTHER) & 1) === 1;
  return survey;
}

/** Notes a run of base64 characters that is long by its first {@link LONG_TOKEN} alone. */
function noteRun(text: string, start: number, survey: Survey) {
  let end = start + LONG_TOKEN;
  while (end < text.length && isToken(text, end)) end++;
  survey.tokens.push(start, end);
}

/** Notes what happens at a word, by the fields of an event. */
function noteEvent(text: string, events: Int32Array, at: number, survey: Survey) {
  const kind = events[at] as number;
  const start = events[at + 1] as number;
  const end = events[at + 2] as number;
  const before = events[at + 3] as number;
  if ((kind & EVENT_GAP) !== 0) survey.wordless.push(before, start);
  if ((kind & EVENT_STACK) !== 0) survey.stacked.push(events[at + 4] as number, before);
  if ((kind & EVENT_BROKEN) !== 0) survey.broken.push(events[at + 5] as number, end);
  if ((kind & EVENT_SHORTS) !== 0) splitShorts(text, events[at + 6] as number, start, survey);
  if ((kind & EVENT_CIPHERED) !== 0 && isCiphered(text, start, end)) survey.ciphered.push(start, end);
  if ((kind & EVENT_LEET) !== 0) survey.leet.push(start, end);
  if ((kind & EVENT_HIDING) !== 0) survey.hiding.push(start, end);
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
