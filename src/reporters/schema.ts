import { z } from 'zod';
import { SOURCE_KINDS } from '../core/document.ts';
import { CATEGORIES, FINDING_SOURCES, SEVERITIES } from '../core/finding.ts';
import { COMPLEXITY_LEVELS } from '../core/result.ts';
import { LAYERS, STRATEGIES, VERDICTS } from '../core/verdict.ts';

const fraction = z.number().min(0).max(1);
const count = z.number().int().min(0);

const position = z
  .strictObject({ line: z.number().int().min(1), column: z.number().int().min(1), offset: count })
  .describe('Line and column 1-based, offset 0-based, in UTF-16 code units of the text after its byte order mark.');

/** One finding on the wire. */
const reasonSchema = z.strictObject({
  category: z.enum(CATEGORIES),
  rule_id: z.string(),
  description: z.string(),
  severity: z.enum(SEVERITIES),
  confidence: fraction,
  source: z.enum(FINDING_SOURCES),
  patterns_matched: z.array(z.string()),
  location: z.strictObject({ start: position, end: position }),
  evidence: z.string().describe('The matched text, PII and secrets masked, invisible characters written out.'),
  decoded_via: z.array(z.string()),
  suppressed: z.boolean(),
  suppression: z
    .strictObject({ kind: z.enum(['inline', 'baseline', 'config']), reason: z.string().optional() })
    .optional(),
  fingerprint: z.string().regex(/^[0-9a-f]{64}$/),
  metadata: z.record(z.string(), z.json()),
});

const layerSchema = z.strictObject({
  layer: z.enum(LAYERS),
  status: z.enum(['ran', 'skipped', 'failed']),
  reason: z.string().optional(),
  failures: z.array(z.strictObject({ code: z.string(), message: z.string() })).optional(),
  duration_ms: z.number().min(0),
});

/** The judgement of one document on the wire. */
export const resultSchema = z.strictObject({
  id: z.string().describe("The record's own id for JSONL input, else the uri."),
  source: z.strictObject({ uri: z.string(), kind: z.enum(SOURCE_KINDS), record: z.number().int().min(1).optional() }),
  verdict: z.enum(VERDICTS),
  confidence: fraction.describe('How sure the verdict is, in either direction.'),
  risk_score: fraction.describe('How likely an attack; PII does not enter it.'),
  reasons: z.array(reasonSchema),
  pii_detected: z.array(
    z.strictObject({
      type: z.string(),
      masked_value: z.string(),
      start_pos: count,
      end_pos: count,
      confidence: fraction,
    }),
  ),
  modified_prompt: z.string().nullable(),
  format_recommendations: z.array(z.json()),
  complexity_analysis: z.strictObject({
    score: fraction,
    level: z.enum(COMPLEXITY_LEVELS),
    features: z.record(z.string(), z.number()),
  }),
  detection_strategy: z.enum(STRATEGIES),
  processing_time_ms: z.number().min(0),
  cached: z.boolean(),
  metadata: z.object({ incomplete: z.boolean(), layers: z.array(layerSchema) }).catchall(z.json()),
});

/** An input that could not be scanned, on the wire. */
const errorSchema = z.strictObject({ uri: z.string(), code: z.string(), message: z.string() });

/** The counts of a run on the wire. */
const summarySchema = z.strictObject({
  documents: count,
  allow: count,
  review: count,
  block: count,
  findings: count,
  suppressed: count,
  incomplete: count,
  errors: count,
  skipped: count,
  duration_ms: z.number().min(0),
  cache: z.strictObject({ hits: count, misses: count }),
  llm: z.strictObject({ calls: count, input_tokens: count, output_tokens: count, cost_usd: z.number().min(0) }),
});

/** The whole report on the wire (`--format json`). */
export const reportSchema = z
  .strictObject({
    schema_version: z.literal(1),
    tool: z.strictObject({ name: z.string(), version: z.string(), rules_hash: z.string() }),
    results: z.array(resultSchema),
    errors: z.array(errorSchema),
    summary: summarySchema,
  })
  .describe('A report of prompt-sentinel.');

export type WireReason = z.infer<typeof reasonSchema>;
export type WireResult = z.infer<typeof resultSchema>;
export type WireError = z.infer<typeof errorSchema>;
export type WireSummary = z.infer<typeof summarySchema>;
export type WireReport = z.infer<typeof reportSchema>;

/** The JSON Schema (2020-12) of the report; its `$defs` hold the line of `--format ndjson`. */
export function reportJsonSchema(): object {
  const report = z.toJSONSchema(reportSchema);
  const { $schema, ...result } = z.toJSONSchema(resultSchema);
  return {
    $schema,
    $id: 'https://unpkg.com/prompt-sentinel/rules/schema/report.schema.json',
    title: 'prompt-sentinel report',
    ...report,
    $defs: { ...report.$defs, result },
  };
}
