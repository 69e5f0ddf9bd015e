import { type Finding, type Severity, severityRank } from '../core/finding.ts';

/** What fusion reads of one document. */
export interface Evidence {
  /** Unsuppressed findings of all layers; PII and secrets among them are passed over. */
  readonly findings: readonly Finding[];
  /** Risk of the classifier (core/risk.ts), where it ran. */
  readonly classifierScore?: number;
  /** Probability of the LLM layer, where it answered. */
  readonly llmScore?: number;
}

/** How much of a rule's confidence counts as probability of an attack, by severity. */
const SEVERITY_WEIGHT: Readonly<Record<Severity, number>> = {
  critical: 1,
  high: 0.97,
  medium: 0.8,
  low: 0.5,
  info: 0.1,
};
/** A second finding of the same category repeats most of what the first said. */
const SAME_CATEGORY = 0.35;
/** How far an LLM is trusted on its own; the classifier's risk is on the right scale already. */
const LLM_WEIGHT = 0.98;

/**
 * The probability, 0 to 1, that the text is an attack: a noisy-or over independent pieces of evidence. Within a category
 * the strongest finding counts whole and the others in part. More evidence never lowers it, agreement raises it, and a
 * layer that did not answer takes nothing away. PII and secrets do not enter.
 */
export function combineRisk({ findings, classifierScore = 0, llmScore = 0 }: Evidence): number {
  let innocence = (1 - classifierScore) * (1 - LLM_WEIGHT * llmScore);
  for (const strengths of strengthsByCategory(findings)) {
    strengths.forEach((strength, index) => {
      innocence *= 1 - strength * SAME_CATEGORY ** index;
    });
  }
  return Math.min(1, Math.max(0, 1 - innocence));
}

/** For each category the strengths of its distinct rules, strongest first. */
function strengthsByCategory(findings: readonly Finding[]): number[][] {
  const byCategory = new Map<string, Map<string, number>>();
  for (const finding of findings) {
    if (!isAttack(finding) || finding.source === 'classifier' || finding.source === 'llm') continue;
    const strength = SEVERITY_WEIGHT[finding.severity] * finding.confidence;
    const rules = byCategory.get(finding.category) ?? new Map<string, number>();
    byCategory.set(finding.category, rules);
    rules.set(finding.ruleId, Math.max(strength, rules.get(finding.ruleId) ?? 0));
  }
  return [...byCategory.values()].map((rules) => [...rules.values()].sort((a, b) => b - a));
}

/** Whether a finding speaks of an attack: neither PII, nor a secret, nor suppressed. */
export function isAttack(finding: Finding): boolean {
  return finding.category !== 'pii' && finding.category !== 'secret' && finding.suppression === undefined;
}

/** Whether a finding is so bad and so sure that no LLM may talk it down. */
export function isCertain(finding: Finding): boolean {
  return isAttack(finding) && severityRank(finding.severity) === 4 && finding.confidence >= 0.9;
}
