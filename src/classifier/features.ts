import { unitWriter } from '../core/code-units.ts';

/** Features that end at each token: the word, the pair, the triple, the pair with one word skipped, the stem, the pair of stems. */
export const FEATURES_PER_TOKEN = 6;

/** Tokens of one text: a hash each, and where each stands in the text (UTF-16 offsets, end exclusive). */
export interface Tokens {
  readonly count: number;
  readonly hashes: Int32Array;
  /** Hash of the first letters of a longer word, the word's own hash where it is short, 0 for a single character of a script without spaces. */
  readonly stems: Int32Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Whether an opening quotation mark outside of ASCII stands in the text. */
  readonly quotes: boolean;
}

/** Classes of characters, in bits: what ends a token, what makes words and numbers in runs, and what is a token by itself. */
const OTHER = 0;
const LETTER = 1;
const DIGIT = 2;
const SYMBOL = 4;
const SINGLE = 8;
/** Any of these four. */
const TOKEN = 4;
/** Passed over inside a word: a combining mark, or an apostrophe before a letter. */
const MARK = 32;
const APOSTROPHE = 64;
/** An opening quotation mark outside of ASCII: ends a token. */
const QUOTE = 128;

/** Classes by UTF-16 unit. */
const CLASS: Uint8Array = (() => {
  const table = new Uint8Array(1 << 16);
  const letter = LETTER | (1 << TOKEN);
  const single = SINGLE | (1 << TOKEN);
  for (const [value, ...ranges] of [
    [DIGIT | (1 << TOKEN), 48, 58],
    [letter, 65, 91, 97, 123, 0xaa, 0xab, 0xb5, 0xb6, 0xba, 0xbb, 0xc0, 0xd7, 0xd8, 0xf7, 0xf8, 0xe00],
    [MARK, 0x300, 0x370],
    // Thai and Lao, kana, Han and Hangul: no spaces to split at, or endings too many to count words by.
    [
      single,
      0xe00,
      0xf00,
      0x3005,
      0x3006,
      0x3007,
      0x3008,
      0x3041,
      0xa000,
      0xac00,
      0xd7b0,
      0xf900,
      0xfb00,
      0xff66,
      0xffdd,
    ],
    [letter, 0xf00, 0x2000, 0x2c00, 0x2e00, 0xa000, 0xac00, 0xfb00, 0xfe00, 0xfe70, 0xff00],
  ] as const)
    for (let i = 0; i < ranges.length; i += 2) table.fill(value, ranges[i], ranges[i + 1]);
  // Brackets, bars and quotes hold templates and tool calls together; full stops and commas say nothing and differ by source.
  for (const symbol of '<>[]{}|#') table[symbol.charCodeAt(0)] = SYMBOL | (1 << TOKEN);
  table[39] = APOSTROPHE;
  table[0x2019] = APOSTROPHE;
  for (const quote of '“„«「『') table[quote.charCodeAt(0)] = QUOTE;
  return table;
})();

const FNV_OFFSET = 0x811c9dc5 | 0;
const FNV_PRIME = 0x01000193;
/** A run longer than this is an identifier, a hash or base64: one token for all of them. */
const LONGEST_WORD = 32;
/** Letters of a stem: endings differ by language, number and case. {@link stemAt} takes so many. */
const STEM = 5;
const LONG_WORD = 0x2545f491;
const NUMBERS = [0x1b873593, 0x1b873594, 0x1b873595, 0x1b873596, 0x1b873597];

/** Texts are read so many units at a time; one more is looked at. */
const BLOCK = 1 << 10;
const units = new Uint16Array(BLOCK + 1);
const copyUnits = unitWriter(units);
/** Where tokens of the block at hand start and end, and the hashes of their characters; one slot more for one that the block before left open. */
const startsAt = new Int32Array(BLOCK + 2);
const endsAt = new Int32Array(BLOCK + 2);
const hashesAt = new Int32Array(BLOCK + 2);
/** Which characters inside words are passed over. */
const passedAt = new Int32Array(BLOCK + 1);
/** What a block hands on to the next, and how much there is in the arrays above. */
const block = { last: OTHER, hash: 0, starts: 0, ends: 0, passed: 0, seen: OTHER };

