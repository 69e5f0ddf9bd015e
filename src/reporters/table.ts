import {
  escapeVisible,
  excerptAround,
  type LineIndex,
  lineIndex,
  neutraliseCommands,
  type SensitiveRegion,
} from '../core/excerpt.ts';
import type { Finding, Severity } from '../core/finding.ts';
import { plural } from '../core/plural.ts';
import { type Paint, type RenderOptions, type Reporter, type ReportTail, streamingReporter } from '../core/reporter.ts';
import type { ScanResult } from '../core/result.ts';
import type { Verdict } from '../core/verdict.ts';
import { displayWidth } from '../core/width.ts';
import { incompleteReason } from './placed.ts';
import { maskedRegionsOf, sensitiveRegions } from './wire.ts';

const DEFAULT_WIDTH = 100;

/** Findings shown of one document unless `verbose` is set: a person reads the first few, a program reads JSON. */
const MAX_FINDINGS = 20;

const plain = (text: string) => text;
const NO_PAINT: Paint = { bold: plain, dim: plain, red: plain, yellow: plain, green: plain, cyan: plain };

const VERDICT_LABEL: Readonly<Record<Verdict, string>> = { allow: 'ALLOW', review: 'REVIEW', block: 'BLOCK' };

/** For people: what must be looked at, where it is, why, and what to do; then the counts. */
export const tableReporter: Reporter = streamingReporter('text/plain', (head, options) => {
  const paint = options.paint ?? NO_PAINT;
  const width = Math.max(40, options.width ?? DEFAULT_WIDTH);
  let remediations: ReadonlyMap<string, string> | undefined;
  // Only a finding asks for advice, and the texts of the rules take a while to read.
  const adviceOf = (ruleId: string) => {
    remediations ??= new Map(head.rules.map(({ id, remediation }) => [id, remediation]));
    return remediations.get(ruleId);
  };
  let hiddenFindings = 0;
  return {
    begin: () => '',
    document(result) {
      const counted = result.findings.filter((finding) => !finding.suppression);
      const shown = result.verdict !== 'allow' || options.verbose;
      if (!shown) hiddenFindings += counted.length;
      if (!shown && !result.incomplete) return '';
      const lines = [heading(result, counted.length, paint)];
      if (result.incomplete)
        lines.push(`  ${paint.red(paint.bold('INCOMPLETE'))} ${printable(incompleteReason(result))}`);
      if (options.verbose) lines.push(...layerLines(result, paint));
      if (shown) lines.push(...findingLines(result, options, { paint, width, adviceOf }));
      return `${lines.join('\n')}\n\n`;
    },
    end: (tail) =>
      `${[...errorLines(tail, paint), ...summaryLines(tail, hiddenFindings, options, paint)].join('\n')}\n`,
  };
});

function heading(result: ScanResult, findings: number, paint: Paint): string {
  const { verdict, document, riskScore } = result;
  const label = paintVerdict(verdict, paint)(VERDICT_LABEL[verdict].padEnd(6));
  const facts = [`risk ${riskScore.toFixed(2)}`, plural(findings, 'finding')];
  const suppressed = result.findings.length - findings;
  if (suppressed > 0) facts.push(`${suppressed} suppressed`);
  if (result.cached) facts.push('cached');
  const id = document.id === document.uri ? '' : ` [${printable(document.id)}]`;
  return `${label} ${paint.bold(printable(placeOf(result)))}${id} ${paint.dim(`(${facts.join(', ')})`)}`;
}

function layerLines(result: ScanResult, paint: Paint): string[] {
  const layers = result.layers.map(({ layer, status, reason }) =>
    status === 'ran' ? layer : `${layer} ${status}${reason ? ` (${reason})` : ''}`,
  );
  return [
    paint.dim(`  route: ${printable(`${result.plan.strategy}, ${result.plan.reason}`)}`),
    paint.dim(`  layers: ${printable(layers.join(', '))}`),
  ];
}

interface Layout {
  readonly paint: Paint;
  readonly width: number;
  readonly adviceOf: (ruleId: string) => string | undefined;
}

function* findingLines(result: ScanResult, options: RenderOptions, layout: Layout): Iterable<string> {
  const { paint, width, adviceOf } = layout;
  const visible = result.findings.filter((finding) => options.verbose || !finding.suppression);
  if (visible.length === 0) return;
  const index = lineIndex(result.document.text);
  const sensitive = sensitiveRegions(result, options);
  const advised = new Set<string>();
  const limit = options.verbose ? visible.length : MAX_FINDINGS;
  for (const finding of visible.slice(0, limit)) {
    const { line, column } = index.positionAt(finding.region.start);
    const place = result.document.record === undefined ? `${placeOf(result)}:${line}:${column}` : placeOf(result);
    const severity = paintSeverity(finding.severity, paint)(finding.severity.padEnd(8));
    const suppressed = finding.suppression ? paint.dim(` suppressed (${finding.suppression.kind})`) : '';
    yield '';
    yield `  ${paint.cyan(printable(place))}  ${severity}  ${printable(finding.ruleId)}${suppressed}`;
    yield* wrap(`${printable(finding.description)}${whyOf(finding)}`, width, '    ');
    yield* snippet(result, finding, index, sensitive, options, layout);
    const advice = adviceOf(finding.ruleId);
    if (advice && !advised.has(finding.ruleId)) {
      advised.add(finding.ruleId);
      yield* wrap(`What to do: ${printable(advice.replace(/\s+/g, ' ').trim())}`, width, '    ');
    }
  }
  if (visible.length > limit) {
    yield '';
    yield paint.dim(`  … and ${visible.length - limit} more (--verbose or --format json shows them all)`);
  }
}

