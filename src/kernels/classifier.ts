import { Bytes, Doubles, Ints, reserve, Units } from './memory';

/** Classes of characters, in bits: what ends a token, what makes words and numbers in runs, and what is a token by itself. */
const OTHER: i32 = 0;
const LETTER: i32 = 1;
const DIGIT: i32 = 2;
const SYMBOL: i32 = 4;
const SINGLE: i32 = 8;
/** Any of these four. */
const TOKEN: i32 = 4;
/** Those that end a token but for {@link joinWords}, which passes over a combining mark inside a word, and an apostrophe before a letter. */
const MARK: i32 = 32;
const APOSTROPHE: i32 = 64;
/** An opening quotation mark outside of ASCII: ends a token. */
const QUOTE: i32 = 128;
const SPECIAL: i32 = MARK | APOSTROPHE | QUOTE;
/** Bits of a class, above which stands how far the small letter of a capital is from it: a capital has the class of its small letter. */
const CASE: i32 = 8;

/** Where ranges of units begin and end, and their class. */
// biome-ignore format: a range a line would be 45 lines
const RANGES = changetype<Ints>(memory.data<i32>([
  0x30, 0x3a, DIGIT, 0x41, 0x5b, LETTER, 0x61, 0x7b, LETTER, 0xaa, 0xab, LETTER, 0xb5, 0xb6, LETTER, 0xba, 0xbb, LETTER,
  0xc0, 0xd7, LETTER, 0xd8, 0xf7, LETTER, 0xf8, 0xe00, LETTER, 0xf00, 0x2000, LETTER, 0x2c00, 0x2e00, LETTER,
  0xa000, 0xac00, LETTER, 0xfb00, 0xfe00, LETTER, 0xfe70, 0xff00, LETTER, 0x300, 0x370, MARK,
  // Thai and Lao, kana, Han and Hangul: no spaces to split at, or endings too many to count words by.
  0xe00, 0xf00, SINGLE, 0x3005, 0x3006, SINGLE, 0x3007, 0x3008, SINGLE, 0x3041, 0xa000, SINGLE, 0xac00, 0xd7b0, SINGLE,
  0xf900, 0xfb00, SINGLE, 0xff66, 0xffdd, SINGLE,
  // Brackets, bars and quotes hold templates and tool calls together; full stops and commas say nothing and differ by source.
  0x23, 0x24, SYMBOL, 0x3c, 0x3d, SYMBOL, 0x3e, 0x3f, SYMBOL, 0x5b, 0x5c, SYMBOL, 0x5d, 0x5e, SYMBOL, 0x7b, 0x7e, SYMBOL,
  0x27, 0x28, APOSTROPHE, 0x2019, 0x201a, APOSTROPHE,
  0xab, 0xac, QUOTE, 0x201c, 0x201d, QUOTE, 0x201e, 0x201f, QUOTE, 0x300c, 0x300d, QUOTE, 0x300e, 0x300f, QUOTE,
]));
const RANGES_COUNT: i32 = 45;

/** Classes by UTF-16 unit. Until {@link classify} is called, how far the small letter of each unit is from it. */
export const classesAt: usize = memory.data(4 << 16, 16);
const classes = changetype<Ints>(classesAt);

/** Makes the classes. */
export function classify(): void {
  for (let unit = 0; unit < 1 << 16; unit++) classes[unit] <<= CASE;
  for (let k = 0; k < 3 * RANGES_COUNT; k += 3) {
    const kind = RANGES[k + 2];
    const token = kind < MARK ? 1 << TOKEN : 0;
    for (let unit = RANGES[k]; unit < RANGES[k + 1]; unit++)
      classes[unit] = (classes[unit] & (-1 << CASE)) | kind | token;
  }
  for (let unit = 0; unit < 1 << 16; unit++) {
    const shift = classes[unit] >> CASE;
    if (shift !== 0) classes[unit] = classes[unit + shift] | (shift << CASE);
  }
}

/** A run longer than this is an identifier, a hash or base64: one token for all of them. */
const LONGEST_WORD: i32 = 32;
/** Letters of a stem: endings differ by language, number and case. {@link stemAt} takes so many. */
const STEM: i32 = 5;
const LONG_WORD: i32 = 0x2545f491;
/** The hash of a number of one digit; one more for each digit more. */
const NUMBER: i32 = 0x1b873593;
/** Numbers of so many digits and more are the same. */
const LONG_NUMBER: i32 = 5;