/** Reads a block into the arrays above; branches for apostrophes, marks and quotes alone, since no processor foresees where words end. */
function readBlock(base: number, length: number): void {
  let { last, hash, starts } = block;
  let ends = 0;
  let passed = 0;
  for (let i = 0; i < length; i++) {
    const code = units[i] as number;
    let kind = CLASS[code] as number;
    if (kind >= MARK) {
      block.seen |= kind;
      const next = CLASS[units[i + 1] as number] as number;
      if ((last & LETTER) !== 0 && (kind === MARK || (kind === APOSTROPHE && (next & LETTER) !== 0))) {
        passedAt[passed++] = base + i;
        continue;
      }
      kind = OTHER;
    }
    // 1 where a run of letters or of digits goes on.
    const both = kind & last;
    const same = (both | (both >> 1)) & 1;
    startsAt[starts] = base + i;
    starts += (kind >> TOKEN) & ~same;
    endsAt[ends] = base + i;
    hashesAt[ends] = hash;
    ends += (last >> TOKEN) & ~same;
    hash = Math.imul((hash & -same) ^ (FNV_OFFSET & (same - 1)) ^ code, FNV_PRIME);
    last = kind;
  }
  block.last = last;
  block.hash = hash;
  block.starts = starts;
  block.ends = ends;
  block.passed = passed;
}

/** Longest text whose arrays are kept, in tokens (4 MB): one huge text must not hold memory for good. */
const KEPT = 1 << 18;

/** Makes the tokens of texts, in arrays that are kept from text to text: each call overwrites what the one before returned. */
export function createTokenizer(): (text: string) => Tokens {
  let capacity = 0;
  let hashes = new Int32Array(0);
  let stems = new Int32Array(0);
  let starts = new Int32Array(0);
  let ends = new Int32Array(0);
  const reserve = (count: number, atLeast: number) => {
    capacity = Math.max(atLeast, 2 * count);
    hashes = grow(hashes, count, capacity);
    stems = grow(stems, count, capacity);
    starts = grow(starts, count, capacity);
    ends = grow(ends, count, capacity);
  };
  return (text) => {
    const lower = text.replaceAll('\u0130', 'i').toLowerCase();
    const source = lower.length === text.length ? lower : text;
    const size = source.length;
    if (capacity > KEPT) reserve(0, 0);
    let count = 0;
    block.last = OTHER;
    block.hash = 0;
    block.starts = 0;
    block.seen = OTHER;
    for (let base = 0; base < size; base += BLOCK) {
      const length = Math.min(BLOCK, size - base);
      units[length] = 0;
      copyUnits(size <= BLOCK ? source : source.slice(base, base + BLOCK + 1));
      readBlock(base, length);
      if (base + length === size && block.starts > block.ends) {
        endsAt[block.ends] = size;
        hashesAt[block.ends] = block.hash;
        block.ends++;
      }
      if (count + block.ends > capacity) reserve(count, Math.max(count + block.ends, size >> 2));
      writeTokens(source, base, count, hashes, stems, starts, ends);
      count += block.ends;
      if (block.starts > block.ends) startsAt[0] = startsAt[block.ends] as number;
      block.starts -= block.ends;
    }
    return { count, hashes, stems, starts, ends, quotes: (block.seen & QUOTE) !== 0 };
  };
}

/** Writes the tokens of the block at hand, which begins at `base`, from index `count` on. */
function writeTokens(
  source: string,
  base: number,
  count: number,
  hashes: Int32Array,
  stems: Int32Array,
  starts: Int32Array,
  ends: Int32Array,
): void {
  const found = block.ends;
  let passed = 0;
  for (let k = 0; k < found; k++) {
    const start = startsAt[k] as number;
    const end = endsAt[k] as number;
    const letters = end - start;
    const at = count + k;
    let hash = hashesAt[k] as number;
    let stem = hash;
    const kind =
      start < base ? (CLASS[source.charCodeAt(start)] as number) : (CLASS[units[start - base] as number] as number);
    if ((kind & LETTER) !== 0) {
      if (start < base || (passed < block.passed && (passedAt[passed] as number) < end)) {
        while (passed < block.passed && (passedAt[passed] as number) < end) passed++;
        readWord(source, start, end);
        hash = word.hash;
        stem = word.stem;
      } else if (letters > LONGEST_WORD) {
        hash = LONG_WORD;
        stem = LONG_WORD;
      } else if (letters > STEM) stem = stemAt(start - base);
    } else if ((kind & DIGIT) !== 0) {
      hash = NUMBERS[Math.min(letters, NUMBERS.length) - 1] as number;
      stem = hash;
    } else if ((kind & SINGLE) !== 0) stem = 0;
    hashes[at] = hash;
    stems[at] = stem;
    starts[at] = start;
    ends[at] = end;
  }
}

