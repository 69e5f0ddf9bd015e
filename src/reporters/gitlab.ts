import { escapeVisible } from '../core/excerpt.ts';
import type { Severity } from '../core/finding.ts';
import { type Reporter, streamingReporter } from '../core/reporter.ts';
import type { ScanError } from '../core/result.ts';
import { incompleteReason, placedFindings, sentenceOf } from './placed.ts';
import { safeJson } from './wire.ts';

const SEVERITY: Readonly<Record<Severity, string>> = {
  critical: 'blocker',
  high: 'critical',
  medium: 'major',
  low: 'minor',
  info: 'info',
};

/** GitLab Code Quality: an array that the merge request widget reads on every tier. */
export const gitlabReporter: Reporter = streamingReporter('application/json', () => {
  let written = 0;
  const entry = (fields: object) => `${written++ === 0 ? '' : ','}\n${safeJson(fields)}`;
  const fault = ({ uri, code, message }: ScanError) =>
    entry({
      description: escapeVisible(message),
      check_name: code,
      fingerprint: `${code}:${uri}:${message}`,
      severity: 'blocker',
      location: { path: uri, lines: { begin: 1 } },
    });
  return {
    begin: () => '[',
    document(result) {
      const { uri, record } = result.document;
      const entries = placedFindings(result).map(({ finding, fingerprint, line }) =>
        entry({
          description: escapeVisible(sentenceOf(finding)),
          check_name: finding.ruleId,
          // GitLab drops entries with one fingerprint: records that hold the same text have the same.
          fingerprint: record === undefined ? fingerprint : `${fingerprint}:${record}`,
          severity: SEVERITY[finding.severity],
          location: { path: uri, lines: { begin: line } },
        }),
      );
      if (result.incomplete) entries.push(fault({ uri, code: 'incomplete', message: incompleteReason(result) }));
      return entries.join('');
    },
    end: ({ errors }) => `${errors.map(fault).join('')}${written === 0 ? '' : '\n'}]\n`,
  };
});
