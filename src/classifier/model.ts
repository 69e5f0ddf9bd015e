import {
  createTokenizer,
  FEATURES_PER_TOKEN,
  firstReaching,
  type Tokens,
  tokenize,
  writeFeatures,
} from './features.ts';

/** What the header of a weights file says, before the weights themselves. */
export interface ModelHeader {
  /** Layout of the file and of the features; another number is another reader. */
  readonly format: 4;
  /** 2^bits buckets. */
  readonly bits: number;
  readonly bias: number;
  /** The largest weight: what 127 stands for. */
  readonly scale: number;
  /**
   * Windows of so many tokens, each half a window after the last, are scored beside the whole text. One must beat it by
   * `slope · ln(tokens / size)`, at most `cap`: the best of many windows is high by luck.
   */
  readonly windows: readonly { readonly size: number; readonly slope: number; readonly cap: number }[];
  /**
   * Luck gives a long text many windows that are nearly as high as the best. From `tokens` tokens on, the best window may begin anywhere, and
   * its handicap shrinks as it stands above every other at least `apart` tokens away: whole up to `from` log-odds above it, none from `to` on.
   */
  readonly outlier: { readonly tokens: number; readonly apart: number; readonly from: number; readonly to: number };
  /**
   * What is said over and over is no more evidence: a score above `floor` is at most that of the tokens without those whose word, by its
   * first letters, has stood in the `span` tokens before, but no less than the floor.
   */
  readonly repeats: { readonly span: number; readonly floor: number };
  /** Platt scaling of the raw score on held-out sources: p = 1 / (1 + exp(−(a · raw + b))). */
  readonly calibration: { readonly a: number; readonly b: number };
  /** Probabilities that 5, 1 and 0.1 % of harmless held-out texts lie above. */
  readonly thresholds: { readonly strict: number; readonly moderate: number; readonly permissive: number };
  /** The day and the seed of the training, for the report. */
  readonly trained: string;
}

/** A loaded model: the weights are decoded on the fly through a table of 256 values. */
export interface Model {
  readonly header: ModelHeader;
  readonly weights: Int8Array;
  /** By code + 128. */
  readonly table: Float64Array;
}

/** A stretch of tokens: first and one past the last. */
export interface TokenRange {
  readonly from: number;
  readonly to: number;
}

/** How a text scored, and which stretch of it carried the score. */
export interface Scored {
  /** Log-odds before calibration. */
  readonly raw: number;
  /** Calibrated probability, 0 to 1. */
  readonly probability: number;
  readonly window: TokenRange;
}

const MAGIC = 0x31435350;
const LEVELS = 127;

/** Square-root companding: small weights keep their resolution. They are numbers of 32 bits, in 64 so that adding them up converts nothing. */
function decodeTable(scale: number): Float64Array {
  const table = new Float64Array(256);
  for (let code = -LEVELS; code <= LEVELS; code++) {
    const share = code / LEVELS;
    table[code + 128] = Math.fround(Math.sign(share) * share * share * scale);
  }
  return table;
}

/** Writes a weights file: magic, length of the JSON header, header, one signed byte a bucket. */
export function encodeModel(header: Omit<ModelHeader, 'format' | 'scale'>, weights: Float32Array): Uint8Array {
  let scale = 0;
  for (const weight of weights) scale = Math.max(scale, Math.abs(weight));
  const text = new TextEncoder().encode(JSON.stringify({ format: 4, scale, ...header }));
  const padded = (text.length + 3) & ~3;
  const bytes = new Uint8Array(8 + padded + weights.length).fill(32, 8, 8 + padded);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, padded, true);
  bytes.set(text, 8);
  for (let bucket = 0; bucket < weights.length; bucket++) {
    const weight = weights[bucket] as number;
    const code = Math.round(Math.sqrt(Math.abs(weight) / (scale || 1)) * LEVELS) * Math.sign(weight);
    view.setInt8(8 + padded + bucket, code);
  }
  return bytes;
}

