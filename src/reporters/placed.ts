import { lineIndex, type Position } from '../core/excerpt.ts';
import type { Finding } from '../core/finding.ts';
import { fingerprints } from '../core/fingerprint.ts';
import type { ScanResult } from '../core/result.ts';

/** A finding that counts, and where it stands in its file. */
export interface PlacedFinding {
  readonly finding: Finding;
  readonly fingerprint: string;
  readonly start: Position;
  /** After the last character. */
  readonly end: Position;
  /** The line of the file: a record stands whole on its own line, and columns in its text are not the file's. */
  readonly line: number;
}

/** The findings of a document that are not suppressed, with their places. */
export function placedFindings(result: ScanResult): PlacedFinding[] {
  const { document, findings } = result;
  if (findings.every(({ suppression }) => suppression)) return [];
  const index = lineIndex(document.text);
  const names = fingerprints(result);
  return findings.flatMap((finding, at) => {
    if (finding.suppression) return [];
    const start = index.positionAt(finding.region.start);
    const end = index.positionAt(finding.region.end);
    return { finding, fingerprint: names[at] as string, start, end, line: document.record ?? start.line };
  });
}

/** What was found in one sentence, PII masked, with how it was decoded. Not escaped. */
export function sentenceOf({ description, pii, via }: Finding): string {
  const value = pii ? `: ${pii.masked}` : '';
  const decoded = via.length > 0 ? ` (seen after decoding: ${via.join(', ')})` : '';
  return `${description.replace(/[.\s]+$/, '')}${value}${decoded}.`;
}

/** Why a document is incomplete, in one line. Not escaped. */
export function incompleteReason({ layers }: ScanResult): string {
  const told = layers.flatMap(({ layer, status, reason, failures = [] }) =>
    status === 'failed' || failures.length > 0
      ? [`${layer}: ${[reason, ...failures.map(({ message }) => message)].filter(Boolean).join(' ') || 'failed'}`]
      : [],
  );
  return told.join('; ') || 'a layer failed';
}