const FNV_OFFSET: i32 = 0x811c9dc5;
const FNV_PRIME: i32 = 0x01000193;

/** How many tokens the text at hand has, and whether an opening quotation mark outside of ASCII stands in it. */
let count: i32 = 0;
export let quotes: i32 = 0;

/** The tokens: hashes of words and of their stems, and where they stand. */
let hashes = changetype<Ints>(0);
let stems = changetype<Ints>(0);
let starts = changetype<Ints>(0);
let ends = changetype<Ints>(0);
/** Places in the text, or indices of tokens. */
let places = changetype<Ints>(0);
/** The units of the text. */
let units = changetype<Units>(0);
/** Sums of the weights up to each token: entry i holds those of all tokens before i. */
let sums = changetype<Doubles>(0);
/** Some of the tokens, and their sums. */
let someHashes = changetype<Ints>(0);
let someStems = changetype<Ints>(0);
let someSums = changetype<Doubles>(0);

/** Where these arrays begin, one after the other, and how much each holds. */
export let room: usize = 0;
export let capacity: i32 = 0;
/** What one element of each takes, in bytes. */
const ELEMENT: i32 = 46;

/** Makes room for a text of so many units. What was read before is lost where the capacity changes. */
export function makeRoom(size: i32): void {
  // There may be a token at each unit, and loops write behind the last. Memory that nobody touches costs nothing.
  const least = size + 2;
  if (least <= capacity) return;
  const larger = (max(least, 2 * capacity) + 15) & ~15;
  const more = reserve(ELEMENT * (larger - capacity));
  if (capacity === 0) room = more;
  capacity = larger;
  const step = (<usize>capacity) << 2;
  hashes = changetype<Ints>(room);
  stems = changetype<Ints>(room + step);
  starts = changetype<Ints>(room + 2 * step);
  ends = changetype<Ints>(room + 3 * step);
  places = changetype<Ints>(room + 4 * step);
  units = changetype<Units>(room + 5 * step);
  const at = room + 5 * step + step / 2;
  sums = changetype<Doubles>(at);
  someHashes = changetype<Ints>(at + 2 * step);
  someStems = changetype<Ints>(at + 3 * step);
  someSums = changetype<Doubles>(at + 4 * step);
}

/** Reads so many units, and tells how many tokens they are. Branches for what is rare alone: no processor foresees where words end. */
export function read(size: i32): i32 {
  let last = OTHER;
  let hash = 0;
  let started = 0;
  let ended = 0;
  let special = 0;
  for (let at = 0; at < size; at++) {
    const unit = units[at];
    const entry = classes[unit];
    if ((entry & SPECIAL) !== 0) places[special++] = at;
    const kind = entry & (MARK - 1);
    // All ones but where a run of letters or of digits goes on.
    const both = kind & last;
    const fresh = ((both | (both >> 1)) & 1) - 1;
    starts[started] = at;
    started += (kind >> TOKEN) & fresh;
    ends[ended] = at;
    hashes[ended] = hash;
    ended += (last >> TOKEN) & fresh;
    hash = ((hash & ~fresh) ^ (FNV_OFFSET & fresh) ^ (unit + (entry >> CASE))) * FNV_PRIME;
    last = kind;
  }
  if (started > ended) {
    ends[ended] = size;
    hashes[ended++] = hash;
  }
  count = ended;
  for (let index = 0; index < count; index++) writeToken(index);
  quotes = 0;
  let joints = 0;
  for (let k = 0; k < special; k++) {
    const at = places[k];
    if (classes[units[at]] === QUOTE) quotes = 1;
    else if (isJoint(at, size)) places[joints++] = at;
  }
  if (joints > 0) {
    places[joints] = size + 1;
    count = joinWords(joints);
  }
  return count;
}

/** Writes the stem of a token, and another hash where its characters do not matter. */
function writeToken(index: i32): void {
  const start = starts[index];
  const letters = ends[index] - start;
  const kind = classes[units[start]];
  let stem = hashes[index];
  if ((kind & LETTER) !== 0) {
    if (letters > LONGEST_WORD) hashes[index] = stem = LONG_WORD;
    else if (letters > STEM) stem = stemAt(start);
  } else if ((kind & DIGIT) !== 0) hashes[index] = stem = NUMBER + min(letters, LONG_NUMBER) - 1;
  else if ((kind & SINGLE) !== 0) stem = 0;
  stems[index] = stem;
}

