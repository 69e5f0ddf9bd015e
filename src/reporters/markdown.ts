import { type Reporter, type Summary, streamingReporter } from '../core/reporter.ts';
import { escapeMarkup } from './markup.ts';
import { incompleteReason, placedFindings, sentenceOf } from './placed.ts';

/** GitHub refuses a step summary over 1 MiB; rows stop well before. In UTF-16 units, at most three bytes each. */
const MAX_LENGTH = 300_000;

/** Markdown for a step summary or a merge request: a row a finding of what is not allowed, then the counts. */
export const markdownReporter: Reporter = streamingReporter('text/markdown', () => {
  let length = 0;
  let omitted = 0;
  const heading = '| Verdict | Where | Severity | Rule | What |\n| --- | --- | --- | --- | --- |\n';
  const row = (cells: readonly string[]) => {
    const text = `| ${cells.map(cell).join(' | ')} |\n`;
    if (length + text.length > MAX_LENGTH) {
      omitted++;
      return '';
    }
    const before = length === 0 ? heading : '';
    length += before.length + text.length;
    return before + text;
  };
  return {
    begin: () => '## prompt-sentinel\n\n',
    document(result) {
      const { uri } = result.document;
      const rows = result.incomplete ? [row(['INCOMPLETE', uri, '', '', incompleteReason(result)])] : [];
      if (result.verdict !== 'allow') {
        for (const { finding, line } of placedFindings(result)) {
          rows.push(
            row([
              result.verdict.toUpperCase(),
              `${uri}:${line}`,
              finding.severity,
              finding.ruleId,
              sentenceOf(finding),
            ]),
          );
        }
      }
      return rows.join('');
    },
    end({ errors, summary }) {
      const rows = errors.map(({ uri, code, message }) => row(['ERROR', uri, '', code, message])).join('');
      const more = omitted > 0 ? `\n… and ${omitted} more rows.\n` : '';
      return `${rows}${more}${length > 0 ? '\n' : ''}${countsOf(summary)}\n`;
    },
  };
});

function countsOf({ documents, block, review, allow, findings, suppressed, incomplete, errors }: Summary): string {
  const loud = incomplete > 0 || errors > 0 ? `**Incomplete: ${incomplete} documents, ${errors} errors.** ` : '';
  return `${loud}${documents} documents: ${block} block, ${review} review, ${allow} allow. ${findings} findings, ${suppressed} suppressed.`;
}

/** Text in a table cell: no HTML, no Markdown, no link, no mention. */
function cell(text: string): string {
  return escapeMarkup(text).replace(/[\\`*_{}[\]()#+!|~:@]/g, (character) => `&#${character.charCodeAt(0)};`);
}
