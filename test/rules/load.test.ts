import { describe, expect, it } from 'vitest';
import { loadRuleFiles, parseRuleFiles } from '../../src/rules/index.ts';

const RULE = `version: 1
category: jailbreak
rules:
  - id: jailbreak/no-limits
    title: Asks for a model without limits
    description: A model told that it has no limits may act so.
    severity: high
    confidence: 0.8
    patterns:
      - regex: you have no limits
`;

async function firstError(text: string): Promise<string> {
  const { errors, rules } = await parseRuleFiles([{ path: 'r.yaml', text }]);
  expect(rules).toEqual([]);
  return errors[0]?.message ?? 'no error';
}

describe('a rule file', () => {
  it('becomes rules with their defaults', async () => {
    const { rules, errors } = await parseRuleFiles([{ path: 'r.yaml', text: RULE }]);
    expect(errors).toEqual([]);
    expect(rules).toMatchObject([
      {
        id: 'jailbreak/no-limits',
        kind: 'pattern',
        category: 'jailbreak',
        unless: [],
        appliesTo: {},
        origin: 'r.yaml',
      },
    ]);
  });

  it('gives an unless the scope near where it names none', async () => {
    const text = `${RULE}    unless:\n      - regex: chess\n      - regex: poem\n        scope: document\n`;
    const { rules } = await parseRuleFiles([{ path: 'r.yaml', text }]);
    expect(rules[0]?.unless.map(({ scope }) => scope)).toEqual(['near', 'document']);
  });
});

describe('a fault is told with its place and field', () => {
  it.each([
    ['a wrong value', RULE.replace('high', 'hgih'), /^r\.yaml:7:15 \(rules\[0\]\.severity\): .*did you mean high\?$/],
    [
      'an unknown key',
      RULE.replace('title:', 'titel:'),
      /r\.yaml:5:5 \(rules\[0\]\.titel\): unknown key titel; did you mean title\?/,
    ],
    [
      'a key inside a pattern',
      RULE.replace('- regex', '- regexp'),
      /^r\.yaml:10:9 \(rules\[0\]\.patterns\[0\]\.regexp?\)/,
    ],
    ['a missing field', RULE.replace(/ {4}description.*\n/, ''), /^r\.yaml:4:5 \(rules\[0\]\.description\)/],
    [
      'an invalid regex',
      RULE.replace('you have no limits', '(you'),
      /^r\.yaml:10:16 \(rules\[0\]\.patterns\[0\]\.regex\): the regular expression is not valid/,
    ],
    [
      'an invalid token of a PII rule',
      RULE.replace(
        '    patterns:',
        "    kind: pii\n    type: a_number\n    tokens: [{ regex: '(\\d' }]\n    patterns:",
      ),
      /^r\.yaml:\d+:\d+ \(rules\[0\]\.tokens\[0\]\.regex\): the regular expression is not valid/,
    ],
    [
      'a token without an end',
      RULE.replace(
        '    patterns:',
        "    kind: pii\n    type: a_number\n    tokens: [{ regex: '(?:A\\d+){2}' }]\n    patterns:",
      ),
      /^r\.yaml:\d+:\d+ \(rules\[0\]\.tokens\[0\]\.regex\): a token has an end/,
    ],
    [
      'a bad category',
      RULE.replace('jailbreak\n', 'jailbrake\n'),
      /^r\.yaml:2:11 \(category\): .*did you mean jailbreak\?/,
    ],
    ['broken YAML', RULE.replace('confidence: 0.8', 'confidence: [0.8'), /^r\.yaml:\d+:\d+: /],
    ['an empty file', '', /^r\.yaml:1:1/],
    ['a list at the top', '- 1', /^r\.yaml:1:1/],
    ['two keys alike', `${RULE}    title: again\n`, /^r\.yaml:11:5: Map keys must be unique/],
  ])('%s', async (_name, text, message) => {
    const { errors, rules } = await parseRuleFiles([{ path: 'r.yaml', text }]);
    expect(rules).toEqual([]);
    expect(errors.map((error) => error.message).filter((line) => message.test(line))).not.toEqual([]);
  });

  it('a file that cannot be read', async () => {
    const { errors } = await loadRuleFiles(['/does/not/exist.yaml']);
    expect(errors[0]?.message).toMatch(/^\/does\/not\/exist\.yaml: cannot read the rule file/);
  });

  it('nesting deeper than the limit, before it is composed', async () => {
    expect(await firstError('['.repeat(5000))).toMatch(/nested deeper than 100/);
    expect(await firstError(`${'['.repeat(101)}${']'.repeat(101)}`)).toMatch(/nested deeper than 100/);
    expect(await firstError(`${'['.repeat(99)}${']'.repeat(99)}`)).not.toMatch(/nested/);
  });

  it('an alias bomb', async () => {
    const bomb = [
      'a: &a [x, x, x, x, x, x, x, x, x]',
      ...'bcdefgh'.split('').map((name, index) => `${name}: &${name} [${`*${'abcdefg'[index]}, `.repeat(9)}]`),
    ].join('\n');
    expect(await firstError(bomb)).toMatch(/alias/i);
  });
});

describe('several files', () => {
  it('are told of an id used twice, and the first file stays', async () => {
    const { rules, errors } = await parseRuleFiles([
      { path: 'a.yaml', text: RULE },
      { path: 'b.yaml', text: RULE },
    ]);
    expect(rules.map(({ origin }) => origin)).toEqual(['a.yaml']);
    expect(errors.map(({ message }) => message)).toEqual([
      'b.yaml:4:9 (rules[0].id): the id jailbreak/no-limits is already used in a.yaml',
    ]);
  });

  it('do not suffer from a bad one among them', async () => {
    const { rules, errors } = await parseRuleFiles([
      { path: 'a.yaml', text: 'nonsense' },
      { path: 'b.yaml', text: RULE },
    ]);
    expect(rules).toHaveLength(1);
    expect(errors).toHaveLength(1);
  });
});

describe('a risky repetition', () => {
  it.each([
    ['(a+)+b', 1],
    ['(?:\\w+\\s?)*!', 1],
    ['((?:x*)y?)+', 1],
    ['(?:\\w+\\s+)*!', 1],
    ['(?:\\w+, )*!', 0],
    ['ignore\\s+(?:all|any)*\\s+rules', 0],
    ['(?:a+){2,3}', 0],
  ])('%s warns %i times', async (regex, count) => {
    const { warnings } = await parseRuleFiles([
      { path: 'r.yaml', text: RULE.replace('you have no limits', `'${regex}'`) },
    ]);
    expect(warnings).toHaveLength(count);
  });
});
