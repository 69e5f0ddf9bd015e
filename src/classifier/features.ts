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
/** Those that end a token but for {@link joinWords}, which passes over a combining mark inside a word, and an apostrophe before a letter. */
const MARK = 32;
const APOSTROPHE = 64;
/** An opening quotation mark outside of ASCII: ends a token. */
const QUOTE = 128;
const SPECIAL = MARK | APOSTROPHE | QUOTE;

/** Where capital letters stand: of no other unit is there a small one. */
const CAPITALS = [
  [0x41, 0x5b],
  [0xc0, 0x590],
  [0x10a0, 0x1400],
  [0x1c80, 0x1cc0],
  [0x1e00, 0x2000],
  [0x2126, 0x2184],
  [0x24b6, 0x24d0],
  [0x2c00, 0x2d00],
  [0xa640, 0xa800],
  [0xff21, 0xff3b],
] as const;
/** Bits of a class, above which stands how far the small letter of a capital is from it: a capital has the class of its small letter. */
const CASE = 8;

/** Classes by UTF-16 unit. */
const CLASS: Int32Array = (() => {
  const table = new Int32Array(1 << 16);
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
  for (const [from, to] of CAPITALS)
    for (let code = from; code < to; code++) {
      const small = String.fromCharCode(code).toLowerCase().charCodeAt(0);
      if (small !== code) table[code] = (table[small] as number) | ((small - code) << CASE);
    }
  return table;
})();
/** A run longer than this is an identifier, a hash or base64: one token for all of them. */
const LONGEST_WORD = 32;
/** Letters of a stem: endings differ by language, number and case. {@link stemAt} takes so many. */
const STEM = 5;
const LONG_WORD = 0x2545f491;
const NUMBERS = [0x1b873593, 0x1b873594, 0x1b873595, 0x1b873596, 0x1b873597];

const FNV_OFFSET = 0x811c9dc5 | 0;
const FNV_PRIME = 0x01000193;

/** Texts are read so many units at a time. */
const BLOCK = 1 << 10;
const units = new Uint16Array(BLOCK);
const copyUnits = unitWriter(units);
/** Where tokens of the block at hand start and end, and the hashes of their characters; one slot more for one that the block before left open. */
const startsAt = new Int32Array(BLOCK + 2);
const endsAt = new Int32Array(BLOCK + 2);
const hashesAt = new Int32Array(BLOCK + 2);
/** Where marks, apostrophes and quotes stand in it. */
const specialsAt = new Int32Array(BLOCK);
/** What a block hands on to the next, and how much there is in the arrays above. */
const block = { last: OTHER, hash: 0, starts: 0, ends: 0, specials: 0 };

