import { z } from 'zod';
import { DOCUMENT_KINDS, ROLES } from '../core/document.ts';
import { CATEGORIES, SEVERITIES } from '../core/finding.ts';
import { UNLESS_SCOPES } from './rule.ts';

const ID = /^[a-z0-9]+(?:-[a-z0-9]+)*\/[a-z0-9]+(?:-[a-z0-9]+)*$/;
const text = z.string().trim().min(1);
const flags = z.string().regex(/^[imsuv]*$/, 'Flags are some of i, m, s, u and v; default i');

/** One regular expression of a rule, with the name that reports show. */
export const patternSchema = z.strictObject({
  regex: z.string().min(1).describe('A JavaScript regular expression, case-insensitive unless `flags` says otherwise.'),
  flags: flags.optional(),
  name: text.optional().describe('Shown in reports as the pattern that matched; default `#1`, `#2` …'),
});

/** A context in which a match is not a finding. */
export const unlessSchema = z.strictObject({
  regex: z.string().min(1),
  flags: flags.optional(),
  scope: z
    .enum(UNLESS_SCOPES)
    .optional()
    .describe(
      'Where it must be found: within 160 characters (near, the default), on the line, in the match, anywhere.',
    ),
});

/** A text that fires the rule, or does not; scanned with role `user` as a `prompt` unless it says otherwise. */
export const exampleSchema = z.union([
  z.string().min(1),
  z.strictObject({
    text: z.string().min(1),
    role: z.enum(ROLES).optional(),
    kind: z.enum(DOCUMENT_KINDS).optional(),
  }),
]);

/** The fields that rules of every kind have. */
export const ruleFields = {
  id: z.string().regex(ID, 'An id is kebab-case in two parts, such as instruction-override/ignore-previous'),
  title: text.describe('One sentence that names the bad thing.'),
  description: text.describe('What it is and why it matters, in Markdown.'),
  category: z.enum(CATEGORIES).optional().describe('Default: the category of the file.'),
  severity: z.enum(SEVERITIES),
  confidence: z.number().min(0).max(1),
  applies_to: z
    .strictObject({
      roles: z.array(z.enum(ROLES)).min(1).optional(),
      kinds: z.array(z.enum(DOCUMENT_KINDS)).min(1).optional(),
    })
    .optional(),
  languages: z.array(text).optional(),
  references: z.array(text).optional(),
  remediation: text.optional(),
  examples: z
    .strictObject({ match: z.array(exampleSchema).optional(), no_match: z.array(exampleSchema).optional() })
    .optional(),
  aliases: z.array(text).optional().describe('Former ids.'),
  notes: text.optional().describe('Why the rule was changed or demoted.'),
};
