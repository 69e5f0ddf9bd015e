import { expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { createPiiEngine, importCustomPiiRules } from '../../src/pii/index.ts';
import { compileRules, parseRuleFiles } from '../../src/rules/index.ts';

const SOURCE = `
version: "1.0"
custom_pii_rules:
  - name: badge_number
    description: Number on a staff badge
    enabled: true
    severity: high
    patterns:
      - regex: 'BDG[0-9]{5}'
        confidence: 0.95
        description: With its prefix
      - regex: '(?i)badge[\\s_-]?no[:\\s]+([0-9]{5,7})'
        confidence: 0.7
    redaction:
      mask_format: 'BDG-****'
      hash_prefix: 'BDG_'
  - name: Old Code
    enabled: false
    patterns: [{ regex: 'OLD' }]
  - name: ticket
    severity: critical
    pattern: '(?P<id>TCK-\\d{4})'
  - name: broken
    patterns: [{ regex: '(?<=a' }]
test_samples:
  badge_number:
    - text: My badge is BDG12345
      should_detect: true
    - text: 'Badge no: 765432'
      should_detect: true
    - text: BDG12
      should_detect: false
`;

it('turns custom_pii_rules into rules that load, fire on their samples and keep their masks', async () => {
  const { file, warnings } = importCustomPiiRules(parse(SOURCE));
  const { rules, errors } = await parseRuleFiles([{ path: 'imported.yaml', text: stringify(file) }]);
  expect(errors).toEqual([]);
  expect(rules.map(({ id, confidence, pii }) => [id, confidence, pii?.default_action])).toEqual([
    ['custom-pii/badge-number', 0.95, 'review'],
    ['custom-pii/badge-number-2', 0.7, 'review'],
    ['custom-pii/ticket', 0.8, 'block'],
  ]);
  const engine = createPiiEngine({ rules: compileRules(rules) });
  for (const rule of rules) {
    for (const { text } of rule.examples.match)
      expect(engine.detect(text).map(({ ruleId }) => ruleId)).toContain(rule.id);
    for (const { text } of rule.examples.noMatch) expect(engine.detect(text)).toEqual([]);
  }
  expect(engine.detect('My badge is BDG12345')).toMatchObject([
    { type: 'badge_number', masked: 'BDG-****', hashPrefix: 'BDG_' },
  ]);
  const labelled = 'Badge no: 765432';
  expect(engine.detect(labelled).map(({ start, end }) => labelled.slice(start, end))).toEqual(['765432']);
  expect(warnings).toEqual([
    'Old Code is disabled and was left out',
    expect.stringMatching(/^broken: "\(\?<=a" was left out: /),
    'broken has no pattern that can be used and was left out',
  ]);
});

it('takes samples that are bare texts', () => {
  const { file } = importCustomPiiRules({ custom_pii_rules: [{ name: 'a', regex: 'A\\d', test_samples: ['A1'] }] });
  expect(file.rules[0]?.examples).toEqual({ match: ['A1'], no_match: [] });
});

it('reads lists, maps and bare patterns, and says what it cannot read', () => {
  expect(importCustomPiiRules([{ name: 'a', regex: 'A1' }]).file.rules).toHaveLength(1);
  expect(importCustomPiiRules({ rules: { b: { patterns: ['B2'] } } }).file.rules).toMatchObject([{ type: 'b' }]);
  expect(importCustomPiiRules({ custom_pii_rules: [{ patterns: ['x'] }] }).warnings).toEqual([
    'rule 1 has no name and was left out',
  ]);
  expect(importCustomPiiRules('nonsense').warnings).toEqual(['the file has no list called custom_pii_rules']);
});