/** Reads a block into the arrays above; branches for what is rare alone, since no processor foresees where words end. */
function readBlock(base: number, length: number): void {
  let { last, hash, starts } = block;
  let ends = 0;
  let specials = 0;
  for (let i = 0; i < length; i++) {
    const unit = units[i] as number;
    const entry = CLASS[unit] as number;
    if ((entry & SPECIAL) !== 0) specialsAt[specials++] = base + i;
    const kind = entry & (MARK - 1);
    // All ones but where a run of letters or of digits goes on.
    const both = kind & last;
    const fresh = ((both | (both >> 1)) & 1) - 1;
    startsAt[starts] = base + i;
    starts += (kind >> TOKEN) & fresh;
    endsAt[ends] = base + i;
    hashesAt[ends] = hash;
    ends += (last >> TOKEN) & fresh;
    hash = Math.imul((hash & ~fresh) ^ (FNV_OFFSET & fresh) ^ (unit + (entry >> CASE)), FNV_PRIME);
    last = kind;
  }
  block.last = last;
  block.hash = hash;
  block.starts = starts;
  block.ends = ends;
  block.specials = specials;
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
    // The small letter of a capital sigma, alone of all, depends on where it stands.
    const source = text.includes('\u03a3') ? text.replaceAll('\u0130', 'i').toLowerCase() : text;
    const size = source.length;
    if (capacity > KEPT) reserve(0, 0);
    const joints: number[] = [];
    let quotes = false;
    let count = 0;
    block.last = OTHER;
    block.hash = 0;
    block.starts = 0;
    for (let base = 0; base < size; base += BLOCK) {
      const length = Math.min(BLOCK, size - base);
      copyUnits(size <= BLOCK ? source : source.slice(base, base + BLOCK));
      readBlock(base, length);
      for (let k = 0; k < block.specials; k++) {
        const at = specialsAt[k] as number;
        if (CLASS[units[at - base] as number] === QUOTE) quotes = true;
        else if (isJoint(source, at)) joints.push(at);
      }
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
    const tokens = { count, hashes, stems, starts, ends, quotes };
    if (joints.length > 0) tokens.count = joinWords(source, [...joints, size + 1], tokens);
    return tokens;
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
  for (let k = 0; k < found; k++) {
    const start = startsAt[k] as number;
    const end = endsAt[k] as number;
    const letters = end - start;
    const at = count + k;
    let hash = hashesAt[k] as number;
    let stem = hash;
    const kind = CLASS[start < base ? source.charCodeAt(start) : (units[start - base] as number)] as number;
    if ((kind & LETTER) !== 0) {
      if (letters > LONGEST_WORD) {
        hash = LONG_WORD;
        stem = LONG_WORD;
      } else if (letters > STEM) {
        if (start < base) readWord(source, start, end);
        stem = start < base ? word.stem : stemAt(start - base);
      }
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
  let stem = Math.imul(FNV_OFFSET ^ smallAt(at), FNV_PRIME);
  stem = Math.imul(stem ^ smallAt(at + 1), FNV_PRIME);
  stem = Math.imul(stem ^ smallAt(at + 2), FNV_PRIME);
  stem = Math.imul(stem ^ smallAt(at + 3), FNV_PRIME);
  return Math.imul(stem ^ smallAt(at + 4), FNV_PRIME);
}

/** A unit of the block at hand, as a small letter. */
function smallAt(at: number): number {
  const unit = units[at] as number;
  return unit + ((CLASS[unit] as number) >> CASE);
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
    const kind = CLASS[code] as number;
    if ((kind & LETTER) === 0) continue;
    hash = Math.imul(hash ^ (code + (kind >> CASE)), FNV_PRIME);
    letters++;
    if (letters === STEM) stem = hash;
  }
  word.hash = letters > LONGEST_WORD ? LONG_WORD : hash;
  word.stem = letters > LONGEST_WORD ? LONG_WORD : letters <= STEM ? hash : stem;
}

/** Whether a mark or an apostrophe is part of a word, if what stands before it is one. */
function isJoint(source: string, at: number): boolean {
  const mark = CLASS[source.charCodeAt(at)] === MARK;
  return (
    at > 0 && isWord(source, at - 1, LETTER | MARK) && (mark || (at + 1 < source.length && isWord(source, at + 1)))
  );
}

function isWord(source: string, at: number, kinds = LETTER): boolean {
  return ((CLASS[source.charCodeAt(at)] as number) & kinds) !== 0;
}

/**
 * Puts words together that were read as several: a combining mark after a letter belongs to its word, and so does an apostrophe between two.
 * `joints` are the places of both, and one behind the text. Returns how many tokens are left.
 */
function joinWords(source: string, joints: readonly number[], tokens: Tokens): number {
  const { count, hashes, stems, starts, ends } = tokens;
  let left = 0;
  let from = 0;
  let at = 0;
  for (let k = 0; k + 1 < joints.length; k++) {
    let end = joints[k] as number;
    at = firstReaching(ends, at, count, end);
    if (at === count || ends[at] !== end || !isWord(source, starts[at] as number)) continue;
    const first = at;
    for (end++; ; end++, k++) {
      if (at + 1 < count && starts[at + 1] === end && isWord(source, end)) end = ends[++at] as number;
      if (joints[k + 1] !== end) break;
    }
    const start = starts[first] as number;
    readWord(source, start, end);
    hashes[at] = word.hash;
    stems[at] = word.stem;
    starts[at] = start;
    ends[at] = end;
    if (first === at) continue;
    for (const array of [hashes, stems, starts, ends]) array.copyWithin(left, from, first);
    left += first - from;
    from = at;
  }
  if (left < from) for (const array of [hashes, stems, starts, ends]) array.copyWithin(left, from, count);
  return left + count - from;
}

/** The first token from `from` on, of `count`, whose place (the starts of tokens, or their ends) is at an offset or behind it. */
export function firstReaching(places: Int32Array, from: number, count: number, offset: number): number {
  let low = from;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle] as number) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
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
