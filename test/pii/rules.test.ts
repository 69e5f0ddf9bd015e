import { describe, expect, it } from 'vitest';
import { MASK_STYLES } from '../../src/pii/index.ts';
import { engine, piiRules } from './builtin.ts';

describe.each(piiRules.map((rule) => [rule.id, rule] as const))('%s', (_id, rule) => {
  it('finds its type in every example that matches', () => {
    expect(rule.examples.match.length).toBeGreaterThan(0);
    for (const { text } of rule.examples.match) {
      expect(
        engine.detect(text).map(({ type }) => type),
        text,
      ).toContain(rule.pii?.type);
    }
  });

  it('does not fire on the examples that do not match', () => {
    expect(rule.examples.noMatch.length).toBeGreaterThan(0);
    for (const { text } of rule.examples.noMatch) {
      expect(
        engine.detect(text).map(({ ruleId }) => ruleId),
        text,
      ).not.toContain(rule.id);
    }
  });

  it('says where it comes from and how its value is shown', () => {
    expect(rule.references.length).toBeGreaterThan(0);
    expect(rule.remediation).not.toBe('');
    expect(rule.pii?.redaction?.label).toMatch(/^[A-Z][A-Z0-9_]*$/);
    const mask = rule.pii?.redaction?.mask ?? '';
    expect((MASK_STYLES as readonly string[]).includes(mask) || /^\[[A-Z ]+\]$/.test(mask)).toBe(true);
  });
});

it('gives a type the same region packs in all of its rules', () => {
  const regions = new Map<string, string>();
  for (const { pii } of piiRules) {
    if (pii === undefined || pii.type === 'phone' || pii.type === 'postal_code') continue;
    const own = JSON.stringify(pii.regions ?? []);
    expect(regions.get(pii.type) ?? own, pii.type).toBe(own);
    regions.set(pii.type, own);
  }
});

it('blocks on live keys and asks for review of checked numbers only', () => {
  const actions = Object.fromEntries(piiRules.map(({ id, pii }) => [id, pii?.default_action]));
  expect(actions).toMatchObject({
    'secret/anthropic-api-key': 'block',
    'secret/private-key': 'block',
    'secret/assigned-secret': 'review',
    'secret/stripe-test-key': 'report',
    'pii/credit-card': 'review',
    'pii/us-ssn': 'review',
    'pii/email': 'report',
    'pii/person-name': 'report',
  });
});
