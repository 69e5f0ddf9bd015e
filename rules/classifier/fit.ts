import { allFeatures, FEATURES_PER_TOKEN, tokenize } from '../../src/classifier/features.ts';
import { encodeModel, type ModelHeader } from '../../src/classifier/model.ts';
import { GALLERY, type Row } from './data.ts';
import { type Instance, type LinearModel, trainLinear } from './learn.ts';
import { createRandom } from './prng.ts';
import { CARRIED, makeSynthetic } from './synthetic.ts';

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
  /** An n-gram counts only when this many lineages have it, or when the grammar has it: that has no style of a source. */
  minLineages: 2,
  /** A source's weight grows with this power of its size. */
  sourcePower: 0.5,
  /** How much more the project's own gallery of harmless texts weighs than a source of its size. */
  galleryBoost: 4,
  /** Tokens of a text that are learned as a whole. */
  wholeTokens: 256,
  /** Share of the features left out of each pass over a text. */
  dropout: 0.3,
  /** Tokens of the windows that are learned beside the whole. */
  window: 64,
  /** The windows that are scored, and their handicaps. */
  windows: [
    { size: 64, slope: 1.5, cap: 3 },
    { size: 16, slope: 1.5, cap: 3 },
  ],
} as const;

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
    const vote = lineage === GRAMMAR ? RECIPE.minLineages : 1;
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
export function fitModel(base: readonly Example[], foldSeed: number): LinearModel {
  const weights = new Float32Array(1 << RECIPE.bits);
  let bias = 0;
  for (let bag = 0; bag < RECIPE.bags; bag++) {
    const model = fitBag(base, RECIPE.seed + foldSeed * RECIPE.bags + bag);
    for (let bucket = 0; bucket < weights.length; bucket++) {
      weights[bucket] = (weights[bucket] as number) + (model.weights[bucket] as number) / RECIPE.bags;
    }
    bias += model.bias / RECIPE.bags;
  }
  return { weights, bias };
}

function fitBag(base: readonly Example[], seed: number): LinearModel {
  const random = createRandom(seed);
  const made = makeSynthetic(
    base.map((example) => example.row),
    random,
  ).map((row) => toExample(row, row.detail === CARRIED ? undefined : GRAMMAR));
  const examples = [...base, ...made];
  const active = activeBuckets(examples);
  const sizes = new Map<string, number>();
  const keyOf = (row: Row): string => `${row.source}/${row.malicious}`;
  for (const { row } of examples) sizes.set(keyOf(row), (sizes.get(keyOf(row)) ?? 0) + 1);
  const massOf = (key: string): number =>
    (sizes.get(key) as number) ** RECIPE.sourcePower * (key.startsWith(GALLERY) ? RECIPE.galleryBoost : 1);
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
    const cut = (from: number, tokens: number, share: number): void => {
      const start = from * FEATURES_PER_TOKEN;
      instances.push({
        features: features.subarray(start, start + tokens * FEATURES_PER_TOKEN),
        label,
        weight: weight * share,
      });
    };
    const tokens = features.length / FEATURES_PER_TOKEN;
    cut(0, Math.min(tokens, RECIPE.wholeTokens), 1);
    if (tokens > RECIPE.window * 1.5) {
      for (let k = 0; k < 2; k++) cut(random.below(tokens - RECIPE.window), RECIPE.window, row.malicious ? 0.25 : 0.5);
    }
  }
  return trainLinear(instances, active, RECIPE, random);
}

/** The bytes of a weights file for a model with a calibration. */
export function toBytes(
  model: LinearModel,
  calibration: ModelHeader['calibration'],
  thresholds: ModelHeader['thresholds'],
): Uint8Array {
  return encodeModel(
    {
      bits: RECIPE.bits,
      bias: model.bias,
      windows: RECIPE.windows,
      calibration,
      thresholds,
      trained: `seed ${RECIPE.seed}`,
    },
    model.weights,
  );
}
