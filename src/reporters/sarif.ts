import { escapeVisible, wellFormed } from '../core/excerpt.ts';
import { CATEGORIES, type Finding, SEVERITIES, type Severity } from '../core/finding.ts';
import { type Reporter, type RuleInfo, streamingReporter } from '../core/reporter.ts';
import type { ScanError, ScanResult } from '../core/result.ts';
import { lineHashes } from './line-hash.ts';
import { incompleteReason, placedFindings, sentenceOf } from './placed.ts';
import { referenceUrl } from './references.ts';
import { safeJson } from './wire.ts';

const SCHEMA_URI = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
const INFORMATION_URI = 'https://www.npmjs.com/package/prompt-sentinel';

/** GitHub keeps this many results of a run and drops the rest without order; more are dropped here, mildest first. */
export const MAX_SARIF_RESULTS = 5000;

// GitHub: longer rule texts are refused.
const MAX_TEXT = 1024;

const LEVEL = { critical: 'error', high: 'error', medium: 'warning', low: 'note', info: 'note' } as const;

// GitHub reads over 9.0 as critical, 7.0 to 8.9 high, 4.0 to 6.9 medium, below low.
const SECURITY_SEVERITY = { critical: '9.5', high: '8.0', medium: '5.5', low: '3.0', info: '0.5' } as const;

type SarifResult = { readonly [key: string]: unknown };

/** SARIF 2.1.0 as GitHub code scanning takes it. Suppressed findings are left out: GitHub would open them as alerts. */
export const sarifReporter: Reporter = streamingReporter('application/sarif+json', (head, options) => {
  const rules = new Map<string, RuleInfo>(head.rules.map((rule) => [rule.id, rule]));
  const kept = new Map<Severity, SarifResult[]>(SEVERITIES.map((severity) => [severity, []]));
  let total = 0;
  let incomplete = 0;
  const failures: object[] = [];
  const ruleIndexes = new Map<string, number>([...rules.keys()].map((id, index) => [id, index]));

  function ruleIndex(finding: Finding): number {
    const known = ruleIndexes.get(finding.ruleId);
    if (known !== undefined) return known;
    rules.set(finding.ruleId, ruleOfFinding(finding));
    ruleIndexes.set(finding.ruleId, rules.size - 1);
    return rules.size - 1;
  }

  return {
    begin: () => '',
    document(result) {
      if (result.incomplete) {
        incomplete++;
        if (failures.length < MAX_SARIF_RESULTS) failures.push(incompleteNotification(result));
      }
      if (result.findings.some((finding) => !finding.suppression)) {
        for (const [finding, sarif] of toSarifResults(result, ruleIndex)) {
          total++;
          const bucket = kept.get(finding.severity) as SarifResult[];
          if (bucket.length < MAX_SARIF_RESULTS) bucket.push(sarif);
        }
      }
      return '';
    },
    end({ errors }) {
      const results = SEVERITIES.flatMap((severity) => kept.get(severity) ?? []).slice(0, MAX_SARIF_RESULTS);
      const notifications = [...errors.slice(0, MAX_SARIF_RESULTS).map(errorNotification), ...failures];
      if (total > results.length) {
        notifications.push({
          level: 'warning',
          message: {
            text: `${total - results.length} of ${total} results were left out, the mildest first: code scanning keeps ${MAX_SARIF_RESULTS} of a run.`,
          },
        });
      }
      const log = {
        $schema: SCHEMA_URI,
        version: '2.1.0',
        runs: [
          {
            tool: {
              driver: {
                name: head.tool.name,
                version: head.tool.version,
                semanticVersion: head.tool.version,
                informationUri: INFORMATION_URI,
                properties: { rulesHash: head.tool.rulesHash },
                rules: [...rules.values()].map(toSarifRule),
              },
            },
            ...(options.category === undefined ? {} : { automationDetails: { id: `${options.category}/` } }),
            invocations: [
              {
                executionSuccessful: errors.length === 0 && incomplete === 0,
                ...(options.exitCode === undefined ? {} : { exitCode: options.exitCode }),
                toolExecutionNotifications: notifications,
              },
            ],
            originalUriBaseIds: { '%SRCROOT%': { description: { text: 'The folder that the scan was started in.' } } },
            columnKind: 'utf16CodeUnits',
            results,
          },
        ],
      };
      return `${safeJson(log, 2)}\n`;
    },
  };
});