/** The hash of {@link STEM} letters. */
function stemAt(at: i32): i32 {
  let stem = (FNV_OFFSET ^ smallAt(at)) * FNV_PRIME;
  stem = (stem ^ smallAt(at + 1)) * FNV_PRIME;
  stem = (stem ^ smallAt(at + 2)) * FNV_PRIME;
  stem = (stem ^ smallAt(at + 3)) * FNV_PRIME;
  return (stem ^ smallAt(at + 4)) * FNV_PRIME;
}

/** A unit as a small letter. */
function smallAt(at: i32): i32 {
  const unit = units[at];
  return unit + (classes[unit] >> CASE);
}

/** Writes a word that holds marks or apostrophes. */
function writeWord(index: i32, start: i32, end: i32): void {
  let hash = FNV_OFFSET;
  let stem = 0;
  let letters = 0;
  for (let at = start; at < end; at++) {
    if (!isWord(at, LETTER)) continue;
    hash = (hash ^ smallAt(at)) * FNV_PRIME;
    letters++;
    if (letters === STEM) stem = hash;
  }
  hashes[index] = letters > LONGEST_WORD ? LONG_WORD : hash;
  stems[index] = letters > LONGEST_WORD ? LONG_WORD : letters <= STEM ? hash : stem;
  starts[index] = start;
  ends[index] = end;
}

/** Whether a mark or an apostrophe is part of a word, if what stands before it is one. */
function isJoint(at: i32, size: i32): bool {
  if (at === 0 || !isWord(at - 1, LETTER | MARK)) return false;
  return classes[units[at]] === MARK || (at + 1 < size && isWord(at + 1, LETTER));
}

function isWord(at: i32, kinds: i32): bool {
  return (classes[units[at]] & kinds) !== 0;
}

/**
 * Puts words together that were read as several: a combining mark after a letter belongs to its word, and so does an apostrophe between two.
 * The places are those of both, and one behind the text. Returns how many tokens are left.
 */
function joinWords(joints: i32): i32 {
  let left = 0;
  let from = 0;
  let at = 0;
  for (let k = 0; k < joints; k++) {
    let end = places[k];
    at = firstReaching(ends, at, count, end);
    if (at === count || ends[at] !== end || !isWord(starts[at], LETTER)) continue;
    const first = at;
    for (end++; ; end++, k++) {
      if (at + 1 < count && starts[at + 1] === end && isWord(end, LETTER)) end = ends[++at];
      if (places[k + 1] !== end) break;
    }
    writeWord(at, starts[first], end);
    if (first === at) continue;
    moveTokens(left, from, first);
    left += first - from;
    from = at;
  }
  if (left < from) moveTokens(left, from, count);
  return left + count - from;
}

/** Moves the tokens `from` to `to` to an index before them. */
function moveTokens(target: i32, from: i32, to: i32): void {
  for (let index = from; index < to; index++, target++) {
    hashes[target] = hashes[index];
    stems[target] = stems[index];
    starts[target] = starts[index];
    ends[target] = ends[index];
  }
}

