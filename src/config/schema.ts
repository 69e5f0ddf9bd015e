import { z } from 'zod';
import { ROLES } from '../core/document.ts';
import { MODES } from '../core/verdict.ts';
import { piiConfigSchema } from '../pii/schema.ts';
import { llmConfigSchema } from '../providers/schema.ts';
import { FAIL_ON, INPUT_FORMATS, STRATEGY_CHOICES } from './options.ts';

const count = z.int().positive();

/** The config file. Every field may be left out; secrets have no place in it. */
export const configFileSchema = z
  .strictObject({
    $schema: z.string().describe('Address of this schema, for editors.'),
    mode: z.enum(MODES).describe('How strict the thresholds are. Default moderate.'),
    strategy: z.enum(STRATEGY_CHOICES).describe('Which layers run; auto lets the router choose. Default auto.'),
    fail_on: z.enum(FAIL_ON).describe('Verdict from which on the exit code is 1. Default block.'),
    rules: z
      .strictObject({
        paths: z
          .array(z.string())
          .describe('Rule files or folders, relative to this file, that add to the built-in ones.'),
        builtin: z.boolean().describe('Whether the built-in rules run. Default true.'),
        disable: z.array(z.string()).describe('Ids of rules to leave out.'),
      })
      .partial(),
    input: z
      .strictObject({
        format: z.enum(INPUT_FORMATS).describe('How files are read. Default auto: by name.'),
        text_field: z.string().describe('Field of a JSONL record that holds the text.'),
        role: z.enum(ROLES).describe('Who speaks where the input does not say so.'),
        max_file_size: count.describe('Bytes; a larger file is an error.'),
      })
      .partial(),
    classifier: z
      .strictObject({
        enabled: z.boolean().describe('Whether the embedded classifier runs. Default true.'),
        model: z
          .string()
          .describe('Folder of a local ONNX text classifier. Only from the user config, environment or flags.'),
      })
      .partial(),
    pii: piiConfigSchema,
    llm: llmConfigSchema,
    cache: z
      .strictObject({
        enabled: z.boolean().describe('Whether verdicts are kept between runs. Default true.'),
        dir: z.string().describe('Folder of the cache. Only from the user config, environment or flags.'),
        max_mb: z.number().positive().describe('Size at which old entries go. Default 64.'),
        ttl_days: z.number().positive().describe('Age at which entries go. Default 30.'),
      })
      .partial(),
    concurrency: count.max(256).describe('Documents in work at once. Default 8.'),
    offline: z.boolean().describe('Make any socket an error. Default false.'),
  })
  .partial();

export type ConfigFile = z.infer<typeof configFileSchema>;

/** The names that are known at a path of the config, for "did you mean". */
export function keysAt(path: readonly PropertyKey[]): readonly string[] {
  let schema: unknown = configFileSchema;
  for (const step of path) {
    schema = unwrap(schema);
    schema = schema instanceof z.ZodObject ? schema.shape[String(step)] : undefined;
  }
  schema = unwrap(schema);
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

function unwrap(schema: unknown): unknown {
  let inner = schema;
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault || inner instanceof z.ZodNullable)
    inner = inner.unwrap();
  return inner;
}

/** The JSON Schema of the config file, for editors. */
export function configJsonSchema(): object {
  return { ...z.toJSONSchema(configFileSchema, { io: 'input' }), title: 'prompt-sentinel config' };
}