function whyOf({ source, confidence, via }: Finding): string {
  const facts = [`${source}, ${Math.round(confidence * 100)}% sure`];
  if (via.length > 0) facts.push(`decoded via ${printable(via.join(' → '))}`);
  return ` (${facts.join('; ')})`;
}

function* snippet(
  result: ScanResult,
  finding: Finding,
  index: LineIndex,
  sensitive: readonly SensitiveRegion[],
  options: RenderOptions,
  { paint, width }: Layout,
): Iterable<string> {
  const regions = maskedRegionsOf(sensitive, finding, options);
  const excerpt = excerptAround(result.document.text, finding.region, regions, index, { width: width - 16 });
  const gutter = String(excerpt.lines.at(-1)?.number ?? 1).length;
  for (const { number, before, marked, after } of excerpt.lines) {
    // Width before cutting a command apart, so that the marks stand under what was matched.
    const line = neutraliseCommands(before + marked + after);
    const styled = line === before + marked + after ? before + paint.bold(marked) + after : line;
    yield `    ${paint.dim(`${String(number).padStart(gutter)} |`)} ${styled}`;
    const marks = '^'.repeat(Math.max(1, displayWidth(marked)));
    yield `    ${paint.dim(`${' '.repeat(gutter)} |`)} ${' '.repeat(displayWidth(before))}${paintSeverity(finding.severity, paint)(marks)}`;
  }
  if (excerpt.omittedLines > 0)
    yield paint.dim(`    ${' '.repeat(gutter)} | … ${plural(excerpt.omittedLines, 'more line')}`);
}

function errorLines({ errors }: ReportTail, paint: Paint): string[] {
  if (errors.length === 0) return [];
  const lines = errors.map(({ uri, code, message }) => {
    return `${paint.red(paint.bold('ERROR'))}  ${paint.bold(printable(uri))} ${printable(message)} ${paint.dim(`[${printable(code)}]`)}`;
  });
  return [...lines, ''];
}

function summaryLines({ summary }: ReportTail, hidden: number, options: RenderOptions, paint: Paint): string[] {
  const { documents, block, review, allow, findings, suppressed, incomplete, errors, skipped, durationMs, cache, llm } =
    summary;
  const lines: string[] = [];
  if (incomplete > 0 || errors > 0) {
    const parts = [
      ...(incomplete > 0 ? [`${plural(incomplete, 'document')} not scanned completely`] : []),
      ...(errors > 0 ? [plural(errors, 'error')] : []),
    ];
    lines.push(paint.red(paint.bold(`INCOMPLETE: ${parts.join(', ')}. Do not take this scan for a pass.`)));
  }
  if (documents === 0) lines.push('No documents were scanned.');
  else {
    const verdicts = [
      ...(block > 0 ? [paint.red(`${block} block`)] : []),
      ...(review > 0 ? [paint.yellow(`${review} review`)] : []),
      paint.green(`${allow} allow`),
    ];
    const facts = [
      `${plural(documents, 'document')}: ${verdicts.join(', ')}`,
      `${plural(findings, 'finding')}${hidden > 0 && !options.quiet ? ` (${hidden} in allowed documents, --verbose shows them)` : ''}`,
      ...(suppressed > 0 ? [`${suppressed} suppressed`] : []),
      ...(skipped > 0 ? [`${skipped} skipped`] : []),
      ...(cache.hits > 0 ? [`${cache.hits} from the cache`] : []),
      ...(llm.calls > 0 ? [`${plural(llm.calls, 'LLM call')}, $${llm.costUsd.toFixed(4)}`] : []),
      `${durationMs < 10 ? durationMs.toFixed(1) : Math.round(durationMs)} ms`,
    ];
    lines.push(facts.join(' · '));
  }
  return lines;
}

function placeOf({ document }: ScanResult): string {
  return document.record === undefined ? document.uri : `${document.uri}:${document.record}`;
}

/** Safe on a terminal and in a CI log, on one line. */
function printable(text: string): string {
  return neutraliseCommands(escapeVisible(text));
}

function* wrap(text: string, width: number, indent: string): Iterable<string> {
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && displayWidth(line) + 1 + displayWidth(word) > width - indent.length) {
      yield indent + line;
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  if (line !== '') yield indent + line;
}

function paintVerdict(verdict: Verdict, paint: Paint): (text: string) => string {
  const colour = verdict === 'block' ? paint.red : verdict === 'review' ? paint.yellow : paint.green;
  return (text) => paint.bold(colour(text));
}

function paintSeverity(severity: Severity, paint: Paint): (text: string) => string {
  return severity === 'critical' || severity === 'high' ? paint.red : severity === 'medium' ? paint.yellow : paint.dim;
}
