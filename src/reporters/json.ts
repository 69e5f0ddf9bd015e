import { type Reporter, streamingReporter } from '../core/reporter.ts';
import { safeJson, toWireError, toWireResult, toWireSummary, toWireTool } from './wire.ts';

/** The public JSON model as one value; results are written as they come, two spaces deep. */
export const jsonReporter: Reporter = streamingReporter('application/json', (head, options) => {
  let written = 0;
  const block = (value: unknown, depth: number) => safeJson(value, 2).replaceAll('\n', `\n${' '.repeat(depth)}`);
  return {
    begin: () => `{\n  "schema_version": 1,\n  "tool": ${block(toWireTool(head), 2)},\n  "results": [`,
    document: (result) => `${written++ === 0 ? '' : ','}\n    ${block(toWireResult(result, options), 4)}`,
    end: ({ errors, summary }) =>
      `${written === 0 ? '' : '\n  '}],\n  "errors": ${block(errors.map(toWireError), 2)},\n  "summary": ${block(toWireSummary(summary), 2)}\n}\n`,
  };
});
