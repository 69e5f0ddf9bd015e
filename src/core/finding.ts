import type { Region } from './document.ts';

/** How bad a finding is if it is true, worst first. */
export const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** The kinds of attack. */
export const ATTACK_CATEGORIES = [
  'instruction_override',
  'role_manipulation',
  'prompt_leak',
  'jailbreak',
  'encoding_evasion',
  'context_forgery',
  'indirect_injection',
  'tool_hijack',
  'exfiltration',
  'hidden_text',
] as const;

/** What kind of thing a rule finds. */
export const CATEGORIES = [...ATTACK_CATEGORIES, 'pii', 'secret'] as const;
export type Category = (typeof CATEGORIES)[number];

/** Which layer a finding comes from; `combined` is for what only several together say. */
export const FINDING_SOURCES = ['heuristic', 'classifier', 'llm', 'pii', 'combined'] as const;
export type FindingSource = (typeof FINDING_SOURCES)[number];

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Why a finding does not count. It stays in the result and is counted. */
export interface Suppression {
  readonly kind: 'inline' | 'baseline' | 'config';
  readonly reason?: string;
}

/** What a PII or secret finding adds. */
export interface PiiDetail {
  /** Public type name: `email`, `credit_card`, `anthropic_api_key` … */
  readonly type: string;
  /** Type-aware mask of the value, safe to print. */
  readonly masked: string;
  /** What the policy says to do about this type. */
  readonly action: 'report' | 'review' | 'block' | 'redact';
}

/** One hit. It holds offsets, never text: the evidence is cut from the document when it is printed, with PII masked. */
export interface Finding {
  readonly ruleId: string;
  readonly category: Category;
  readonly severity: Severity;
  /** 0 to 1: how sure, apart from how bad. */
  readonly confidence: number;
  readonly source: FindingSource;
  /** One sentence for people: the rule's title. */
  readonly description: string;
  /** In the original text. */
  readonly region: Region;
  /** Decoders passed through to see it; empty for plain text. */
  readonly via: readonly string[];
  /** Which patterns of the rule matched, by name or by number (`#1`), or the n-grams that carried a classifier finding. */
  readonly patterns: readonly string[];
  readonly suppression?: Suppression;
  readonly pii?: PiiDetail;
  readonly metadata?: { readonly [key: string]: Json };
}

const RANK: Readonly<Record<Severity, number>> = { critical: 4, high: 3, medium: 2, low: 1, info: 0 };

/** 4 for critical down to 0 for info. */
export function severityRank(severity: Severity): number {
  return RANK[severity];
}

/** Document order, then worst first, then rule id: the order of every report. */
export function compareFindings(a: Finding, b: Finding): number {
  return (
    a.region.start - b.region.start ||
    a.region.end - b.region.end ||
    severityRank(b.severity) - severityRank(a.severity) ||
    (a.ruleId < b.ruleId ? -1 : a.ruleId > b.ruleId ? 1 : 0)
  );
}