/** The first token from `from` on, of `count`, whose place (the starts of tokens, or their ends) is at an offset or behind it. */
function firstReaching(places: Ints, from: i32, count: i32, offset: i32): i32 {
  let low = from;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (places[middle] < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Features that end at each token: the word, the pair, the triple, the pair with one word skipped, the stem, the pair of stems. */
const FEATURES: i32 = 6;
/** So many tokens are hashed before their weights are fetched: fetches that wait for nothing overlap. */
const BATCH: i32 = 256;
export const bucketsAt: usize = memory.data(4 * BATCH * FEATURES, 16);
const buckets = changetype<Ints>(bucketsAt);

function mix(hash: i32, shift: i32): i32 {
  let h = <u32>hash;
  h ^= h >> 16;
  h *= 0x85ebca6b;
  h ^= h >> 13;
  h *= 0xc2b2ae35;
  h ^= h >> 16;
  return h >> shift;
}

/** All ones for 0, else 0. */
function isZero(value: i32): i32 {
  return ~((value | -value) >> 31);
}

/** Writes the buckets of the features of the tokens `from` to `to`, a batch of them at most: numbers of so many bits. */
export function writeFeatures(from: i32, to: i32, bits: i32): void {
  writeBuckets(hashes, stems, from, to, 32 - bits);
}

function writeBuckets(hashes: Ints, stems: Ints, from: i32, to: i32, shift: i32): void {
  let before = from > 1 ? hashes[from - 2] : 0;
  let previous = from > 0 ? hashes[from - 1] : 0;
  let previousStem = from > 0 ? stems[from - 1] : 0;
  for (let index = from, at = 0; index < to; index++, at += FEATURES) {
    const current = hashes[index];
    const stem = stems[index];
    // All ones where there is no such feature, so that the loop need not branch.
    const first = (index - 1) >> 31;
    const second = (index - 2) >> 31;
    const noStem = isZero(stem);
    const sameStem = isZero(stem ^ current);
    const tail = current * 0x85ebca77;
    const pair = previous * 0x9e3779b1 + tail;
    const triple = before * 0xc2b2ae3d + pair;
    buckets[at] = mix(current, shift);
    buckets[at + 1] = mix(pair ^ 0x27d4eb2f, shift) | first;
    buckets[at + 2] = mix(triple, shift) | second;
    buckets[at + 3] = mix((before * 0x9e3779b1 + tail) ^ 0x165667b1, shift) | second;
    buckets[at + 4] = mix(stem ^ 0x5bd1e995, shift) | noStem | sameStem;
    const stemPair = previousStem * 0x9e3779b1 + stem * 0x85ebca77;
    buckets[at + 5] =
      mix(stemPair ^ 0x1b56c4e9, shift) |
      first |
      noStem |
      isZero(previousStem) |
      (sameStem & isZero(previousStem ^ previous));
    if (noStem !== 0 && index > 2 && previousStem === 0 && stems[index - 2] === 0 && stems[index - 3] === 0)
      buckets[at + 5] = mix(triple * 0x9e3779b1 + hashes[index - 3], shift);
    before = previous;
    previous = current;
    previousStem = stem;
  }
}

/** A model: 2^bits weights, a byte each, and what each byte stands for. */
let bits: i32 = 0;
let weights = changetype<Bytes>(0);
export const tableAt: usize = memory.data(8 * 256, 16);
const table = changetype<Doubles>(tableAt);

/** Makes room for the weights of a model of so many bits, and tells where. */
export function makeModel(size: i32): usize {
  bits = size;
  // No feature (−1) weighs nothing: before the weights stands a 0.
  const at = reserve((1 << size) + 16) + 16;
  weights = changetype<Bytes>(at);
  return at;
}

/** Adds up the weights of all tokens. */
export function addUp(): void {
  sumUp(hashes, stems, count, sums);
}

function sumUp(hashes: Ints, stems: Ints, count: i32, sums: Doubles): void {
  sums[0] = 0;
  for (let from = 0; from < count; from += BATCH) {
    const to = min(count, from + BATCH);
    writeBuckets(hashes, stems, from, to, 32 - bits);
    addWeights(sums, from, to - from);
  }
}

/** Goes on with sums after entry `at`, by the weights of the features of so many tokens in the buckets. */
function addWeights(sums: Doubles, at: i32, count: i32): void {
  const codes = weights;
  let sum = sums[at];
  for (let k = 0, entry = at + 1; k < count * FEATURES; k += FEATURES, entry++) {
    // The sum of one token is exact in any order (see EXACT): its parts need not wait for each other, nor for the sum before.
    sum +=
      table[codes[buckets[k]]] +
      table[codes[buckets[k + 1]]] +
      (table[codes[buckets[k + 2]]] + table[codes[buckets[k + 3]]]) +
      (table[codes[buckets[k + 4]]] + table[codes[buckets[k + 5]]]);
    sums[entry] = sum;
  }
}

/** Adds up the weights of the tokens whose words, by their first letters, stand nowhere in the `span` tokens of the range before, and tells how many. */
export function sumOnce(from: i32, to: i32, span: i32): i32 {
  let some = 0;
  for (let index = from; index < to; index++) {
    const stem = stems[index];
    const hash = hashes[index];
    const first = max(from, index - span);
    let before = index - 1;
    // What has no stem is told by its own hash: a single character of a script without spaces.
    if (stem === 0) while (before >= first && (hashes[before] !== hash || stems[before] !== 0)) before--;
    else while (before >= first && stems[before] !== stem) before--;
    if (before >= first) continue;
    places[some] = index;
    someHashes[some] = hash;
    someStems[some++] = stem;
  }
  sumUp(someHashes, someStems, some, someSums);
  return some;
}

/** Features reach back over so many tokens. */
const REACH: i32 = 3;

/** The tokens kept last: before a region the last ones, with the first ones after it, which become their neighbours. */
let kept: i32 = 0;

/** Keeps one more of the tokens. */
function keep(index: i32): void {
  someHashes[kept] = hashes[index];
  someStems[kept++] = stems[index];
}

/**
 * Adds up the weights of all tokens but those inside the regions, whose starts and ends are the first places, so many. Returns how many tokens
 * that are, or −1 where a sum may have gone beyond the limit.
 */
export function sumOutside(regions: i32, limit: f64): i32 {
  let entry = 0;
  let from = 0;
  kept = 0;
  someSums[0] = 0;
  for (let i = 0; i <= regions; i += 2) {
    const to = i < regions ? firstReaching(starts, from, count, places[i]) : count;
    const fresh = min(to, from + REACH);
    const known = kept;
    for (let index = from; index < fresh; index++) keep(index);
    writeBuckets(someHashes, someStems, known, kept, 32 - bits);
    addWeights(someSums, entry, kept - known);
    entry += kept - known;
    if (!addSums(fresh, to, entry, limit)) return -1;
    entry += to - fresh;
    for (let index = max(fresh, to - REACH); index < to; index++) keep(index);
    const over = max(0, kept - REACH);
    for (let k = over; k < kept; k++) {
      someHashes[k - over] = someHashes[k];
      someStems[k - over] = someStems[k];
    }
    kept -= over;
    if (i < regions) from = firstReaching(starts, to, count, places[i + 1]);
  }
  return entry;
}

/** Sums are held against their limit every so many tokens: between, they change by {@link FEATURES} weights a token at most. */
const STRIDE: i32 = 256;

/** Goes on with the sums of some tokens after `entry` by what the tokens `from` to `to` add to those of all. Returns whether all keep to the limit. */
function addSums(from: i32, to: i32, entry: i32, limit: f64): bool {
  const shift = someSums[entry] - sums[from];
  let most = max(abs(shift), abs(someSums[entry]));
  for (let first = from; first < to; first += STRIDE) {
    const last = min(to, first + STRIDE);
    for (let index = first + 1; index <= last; index++) someSums[entry - from + index] = sums[index] + shift;
    most = max(most, max(abs(sums[last]), abs(sums[last] + shift)));
  }
  return most <= limit;
}

/** Where the window of this many tokens with the largest sum begins, of those half a window apart; the range is no shorter. */
export function bestWindow(some: bool, from: i32, to: i32, size: i32): i32 {
  let best = -Infinity;
  let bestFrom = from;
  for (let end = from + size; ; end = min(to, end + (size >> 1))) {
    const sum = sumOf(some, end - size, size);
    if (sum > best) {
      best = sum;
      bestFrom = end - size;
    }
    if (end === to) break;
  }
  return bestFrom;
}

/** Where the window with the largest sum begins of all that overlap the one at `near` by more than half. */
export function shiftedWindow(some: bool, from: i32, to: i32, size: i32, near: i32): i32 {
  const reach = (size >> 1) - 1;
  const last = min(to - size, near + reach);
  let best = near;
  for (let at = max(from, near - reach); at <= last; at++) {
    if (sumOf(some, at, size) > sumOf(some, best, size)) best = at;
  }
  return best;
}

/** The largest sum of a window that begins at least `apart` tokens before or after the best one. */
export function secondSum(some: bool, from: i32, to: i32, size: i32, best: i32, apart: i32): f64 {
  let second = -Infinity;
  for (let end = from + size; ; end = min(to, end + (size >> 1))) {
    if (abs(end - size - best) >= apart) second = max(second, sumOf(some, end - size, size));
    if (end === to) break;
  }
  return second;
}

/** What so many tokens add to the sums of all, or of some. */
export function sumOf(some: bool, from: i32, size: i32): f64 {
  const entries = some ? someSums : sums;
  return entries[from + size] - entries[from];
}

export { reserve };
