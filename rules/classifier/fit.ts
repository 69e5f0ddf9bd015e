import { allFeatures, FEATURES_PER_TOKEN, tokenize } from '../../src/classifier/features.ts';
import { encodeModel, type ModelHeader } from '../../src/classifier/model.ts';
import { CORPUS, type Row } from './data.ts';
import { type Instance, type LinearModel, trainLinear } from './learn.ts';
import { createRandom } from './prng.ts';
import { type AMOUNTS, CARRIED, makeSynthetic } from './synthetic.ts';

/** The lineage of made texts. */
const GRAMMAR = 'grammar';

/** Everything that shapes the model; changed only with a measurement beside it. */
export const RECIPE = {
  seed: 20261123,
  bits: 19,
  epochs: 6,
  /** Models that are averaged. */
  bags: 3,
  rate: 0.3,
  l2: 1e-3,
  /** An n-gram counts only when this many lineages have it, or when the project's own texts have it: they have no style of a source. */
  minLineages: 2,
  /** A source's weight grows with this power of its size. */
  sourcePower: 0.5,
  /** How much more the texts written for the classifier weigh than a source of their number. */
  corpusBoost: 12,
  /** Tokens of a text that are learned as a whole. */
  wholeTokens: 256,
  /** Share of the features left out of each pass over a text. */
  dropout: 0.3,
  /** Tokens of the two windows that are learned beside the whole of a text that is longer. */
  learnedWindows: [64, 16],
  /** From this pass on, counted from 0, the windows stand where their text scores highest; before, anywhere. */
  searchFrom: 2,
  /** The windows that are scored, and their handicaps. */
  windows: [
    { size: 64, slope: 1.5, cap: 3 },
    { size: 16, slope: 1.5, cap: 3 },
  ],
  /** How far the best window of a long text must stand above the others to go without handicap. */
  outlier: { tokens: 512, apart: 128, from: 1.25, to: 2.25 },
  /** Where what is said over and over does not count, and the log-odds below which that takes no score. */
  repeats: { span: 8, floor: -1 },
} as const;

/** What a training does otherwise than the recipe, to see what a part of it brings. */
export interface Variation {
  readonly bags?: number;
  readonly amounts?: typeof AMOUNTS;
  readonly searchFrom?: number;
}

/** A text ready for learning. */
export interface Example {
  readonly row: Row;
  /** Undefined for texts that repeat n-grams counted elsewhere. */
  readonly lineage: string | undefined;
  readonly features: Int32Array;
}

/** Cuts a row into features once; folds share the result. */
export function toExample(row: Row, lineage: string | undefined): Example {
  return { row, lineage, features: allFeatures(tokenize(row.text.slice(0, 20_000)), RECIPE.bits) };
}

/** Marks the buckets that enough lineages have: what one source alone says is its style, not an attack. */
function activeBuckets(examples: readonly Example[]): Uint8Array {
  const lineages = new Map<string, Example[]>();
  for (const example of examples) {
    if (example.lineage === undefined) continue;
    const list = lineages.get(example.lineage);
    if (list) list.push(example);
    else lineages.set(example.lineage, [example]);
  }
  const counts = new Uint8Array(1 << RECIPE.bits);
  const last = new Uint8Array(1 << RECIPE.bits);
  let number = 0;
  for (const [lineage, list] of lineages) {
    number++;
    const vote = lineage === GRAMMAR || lineage === CORPUS ? RECIPE.minLineages : 1;
    for (const { features } of list) {
      for (const bucket of features) {
        if (bucket < 0 || last[bucket] === number) continue;
        last[bucket] = number;
        counts[bucket] = (counts[bucket] as number) + vote;
      }
    }
  }
  return counts.map((count) => (count >= RECIPE.minLineages ? 1 : 0));
}

/**
 * Trains on the given rows and what the grammar makes of them, and nothing else: several models, each with texts of its
 * own from the grammar, averaged into one.
 */
export function fitModel(base: readonly Example[], foldSeed: number, variation: Variation = {}): LinearModel {
  const bags = variation.bags ?? RECIPE.bags;
  const weights = new Float32Array(1 << RECIPE.bits);
  let bias = 0;
  for (let bag = 0; bag < bags; bag++) {
    const model = fitBag(base, RECIPE.seed + foldSeed * RECIPE.bags + bag, variation);
    for (let bucket = 0; bucket < weights.length; bucket++) {
      weights[bucket] = (weights[bucket] as number) + (model.weights[bucket] as number) / bags;
    }
    bias += model.bias / bags;
  }
  return { weights, bias };
}

function fitBag(base: readonly Example[], seed: number, { amounts, searchFrom }: Variation): LinearModel {
  const random = createRandom(seed);
  const made = makeSynthetic(
    base.map((example) => example.row),
    random,
    amounts,
  ).map((row) => toExample(row, row.detail === CARRIED ? undefined : GRAMMAR));
  const examples = [...base, ...made];
  const active = activeBuckets(examples);
  const sizes = new Map<string, number>();
  const keyOf = (row: Row): string => `${row.source}/${row.malicious}`;
  for (const { row } of examples) sizes.set(keyOf(row), (sizes.get(keyOf(row)) ?? 0) + 1);
  const massOf = (key: string): number =>
    (sizes.get(key) as number) ** RECIPE.sourcePower * (key.startsWith(CORPUS) ? RECIPE.corpusBoost : 1);
  const mass = [0, 0];
  for (const key of sizes.keys()) {
    const side = key.endsWith('/true') ? 1 : 0;
    mass[side] = (mass[side] as number) + massOf(key);
  }
  const instances: Instance[] = [];
  for (const { row, features } of examples) {
    const size = sizes.get(keyOf(row)) as number;
    const label = row.malicious ? 1 : 0;
    const weight = (massOf(keyOf(row)) / size / (mass[label] as number)) * (examples.length / 2);
    const cut = (from: number, tokens: number): Int32Array =>
      features.subarray(from * FEATURES_PER_TOKEN, (from + tokens) * FEATURES_PER_TOKEN);
    const tokens = features.length / FEATURES_PER_TOKEN;
    instances.push({ features: cut(0, Math.min(tokens, RECIPE.wholeTokens)), label, weight });
    const [anywhere] = RECIPE.learnedWindows;
    if (tokens <= anywhere * 1.5) continue;
    for (const size of RECIPE.learnedWindows) {
      // A window put anywhere in an attacking text holds the attack only sometimes.
      const share = row.malicious ? 0.25 : 0.5;
      const search = { text: features, tokens: size, weight: weight / 2 };
      const stretch = cut(random.below(tokens - anywhere), anywhere);
      instances.push({ features: stretch, label, weight: weight * share, search });
    }
  }
  return trainLinear(instances, active, { ...RECIPE, searchFrom: searchFrom ?? RECIPE.searchFrom }, random);
}

/** The bytes of a weights file for a model with a calibration. */
export function toBytes(
  model: LinearModel,
  calibration: ModelHeader['calibration'],
  thresholds: ModelHeader['thresholds'],
  windows: ModelHeader['windows'] = RECIPE.windows,
): Uint8Array {
  return encodeModel(
    {
      bits: RECIPE.bits,
      bias: model.bias,
      windows,
      outlier: RECIPE.outlier,
      repeats: RECIPE.repeats,
      calibration,
      thresholds,
      trained: `seed ${RECIPE.seed}`,
    },
    model.weights,
  );
}
