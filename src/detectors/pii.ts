import type { Detector } from '../core/detector.ts';
import { type Document, roleAt } from '../core/document.ts';
import type { Finding } from '../core/finding.ts';
import type { PiiEngine, PiiMatch } from '../pii/index.ts';
import { appliesTo } from '../rules/index.ts';

/** The layer that finds personal data and secrets, in the text and wherever the normalizer found text hidden in it. */
export function createPiiDetector(engine: PiiEngine | (() => PiiEngine)): Detector {
  return {
    name: 'pii',
    layer: 'pii',
    detect({ document, normalized }) {
      const { detectNormalized, takeFailures } = typeof engine === 'function' ? engine() : engine;
      const findings = detectNormalized(normalized)
        .filter(({ rule, start }) => appliesTo(rule, roleAt(document.segments, start), document.kind))
        .map((match) => toFinding(match, document));
      const failures = takeFailures();
      return failures.length > 0 ? { findings, failures } : { findings };
    },
  };
}

function toFinding(match: PiiMatch, document: Document): Finding {
  return {
    ruleId: match.ruleId,
    category: match.category,
    severity: match.severity,
    confidence: match.confidence,
    source: 'pii',
    description: match.rule.title,
    region: { start: match.start, end: Math.min(match.end, document.text.length) },
    via: match.via,
    patterns: [match.pattern],
    pii: { type: match.type, masked: match.masked, action: match.action },
    ...(match.reserved ? { metadata: { reserved: true } } : {}),
  };
}
