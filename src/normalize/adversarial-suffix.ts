import type { Document, Region } from '../core/document.ts';
import type { Signal } from '../core/view.ts';
import { SUFFIX_BIAS, SUFFIX_SCALE, SUFFIX_WEIGHTS } from './adversarial-suffix-weights.ts';
import { createSignal } from './signals.ts';

/** Only so many characters before the end of a text or message are looked at. */
const REACH = 400;
/** Characters that are judged together, and how far apart such windows begin. */
const WINDOW = 160;
const STEP = 25;
/** A line shorter than this holds no request and a suffix. */
const SHORTEST = 50;
/** Words in a row that make the beginning of a line language, and how many characters they are looked for in. */
const REQUEST_WORDS = 4;
const REQUEST_REACH = 200;
/** Symbols and joined words that a stretch must have to be judged at all: code and prose rarely do, suffixes nearly always. */
const ODD_ENOUGH = 4;
/** Above this log-odds: fewer than one in a thousand harmless texts of nearly every source. */
const THRESHOLD = 0.1;
/** What a search begins with, and what stays where it changed little. */
const BLANK_SHEET = '! '.repeat(9).trimEnd();

const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';
const SPACE = 0;
const LOWER = 1;
const UPPER = 2;
const DIGIT = 3;
const LETTER = 4;
const SIGN = 5;
const CLASSES = 6 + PUNCTUATION.length;

const ASCII: Uint8Array = (() => {
  const table = new Uint8Array(128).fill(SIGN);
  for (const blank of '\t\n\r ') table[blank.charCodeAt(0)] = SPACE;
  for (let code = 48; code < 58; code++) table[code] = DIGIT;
  for (let code = 65; code < 91; code++) table[code] = UPPER;
  for (let code = 97; code < 123; code++) table[code] = LOWER;
  for (let i = 0; i < PUNCTUATION.length; i++) table[PUNCTUATION.charCodeAt(i)] = 6 + i;
  return table;
})();

function classOf(code: number): number {
  if (code < 128) return ASCII[code] as number;
  if (code === 0xa0) return SPACE;
  return (code >= 0xc0 && code < 0x2000) || (code >= 0x2c00 && code < 0xfe00) ? LETTER : SIGN;
}

const isLetter = (kind: number) => kind === LOWER || kind === UPPER || kind === LETTER;
/** Punctuation that running text is full of. */
const COMMON = new Uint8Array(CLASSES);
for (const mark of "',-.:?!") COMMON[6 + PUNCTUATION.indexOf(mark)] = 1;

// What a window shows: which kinds of character stand next to each other, and which on both sides of a blank; then counts of
// brackets without partner, joined words and whole words, and whether quotes are paired.
const ACROSS = CLASSES * CLASSES;
const BRACKETS = 2 * ACROSS;
const BRACKET_STEPS = 6;
const JOINED = BRACKETS + BRACKET_STEPS;
const JOINED_STEPS = 4;
const WORDS = JOINED + JOINED_STEPS;
const WORD_STEPS = 10;
const QUOTES = WORDS + WORD_STEPS;
/** Length of the vector of weights. */
export const SUFFIX_FEATURES = QUOTES + 2;

const seenAt = new Uint32Array(SUFFIX_FEATURES);
let visit = 0;

/** The features of a window of a text, each once: indices below {@link SUFFIX_FEATURES}. */
export function suffixFeatures(text: string, { start, end }: Region): number[] {
  const found: number[] = [];
  visit++;
  const add = (feature: number) => {
    if (seenAt[feature] === visit) return;
    seenAt[feature] = visit;
    found.push(feature);
  };
  const open: number[] = [];
  let unpaired = 0;
  let joined = 0;
  let words = 0;
  let quotes = 0;
  let before = SPACE;
  let beforeBlank = SPACE;
  let lowerRun = 0;
  let letters = 0;
  let plain = true;
  for (let i = start; i <= end; i++) {
    const code = i < end ? text.charCodeAt(i) : 32;
    const kind = classOf(code);
    if (kind === SPACE) {
      if (plain && letters >= 3) words++;
      if (before !== SPACE) beforeBlank = before;
      before = SPACE;
      lowerRun = 0;
      letters = 0;
      plain = true;
      continue;
    }
    if (before !== SPACE) add(before * CLASSES + kind);
    else if (beforeBlank !== SPACE) add(ACROSS + beforeBlank * CLASSES + kind);
    if (isLetter(kind)) letters++;
    else plain = false;
    if (kind === UPPER && lowerRun >= 3) joined++;
    lowerRun = kind === LOWER ? lowerRun + 1 : 0;
    if (code === 40 || code === 91 || code === 123) open.push(code);
    else if (code === 41 || code === 93 || code === 125) {
      const partner = open.at(-1);
      if (partner !== undefined && code - partner <= 2) open.pop();
      else unpaired++;
    } else if (code === 34 || code === 96) quotes++;
    before = kind;
  }
  add(BRACKETS + Math.min(unpaired + open.length, BRACKET_STEPS - 1));
  add(JOINED + Math.min(joined, JOINED_STEPS - 1));
  add(WORDS + Math.min(words, WORD_STEPS - 1));
  add(QUOTES + (quotes % 2));
  return found;
}

