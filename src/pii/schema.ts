import { z } from 'zod';
import { DEFAULT_PII, PII_ACTIONS, REDACTIONS } from './options.ts';

const text = z.string().trim().min(1);

/** An entry between slashes is a regular expression. */
const value = text.refine(
  (entry) => {
    const body = /^\/(.+)\/([imsu]*)$/.exec(entry);
    if (body === null) return true;
    try {
      new RegExp(body[1] ?? '', body[2]);
      return true;
    } catch {
      return false;
    }
  },
  { message: 'The regular expression between the slashes is not valid' },
);

/** The `pii` section of the configuration. */
export const piiConfigSchema = z.strictObject({
  enabled: z.boolean().default(DEFAULT_PII.enabled).describe('Look for personal data and secrets.'),
  regions: z
    .array(z.string().regex(/^[a-z]{2,8}$/, 'A region is a lower-case code such as us, uk or eu'))
    .default([...DEFAULT_PII.regions])
    .describe('Region packs that are on, such as us, eu, uk or in; empty for all.'),
  min_confidence: z.number().min(0).max(1).default(DEFAULT_PII.min_confidence),
  types: z
    .record(z.string().regex(/^[a-z][a-z0-9_]*$/, 'A type is snake_case, such as credit_card'), z.enum(PII_ACTIONS))
    .default({})
    .describe('What to do about a type, or about all of pii or secret: off, report, review, block or redact.'),
  allow: z.array(value).default([]).describe('Values that are never reported: exact, or /a regular expression/.'),
  deny: z.array(value).default([]).describe('Values that are always reported.'),
  reserved: z.boolean().default(DEFAULT_PII.reserved).describe('Report example values such as user@example.com.'),
  redaction: z.enum(REDACTIONS).default(DEFAULT_PII.redaction).describe('How values are replaced.'),
});
