import type { Region } from '../core/document.ts';
import { FEATURES_PER_TOKEN, type Tokens, writeFeatures } from './features.ts';
import type { Model, TokenRange } from './model.ts';

/** The tokens that a feature spans, counted back from the one it ends at, by its place among the features of a token. */
const SPANS = [1, 2, 3, 3, 1, 2];
const SKIPS = [false, false, false, true, false, false];

/** One n-gram that spoke for an attack, and how much of the score it is. */
export interface Evidence {
  readonly ngram: string;
  readonly weight: number;
}

/** Why a window scored as it did: its densest stretch, and its heaviest n-grams. */
export interface Explanation {
  /** In the view's text. */
  readonly region: Region;
  readonly evidence: readonly Evidence[];
}

/** Whether the characters around and between words are those of prose: addresses, keys and paths are never named. */
const PLAIN = /^[\s,.;:!?'"’“”()*-]*$/;
const BOUND = /[\p{L}\p{N}@_/\\=%+&$~.-]/u;

function nameOf(text: string, tokens: Tokens, first: number, last: number, skip: boolean): string | undefined {
  const words: string[] = [];
  const start = tokens.starts[first] as number;
  const end = tokens.ends[last] as number;
  if (start > 0 && /[@_/\\=%+&$~.\d]/.test(text[start - 1] as string)) return undefined;
  const next = text[end];
  if (next !== undefined && next !== '.' && /[@_/\\=%+&$~\d]/.test(next)) return undefined;
  if (next === '.' && BOUND.test(text[end + 1] ?? ' ')) return undefined;
  for (let index = first; index <= last; index++) {
    const word = text.slice(tokens.starts[index], tokens.ends[index]);
    if (/\d/.test(word) || word.length > 24) return undefined;
    if (index > first) {
      const gap = text.slice(tokens.ends[index - 1], tokens.starts[index]);
      if (!PLAIN.test(gap)) return undefined;
      words.push(gap === '' ? '' : ' ');
    }
    words.push(skip && index > first && index < last ? '…' : word.toLowerCase());
  }
  return words.join('');
}

/**
 * Narrows a window to the stretch with the largest share of its score, and names the heaviest n-grams in it.
 * N-grams with digits, or that touch the signs of addresses, paths and keys, are left unnamed.
 */
export function explain(model: Model, text: string, tokens: Tokens, window: TokenRange, most: number): Explanation {
  const count = window.to - window.from;
  const shares = new Float64Array(count);
  const totals = new Map<string, number>();
  const buckets = new Int32Array(count * FEATURES_PER_TOKEN);
  writeFeatures(tokens, window.from, window.to, model.header.bits, buckets);
  let positive = 0;
  for (let index = window.from; index < window.to; index++) {
    for (let k = 0; k < FEATURES_PER_TOKEN; k++) {
      const bucket = buckets[(index - window.from) * FEATURES_PER_TOKEN + k] as number;
      const weight = bucket < 0 ? 0 : (model.table[(model.weights[bucket] as number) + 128] as number);
      if (weight === 0) continue;
      const first = index + 1 - (SPANS[k] as number);
      if (first < window.from) continue;
      shares[index - window.from] = (shares[index - window.from] as number) + weight;
      if (weight < 0) continue;
      positive += weight;
      const name = nameOf(text, tokens, first, index, SKIPS[k] as boolean);
      if (name !== undefined) totals.set(name, Math.max(totals.get(name) ?? 0, weight));
    }
  }
  // The stretch with the largest sum, after a toll a token that keeps it short.
  const toll = (0.5 * positive) / Math.max(1, count);
  let best = Number.NEGATIVE_INFINITY;
  let bestFrom = 0;
  let bestTo = count;
  let sum = 0;
  let from = 0;
  for (let index = 0; index < count; index++) {
    if (sum <= 0) {
      sum = 0;
      from = index;
    }
    sum += (shares[index] as number) - toll;
    if (sum > best) {
      best = sum;
      bestFrom = from;
      bestTo = index + 1;
    }
  }
  // A share belongs to the n-gram that ends at its token: the first one may reach two tokens back.
  const first = window.from + Math.max(0, bestFrom - 2);
  const last = window.from + Math.max(bestTo, 1) - 1;
  const region: Region =
    count === 0 ? { start: 0, end: 0 } : { start: tokens.starts[first] as number, end: tokens.ends[last] as number };
  const evidence = [...totals]
    .map(([ngram, weight]) => ({ ngram, weight: positive === 0 ? 0 : weight / positive }))
    .sort((a, b) => b.weight - a.weight || (a.ngram < b.ngram ? -1 : 1))
    .slice(0, most);
  return { region, evidence };
}
