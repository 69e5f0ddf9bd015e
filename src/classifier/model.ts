import { type ClassifierKernel, FEATURES_PER_TOKEN, Reader, type Tokens } from './features.ts';

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

/** The calibrated probability of a raw score. */
export function calibrate(header: ModelHeader, raw: number): number {
  return 1 / (1 + Math.exp(-(header.calibration.a * raw + header.calibration.b)));
}

/** Works on one text after the other in memory that it keeps. */
export interface Scorer {
  /** The tokens of a text; valid until the next call. */
  read(text: string): Tokens;
  /** Log-odds of a range of the tokens read last, and the stretch that carried them. */
  score(range: TokenRange): { raw: number; window: TokenRange };
  /** Log-odds of the tokens read last as a whole, with all that they say over and over. */
  scorePlainly(): number;
  /**
   * Log-odds of the tokens read last as a whole, without those inside the regions ([start, end] offsets, flat and ascending), to the last bit
   * what {@link scorePlainly} gives a text with nothing in those places; undefined where that cannot be promised.
   */
  scoreOutside(regions: readonly number[]): number | undefined;
}

/** Which sums a score comes from: those of all tokens, or of some. */
const ALL = 0;
const SOME = 1;

/**
 * Up to so many times the largest weight sums have no rounding errors, in whatever order they are added: weights are multiples of the last
 * bit of the smallest, which is 1/127² of the largest in 24 bits, and sums have 53. Of that, the kernel's `STRIDE` tokens are spent between
 * two looks at them.
 */
const EXACT = 2 ** 15 - 256 * FEATURES_PER_TOKEN;

/** A {@link Scorer} of a model. */
export function createScorer(model: Model): Scorer {
  const { header, weights, table } = model;
  let count = 0;
  const reader = new Reader((kernel) => {
    const at = kernel.makeModel(header.bits);
    new Int8Array(kernel.memory.buffer).set(weights, at);
    // By the byte of a code as it is.
    const decoded = new Float64Array(kernel.memory.buffer, kernel.tableAt.value, 256);
    decoded.set(table.subarray(128));
    decoded.set(table.subarray(0, 128), 128);
  });
  return {
    read(text) {
      const tokens = reader.read(text);
      count = tokens.count;
      reader.kernel.addUp();
      return tokens;
    },
    scorePlainly: () => scoreRange(header, reader.kernel, ALL, { from: 0, to: count }).raw,
    score(range) {
      const { span, floor } = header.repeats;
      const all = scoreRange(header, reader.kernel, ALL, range);
      if (all.raw <= floor) return all;
      // What stands above the floor is read again without what is said over and over.
      const once = reader.kernel.sumOnce(range.from, range.to, span);
      const { raw, window } = scoreRange(header, reader.kernel, SOME, { from: 0, to: once });
      if (raw >= all.raw) return all;
      const from = reader.places[window.from] as number;
      return { raw: Math.max(floor, raw), window: { from, to: (reader.places[window.to - 1] as number) + 1 } };
    },
    scoreOutside(regions) {
      reader.places.set(regions);
      const rest = reader.kernel.sumOutside(regions.length, EXACT * header.scale);
      return rest < 0 ? undefined : scoreRange(header, reader.kernel, SOME, { from: 0, to: rest }).raw;
    },
  };
}

/** Log-odds of a range from its sums: of the whole, or of its best window with the window's handicap. */
function scoreRange(
  header: ModelHeader,
  kernel: ClassifierKernel,
  which: number,
  range: TokenRange,
): { raw: number; window: TokenRange } {
  const { windows, outlier, bias } = header;
  const count = range.to - range.from;
  if (count === 0) return { raw: Number.NEGATIVE_INFINITY, window: range };
  const whole = kernel.sumOf(which, range.from, count) / Math.sqrt(count * FEATURES_PER_TOKEN);
  let best = whole;
  let window = range;
  let nearest = Number.NEGATIVE_INFINITY;
  for (const { size, slope, cap } of windows) {
    if (count <= size) continue;
    let from = kernel.bestWindow(which, range.from, range.to, size);
    const norm = Math.sqrt(size * FEATURES_PER_TOKEN);
    let handicap = Math.min(cap, slope * Math.log(count / size));
    if (count >= outlier.tokens) {
      const second = kernel.secondSum(which, range.from, range.to, size, from, outlier.apart);
      from = kernel.shiftedWindow(which, range.from, range.to, size, from);
      const lead = (kernel.sumOf(which, from, size) - second) / norm;
      handicap *= 1 - Math.min(1, Math.max(0, (lead - outlier.from) / (outlier.to - outlier.from)));
    }
    const score = kernel.sumOf(which, from, size) / norm - handicap;
    // A long text that scores as a whole is explained by the window that comes closest to it.
    if (score > nearest) {
      nearest = score;
      window = { from, to: from + size };
    }
    best = Math.max(best, score);
  }
  return { raw: best + bias, window };
}

const scorers = new WeakMap<Model, Scorer>();

/** A scorer of single texts. */
function scorerOf(model: Model): Scorer {
  let scorer = scorers.get(model);
  if (scorer === undefined) {
    scorer = createScorer(model);
    scorers.set(model, scorer);
  }
  return scorer;
}

/** Scores one text as a whole. */
export function scoreText(model: Model, text: string): Scored {
  const scorer = scorerOf(model);
  const { raw, window } = scorer.score({ from: 0, to: scorer.read(text).count });
  return { raw, probability: calibrate(model.header, raw), window };
}

/** Log-odds of a text as a whole, with all that it says over and over. */
export function scorePlainly(model: Model, text: string): number {
  const scorer = scorerOf(model);
  scorer.read(text);
  return scorer.scorePlainly();
}
