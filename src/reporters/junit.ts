import { type Reporter, streamingReporter } from '../core/reporter.ts';
import type { ScanResult } from '../core/result.ts';
import { escapeMarkup } from './markup.ts';
import { incompleteReason, placedFindings, sentenceOf } from './placed.ts';

/** JUnit XML: a test a document. A blocked one fails, one for review passes with its findings as output, an unread one errs. */
export const junitReporter: Reporter = streamingReporter('application/xml', () => ({
  begin: () => '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n<testsuite name="prompt-sentinel">\n',
  document(result) {
    const { document, durationMs } = result;
    const name = document.record === undefined ? document.uri : `${document.uri}:${document.record}`;
    const inner = outcomeOf(result);
    const open = `<testcase name="${escapeMarkup(name)}" classname="prompt-sentinel" time="${(durationMs / 1000).toFixed(6)}"`;
    return inner === '' ? `${open}/>\n` : `${open}>${inner}</testcase>\n`;
  },
  end({ errors }) {
    const cases = errors.map(
      ({ uri, code, message }) =>
        `<testcase name="${escapeMarkup(uri)}" classname="prompt-sentinel"><error type="${escapeMarkup(code)}" message="${escapeMarkup(message)}"/></testcase>\n`,
    );
    return `${cases.join('')}</testsuite>\n</testsuites>\n`;
  },
}));

function outcomeOf(result: ScanResult): string {
  const { uri, record } = result.document;
  const found = placedFindings(result).map(({ finding, start, line }) => {
    const place = record === undefined ? `${uri}:${line}:${start.column}` : `${uri}:${line}`;
    return `${place} ${finding.severity} ${finding.ruleId}: ${sentenceOf(finding)}`;
  });
  const body = found.map(escapeMarkup).join('\n');
  const told = result.incomplete
    ? `<error type="incomplete" message="${escapeMarkup(incompleteReason(result))}"/>`
    : '';
  if (result.verdict === 'block') {
    const message = `blocked, risk ${result.riskScore.toFixed(2)}`;
    return `${told}<failure type="block" message="${message}">${body}</failure>`;
  }
  return told + (body === '' ? '' : `<system-out>${result.verdict}\n${body}</system-out>`);
}
