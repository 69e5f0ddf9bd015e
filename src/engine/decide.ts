import { MODE_THRESHOLDS } from '../config/index.ts';
import type { Finding } from '../core/finding.ts';
import { type Mode, type Verdict, verdictRank, worseVerdict } from '../core/verdict.ts';
import { isCertain } from './combine.ts';

/** What the verdict is made from. */
export interface Judgement {
  readonly riskScore: number;
  /** Unsuppressed findings of all layers. */
  readonly findings: readonly Finding[];
  readonly mode: Mode;
  /** True when the LLM layer read the whole text and called it harmless, and policy lets it demote. */
  readonly cleared: boolean;
  /** True when two models contradict each other: somebody has to look, whatever the score. */
  readonly disagreement?: boolean;
}

/**
 * The verdict by the mode's thresholds. A clear word of the LLM lowers an attack verdict by one level unless a critical
 * finding is certain; two models that disagree are at least a review; then what the PII policy demands is a floor.
 */
export function decide({ riskScore, findings, mode, cleared, disagreement = false }: Judgement): {
  verdict: Verdict;
  confidence: number;
} {
  const thresholds = MODE_THRESHOLDS[mode];
  let verdict: Verdict = riskScore >= thresholds.block ? 'block' : riskScore >= thresholds.review ? 'review' : 'allow';
  if (cleared && !findings.some(isCertain)) verdict = verdict === 'block' ? 'review' : 'allow';
  if (disagreement) verdict = worseVerdict(verdict, 'review');
  const attackVerdict = verdict;
  let piiConfidence = 0;
  for (const { pii, confidence, suppression } of findings) {
    if (!pii || suppression || (pii.action !== 'review' && pii.action !== 'block')) continue;
    if (verdictRank(pii.action) > verdictRank(attackVerdict)) piiConfidence = Math.max(piiConfidence, confidence);
    verdict = worseVerdict(verdict, pii.action);
  }
  const confidence = verdict === attackVerdict ? distance(riskScore, thresholds, verdict) : piiConfidence;
  return { verdict, confidence: Math.round(confidence * 1000) / 1000 };
}

/** How far the risk lies inside its verdict's band: 0.5 on a threshold, 1 at the far end (for review, at its middle). */
function distance(risk: number, { review, block }: { review: number; block: number }, verdict: Verdict): number {
  if (verdict === 'allow') return 0.5 + 0.5 * clamp((review - risk) / review);
  if (verdict === 'block') return 0.5 + 0.5 * clamp((risk - block) / (1 - block));
  const half = (block - review) / 2;
  return 0.5 + 0.5 * clamp(1 - Math.abs(risk - (review + half)) / half);
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
