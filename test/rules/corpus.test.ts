import { describe, expect, it } from 'vitest';
import type { Document } from '../../src/core/document.ts';
import type { Normalized } from '../../src/core/view.ts';
import { createHeuristicDetector } from '../../src/detectors/heuristic.ts';
import { createRuleSet, loadBuiltin, testRules } from '../../src/rules/index.ts';

const { rules } = await loadBuiltin('heuristic');
const ruleSet = createRuleSet([await loadBuiltin('heuristic')]);
const detector = createHeuristicDetector(ruleSet);

function normalize(document: Document): Normalized {
  return { views: [{ text: document.text, via: [], toOriginal: (region) => region }], signals: [], truncated: false };
}

describe.each(rules.filter(({ kind }) => kind === 'pattern').map((rule) => [rule.id, rule] as const))(
  '%s',
  (_id, rule) => {
    it('has examples both ways, and they do what they say', async () => {
      expect(rule.examples.match).not.toEqual([]);
      expect(rule.examples.noMatch).not.toEqual([]);
      const failures = testRules([rule], (document) => {
        const detection = detector.detect(
          { document, normalized: normalize(document), findings: [], opinions: 0 },
          new AbortController().signal,
        );
        if (detection instanceof Promise) throw new Error('the rule layer answers at once');
        return detection.findings.map(({ ruleId }) => ruleId);
      });
      expect(failures).toEqual([]);
    });
  },
);