/** Reads a weights file. Throws an Error when the bytes are not one, or one of another format. */
export function decodeModel(bytes: Uint8Array): Model {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 8 || view.getUint32(0, true) !== MAGIC) throw new Error('not a classifier weights file');
  const length = view.getUint32(4, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as ModelHeader;
  const offset = 8 + length;
  if (header.format !== 4 || bytes.length !== offset + (1 << header.bits)) {
    throw new Error('a classifier weights file of another format or length');
  }
  return {
    header,
    weights: new Int8Array(bytes.buffer, bytes.byteOffset + offset, 1 << header.bits),
    table: decodeTable(header.scale),
  };
}

/** So many tokens are hashed before their weights are fetched: fetches that wait for nothing overlap. */
const BATCH = 256;
const buckets = new Int32Array(BATCH * FEATURES_PER_TOKEN);

/** Sums of the weights up to each token: entry i holds those of all tokens before i. Written to `sums` where that is long enough. */
export function prefixSums(model: Model, tokens: Tokens, sums: Float64Array = new Float64Array(0)): Float64Array {
  const { count } = tokens;
  const result = sums.length > count ? sums : new Float64Array(count + 1);
  result[0] = 0;
  for (let from = 0; from < count; from += BATCH) {
    const to = Math.min(count, from + BATCH);
    writeFeatures(tokens, from, to, model.header.bits, buckets);
    addWeights(model, result, from, to - from);
  }
  return result;
}

/** Goes on with sums after entry `at`, by the weights of the features of so many tokens in the buckets. */
function addWeights({ weights, table }: Model, sums: Float64Array, at: number, count: number): void {
  let sum = sums[at] as number;
  for (let k = 0, entry = at + 1; k < count * FEATURES_PER_TOKEN; k += FEATURES_PER_TOKEN, entry++) {
    // The sum of one token is exact in any order (see EXACT): its parts need not wait for each other, nor for the sum before.
    sum +=
      weightOf(weights, table, buckets[k] as number) +
      weightOf(weights, table, buckets[k + 1] as number) +
      (weightOf(weights, table, buckets[k + 2] as number) + weightOf(weights, table, buckets[k + 3] as number)) +
      (weightOf(weights, table, buckets[k + 4] as number) + weightOf(weights, table, buckets[k + 5] as number));
    sums[entry] = sum;
  }
}

/** No feature (−1) weighs nothing: it clears the code, and the middle of the table is 0. */
function weightOf(weights: Int8Array, table: Float64Array, bucket: number): number {
  return table[((weights[bucket & (weights.length - 1)] as number) & ~(bucket >> 31)) + 128] as number;
}

/** The tokens of a range whose words, by their first letters, stand nowhere in the `span` tokens of it before, and their indices. */
function withoutRepeats(
  { hashes, stems }: Tokens,
  { from, to }: TokenRange,
  span: number,
): { once: Tokens; kept: Int32Array } {
  const kept = new Int32Array(to - from);
  const leftHashes = new Int32Array(to - from);
  const leftStems = new Int32Array(to - from);
  let count = 0;
  for (let index = from; index < to; index++) {
    const stem = stems[index] as number;
    const hash = hashes[index] as number;
    const first = Math.max(from, index - span);
    let before = index - 1;
    // What has no stem is told by its own hash: a single character of a script without spaces.
    if (stem === 0) while (before >= first && (hashes[before] !== hash || stems[before] !== 0)) before--;
    else while (before >= first && stems[before] !== stem) before--;
    if (before >= first) continue;
    kept[count] = index;
    leftHashes[count] = hash;
    leftStems[count++] = stem;
  }
  // In the order of all tokens: V8 compiles what reads them again for every other.
  const once = { count, hashes: leftHashes, stems: leftStems, starts: NONE, ends: NONE, quotes: false };
  return { once, kept };
}

let sumsOnce: Float64Array = new Float64Array(0);

/** Log-odds of a range of the tokens with these sums: what stands above the floor is read again without what is said over and over. */
function scoreTokens(
  model: Model,
  tokens: Tokens,
  sums: Float64Array,
  range: TokenRange,
): { raw: number; window: TokenRange } {
  const { header } = model;
  const { span, floor } = header.repeats;
  const all = scoreRange(header, sums, range);
  if (all.raw <= floor) return all;
  const { once, kept } = withoutRepeats(tokens, range, span);
  sumsOnce = prefixSums(model, once, sumsOnce);
  const { raw, window } = scoreRange(header, sumsOnce, { from: 0, to: once.count });
  if (raw >= all.raw) return all;
  return {
    raw: Math.max(floor, raw),
    window: { from: kept[window.from] as number, to: (kept[window.to - 1] as number) + 1 },
  };
}

