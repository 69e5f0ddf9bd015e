import type { DocumentKind, Role } from '../core/document.ts';
import type { Category, Severity } from '../core/finding.ts';
import type { PiiRuleInput } from './schema.ts';

/** `pattern` looks for text, `signal` for what the normalizer saw, `pii` for personal data and secrets. */
export const RULE_KINDS = ['pattern', 'signal', 'pii'] as const;
export type RuleKind = (typeof RULE_KINDS)[number];

/** Where an `unless` must be found to cancel a match. */
export const UNLESS_SCOPES = ['match', 'near', 'line', 'document'] as const;
export type UnlessScope = (typeof UNLESS_SCOPES)[number];

export interface RulePattern {
  readonly regex: string;
  /** Default `i`. */
  readonly flags?: string;
  readonly name?: string;
}

export interface RuleUnless {
  readonly regex: string;
  /** Default `i`. */
  readonly flags?: string;
  readonly scope: UnlessScope;
}

/** A text that a rule is tested with. */
export interface RuleExample {
  readonly text: string;
  /** Default `user`. */
  readonly role?: Role;
  /** Default `prompt`. */
  readonly kind?: DocumentKind;
}

/** What a PII rule has beyond other rules, as its file says it (src/rules/pii-schema.ts). */
export type PiiRuleFields = Omit<
  PiiRuleInput,
  | 'id'
  | 'kind'
  | 'category'
  | 'title'
  | 'description'
  | 'severity'
  | 'confidence'
  | 'patterns'
  | 'unless'
  | 'applies_to'
  | 'languages'
  | 'references'
  | 'remediation'
  | 'examples'
  | 'aliases'
  | 'notes'
  | 'tokens'
> & {
  /** Shapes that are looked for where a text has digits. */
  readonly tokens?: readonly RulePattern[];
};

/** One rule, ready to use; what files leave out has its default. */
export interface Rule {
  readonly id: string;
  readonly kind: RuleKind;
  readonly category: Category;
  readonly title: string;
  readonly description: string;
  readonly severity: Severity;
  /** 0 to 1. */
  readonly confidence: number;
  /** Empty for signal rules. */
  readonly patterns: readonly RulePattern[];
  /** Name of the signal that fires it; only on signal rules. */
  readonly signal?: string;
  readonly unless: readonly RuleUnless[];
  /** Absent lists allow all. */
  readonly appliesTo: { readonly roles?: readonly Role[]; readonly kinds?: readonly DocumentKind[] };
  readonly languages: readonly string[];
  /** `owasp:LLM01`, `atlas:AML.T0051` or an address. */
  readonly references: readonly string[];
  readonly remediation: string;
  readonly examples: { readonly match: readonly RuleExample[]; readonly noMatch: readonly RuleExample[] };
  /** Former ids. */
  readonly aliases: readonly string[];
  readonly notes?: string;
  /** Only on PII rules. */
  readonly pii?: PiiRuleFields;
  /** `builtin`, or the path of the file it was read from. */
  readonly origin: string;
}

/** The name that reports show for a rule's pattern: its own, or its number from `#1`. */
export function patternName(rule: Rule, index: number): string {
  return rule.patterns[index]?.name ?? `#${index + 1}`;
}

/** Whether a rule looks at this role and kind of document. */
export function appliesTo(rule: Rule, role: Role, kind: DocumentKind): boolean {
  const { roles, kinds } = rule.appliesTo;
  return (roles === undefined || roles.includes(role)) && (kinds === undefined || kinds.includes(kind));
}
