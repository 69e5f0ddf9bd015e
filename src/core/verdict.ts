/** What to do with a document, mildest first. */
export const VERDICTS = ['allow', 'review', 'block'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** How strict the thresholds are. */
export const MODES = ['strict', 'moderate', 'permissive'] as const;
export type Mode = (typeof MODES)[number];

/** Which layers run. */
export const STRATEGIES = ['heuristic_only', 'balanced', 'comprehensive', 'paranoid'] as const;
export type Strategy = (typeof STRATEGIES)[number];

/** The steps of the pipeline, in the order they run. */
export const LAYERS = ['preprocessing', 'heuristic', 'classifier', 'llm', 'pii', 'postprocessing'] as const;
export type Layer = (typeof LAYERS)[number];

const RANK: Readonly<Record<Verdict, number>> = { allow: 0, review: 1, block: 2 };

/** 0 for allow, 1 for review, 2 for block. */
export function verdictRank(verdict: Verdict): number {
  return RANK[verdict];
}

/** The more severe of two verdicts. */
export function worseVerdict(a: Verdict, b: Verdict): Verdict {
  return RANK[a] >= RANK[b] ? a : b;
}
