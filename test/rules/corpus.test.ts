import { describe, expect, it } from 'vitest';
import type { Detection } from '../../src/core/detector.ts';
import type { Document } from '../../src/core/document.ts';
import { createHeuristicDetector } from '../../src/detectors/heuristic.ts';
import { createPiiDetector } from '../../src/detectors/pii.ts';
import { normalize } from '../../src/normalize/index.ts';
import { createPiiEngine } from '../../src/pii/index.ts';
import { createRuleSet, loadBuiltin, testRules } from '../../src/rules/index.ts';

const heuristic = await loadBuiltin('heuristic');
const pii = await loadBuiltin('pii');
const detectors = [
  createHeuristicDetector(createRuleSet([heuristic])),
  createPiiDetector(createPiiEngine({ rules: pii })),
];

function detect(document: Document): string[] {
  const input = { document, normalized: normalize(document), findings: [], opinions: 0 };
  return detectors.flatMap((detector) => {
    const { findings } = detector.detect(input, new AbortController().signal) as Detection;
    return findings.map(({ ruleId }) => ruleId);
  });
}

describe.each([...heuristic.rules, ...pii.rules].map((rule) => [rule.id, rule] as const))('%s', (_id, rule) => {
  it('has examples both ways, and they do what they say', () => {
    expect(rule.examples.match).not.toEqual([]);
    expect(rule.examples.noMatch).not.toEqual([]);
    expect(testRules([rule], detect)).toEqual([]);
  });
});