/** The hash of {@link STEM} letters of the block at hand. */
function stemAt(at: number): number {
  let stem = Math.imul(FNV_OFFSET ^ (units[at] as number), FNV_PRIME);
  stem = Math.imul(stem ^ (units[at + 1] as number), FNV_PRIME);
  stem = Math.imul(stem ^ (units[at + 2] as number), FNV_PRIME);
  stem = Math.imul(stem ^ (units[at + 3] as number), FNV_PRIME);
  return Math.imul(stem ^ (units[at + 4] as number), FNV_PRIME);
}

/** What {@link readWord} read last. */
const word = { hash: 0, stem: 0 };

/** Hash and stem of a word that holds marks or apostrophes, or that two blocks share. */
function readWord(source: string, start: number, end: number): void {
  let hash = FNV_OFFSET;
  let stem = 0;
  let letters = 0;
  for (let at = start; at < end; at++) {
    const code = source.charCodeAt(at);
    if (((CLASS[code] as number) & LETTER) === 0) continue;
    hash = Math.imul(hash ^ code, FNV_PRIME);
    letters++;
    if (letters === STEM) stem = hash;
  }
  word.hash = letters > LONGEST_WORD ? LONG_WORD : hash;
  word.stem = letters > LONGEST_WORD ? LONG_WORD : letters <= STEM ? hash : stem;
}

/** Splits a text into lower-cased words, numbers by their length, single characters of scripts without spaces, and brackets. */
export function tokenize(text: string): Tokens {
  return createTokenizer()(text);
}

/** A larger array with the first `count` elements of a smaller one. */
function grow(array: Int32Array, count: number, capacity: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(capacity);
  larger.set(array.subarray(0, count));
  return larger;
}

function mix(hash: number, shift: number): number {
  let h = hash;
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  h ^= h >>> 16;
  return h >>> shift;
}

/**
 * The buckets (0 to 2^bits − 1) of the features that end at tokens `from` to `to`, written to `out` from index 0,
 * {@link FEATURES_PER_TOKEN} a token; −1 where there is none: before the text's start, or where a stem would only repeat its word.
 * Scripts without spaces have runs of four characters in the place of stems.
 */
export function writeFeatures(tokens: Tokens, from: number, to: number, bits: number, out: Int32Array): void {
  const { hashes, stems } = tokens;
  const shift = 32 - bits;
  let before = from > 1 ? (hashes[from - 2] as number) : 0;
  let previous = from > 0 ? (hashes[from - 1] as number) : 0;
  let previousStem = from > 0 ? (stems[from - 1] as number) : 0;
  for (let index = from, at = 0; index < to; index++, at += FEATURES_PER_TOKEN) {
    const current = hashes[index] as number;
    const stem = stems[index] as number;
    // All ones where there is no such feature, so that the loop need not branch.
    const first = (index - 1) >> 31;
    const second = (index - 2) >> 31;
    const noStem = isZero(stem);
    const sameStem = isZero(stem ^ current);
    const head = Math.imul(previous, 0x9e3779b1);
    const tail = Math.imul(current, 0x85ebca77);
    const pair = (head + tail) | 0;
    const triple = (Math.imul(before, 0xc2b2ae3d) + pair) | 0;
    out[at] = mix(current, shift);
    out[at + 1] = mix(pair ^ 0x27d4eb2f, shift) | first;
    out[at + 2] = mix(triple, shift) | second;
    out[at + 3] = mix(((Math.imul(before, 0x9e3779b1) + tail) | 0) ^ 0x165667b1, shift) | second;
    out[at + 4] = mix(stem ^ 0x5bd1e995, shift) | noStem | sameStem;
    const stems2 = (Math.imul(previousStem, 0x9e3779b1) + Math.imul(stem, 0x85ebca77)) | 0;
    out[at + 5] =
      mix(stems2 ^ 0x1b56c4e9, shift) |
      first |
      noStem |
      isZero(previousStem) |
      (sameStem & isZero(previousStem ^ previous));
    if (noStem !== 0 && index > 2 && previousStem === 0 && stems[index - 2] === 0 && stems[index - 3] === 0)
      out[at + 5] = mix((Math.imul(triple, 0x9e3779b1) + (hashes[index - 3] as number)) | 0, shift);
    before = previous;
    previous = current;
    previousStem = stem;
  }
}

/** All ones for 0, else 0. */
function isZero(value: number): number {
  return ~((value | -value) >> 31);
}

/** All features of a text, {@link FEATURES_PER_TOKEN} a token. */
export function allFeatures(tokens: Tokens, bits: number): Int32Array {
  const out = new Int32Array(tokens.count * FEATURES_PER_TOKEN);
  writeFeatures(tokens, 0, tokens.count, bits, out);
  return out;
}
