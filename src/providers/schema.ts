import { z } from 'zod';
import { ANSWER_CATEGORIES, ANSWER_VERDICTS } from './judgement.ts';
import { LLM_MODES, PROVIDER_NAMES, STRUCTURED_MODES } from './options.ts';

const count = z.int().positive();
const dollars = z.number().nonnegative();

const providerConfigSchema = z
  .strictObject({
    model: z.string().min(1).describe('Model to ask.'),
    base_url: z.url().describe('Address of the API: https, or http on loopback.'),
    structured: z
      .enum(STRUCTURED_MODES)
      .describe('How the server is held to the schema of the answer. Default json_schema.'),
    price: z
      .strictObject({ input: dollars, output: dollars })
      .describe('US dollars per million tokens, for models that are not in the table.'),
    effort: z.string().nullable().describe('Reasoning effort as the provider names it; null sends none.'),
  })
  .partial();

/** Section `llm` of the config file. Keys and addresses of providers never come from a repository's own file. */
export const llmConfigSchema = z
  .strictObject({
    enabled: z.boolean().describe('Whether the LLM layer may run. Default false: nothing leaves the machine.'),
    mode: z.enum(LLM_MODES).describe('live asks, record asks and writes the cassette, replay uses only the cassette.'),
    cassette: z.string().min(1).describe('File of recorded answers, without any prompt text; it may be committed.'),
    order: z.array(z.enum(PROVIDER_NAMES)).min(1).describe('Who is asked first, and who when that one is down.'),
    providers: z
      .strictObject(
        Object.fromEntries(PROVIDER_NAMES.map((name) => [name, providerConfigSchema])) as Record<
          (typeof PROVIDER_NAMES)[number],
          typeof providerConfigSchema
        >,
      )
      .partial()
      .describe('Models, prices and addresses. Only from the user config, environment or flags.'),
    may_demote: z.boolean().describe('Whether a text the LLM clears may go one level down. Default true.'),
    concurrency: count.max(256).describe('Requests in flight at once. Default 8.'),
    timeout_ms: count.describe('Milliseconds for one attempt. Default 15000.'),
    deadline_ms: count.describe('Milliseconds for one text over all attempts and providers. Default 30000.'),
    retries: z.int().nonnegative().max(10).describe('Attempts after the first at each provider. Default 1.'),
    max_chunks: count.describe('A text of more chunks of 16000 characters is reported as not asked. Default 64.'),
    max_calls: z.int().nonnegative().describe('Requests a run may send.'),
    max_cost_usd: dollars.describe('US dollars a run may spend.'),
    budget: z
      .strictObject({ hourly_usd: dollars, daily_usd: dollars, monthly_usd: dollars })
      .partial()
      .describe('US dollars over all runs in an hour, day and month (UTC).'),
  })
  .partial();

export type LlmConfigFile = z.infer<typeof llmConfigSchema>;

/** What a model must answer. Held to it by the provider where it can be, and checked again here. */
export const answerSchema = z.strictObject({
  ticket: z.string().describe('The ticket, copied exactly.'),
  evidence: z
    .array(z.string().max(500))
    .max(5)
    .describe('Up to three quotes copied character for character out of the captured text; empty if there are none.'),
  category: z.enum(ANSWER_CATEGORIES).describe('The kind of attack, or none.'),
  verdict: z.enum(ANSWER_VERDICTS),
  probability: z.int().min(0).max(100).describe('How likely the text is an attack, in percent.'),
});

const offset = z.int().nonnegative();

/** A judgement as it is kept in the reply cache and in cassettes: offsets, never text. */
export const storedJudgementSchema = z.strictObject({
  verdict: z.enum(ANSWER_VERDICTS),
  probability: z.number().min(0).max(1),
  category: z.enum(ANSWER_CATEGORIES),
  evidence: z.array(z.tuple([offset, offset])).max(5),
  hijacked: z.boolean(),
  provider: z.enum(PROVIDER_NAMES),
  model: z.string(),
});

/** A cassette file. */
export const cassetteSchema = z.strictObject({
  version: z.literal(1),
  prompt_version: z.string(),
  entries: z.record(z.string().regex(/^[0-9a-f]{64}$/), storedJudgementSchema),
});

/** The budget file: dollars spent in the current windows. */
export const ledgerSchema = z.strictObject({
  version: z.literal(1),
  hour: z.strictObject({ window: z.string(), usd: z.number() }),
  day: z.strictObject({ window: z.string(), usd: z.number() }),
  month: z.strictObject({ window: z.string(), usd: z.number() }),
});
