import { FEATURES_PER_TOKEN } from '../../src/classifier/features.ts';
import type { Random } from './prng.ts';

/** A stretch of one text's features with its label: what the model learns from. */
export interface Instance {
  features: Int32Array;
  readonly label: 0 | 1;
  weight: number;
  /** A window that is moved to where the text scores highest once the model has taken shape. */
  readonly search?: Search;
}

/** The text that a window is moved in, the window's length in tokens, and what the instance weighs from then on. */
export interface Search {
  readonly text: Int32Array;
  readonly tokens: number;
  readonly weight: number;
}

/** Hyper-parameters of {@link trainLinear}. */
export interface LinearOptions {
  readonly bits: number;
  readonly epochs: number;
  /** The pass, counted from 0, from which on windows stand where their texts score highest. */
  readonly searchFrom: number;
  readonly rate: number;
  readonly l2: number;
  /** Share of the features that each pass over a text leaves out, so that no single n-gram carries a family alone. */
  readonly dropout: number;
}

/** A linear model over hashed features: logit = bias + Σ weight / √(number of features). */
export interface LinearModel {
  readonly weights: Float32Array;
  bias: number;
}

/** Logistic regression by AdaGrad over shuffled instances; `active` marks the buckets that may carry weight. */
export function trainLinear(
  instances: readonly Instance[],
  active: Uint8Array | undefined,
  options: LinearOptions,
  random: Random,
): LinearModel {
  const size = 1 << options.bits;
  const weights = new Float32Array(size);
  const squares = new Float32Array(size).fill(1e-4);
  let bias = 0;
  let biasSquares = 1e-2;
  const dropped = options.dropout * 4294967296;
  let noise = 1 + random.below(2147483646);
  const order = Int32Array.from(instances.keys());
  for (let epoch = 0; epoch < options.epochs; epoch++) {
    random.shuffle(order);
    if (epoch >= options.searchFrom) for (const instance of instances) moveWindow(instance, weights);
    for (const index of order) {
      const instance = instances[index] as Instance;
      const features = instance.features;
      const count = features.length;
      if (count === 0) continue;
      let sum = 0;
      // xorshift: the second loop draws the same numbers again.
      const seed = noise;
      for (let k = 0; k < count; k++) {
        const bucket = features[k] as number;
        if (bucket < 0) continue;
        noise ^= noise << 13;
        noise ^= noise >>> 17;
        noise ^= noise << 5;
        if (noise >>> 0 >= dropped) sum += weights[bucket] as number;
      }
      const scale = 1 / Math.sqrt(count * (1 - options.dropout));
      const logit = bias + sum * scale;
      const error = (1 / (1 + Math.exp(-logit)) - instance.label) * instance.weight;
      const gradient = error * scale;
      noise = seed;
      for (let k = 0; k < count; k++) {
        const bucket = features[k] as number;
        if (bucket < 0) continue;
        noise ^= noise << 13;
        noise ^= noise >>> 17;
        noise ^= noise << 5;
        if (noise >>> 0 < dropped || (active !== undefined && active[bucket] === 0)) continue;
        const step = gradient + options.l2 * (weights[bucket] as number) * instance.weight * scale;
        squares[bucket] = (squares[bucket] as number) + step * step;
        weights[bucket] = (weights[bucket] as number) - (options.rate * step) / Math.sqrt(squares[bucket] as number);
      }
      biasSquares += error * error;
      bias -= (options.rate * error) / Math.sqrt(biasSquares);
    }
  }
  return { weights, bias };
}

/** Moves the window of an instance that has one to its text's highest score: what scanning takes is what is learned from. */
function moveWindow(instance: Instance, weights: Float32Array): void {
  if (instance.search === undefined) return;
  const { text, tokens, weight } = instance.search;
  const count = text.length / FEATURES_PER_TOKEN;
  const sums = new Float64Array(count + 1);
  let sum = 0;
  for (let index = 0; index < count; index++) {
    for (let k = 0; k < FEATURES_PER_TOKEN; k++) {
      const bucket = text[index * FEATURES_PER_TOKEN + k] as number;
      if (bucket >= 0) sum += weights[bucket] as number;
    }
    sums[index + 1] = sum;
  }
  const from = bestWindow(sums, tokens);
  instance.features = text.subarray(from * FEATURES_PER_TOKEN, (from + tokens) * FEATURES_PER_TOKEN);
  instance.weight = weight;
}

/** Where the window of this many tokens with the largest sum begins, of those half a window apart, as in the scanner's kernel. */
function bestWindow(sums: Float64Array, size: number): number {
  const last = sums.length - 1;
  let best = Number.NEGATIVE_INFINITY;
  let bestFrom = 0;
  for (let end = size; ; end = Math.min(last, end + (size >> 1))) {
    const sum = (sums[end] as number) - (sums[end - size] as number);
    if (sum > best) {
      best = sum;
      bestFrom = end - size;
    }
    if (end === last) return bestFrom;
  }
}