/** Log-odds of a range from its sums: of the whole, or of its best window with the window's handicap. */
export function scoreRange(
  header: ModelHeader,
  sums: Float64Array,
  range: TokenRange,
): { raw: number; window: TokenRange } {
  const { windows, outlier, bias } = header;
  const count = range.to - range.from;
  if (count === 0) return { raw: Number.NEGATIVE_INFINITY, window: range };
  const whole = ((sums[range.to] as number) - (sums[range.from] as number)) / Math.sqrt(count * FEATURES_PER_TOKEN);
  let best = whole;
  let window = range;
  let nearest = Number.NEGATIVE_INFINITY;
  for (const { size, slope, cap } of windows) {
    if (count <= size) continue;
    let from = bestWindow(sums, range, size);
    const norm = Math.sqrt(size * FEATURES_PER_TOKEN);
    let handicap = Math.min(cap, slope * Math.log(count / size));
    if (count >= outlier.tokens) {
      const second = secondSum(sums, range, size, from, outlier.apart);
      from = shiftedWindow(sums, range, size, from);
      const lead = (sumOf(sums, from, size) - second) / norm;
      handicap *= 1 - Math.min(1, Math.max(0, (lead - outlier.from) / (outlier.to - outlier.from)));
    }
    const score = sumOf(sums, from, size) / norm - handicap;
    // A long text that scores as a whole is explained by the window that comes closest to it.
    if (score > nearest) {
      nearest = score;
      window = { from, to: from + size };
    }
    best = Math.max(best, score);
  }
  return { raw: best + bias, window };
}

/** Where the window of this many tokens with the largest sum begins, of those half a window apart; the range is no shorter. */
export function bestWindow(sums: Float64Array, range: TokenRange, size: number): number {
  const step = size >> 1;
  let best = Number.NEGATIVE_INFINITY;
  let bestFrom = range.from;
  for (let to = range.from + size; ; to += step) {
    const end = Math.min(to, range.to);
    const sum = sumOf(sums, end - size, size);
    if (sum > best) {
      best = sum;
      bestFrom = end - size;
    }
    if (end === range.to) return bestFrom;
  }
}

/** Where the window with the largest sum begins of all that overlap the one at `from` by more than half. */
function shiftedWindow(sums: Float64Array, range: TokenRange, size: number, from: number): number {
  const reach = (size >> 1) - 1;
  const last = Math.min(range.to - size, from + reach);
  let best = from;
  for (let at = Math.max(range.from, from - reach); at <= last; at++) {
    if (sumOf(sums, at, size) > sumOf(sums, best, size)) best = at;
  }
  return best;
}

function sumOf(sums: Float64Array, from: number, size: number): number {
  return (sums[from + size] as number) - (sums[from] as number);
}

/** The largest sum of a window that begins at least `apart` tokens before or after the best one. */
function secondSum(sums: Float64Array, range: TokenRange, size: number, best: number, apart: number): number {
  const step = size >> 1;
  let second = Number.NEGATIVE_INFINITY;
  for (let to = range.from + size; ; to += step) {
    const end = Math.min(to, range.to);
    const away = Math.abs(end - size - best) >= apart;
    if (away) second = Math.max(second, sumOf(sums, end - size, size));
    if (end === range.to) return second;
  }
}

/** The calibrated probability of a raw score. */
export function calibrate(header: ModelHeader, raw: number): number {
  return 1 / (1 + Math.exp(-(header.calibration.a * raw + header.calibration.b)));
}

/** Scores one text as a whole. */
export function scoreText(model: Model, text: string): Scored {
  const tokens = tokenize(text);
  const { raw, window } = scoreTokens(model, tokens, prefixSums(model, tokens), { from: 0, to: tokens.count });
  return { raw, probability: calibrate(model.header, raw), window };
}

/** Log-odds of a text as a whole, with all that it says over and over. */
export function scorePlainly(model: Model, text: string): number {
  const tokens = tokenize(text);
  return scoreRange(model.header, prefixSums(model, tokens), { from: 0, to: tokens.count }).raw;
}

