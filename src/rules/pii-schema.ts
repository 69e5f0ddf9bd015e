import { z } from 'zod';
import { patternSchema, ruleFields, unlessSchema } from './common-schema.ts';

const text = z.string().trim().min(1);

/** Words near a value that say what it is. */
const piiContextSchema = z.strictObject({
  words: z
    .array(text)
    .min(1)
    .describe('Words or phrases of up to four words, compared without case, accents and punctuation.'),
  required: z
    .union([z.boolean(), z.array(text).min(1)])
    .optional()
    .describe(
      'Without such a word the match does not count; or the names of the patterns that need one. Default false.',
    ),
  standalone: z
    .union([z.boolean(), z.array(text).min(1)])
    .optional()
    .describe('Whether, or for which patterns, no word is needed where the value is the whole text. Default false.'),
  window: z
    .number()
    .int()
    .min(1)
    .max(400)
    .optional()
    .describe('How many characters before the value are looked at, and half as many after it. Default 48.'),
});

/** How a value of the type is shown and replaced. */
const piiRedactionSchema = z.strictObject({
  mask: text
    .optional()
    .describe('The name of a built-in mask (email, card, last4, phone, ip, name …) or the literal text to show.'),
  label: text.optional().describe('What stands in square brackets where the value is removed; default the type.'),
  hash_prefix: text.optional().describe('What the token of a hashed value starts with; default the label.'),
});

/** A PII or secret type: patterns, a validator by name, the words around it and how the value is masked. */
export const piiRuleSchema = z.strictObject({
  ...ruleFields,
  kind: z.literal('pii'),
  type: z
    .string()
    .regex(/^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/, 'A type is snake_case, such as credit_card')
    .describe('The public name of the type; several rules may find one type.'),
  regions: z
    .array(z.string().regex(/^[a-z]{2,8}$/, 'A region is a lower-case code such as us, uk or eu'))
    .optional()
    .describe('The packs that the rule belongs to; a rule without any is always on.'),
  patterns: z.array(patternSchema).optional().describe('Any of them, or of `tokens`, makes the rule fire.'),
  tokens: z
    .array(patternSchema)
    .min(1)
    .optional()
    .describe(
      'Shapes that hold a digit, such as [1-9]\\d{8} or [A-Z]{2} ?\\d{3}-\\d{4}. They are looked for only where a text has digits, which is much cheaper than a pattern. A shape that does not start with a lookbehind must stand alone: nothing beside it that makes it a part of more.',
    ),
  unless: z.array(unlessSchema).optional(),
  validator: text.optional().describe('The check that a match must pass: luhn, iban, phone, stdnum:br.cpf …'),
  context: piiContextSchema.optional(),
  redaction: piiRedactionSchema.optional(),
  default_action: z.enum(['report', 'review', 'block', 'redact']).optional().describe('Default report.'),
});
