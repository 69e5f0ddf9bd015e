import { type Reporter, streamingReporter } from '../core/reporter.ts';
import { safeJson, toWireError, toWireResult } from './wire.ts';

/** One judged document a line, as soon as it is done; then a line `{"error": …}` for each error. */
export const ndjsonReporter: Reporter = streamingReporter('application/x-ndjson', (_head, options) => ({
  begin: () => '',
  document: (result) => `${safeJson(toWireResult(result, options))}\n`,
  end: ({ errors }) => errors.map((error) => `${safeJson({ error: toWireError(error) })}\n`).join(''),
}));