/** Works on one text after the other in arrays that it keeps. */
export interface Scorer {
  /** The tokens of a text; valid until the next call. */
  read(text: string): Tokens;
  /** Log-odds of a range of the tokens read last, and the stretch that carried them. */
  score(range: TokenRange): { raw: number; window: TokenRange };
  /**
   * Log-odds of the tokens read last as a whole, without those inside the regions ([start, end] offsets, flat and ascending), to the last bit
   * what {@link scorePlainly} gives a text with nothing in those places; undefined where that cannot be promised.
   */
  scoreOutside(regions: readonly number[]): number | undefined;
}

/** Features reach back over so many tokens. */
const REACH = 3;
/**
 * Up to so many times the largest weight sums have no rounding errors, in whatever order they are added: weights are multiples of the last
 * bit of the smallest, which is 1/127² of the largest in 24 bits, and sums have 53.
 */
const EXACT = 2 ** 15;

/** A {@link Scorer} of a model. */
export function createScorer(model: Model): Scorer {
  const { header } = model;
  const tokenizer = createTokenizer();
  let tokens = tokenizer('');
  let sums: Float64Array = new Float64Array(0);
  let rest: Float64Array = new Float64Array(0);
  // The last tokens before a region and the first ones after it, which become neighbours.
  const near = {
    count: 0,
    hashes: new Int32Array(2 * REACH),
    stems: new Int32Array(2 * REACH),
    starts: NONE,
    ends: NONE,
    quotes: false,
  };
  return {
    read(text) {
      tokens = tokenizer(text);
      sums = prefixSums(model, tokens, sums);
      return tokens;
    },
    score: (range) => scoreTokens(model, tokens, sums, range),
    scoreOutside(regions) {
      if (rest.length < sums.length) rest = new Float64Array(sums.length);
      let kept: number[] = [];
      let count = 0;
      let from = 0;
      for (let i = 0; i <= regions.length; i += 2) {
        const { count: all, starts } = tokens;
        const to = i < regions.length ? firstReaching(starts, from, all, regions[i] as number) : all;
        const fresh = Math.min(to, from + REACH);
        const known = kept.length;
        for (let index = from; index < fresh; index++) kept.push(index);
        addNear(kept, known, count);
        count = addSums(
          sums,
          rest,
          fresh,
          to,
          count + fresh - from,
          (EXACT - STRIDE * FEATURES_PER_TOKEN) * header.scale,
        );
        if (count < 0) return undefined;
        for (let index = Math.max(fresh, to - REACH); index < to; index++) kept.push(index);
        kept = kept.slice(-REACH);
        if (i < regions.length) from = firstReaching(starts, to, all, regions[i + 1] as number);
      }
      return scoreRange(header, rest, { from: 0, to: count }).raw;
    },
  };

  /** Sums of the tokens that have new neighbours before them, from entry `count` of the rest on: those kept after the first `known`. */
  function addNear(kept: readonly number[], known: number, count: number) {
    for (let k = 0; k < kept.length; k++) {
      near.hashes[k] = tokens.hashes[kept[k] as number] as number;
      near.stems[k] = tokens.stems[kept[k] as number] as number;
    }
    writeFeatures(near, known, kept.length, header.bits, buckets);
    addWeights(model, rest, count, kept.length - known);
  }
}

/** Sums are held against their limit every so many tokens: between, they change by {@link FEATURES_PER_TOKEN} weights a token at most. */
const STRIDE = 256;

/**
 * Appends to `rest`, whose last entry is `count`, what the tokens `from` to `to` add to the sums. Returns its last entry, or −1 where a sum may
 * have gone beyond the limit.
 */
function addSums(sums: Float64Array, rest: Float64Array, from: number, to: number, count: number, limit: number) {
  const shift = (rest[count] as number) - (sums[from] as number);
  let most = Math.max(Math.abs(shift), Math.abs(rest[count] as number));
  for (let first = from; first < to; first += STRIDE) {
    const last = Math.min(to, first + STRIDE);
    for (let index = first + 1; index <= last; index++) rest[count - from + index] = (sums[index] as number) + shift;
    most = Math.max(most, Math.abs(sums[last] as number), Math.abs((sums[last] as number) + shift));
  }
  return most > limit ? -1 : count + to - from;
}

const NONE = new Int32Array(0);
