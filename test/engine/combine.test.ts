import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CATEGORIES, type Finding, SEVERITIES } from '../../src/core/finding.ts';
import { combineRisk, isCertain } from '../../src/engine/combine.ts';

const probability = fc.double({ min: 0, max: 1, noNaN: true });
const finding: fc.Arbitrary<Finding> = fc.record({
  ruleId: fc.constantFrom('a/one', 'a/two', 'b/one', 'c/one'),
  category: fc.constantFrom(...CATEGORIES),
  severity: fc.constantFrom(...SEVERITIES),
  confidence: probability,
  source: fc.constant('heuristic' as const),
  description: fc.constant('x'),
  region: fc.constant({ start: 0, end: 1 }),
  via: fc.constant([]),
  patterns: fc.constant([]),
});
const evidence = fc.record({
  findings: fc.array(finding, { maxLength: 8 }),
  classifierScore: probability,
  llmScore: probability,
});

describe('combineRisk', () => {
  test('stays between 0 and 1', () => {
    fc.assert(
      fc.property(evidence, (given) => {
        const risk = combineRisk(given);
        expect(risk).toBeGreaterThanOrEqual(0);
        expect(risk).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('another finding never lowers it', () => {
    fc.assert(
      fc.property(evidence, finding, (given, more) => {
        const after = combineRisk({ ...given, findings: [...given.findings, more] });
        expect(after).toBeGreaterThanOrEqual(combineRisk(given) - 1e-12);
      }),
    );
  });

  test('a higher score of a layer never lowers it', () => {
    fc.assert(
      fc.property(evidence, probability, (given, score) => {
        const classifierScore = Math.max(given.classifierScore, score);
        expect(combineRisk({ ...given, classifierScore })).toBeGreaterThanOrEqual(combineRisk(given) - 1e-12);
        const llmScore = Math.max(given.llmScore, score);
        expect(combineRisk({ ...given, llmScore })).toBeGreaterThanOrEqual(combineRisk(given) - 1e-12);
      }),
    );
  });

  test('a layer that did not answer takes nothing away', () => {
    fc.assert(
      fc.property(evidence, ({ findings, classifierScore }) => {
        expect(combineRisk({ findings, classifierScore })).toBeCloseTo(
          combineRisk({ findings, classifierScore, llmScore: 0 }),
          12,
        );
      }),
    );
  });

  test('two layers that agree say more than either', () => {
    const strong = sample({ category: 'jailbreak', confidence: 0.6 });
    const alone = combineRisk({ findings: [strong] });
    const both = combineRisk({ findings: [strong], classifierScore: 0.8 });
    expect(both).toBeGreaterThan(alone);
    expect(both).toBeGreaterThan(combineRisk({ findings: [], classifierScore: 0.8 }));
  });

  test('PII and suppressed findings do not enter', () => {
    const findings = [
      sample({ category: 'pii', confidence: 1 }),
      sample({ category: 'secret', confidence: 1 }),
      { ...sample({ confidence: 1 }), suppression: { kind: 'config' as const } },
    ];
    expect(combineRisk({ findings })).toBe(0);
  });
});

test('only a critical and sure finding is certain', () => {
  expect(isCertain(sample({ severity: 'critical', confidence: 0.95 }))).toBe(true);
  expect(isCertain(sample({ severity: 'critical', confidence: 0.8 }))).toBe(false);
  expect(isCertain(sample({ severity: 'high', confidence: 1 }))).toBe(false);
});

function sample(part: Partial<Finding>): Finding {
  return {
    ruleId: 'a/one',
    category: 'instruction_override',
    severity: 'high',
    confidence: 0.9,
    source: 'heuristic',
    description: 'x',
    region: { start: 0, end: 1 },
    via: [],
    patterns: [],
    ...part,
  };
}
