import { createDocument, type Document } from '../core/document.ts';
import type { Rule, RuleExample } from './rule.ts';

/** An example that did not do what its rule says. */
export interface ExampleFailure {
  readonly ruleId: string;
  readonly expected: 'match' | 'no_match';
  /** Index into that list of the rule's examples. */
  readonly index: number;
  readonly text: string;
}

/** Runs every example of the rules through `detect`, which answers with the ids of the rules that fired on a document. */
export function testRules(
  rules: readonly Rule[],
  detect: (document: Document) => Iterable<string>,
): readonly ExampleFailure[] {
  const failures: ExampleFailure[] = [];
  for (const rule of rules) {
    const check = (example: RuleExample, index: number, expected: ExampleFailure['expected']) => {
      const fired = new Set(detect(exampleDocument(example))).has(rule.id);
      if (fired !== (expected === 'match')) failures.push({ ruleId: rule.id, expected, index, text: example.text });
    };
    rule.examples.match.forEach((example, index) => {
      check(example, index, 'match');
    });
    rule.examples.noMatch.forEach((example, index) => {
      check(example, index, 'no_match');
    });
  }
  return failures;
}

/** The document that an example stands for. */
export function exampleDocument(example: RuleExample): Document {
  return createDocument({ text: example.text, role: example.role ?? 'user', kind: example.kind ?? 'prompt' });
}
