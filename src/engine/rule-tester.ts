import type { Detection } from '../core/detector.ts';
import type { Document } from '../core/document.ts';
import { createHeuristicDetector } from '../detectors/heuristic.ts';
import { createPiiDetector } from '../detectors/pii.ts';
import { normalize } from '../normalize/index.ts';
import { createPiiEngine } from '../pii/index.ts';
import { compileRules, createRuleSet, type Rule } from '../rules/index.ts';

const NOT_ABORTED = new AbortController().signal;

/** Answers which of the rules fire on a document, the way a scan with these rules alone would. */
export function createRuleTester(rules: readonly Rule[]): (document: Document) => readonly string[] {
  const heuristic = createHeuristicDetector(createRuleSet([compileRules(rules.filter(({ kind }) => kind !== 'pii'))]));
  const pii = createPiiDetector(createPiiEngine({ rules: compileRules(rules.filter(({ kind }) => kind === 'pii')) }));
  return (document) => {
    const input = { document, normalized: normalize(document), findings: [], opinions: 0 };
    return [heuristic, pii].flatMap((detector) => {
      const detection = detector.detect(input, NOT_ABORTED) as Detection;
      return detection.findings.map(({ ruleId }) => ruleId);
    });
  };
}
