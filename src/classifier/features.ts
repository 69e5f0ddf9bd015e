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
}

const OTHER = 0;
const LETTER = 1;
const DIGIT = 2;
const SYMBOL = 3;
const SINGLE = 4;
const MARK = 5;

const ASCII_CLASS = new Uint8Array(128);
for (let code = 48; code < 58; code++) ASCII_CLASS[code] = DIGIT;
for (let code = 65; code < 91; code++) ASCII_CLASS[code] = LETTER;
for (let code = 97; code < 123; code++) ASCII_CLASS[code] = LETTER;
// Brackets, bars and quotes hold templates and tool calls together; full stops and commas say nothing and differ by source.
for (const symbol of '<>[]{}|#') ASCII_CLASS[symbol.charCodeAt(0)] = SYMBOL;

function classOf(code: number): number {
  if (code < 128) return ASCII_CLASS[code] as number;
  if (code < 0xc0) return code === 0xaa || code === 0xb5 || code === 0xba ? LETTER : OTHER;
  if (code === 0xd7 || code === 0xf7) return OTHER;
  if (code >= 0x300 && code < 0x370) return MARK;
  if (code < 0x0e00) return LETTER;
  // Thai and Lao, kana, Han and Hangul: no spaces to split at, or endings too many to count words by.
  if (code < 0x0f00) return SINGLE;
  if (code < 0x2000) return LETTER;
  if (code < 0x2c00) return OTHER;
  if (code < 0x2e00) return LETTER;
  if (code < 0x3041) return code === 0x3005 || code === 0x3007 ? SINGLE : OTHER;
  if (code < 0xa000) return SINGLE;
  if (code < 0xac00) return LETTER;
  if (code < 0xd7b0) return SINGLE;
  if (code < 0xf900) return OTHER;
  if (code < 0xfb00) return SINGLE;
  if (code < 0xfe00) return LETTER;
  if (code < 0xfe70) return OTHER;
  if (code < 0xff00) return LETTER;
  return code > 0xff65 && code < 0xffdd ? SINGLE : OTHER;
}

const FNV_OFFSET = 0x811c9dc5 | 0;
const FNV_PRIME = 0x01000193;
/** A run longer than this is an identifier, a hash or base64: one token for all of them. */
const LONGEST_WORD = 32;
/** Letters of a stem: endings differ by language, number and case. */
const STEM = 5;
const LONG_WORD = 0x2545f491;
const NUMBERS = [0x1b873593, 0x1b873594, 0x1b873595, 0x1b873596, 0x1b873597];

/** Splits a text into lower-cased words, numbers by their length, single characters of scripts without spaces, and brackets. */
export function tokenize(text: string): Tokens {
  const lower = text.replaceAll('\u0130', 'i').toLowerCase();
  const source = lower.length === text.length ? lower : text;
  const length = source.length;
  let capacity = (length >> 2) + 16;
  let hashes = new Int32Array(capacity);
  let stems = new Int32Array(capacity);
  let starts = new Int32Array(capacity);
  let ends = new Int32Array(capacity);
  let count = 0;
  let at = 0;
  while (at < length) {
    const code = source.charCodeAt(at);
    const kind = classOf(code);
    if (kind === OTHER || kind === MARK) {
      at++;
      continue;
    }
    const start = at;
    let hash = FNV_OFFSET;
    let stem = 0;
    if (kind === LETTER) {
      let size = 0;
      while (at < length) {
        const next = source.charCodeAt(at);
        const nextKind = classOf(next);
        if (nextKind === LETTER) {
          hash = Math.imul(hash ^ next, FNV_PRIME);
          size++;
          if (size === STEM) stem = hash;
        } else if (next === 39 || next === 0x2019) {
          if (at + 1 >= length || classOf(source.charCodeAt(at + 1)) !== LETTER) break;
        } else if (nextKind !== MARK) break;
        at++;
      }
      if (size > LONGEST_WORD) hash = LONG_WORD;
      if (size <= STEM || size > LONGEST_WORD) stem = hash;
    } else if (kind === DIGIT) {
      while (at < length && classOf(source.charCodeAt(at)) === DIGIT) at++;
      hash = NUMBERS[Math.min(at - start, 5) - 1] as number;
      stem = hash;
    } else {
      hash = Math.imul(hash ^ code, FNV_PRIME);
      at++;
      if (kind === SYMBOL) stem = hash;
    }
    if (count === capacity) {
      capacity = capacity * 2;
      hashes = grow(hashes, capacity);
      stems = grow(stems, capacity);
      starts = grow(starts, capacity);
      ends = grow(ends, capacity);
    }
    hashes[count] = hash;
    stems[count] = stem;
    starts[count] = start;
    ends[count] = at;
    count++;
  }
  return { count, hashes, stems, starts, ends };
}

function grow(array: Int32Array, capacity: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(capacity);
  larger.set(array);
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
 * The buckets (0 to 2^bits − 1) of the features that end at token `index`, written to `out` from `offset`; −1 where there
 * is none: before the text's start, or where a stem would only repeat its word. Scripts without spaces have runs of four
 * characters in the place of stems.
 */
export function featuresAt(tokens: Tokens, index: number, bits: number, out: Int32Array, offset: number): void {
  const { hashes, stems } = tokens;
  const shift = 32 - bits;
  const current = hashes[index] as number;
  const stem = stems[index] as number;
  out[offset] = mix(current, shift);
  out[offset + 4] = stem === 0 || stem === current ? -1 : mix(stem ^ 0x5bd1e995, shift);
  if (index < 1) {
    out[offset + 1] = -1;
    out[offset + 2] = -1;
    out[offset + 3] = -1;
    out[offset + 5] = -1;
    return;
  }
  const previous = hashes[index - 1] as number;
  const previousStem = stems[index - 1] as number;
  const pair = Math.imul(previous, 0x9e3779b1) + Math.imul(current, 0x85ebca77);
  out[offset + 1] = mix(pair ^ 0x27d4eb2f, shift);
  const stemmed = stem !== 0 && previousStem !== 0 && (stem !== current || previousStem !== previous);
  out[offset + 5] = stemmed
    ? mix((Math.imul(previousStem, 0x9e3779b1) + Math.imul(stem, 0x85ebca77)) ^ 0x1b56c4e9, shift)
    : -1;
  if (index < 2) {
    out[offset + 2] = -1;
    out[offset + 3] = -1;
    return;
  }
  const before = hashes[index - 2] as number;
  const triple = Math.imul(before, 0xc2b2ae3d) + pair;
  out[offset + 2] = mix(triple, shift);
  out[offset + 3] = mix((Math.imul(before, 0x9e3779b1) + Math.imul(current, 0x85ebca77)) ^ 0x165667b1, shift);
  if (index > 2 && stem === 0 && previousStem === 0 && stems[index - 2] === 0 && stems[index - 3] === 0) {
    out[offset + 5] = mix(Math.imul(triple, 0x9e3779b1) + (hashes[index - 3] as number), shift);
  }
}

/** All features of a text, {@link FEATURES_PER_TOKEN} a token. */
export function allFeatures(tokens: Tokens, bits: number): Int32Array {
  const out = new Int32Array(tokens.count * FEATURES_PER_TOKEN);
  for (let index = 0; index < tokens.count; index++) featuresAt(tokens, index, bits, out, index * FEATURES_PER_TOKEN);
  return out;
}
