import { type Finding, type Severity, severityRank } from '../core/finding.ts';

/** What fusion reads of one document. */
export interface Evidence {
  /** Unsuppressed findings of all layers; PII and secrets among them are passed over. */
  readonly findings: readonly Finding[];
  /** Calibrated probability of the classifier, where it ran. */
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
/** How far an LLM is trusted on its own. */
const LLM_WEIGHT = 0.98;

/**
 * Logistic regression over held-out sources, every source and both labels weighing the same: the log-odds of the
 * classifier, and whether the rules have any evidence; how much they have says nothing more. `npm run train` fits it again and
 * prints what it finds beside these in the model card.
 */
export const FUSION: FusionTerms = { base: -0.53, classifier: 1.07, any: 3.9 };

/** What fusion adds up, or what each of its parts weighs. */
export interface FusionTerms {
  readonly base: number;
  readonly classifier: number;
  readonly any: number;
}

/** Evidence (−ln of the chance that all rules err) from which on they have spoken up: even odds. Weaker evidence counts in part. */
const SPOKEN = 0.7;
/**
 * How much of a classifier's silence counts against rules that have spoken up. On held-out sources a quarter finds 4 points
 * more of the attacks at 0.3 % of harmless texts and changes nothing at 1 %; more would let harmless words around an
 * attack hide what a rule has named.
 */
const SILENCE = 0.25;
/** What is left of the rules' own probability, at the least, whatever the classifier says. */
const RULES_FLOOR = 0.9;
/** Probabilities nearer to 0 and 1 than this are not told apart. */
const FINEST = 1e-4;

/**
 * The probability, 0 to 1, that the text is an attack where attacks are as likely as not. The rules' evidence is a
 * noisy-or: within a category the strongest finding counts whole and the others in part. It and the classifier's
 * probability enter one logistic curve, in which a classifier that sees nothing takes little from rules that do; an LLM joins by
 * noisy-or. More evidence never lowers it, and a layer that did not answer takes nothing away. PII and secrets do not enter.
 */
export function combineRisk({ findings, classifierScore, llmScore = 0 }: Evidence): number {
  const innocence = innocenceOf(findings);
  const risk = fuse(innocence, classifierScore);
  return Math.min(1, Math.max(0, 1 - (1 - risk) * (1 - LLM_WEIGHT * llmScore)));
}

/** What the rules and the classifier put into the logistic curve. */
export function fusionTerms(findings: readonly Finding[], classifierScore: number): FusionTerms {
  return termsOf(innocenceOf(findings), classifierScore);
}

/** The chance that every finding of the rules is wrong. */
function innocenceOf(findings: readonly Finding[]): number {
  let innocence = 1;
  for (const strengths of strengthsByCategory(findings)) {
    strengths.forEach((strength, index) => {
      innocence *= 1 - strength * SAME_CATEGORY ** index;
    });
  }
  return innocence;
}

function termsOf(innocence: number, classifierScore: number): FusionTerms {
  const evidence = -Math.log(Math.max(0.003, innocence));
  const any = Math.min(1, evidence / SPOKEN);
  const probability = Math.min(1 - FINEST, Math.max(FINEST, classifierScore));
  const odds = Math.log(probability / (1 - probability));
  return { base: 1, classifier: odds < 0 ? odds * (1 - (1 - SILENCE) * any) : odds, any };
}

/** Rules and classifier together, never far below the noisy-or of the rules alone. */
function fuse(innocence: number, classifierScore: number | undefined): number {
  const terms = termsOf(innocence, classifierScore ?? 0.5);
  const { base, classifier, any } = FUSION;
  const logit = base + classifier * terms.classifier + any * terms.any;
  const fused = 1 / (1 + Math.exp(-logit));
  const alone = 1 - innocence;
  // Where only the rules were asked, silence is no risk.
  return classifierScore === undefined ? Math.max(alone, terms.any * fused) : Math.max(RULES_FLOOR * alone, fused);
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
