import { nodeCrypto } from './builtin.ts';
import { maskRegions } from './excerpt.ts';
import type { Finding } from './finding.ts';
import type { ScanResult } from './result.ts';

/**
 * One stable name a finding, in the order of `result.findings`: SHA-256 of the rule id, the uri (and the record's own
 * id), the matched text without regard to case and white space, and its n-th occurrence. No line numbers, so that
 * edits elsewhere keep it. PII and secret values are masked before hashing: a hash of a social security number could
 * be guessed.
 */
export function fingerprints(result: Pick<ScanResult, 'document' | 'findings' | 'sensitive'>): string[] {
  const { document, findings, sensitive } = result;
  const place = document.id === document.uri ? document.uri : `${document.uri}\0${document.id}`;
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const key = `v1\0${finding.ruleId}\0${place}\0${matchedText(finding, document.text, sensitive)}`;
    const occurrence = (seen.get(key) ?? 0) + 1;
    seen.set(key, occurrence);
    return nodeCrypto().createHash('sha256').update(`${key}\0${occurrence}`).digest('hex');
  });
}

function matchedText(finding: Finding, text: string, sensitive: ScanResult['sensitive']): string {
  if (finding.pii) return `${finding.pii.type}\0${finding.pii.masked}`;
  return maskRegions(text, finding.region, sensitive).normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
}
