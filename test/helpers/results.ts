import { createDocument, type DocumentInit } from '../../src/core/document.ts';
import type { Finding } from '../../src/core/finding.ts';
import { NO_USAGE } from '../../src/core/provider.ts';
import type { Report, RuleInfo } from '../../src/core/reporter.ts';
import type { ScanError, ScanResult } from '../../src/core/result.ts';
import { computeSummary } from '../../src/core/summary.ts';

/** A finding that covers the first occurrence of `match` in `text`. */
export function makeFinding(text: string, match: string, fields: Partial<Finding> = {}): Finding {
  const start = text.indexOf(match);
  if (start === -1) throw new Error(`${match} is not in the text`);
  return {
    ruleId: 'instruction-override/ignore-previous',
    category: 'instruction_override',
    severity: 'high',
    confidence: 0.9,
    source: 'heuristic',
    description: 'Asks the model to drop its instructions',
    region: { start, end: start + match.length },
    via: [],
    patterns: ['#1'],
    ...fields,
  };
}

/** A PII finding of an e-mail address. */
export function makeEmailFinding(text: string, email: string, masked: string): Finding {
  return makeFinding(text, email, {
    ruleId: 'pii/email',
    category: 'pii',
    severity: 'medium',
    source: 'pii',
    description: 'E-mail address',
    pii: { type: 'email', masked, action: 'review' },
  });
}

/** A result as the engine would give it: PII findings are sensitive, the verdict follows from whether anything was found. */
export function makeResult(document: DocumentInit, fields: Partial<ScanResult> = {}): ScanResult {
  const findings = fields.findings ?? [];
  const attack = findings.some(({ pii, suppression }) => !pii && !suppression);
  return {
    document: createDocument({ uri: 'prompts/a.md', source: 'file', kind: 'document', ...document }),
    verdict: attack ? 'block' : findings.length > 0 ? 'review' : 'allow',
    confidence: 0.97,
    riskScore: attack ? 0.98 : 0.02,
    findings,
    sensitive: findings.filter(({ pii }) => pii).map(({ region }) => region),
    modifiedText: null,
    layers: [{ layer: 'heuristic', status: 'ran', durationMs: 0.4 }],
    incomplete: false,
    plan: {
      strategy: 'heuristic_only',
      layers: ['heuristic', 'pii'],
      opinions: 0,
      llmBand: null,
      stopAt: 0.95,
      reason: 'short and plain',
    },
    complexity: { score: 0.1, level: 'low', features: { length: 0.1 } },
    usage: NO_USAGE,
    durationMs: 0.6,
    cached: false,
    notes: {},
    ...fields,
  };
}

/** A rule for the report's list. */
const IGNORE_RULE: RuleInfo = {
  id: 'instruction-override/ignore-previous',
  title: 'Asks the model to drop its instructions',
  description: 'The text tells the model to forget what it was told before.',
  category: 'instruction_override',
  severity: 'high',
  confidence: 0.9,
  remediation: 'Keep untrusted text in a user message and mark it as data.',
  references: ['owasp:LLM01', 'atlas:AML.T0051'],
};

/** A whole report of some results. */
export function makeReport(results: readonly ScanResult[], errors: readonly ScanError[] = []): Report {
  return {
    tool: { name: 'prompt-sentinel', version: '0.1.0', rulesHash: 'sha256:00' },
    rules: [IGNORE_RULE],
    results,
    errors,
    summary: computeSummary(results, errors.length, 12.3),
  };
}