function* toSarifResults(
  result: ScanResult,
  ruleIndex: (finding: Finding) => number,
): Iterable<readonly [Finding, SarifResult]> {
  const { document } = result;
  // GitHub hashes the file as UTF-8: of a record or a file in another encoding its hash is not ours to compute.
  const hashable = document.source === 'file' && document.encodingFlags.length === 0;
  const hashes = hashable ? lineHashes(document.bom ? `\ufeff${document.text}` : document.text) : undefined;
  for (const { finding, fingerprint, start, end, line } of placedFindings(result)) {
    const region =
      document.record === undefined
        ? { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column }
        : { startLine: line };
    const hash = hashes?.[start.line - 1];
    yield [
      finding,
      {
        ruleId: finding.ruleId,
        ruleIndex: ruleIndex(finding),
        level: LEVEL[finding.severity],
        message: { text: plainText(sentenceOf(finding)) },
        locations: [{ physicalLocation: { artifactLocation: artifactLocation(document.uri), region } }],
        partialFingerprints: {
          ...(hash === undefined ? {} : { primaryLocationLineHash: hash }),
          'promptSentinel/v1': fingerprint,
        },
        properties: {
          verdict: result.verdict,
          confidence: finding.confidence,
          source: finding.source,
          ...(finding.via.length > 0 ? { decodedVia: finding.via } : {}),
          ...(document.record === undefined ? {} : { record: document.id }),
        },
      },
    ];
  }
}

/** Escaped, and without what SARIF viewers take for a link. */
function plainText(text: string): string {
  return escapeVisible(text).replaceAll('](', '] (');
}

/** A uri relative to the scanned folder, each part percent-encoded. */
function artifactLocation(uri: string): object {
  return { uri: wellFormed(uri).split('/').map(encodeURIComponent).join('/'), uriBaseId: '%SRCROOT%' };
}

function toSarifRule(rule: RuleInfo): object {
  const links = rule.references.map((reference) => ({ reference, url: referenceUrl(reference) }));
  const title = limit(rule.title.replace(/\.?$/, '.'));
  const help = [rule.description, rule.remediation && `What to do: ${rule.remediation}`].filter(Boolean).join('\n\n');
  const markdownLinks = links.map(({ reference, url }) => (url ? `- [${reference}](${url})` : `- ${reference}`));
  const helpUri = rule.helpUri ?? links.find(({ url }) => url)?.url;
  return {
    id: rule.id,
    name: pascalCase(rule.id).slice(0, 255),
    shortDescription: { text: title },
    fullDescription: { text: limit(rule.description || title) },
    help: { text: help || title, markdown: [help || title, markdownLinks.join('\n')].filter(Boolean).join('\n\n') },
    ...(helpUri === undefined ? {} : { helpUri }),
    defaultConfiguration: { level: LEVEL[rule.severity] },
    properties: {
      tags: ['security', rule.category, ...rule.references].slice(0, 10),
      precision: precisionOf(rule.confidence),
      'security-severity': SECURITY_SEVERITY[rule.severity],
    },
  };
}

/** `pii/email` as `PiiEmail`: SARIF wants a name that is not the id. */
function pascalCase(id: string): string {
  return id.replace(/(?:^|[^A-Za-z0-9]+)([A-Za-z0-9]?)/g, (_, letter: string) => letter.toUpperCase());
}

function precisionOf(confidence: number): string {
  return confidence >= 0.9 ? 'very-high' : confidence >= 0.75 ? 'high' : confidence >= 0.5 ? 'medium' : 'low';
}

/** What findings of layers without rules (classifier, LLM) are listed as. */
function ruleOfFinding({ ruleId, description, category, severity, confidence, source }: Finding): RuleInfo {
  const known = CATEGORIES.includes(category) ? category : 'instruction_override';
  const told = `Found by the ${source} layer, which judges by no single rule.`;
  return {
    id: ruleId,
    title: description,
    description: told,
    category: known,
    severity,
    confidence,
    remediation: '',
    references: [],
  };
}

function limit(text: string): string {
  return text.length <= MAX_TEXT ? text : `${wellFormed(text.slice(0, MAX_TEXT - 1))}…`;
}

function errorNotification({ uri, code, message }: ScanError): object {
  return {
    level: 'error',
    descriptor: { id: code },
    message: { text: plainText(`${uri}: ${message}`) },
    locations: [{ physicalLocation: { artifactLocation: artifactLocation(uri) } }],
  };
}

function incompleteNotification(result: ScanResult): object {
  const { uri } = result.document;
  return {
    level: 'error',
    descriptor: { id: 'incomplete' },
    message: { text: plainText(`${uri} was not scanned completely: ${incompleteReason(result)}.`) },
    locations: [{ physicalLocation: { artifactLocation: artifactLocation(uri) } }],
  };
}
