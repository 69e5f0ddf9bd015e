import { excerptAround, lineIndex } from '../core/excerpt.ts';
import { type RenderOptions, type Reporter, type ReportTail, streamingReporter } from '../core/reporter.ts';
import type { ScanResult } from '../core/result.ts';
import { escapeMarkup } from './markup.ts';
import { incompleteReason, placedFindings, sentenceOf } from './placed.ts';
import { maskedRegionsOf, sensitiveRegions } from './wire.ts';

const STYLE =
  'body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}' +
  'h1{font-size:1.4rem}h2{font-size:1.05rem;margin:2rem 0 .5rem}pre{background:#f4f4f4;padding:.6rem;overflow-x:auto;margin:.3rem 0}' +
  'mark{background:#ffd6d6;color:inherit}.block,.incomplete{color:#b00020}.review{color:#8a5a00}.allow{color:#1b6e2c}' +
  '.rule{color:#555}.fix{margin:.3rem 0 1rem}.incomplete{font-weight:bold}' +
  '@media(prefers-color-scheme:dark){body{color:#e6e6e6;background:#161616}pre{background:#242424}mark{background:#6b1f28}.rule{color:#aaa}' +
  '.block,.incomplete{color:#ff8a8a}.review{color:#ffcf70}.allow{color:#8fdc9c}}';

/** One page without scripts or addresses of its own, for people who get the report as a file. */
export const htmlReporter: Reporter = streamingReporter('text/html', (head, options) => {
  const remediations = new Map(head.rules.map(({ id, remediation }) => [id, remediation]));
  return {
    begin: () =>
      `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><meta name="viewport" content="width=device-width"><title>prompt-sentinel</title><style>${STYLE}</style></head><body>\n<h1>prompt-sentinel ${escapeMarkup(head.tool.version)}</h1>\n`,
    document: (result) => section(result, options, remediations),
    end: (tail) => `${footer(tail)}</body></html>\n`,
  };
});

function section(result: ScanResult, options: RenderOptions, remediations: ReadonlyMap<string, string>): string {
  const shown = result.verdict !== 'allow' || options.verbose === true;
  if (!shown && !result.incomplete) return '';
  const { document, verdict, riskScore } = result;
  const place = document.record === undefined ? document.uri : `${document.uri}:${document.record}`;
  const parts = [
    `<h2><span class="${verdict}">${verdict.toUpperCase()}</span> ${escapeMarkup(place)} (risk ${riskScore.toFixed(2)})</h2>`,
  ];
  if (result.incomplete)
    parts.push(`<p class="incomplete">Not scanned completely: ${escapeMarkup(incompleteReason(result))}</p>`);
  if (shown) parts.push(...findings(result, options, remediations));
  return `${parts.join('\n')}\n`;
}

function* findings(
  result: ScanResult,
  options: RenderOptions,
  remediations: ReadonlyMap<string, string>,
): Iterable<string> {
  const placed = placedFindings(result);
  if (placed.length === 0) return;
  const index = lineIndex(result.document.text);
  const sensitive = sensitiveRegions(result, options);
  for (const { finding, start } of placed) {
    const masked = maskedRegionsOf(sensitive, finding, options);
    const { lines, omittedLines } = excerptAround(result.document.text, finding.region, masked, index, { width: 160 });
    const code = lines.map(
      ({ number, before, marked, after }) =>
        `${number} | ${escapeMarkup(before)}<mark>${escapeMarkup(marked)}</mark>${escapeMarkup(after)}`,
    );
    if (omittedLines > 0) code.push(`… ${omittedLines} more`);
    const advice = remediations.get(finding.ruleId);
    yield `<p>${start.line}:${start.column} <b>${finding.severity}</b> ${escapeMarkup(sentenceOf(finding))} <span class="rule">${escapeMarkup(finding.ruleId)}</span></p>`;
    yield `<pre>${code.join('\n')}</pre>`;
    if (advice) yield `<p class="fix">What to do: ${escapeMarkup(advice.replace(/\s+/g, ' ').trim())}</p>`;
  }
}

function footer({ errors, summary }: ReportTail): string {
  const { documents, block, review, allow, suppressed, incomplete } = summary;
  const faults = errors.map(
    ({ uri, code, message }) => `<p class="incomplete">${escapeMarkup(`${uri}: ${message} [${code}]`)}</p>\n`,
  );
  const loud =
    incomplete > 0 || errors.length > 0
      ? '<p class="incomplete">INCOMPLETE: do not take this scan for a pass.</p>\n'
      : '';
  const counts = `${documents} documents: ${block} block, ${review} review, ${allow} allow. ${summary.findings} findings, ${suppressed} suppressed.`;
  return `${faults.join('')}${loud}<p>${counts}</p>\n`;
}
