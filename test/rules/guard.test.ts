import { describe, expect, it } from 'vitest';
import { compileRules, createRuleSet, parseRuleFiles, type RuleSet, type ScanScope } from '../../src/rules/index.ts';

const SCOPE: ScanScope = { kind: 'prompt', roleAt: () => 'user' };

async function ruleSet(patterns: readonly string[], unless?: string): Promise<RuleSet> {
  const text = [
    'version: 1\ncategory: jailbreak\nrules:',
    ...patterns.map(
      (regex, index) =>
        `  - { id: jailbreak/rule-${index}, title: T, description: D, severity: high, confidence: 0.8, patterns: [{ regex: '${regex}' }]${unless ? `, unless: [{ regex: '${unless}' }]` : ''} }`,
    ),
  ].join('\n');
  const { rules, errors } = await parseRuleFiles([{ path: 'mine.yaml', text }]);
  if (errors[0]) throw errors[0];
  return createRuleSet([compileRules(rules)]);
}

const BOMB = `bomb ${'a'.repeat(40)}!`;

describe('a user’s rule that runs for ever', () => {
  it('is stopped and named, and the others still find what they find', async () => {
    const rules = await ruleSet(['no limits', 'bomb (a|a)+$', 'no rules']);
    const { hits, failures } = rules.scan(`no limits ${BOMB} no rules`, SCOPE);
    expect(hits.map(({ rule }) => rule.id)).toEqual(['jailbreak/rule-0', 'jailbreak/rule-2']);
    expect(failures).toMatchObject([{ code: 'rule_timeout', message: expect.stringContaining('jailbreak/rule-1') }]);
  });

  it('is not run again, and is named for each text that it should have judged', async () => {
    const rules = await ruleSet(['bomb (a|a)+$']);
    rules.scan(BOMB, SCOPE);
    expect(rules.scan('bomb a', SCOPE).failures).toHaveLength(1);
    expect(rules.scan('nothing to see', SCOPE).failures).toEqual([]);
  });

  it('is stopped among several', async () => {
    const rules = await ruleSet(['bomb (a|a)+$', 'bomb (a|aa)+$', 'bomb']);
    const { hits, failures } = rules.scan(BOMB, SCOPE);
    expect(hits.map(({ rule }) => rule.id)).toEqual(['jailbreak/rule-2']);
    expect(failures).toHaveLength(2);
  });

  it('is stopped where it has no literal, and where the unless is what runs for ever', async () => {
    expect((await ruleSet(['(\\w+)+$'])).scan(BOMB, SCOPE).failures).toHaveLength(1);
    expect((await ruleSet(['bomb'], '(a|a)+$')).scan(BOMB, SCOPE).failures).toHaveLength(1);
  });
});
