import { z } from 'zod';
import { CATEGORIES } from '../core/finding.ts';
import { patternSchema, ruleFields, unlessSchema } from './common-schema.ts';
import { piiRuleSchema } from './pii-schema.ts';

/** A rule that looks for text. */
export const patternRuleSchema = z.strictObject({
  ...ruleFields,
  kind: z.literal('pattern').optional(),
  patterns: z.array(patternSchema).min(1).describe('Any of them makes the rule fire.'),
  unless: z.array(unlessSchema).optional(),
});

/** A rule that turns something the normalizer saw, such as hidden text, into a finding. */
export const signalRuleSchema = z.strictObject({
  ...ruleFields,
  kind: z.literal('signal').optional(),
  signal: z.string().trim().min(1),
});

/** The frame of a rule file; its rules are checked one by one, each by its kind. */
export const ruleFileFrameSchema = z.strictObject({
  version: z.literal(1),
  category: z.enum(CATEGORIES),
  rules: z.array(z.unknown()),
});

/** A whole rule file, for the published JSON Schema. */
export const ruleFileSchema = z.strictObject({
  version: z.literal(1),
  category: z.enum(CATEGORIES),
  rules: z.array(z.union([patternRuleSchema, signalRuleSchema, piiRuleSchema])),
});

export type PatternRuleInput = z.infer<typeof patternRuleSchema>;
export type SignalRuleInput = z.infer<typeof signalRuleSchema>;
export type PiiRuleInput = z.infer<typeof piiRuleSchema>;

/** The schema that a raw rule is to be checked by: told from its `kind` and from whether it has a `signal`. */
export function schemaFor(raw: unknown): typeof patternRuleSchema | typeof signalRuleSchema | typeof piiRuleSchema {
  const fields = typeof raw === 'object' && raw !== null ? (raw as Record<string, unknown>) : {};
  if (fields.kind === 'pii') return piiRuleSchema;
  if (fields.kind === 'signal' || (fields.signal !== undefined && fields.patterns === undefined))
    return signalRuleSchema;
  return patternRuleSchema;
}

/** The JSON Schema of rule files, as editors read it: an object ready for JSON.stringify. */
export function ruleFileJsonSchema(): object {
  return {
    ...z.toJSONSchema(ruleFileSchema, { io: 'input' }),
    title: 'prompt-sentinel rule file',
  };
}
