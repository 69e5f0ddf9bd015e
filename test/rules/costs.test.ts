import { describe, expect, it } from 'vitest';
import { type PatternCost, parseRuleFiles, ruleCosts } from '../../src/rules/index.ts';

async function costOf(regex: string, example: string): Promise<PatternCost | undefined> {
  const text = `version: 1
category: jailbreak
rules:
  - { id: jailbreak/one, title: T, description: D, severity: high, confidence: 0.8, patterns: [{ regex: '${regex}' }], examples: { match: ['${example}'] } }`;
  const { rules, errors } = await parseRuleFiles([{ path: 'mine.yaml', text }]);
  if (errors[0]) throw errors[0];
  return ruleCosts(rules)[0];
}

describe('the cost of a pattern', () => {
  it('tells the literals that are looked for', async () => {
    expect(await costOf('unlock\\s+everything', 'unlock everything')).toMatchObject({
      gate: 'literals',
      lookedFor: expect.arrayContaining(['unlock ']),
    });
  });

  it('tells that runs of a kind of character are looked for', async () => {
    expect(await costOf('[A-Za-z0-9]{40,}', 'x')).toMatchObject({ gate: 'run', lookedFor: ['long-token'] });
  });

  it('tells that nothing is looked for', async () => {
    expect(await costOf('[aeiou][a-z]+', 'and')).toMatchObject({ gate: 'none', lookedFor: [] });
  });

  it('has no end for a regex that runs for ever on its own literals', async () => {
    expect((await costOf('bomb(a|a)+$', 'bombaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa b'))?.hostile).toBe(
      Number.POSITIVE_INFINITY,
    );
  });
});
