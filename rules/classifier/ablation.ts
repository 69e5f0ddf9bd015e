import type { Variation } from './fit.ts';
import { AMOUNTS } from './synthetic.ts';

/** One part of the recipe taken away. */
export interface Ablation extends Variation {
  readonly name: string;
  /** Whether the written texts are learned from. */
  readonly corpus: boolean;
  /** Whether windows are scored beside the whole text. */
  readonly windows: boolean;
}

const NONE = Object.fromEntries(Object.keys(AMOUNTS).map((part) => [part, 0])) as typeof AMOUNTS;
const WHOLE = { corpus: true, windows: true };

/** What is trained again for the card's table, the recipe itself first. */
export const ABLATIONS: readonly Ablation[] = [
  { name: 'nothing', ...WHOLE },
  { name: 'windows (the whole text only)', corpus: true, windows: false },
  { name: 'windows moved to the highest score', ...WHOLE, searchFrom: Number.POSITIVE_INFINITY },
  { name: 'the written texts', corpus: false, windows: true },
  { name: 'planted attacks', ...WHOLE, amounts: { ...AMOUNTS, plantedGrammar: 0, plantedReal: 0, plantedShort: 0 } },
  { name: 'legal notices and what programs write', ...WHOLE, amounts: { ...AMOUNTS, legal: 0, machine: 0 } },
  {
    name: 'the grammar altogether',
    ...WHOLE,
    amounts: NONE,
  },
];
