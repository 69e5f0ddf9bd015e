import { escapeVisible } from '../core/excerpt.ts';
import type { Severity } from '../core/finding.ts';
import { type Reporter, streamingReporter } from '../core/reporter.ts';
import { incompleteReason, placedFindings, sentenceOf } from './placed.ts';

const COMMAND: Readonly<Record<Severity, string>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'notice',
  info: 'notice',
};

/** Workflow commands that GitHub Actions turns into annotations (it shows ten of a kind a step). */
export const githubReporter: Reporter = streamingReporter('text/plain', () => ({
  begin: () => '',
  document(result) {
    const { uri, record } = result.document;
    const lines = placedFindings(result).map(({ finding, start, end, line }) => {
      // Columns count on one line only, and those of a record are not the file's.
      const oneLine = record === undefined && start.line === end.line;
      const columns = oneLine ? { col: start.column, endColumn: end.column } : {};
      const endLine = record ?? end.line;
      const title = `${finding.ruleId} (${finding.severity})`;
      return command(COMMAND[finding.severity], { file: uri, line, endLine, ...columns, title }, sentenceOf(finding));
    });
    if (result.incomplete) {
      lines.push(command('error', { file: uri, title: 'not scanned completely' }, incompleteReason(result)));
    }
    return lines.join('');
  },
  end: ({ errors }) =>
    errors.map(({ uri, code, message }) => command('error', { file: uri, title: code }, message)).join(''),
}));

function command(name: string, properties: Readonly<Record<string, string | number>>, message: string): string {
  const list = Object.entries(properties).map(([key, value]) => `${key}=${escapeProperty(String(value))}`);
  return `::${name} ${list.join(',')}::${escapeData(escapeVisible(message))}\n`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(escapeVisible(text)).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
