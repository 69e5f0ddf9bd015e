import type { StrategyChoice } from '../config/index.ts';
import type { Complexity, Plan } from '../core/result.ts';
import { BLOCK_RISK, REVIEW_RISK } from '../core/risk.ts';
import type { Layer, Strategy } from '../core/verdict.ts';

/** What each strategy runs. */
interface StrategyDefinition {
  readonly layers: readonly Layer[];
  readonly opinions: number;
  readonly llmBand: readonly [number, number] | null;
  readonly stopAt: number;
}

const ALL: readonly Layer[] = ['preprocessing', 'heuristic', 'classifier', 'llm', 'pii', 'postprocessing'];
const RULES_ONLY: readonly Layer[] = ['preprocessing', 'heuristic', 'pii', 'postprocessing'];

/** Above this risk the later layers could change nothing that matters: the block threshold of the mildest mode. */
const CERTAIN = BLOCK_RISK.permissive;
/** What the default mode would hand to a person. */
const UNCERTAIN = [REVIEW_RISK.moderate, BLOCK_RISK.moderate] as const;
/** No risk reaches it: nothing is skipped. */
const NEVER = 2;

/** The four strategies. PII is in every one of them: the router never takes it away. */
export const STRATEGY_TABLE: Readonly<Record<Strategy, StrategyDefinition>> = {
  heuristic_only: { layers: RULES_ONLY, opinions: 0, llmBand: null, stopAt: CERTAIN },
  balanced: { layers: ALL, opinions: 1, llmBand: UNCERTAIN, stopAt: CERTAIN },
  comprehensive: { layers: ALL, opinions: 1, llmBand: null, stopAt: CERTAIN },
  paranoid: { layers: ALL, opinions: 2, llmBand: null, stopAt: NEVER },
};

const BY_LEVEL = {
  low: 'heuristic_only',
  medium: 'balanced',
  high: 'comprehensive',
  extreme: 'paranoid',
} as const satisfies Record<Complexity['level'], Strategy>;

/**
 * Chooses the strategy: the one asked for, or by complexity (below 0.2, 0.5, 0.8, above). A local model that the user named
 * is asked about simple texts too. Pure; says why.
 */
export function route(choice: StrategyChoice, complexity: Complexity, localModel = false): Plan {
  if (choice !== 'auto') return { strategy: choice, ...STRATEGY_TABLE[choice], reason: 'asked for by the user' };
  const byLevel = BY_LEVEL[complexity.level];
  const raised = localModel && byLevel === 'heuristic_only';
  const strategy = raised ? 'balanced' : byLevel;
  const reason = `complexity ${complexity.score.toFixed(2)} (${complexity.level})${raised ? ', for the local model' : ''}`;
  return { strategy, ...STRATEGY_TABLE[strategy], reason };
}
