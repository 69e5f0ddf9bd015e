import type { Reporter } from '../core/reporter.ts';
import { githubReporter } from './github.ts';
import { gitlabReporter } from './gitlab.ts';
import { htmlReporter } from './html.ts';
import { jsonReporter } from './json.ts';
import { junitReporter } from './junit.ts';
import { markdownReporter } from './markdown.ts';
import { ndjsonReporter } from './ndjson.ts';
import { sarifReporter } from './sarif.ts';
import { tableReporter } from './table.ts';

export { computeSummary } from '../core/summary.ts';
export type { WireResult } from './schema.ts';
export { toWireResult } from './wire.ts';

/** Every output format by name; choices, help and docs derive from it. One file and one line add a format. */
export const reporters = {
  table: tableReporter,
  json: jsonReporter,
  ndjson: ndjsonReporter,
  sarif: sarifReporter,
  github: githubReporter,
  gitlab: gitlabReporter,
  junit: junitReporter,
  markdown: markdownReporter,
  html: htmlReporter,
} as const satisfies Readonly<Record<string, Reporter>>;

export type FormatName = keyof typeof reporters;
