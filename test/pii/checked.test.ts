import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPiiEngine, createRedactor } from '../../src/pii/index.ts';
import { findValidator } from '../../src/pii/validators.ts';
import { compileRules, type Rule, type RulePattern } from '../../src/rules/index.ts';
import { engine, piiRules } from './builtin.ts';
import { surroundings } from './generate.ts';

/** Tested with generators of their own in detect.test.ts, or checked by ranges instead of digits. */
const OTHERWISE = new Set([
  'pii/credit-card',
  'pii/iban',
  'pii/phone-international',
  'pii/phone-north-america',
  'pii/phone-national',
  'pii/ip-address',
  'pii/mac-address',
  'pii/date-of-birth',
  'pii/us-ssn',
  'pii/us-itin',
  'pii/bitcoin-wallet',
  'pii/ethereum-wallet',
]);

/** Rules of numbers that carry a check digit: those without one say so. */
const checked = piiRules.filter(
  ({ id, description, pii }) =>
    id.startsWith('pii/') && pii?.validator && pii.tokens && !/no check digit/.test(description) && !OTHERWISE.has(id),
);

/** Values that their rules take without a check digit, or with any of several. */
const UNCHECKED: Readonly<Record<string, RegExp>> = {
  // Birth numbers had none before 1954.
  'pii/cz-rc': /^\d{6}\/?\d{3}$/,
  // Ten digits may be a company's, a citizen's, a foreigner's or another's.
  'pii/bg-vat': /\d{10}$/,
  // With the software's version in place of the check digit.
  'pii/imei': /(?:\d\D?){16}/,
  // Only North America has one; beside the word all vehicle numbers count.
  'pii/vehicle-vin': /./,
};

const VALUES = 3;

describe.each(checked.map((rule) => [rule.id, rule] as const))('%s', (_id, rule) => {
  const type = rule.pii?.type ?? '';
  const word = rule.pii?.context?.words[0] ?? '';
  const alone = createPiiEngine({ rules: compileRules([rule]) });
  const byToken = (rule.pii?.tokens ?? []).map((token) => validValues(rule, token));
  const values = byToken.flat();

  it('finds valid values in every grouping and setting, with exact offsets', () => {
    for (const [index, some] of byToken.entries()) expect(some.length, `token ${index}`).toBeGreaterThan(0);
    for (const value of values) {
      for (const [before, after] of fc.sample(surroundings, { numRuns: 10, seed: value.length })) {
        const start = before.length + word.length + 2;
        const hits = alone.detect(`${before}${word}: ${value}${after}`);
        expect(
          hits.map((hit) => [hit.type, hit.start, hit.end]),
          `${before}${word}: ${value}${after}`,
        ).toContainEqual([type, start, start + value.length]);
      }
    }
  });

  it('does not find them with a changed check digit', () => {
    const isFound = (value: string) =>
      alone.detect(`${word}: ${value} `).some(({ start, end }) => end - start === value.length && start > word.length);
    // The check digit is where no other digit or letter is right.
    for (const value of values) {
      if (UNCHECKED[rule.id]?.test(value)) continue;
      const places = [...value.matchAll(/[0-9A-Z]/gi)].map(({ index }) => index);
      expect(
        places.some((place) => others(value.charAt(place)).every((one) => !isFound(replaced(value, place, one)))),
        value,
      ).toBe(true);
    }
  });

  it.each(['mask', 'remove', 'hash', 'pseudonym'] as const)(
    'is gone after redaction by %s, which then rests',
    (mode) => {
      const redactor = createRedactor({ mode, key: 'a key for tests' });
      const redact = (text: string) => redactor.redact(text, engine.detect(text)).text;
      for (const value of values) {
        const text = `My ${word}: ${value} 🙂`;
        const found = engine.detect(text);
        const redacted = redact(text);
        expect(found.length, text).toBeGreaterThan(0);
        if (mode !== 'pseudonym' || found.every(({ reserved }) => !reserved)) expect(redacted).not.toContain(value);
        expect(redact(redacted)).toBe(redacted);
      }
    },
  );
});

/** A few texts of the token's shape that the rule's check passes. */
function validValues(rule: Rule, { regex, flags = 'i' }: RulePattern): string[] {
  const validate = findValidator(rule.pii?.validator ?? '');
  const whole = new RegExp(`^(?:${regex})$`, flags);
  const shape = new RegExp(`^(?:${regex.replace(/\(\?[=!][^)]*\)/g, '')})$`);
  const isValid = (value: string) =>
    whole.test(value) &&
    new Set(value.replace(/\D/g, '')).size > 2 &&
    validate?.({ value, before: '', after: '', hasContext: true, standalone: false }) != null;
  const valid: string[] = [];
  for (const sample of fc.sample(fc.stringMatching(shape), { numRuns: 400, seed: 20_261_126 })) {
    if (valid.length === VALUES) break;
    const near = [sample, ...variants(sample)].find(isValid);
    if (near !== undefined && !valid.includes(near)) valid.push(near);
  }
  return valid;
}

/** All texts that differ in one digit or letter, the last first. */
function* variants(text: string): Generator<string> {
  for (let place = text.length - 1; place >= 0; place--)
    for (const other of others(text.charAt(place))) yield replaced(text, place, other);
}

function others(character: string): string[] {
  const all = /\d/.test(character) ? '0123456789' : /[A-Z]/i.test(character) ? 'ABCDEFGHIJKLMNOPQRSTUVWXYZ' : '';
  return [...all].filter((one) => one !== character.toUpperCase());
}

function replaced(text: string, place: number, character: string): string {
  return text.slice(0, place) + character + text.slice(place + 1);
}
