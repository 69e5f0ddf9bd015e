/** What the policy says to do about a type. */
export const PII_ACTIONS = ['off', 'report', 'review', 'block', 'redact'] as const;
export type PiiAction = (typeof PII_ACTIONS)[number];

/** How a value is replaced: `mask` keeps its shape, `remove` leaves its label, `hash` a token, `pseudonym` a stand-in, `reject` refuses the text. */
export const REDACTIONS = ['mask', 'remove', 'hash', 'pseudonym', 'reject'] as const;
export type RedactionMode = (typeof REDACTIONS)[number];

/** What the user may choose about PII and secrets; the `pii` section of the configuration. */
export interface PiiOptions {
  readonly enabled: boolean;
  /** Region packs that are on, such as `us` and `eu`; empty for all. Rules of no region are always on. */
  readonly regions: readonly string[];
  /** Findings below it are dropped. */
  readonly min_confidence: number;
  /** Action by type or by category (`pii`, `secret`); what is not named has its rule's own. */
  readonly types: { readonly [type: string]: PiiAction };
  /** Values that are never reported: exact, or a regular expression between slashes. */
  readonly allow: readonly string[];
  /** Values that are always reported, as the type `denied`. */
  readonly deny: readonly string[];
  /** Whether example values (example.com, 555-01xx, test cards) are reported. */
  readonly reserved: boolean;
  readonly redaction: RedactionMode;
}

/** The options in force where the configuration says nothing. */
export const DEFAULT_PII: PiiOptions = Object.freeze({
  enabled: true,
  regions: [],
  min_confidence: 0.5,
  types: {},
  allow: [],
  deny: [],
  reserved: true,
  redaction: 'mask',
});
