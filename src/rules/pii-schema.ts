import { z } from 'zod';
import { patternSchema, ruleFields, unlessSchema } from './common-schema.ts';

/** A PII or secret type: patterns, a validator by name and how the value is masked. */
export const piiRuleSchema = z.strictObject({
  ...ruleFields,
  kind: z.literal('pii'),
  patterns: z.array(patternSchema).min(1),
  unless: z.array(unlessSchema).optional(),
  validator: z.string().optional(),
  redaction: z.string().optional(),
});
