import type { Reporter } from '../core/reporter.ts';

export { computeSummary } from '../core/summary.ts';
export type { WireResult } from './schema.ts';
export { toWireResult } from './wire.ts';

/**
 * Every output format by name, each loaded when it is asked for; choices, help and docs derive from it. One file and one
 * line add a format.
 */
export const reporters = {
  table: async () => (await import('./table.ts')).tableReporter,
  json: async () => (await import('./json.ts')).jsonReporter,
  ndjson: async () => (await import('./ndjson.ts')).ndjsonReporter,
  sarif: async () => (await import('./sarif.ts')).sarifReporter,
  github: async () => (await import('./github.ts')).githubReporter,
  gitlab: async () => (await import('./gitlab.ts')).gitlabReporter,
  junit: async () => (await import('./junit.ts')).junitReporter,
  markdown: async () => (await import('./markdown.ts')).markdownReporter,
  html: async () => (await import('./html.ts')).htmlReporter,
} as const satisfies Readonly<Record<string, () => Promise<Reporter>>>;

export type FormatName = keyof typeof reporters;
