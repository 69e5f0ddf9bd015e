import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MODE_THRESHOLDS } from '../../src/config/index.ts';
import type { Finding } from '../../src/core/finding.ts';
import { MODES, verdictRank } from '../../src/core/verdict.ts';
import { decide } from '../../src/engine/decide.ts';

const secret = (action: 'report' | 'review' | 'block' | 'redact'): Finding => ({
  ruleId: 'pii/key',
  category: 'secret',
  severity: 'high',
  confidence: 0.9,
  source: 'pii',
  description: 'x',
  region: { start: 0, end: 1 },
  via: [],
  patterns: [],
  pii: { type: 'key', masked: '***', action },
});

describe('decide', () => {
  test.each(MODES)('every verdict of %s can be reached', (mode) => {
    const { review, block } = MODE_THRESHOLDS[mode];
    expect(decide({ riskScore: 0, findings: [], mode, cleared: false }).verdict).toBe('allow');
    expect(decide({ riskScore: review, findings: [], mode, cleared: false }).verdict).toBe('review');
    expect(decide({ riskScore: block, findings: [], mode, cleared: false }).verdict).toBe('block');
  });

  test('a stricter mode never gives a milder verdict', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (riskScore) => {
        const [strict, moderate, permissive] = MODES.map((mode) =>
          verdictRank(decide({ riskScore, findings: [], mode, cleared: false }).verdict),
        );
        expect(strict).toBeGreaterThanOrEqual(moderate as number);
        expect(moderate).toBeGreaterThanOrEqual(permissive as number);
      }),
    );
  });

  test('a clear word of the LLM lowers an attack by one level, but not a certain one', () => {
    const given = { riskScore: 0.99, findings: [], mode: 'moderate' as const };
    expect(decide({ ...given, cleared: true }).verdict).toBe('review');
    const certain: Finding = { ...secret('report'), category: 'jailbreak', severity: 'critical', confidence: 0.95 };
    expect(decide({ ...given, findings: [certain], cleared: true }).verdict).toBe('block');
  });

  test('what the PII policy demands is a floor that no LLM lowers', () => {
    const given = { riskScore: 0, mode: 'moderate' as const, cleared: true };
    expect(decide({ ...given, findings: [secret('block')] }).verdict).toBe('block');
    expect(decide({ ...given, findings: [secret('review')] }).verdict).toBe('review');
    expect(decide({ ...given, findings: [secret('report'), secret('redact')] }).verdict).toBe('allow');
  });

  test('confidence is 0.5 on a threshold and 1 at the ends', () => {
    const at = (riskScore: number) => decide({ riskScore, findings: [], mode: 'moderate', cleared: false }).confidence;
    expect(at(0)).toBe(1);
    expect(at(1)).toBe(1);
    expect(at(MODE_THRESHOLDS.moderate.review)).toBe(0.5);
    expect(at(MODE_THRESHOLDS.moderate.block)).toBe(0.5);
  });
});