/** The windows to judge before an end: of every line of the last {@link REACH} characters that begins like a request. */
export function suffixWindows(text: string, { start, end }: Region): Region[] {
  const windows: Region[] = [];
  const floor = Math.max(start, end - REACH);
  let lineEnd = end;
  while (lineEnd - floor >= SHORTEST) {
    const lineStart = Math.max(start, text.lastIndexOf('\n', lineEnd - 1) + 1);
    if (lineEnd - lineStart >= SHORTEST) {
      const from = Math.max(lineStart, lineEnd - REACH);
      if (
        isOdd(text, from, lineEnd) &&
        !isRecord(text, lineStart, lineEnd) &&
        beginsAsLanguage(text, lineStart, lineEnd)
      ) {
        for (let to = lineEnd; to > from; to -= STEP) {
          windows.push({ start: Math.max(from, to - WINDOW), end: to });
          if (to - WINDOW <= from) break;
        }
      }
    }
    lineEnd = lineStart - 1;
  }
  return windows;
}

/** A line that is one object or list of data, or an item of one: its brackets and quotes are those of the format. */
function isRecord(text: string, start: number, end: number): boolean {
  const line = text.slice(start, end).trim();
  return /^(?:\[\s?)?\{\s?["']/.test(line) && /[}\]],?$/.test(line);
}

function isOdd(text: string, start: number, end: number): boolean {
  let odd = 0;
  let before = SPACE;
  for (let i = start; i < end; i++) {
    const kind = classOf(text.charCodeAt(i));
    if ((kind > SIGN && COMMON[kind] === 0) || (kind === UPPER && before === LOWER)) odd++;
    if (odd === ODD_ENOUGH) return true;
    before = kind;
  }
  return false;
}

function beginsAsLanguage(text: string, start: number, end: number): boolean {
  const to = Math.min(end, start + REQUEST_REACH);
  let row = 0;
  let letters = 0;
  let plain = true;
  for (let i = start; i < to; i++) {
    const code = text.charCodeAt(i);
    const kind = classOf(code);
    if (kind === SPACE) {
      row = plain && letters > 0 ? row + 1 : 0;
      if (row >= REQUEST_WORDS) return true;
      letters = 0;
      plain = true;
    } else if (isLetter(kind)) letters++;
    else if (code !== 0x2019 && COMMON[kind] === 0) plain = false;
  }
  return false;
}

let weights: Int8Array | undefined;

function logOdds(text: string, window: Region): number {
  weights ??= new Int8Array(Buffer.from(SUFFIX_WEIGHTS, 'base64'));
  let sum = 0;
  for (const feature of suffixFeatures(text, window)) sum += weights[feature] as number;
  return SUFFIX_BIAS + SUFFIX_SCALE * sum;
}

/**
 * Requests that end in what a search over tokens makes (GCG and its relatives): symbols and word fragments that neither language nor
 * code puts together, or the row of exclamation marks that such a search begins with. Looked for before the end of the text, and of
 * each message of a person.
 */
export function findAdversarialSuffixes(
  { text, segments }: Pick<Document, 'text' | 'segments'>,
  signal: (signal: Signal) => void,
): void {
  for (const { role, region } of segments) {
    if (role !== 'user' && role !== 'unknown') continue;
    let end = region.end;
    while (end > region.start && classOf(text.charCodeAt(end - 1)) === SPACE) end--;
    const tail = { start: region.start, end };
    const found = machineMade(text, tail) ?? blankSheet(text, tail);
    if (found) signal(createSignal('adversarial_suffix', found.start, found.end));
  }
}

function machineMade(text: string, region: Region): Region | undefined {
  let best = THRESHOLD;
  let found: Region | undefined;
  for (const window of suffixWindows(text, region)) {
    const odds = logOdds(text, window);
    if (odds <= best) continue;
    best = odds;
    found = window;
  }
  return found;
}

function blankSheet(text: string, { start, end }: Region): Region | undefined {
  const floor = Math.max(start, end - REACH);
  const at = text.slice(floor, end).lastIndexOf(BLANK_SHEET);
  return at < 0 ? undefined : { start: floor + at, end: floor + at + BLANK_SHEET.length };
}
