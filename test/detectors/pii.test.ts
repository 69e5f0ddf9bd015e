import { expect, it } from 'vitest';
import { createDocument, type DocumentInit } from '../../src/core/document.ts';
import type { Finding } from '../../src/core/finding.ts';
import { createPiiDetector } from '../../src/detectors/pii.ts';
import { normalize } from '../../src/normalize/index.ts';
import { engine } from '../pii/builtin.ts';

const detector = createPiiDetector(engine);

async function findings(init: DocumentInit): Promise<readonly Finding[]> {
  const document = createDocument(init);
  const input = { document, normalized: normalize(document), findings: [], opinions: 0 };
  return (await detector.detect(input, new AbortController().signal)).findings;
}

async function hits(text: string): Promise<string[]> {
  return (await findings({ text })).map(({ pii, region }) => `${pii?.type}:${text.slice(region.start, region.end)}`);
}

it('gives findings of the PII layer with their type, mask and action', async () => {
  expect(await findings({ text: 'write to marta@posteo.de' })).toEqual([
    {
      ruleId: 'pii/email',
      category: 'pii',
      severity: 'low',
      confidence: 0.95,
      source: 'pii',
      description: 'Contains an e-mail address',
      region: { start: 9, end: 24 },
      via: [],
      patterns: ['#1'],
      pii: { type: 'email', masked: 'm***@p***.de', action: 'report' },
    },
  ]);
});

it('marks what is an example', async () => {
  expect(await findings({ text: 'card 4242424242424242' })).toMatchObject([
    { severity: 'info', metadata: { reserved: true }, pii: { action: 'report' } },
  ]);
});

it.each([
  ['full-width digits', 'card ４５３９１４８８０３４３６４６７ end', 'credit_card:４５３９１４８８０３４３６４６７'],
  ['zero-width characters', 'mail mar\u200bta@pos\u200bteo.de end', 'email:mar\u200bta@pos\u200bteo.de'],
  ['JSON escapes', '{"a":"marta\\u0040posteo.de"}', 'email:marta\\u0040posteo.de'],
  ['percent encoding', 'to=marta%40posteo%2Ede&x=1', 'email:marta%40posteo%2Ede'],
  ['HTML entities', '<a>marta&#64;posteo.de</a>', 'email:marta&#64;posteo.de'],
  ['digits that stand apart', 'card 4-5-3-9-1-4-8-8-0-3-4-3-6-4-6-7', 'credit_card:4-5-3-9-1-4-8-8-0-3-4-3-6-4-6-7'],
  [
    'digits in words',
    'my ssn is five three six nine zero four three nine nine ok',
    'us_ssn:five three six nine zero four three nine nine',
  ],
  ['the n of an escaped line break', '{"a":"card\\n4539148803436467"}', 'credit_card:4539148803436467'],
])('finds values behind %s', async (_name, text, expected) => {
  expect(await hits(text)).toEqual([expected]);
});

it('finds values in decoded text, shows no more of them than a mask, and says how they were hidden', async () => {
  const blob = Buffer.from('The customer is marta.lindqvist@posteo.de, call her back').toString('base64');
  const [finding, ...others] = await findings({ text: `data: ${blob}` });
  expect(others).toEqual([]);
  expect(finding).toMatchObject({ via: ['base64'], pii: { type: 'email', masked: 'm***@p***.de' } });
});

it('keeps rules to the roles and kinds they are for', async () => {
  const scoped = createPiiDetector({
    ...engine,
    detectNormalized: (normalized) =>
      engine
        .detectNormalized(normalized)
        .map((match) => ({ ...match, rule: { ...match.rule, appliesTo: { roles: ['user'] as const } } })),
  });
  const detect = async (role: 'user' | 'system') => {
    const document = createDocument({ text: 'marta@posteo.de', role });
    const input = { document, normalized: normalize(document), findings: [], opinions: 0 };
    return (await scoped.detect(input, new AbortController().signal)).findings.length;
  };
  expect(await detect('user')).toBe(1);
  expect(await detect('system')).toBe(0);
});
