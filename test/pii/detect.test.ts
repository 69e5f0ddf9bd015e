import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDocument } from '../../src/core/document.ts';
import { normalize } from '../../src/normalize/index.ts';
import { createPiiEngine } from '../../src/pii/index.ts';
import { compileRules, type Rule } from '../../src/rules/index.ts';
import { engine, engineWith, found } from './builtin.ts';
import {
  cards,
  cpfs,
  emails,
  grouped,
  ibans,
  ipv4s,
  macs,
  nhsNumbers,
  phones,
  ssns,
  surroundings,
} from './generate.ts';

const runs = { numRuns: 150 };

/** Whether exactly this value is found as this type, with exact offsets. */
function isFound(type: string, value: string, before: string, after: string): boolean {
  const text = before + value + after;
  return engine
    .detect(text)
    .some(
      (match) => match.type === type && match.start === before.length && match.end === before.length + value.length,
    );
}

function changeDigit(value: string, index: number): string {
  return `${value.slice(0, index)}${(Number(value.charAt(index)) + 1) % 10}${value.slice(index + 1)}`;
}

describe('valid values in every grouping and setting', () => {
  const separators = fc.constantFrom('', ' ', '-', '.');

  it('finds cards, and none with a changed check digit', () => {
    fc.assert(
      fc.property(cards, separators, surroundings, (card, separator, [before, after]) => {
        const shape = card.length === 15 ? [4, 6, 5] : [4, 4, 4, 4];
        expect(isFound('credit_card', grouped(card, shape, separator), before, after)).toBe(true);
        const wrong = grouped(changeDigit(card, card.length - 1), shape, separator);
        expect(isFound('credit_card', wrong, before, after)).toBe(false);
      }),
      runs,
    );
  });

  it('finds cards whose digits stand apart', () => {
    fc.assert(
      fc.property(cards, fc.constantFrom(' ', '-', '.', ' - '), (card, separator) => {
        expect(isFound('credit_card', [...card].join(separator), 'The card: ', ' thanks')).toBe(true);
      }),
      runs,
    );
  });

  it('finds IBANs, and none with changed check digits', () => {
    fc.assert(
      fc.property(ibans, fc.constantFrom('', ' '), surroundings, (iban, separator, [before, after]) => {
        const spaced = iban.match(/.{1,4}/g)?.join(separator) ?? '';
        expect(isFound('iban', spaced, before, after)).toBe(true);
        expect(isFound('iban', changeDigit(spaced, 3), before, after)).toBe(false);
      }),
      runs,
    );
  });

  it('finds CPFs and NHS numbers, and none with a changed check digit', () => {
    fc.assert(
      fc.property(cpfs, nhsNumbers, surroundings, (cpf, nhs, [before, after]) => {
        expect(isFound('br_cpf', cpf, before, after)).toBe(true);
        expect(isFound('br_cpf', changeDigit(cpf, cpf.length - 1), before, after)).toBe(false);
        const text = `NHS number: ${grouped(nhs, [3, 3, 4], ' ')}`;
        expect(found(text).some((hit) => hit.startsWith('uk_nhs:'))).toBe(true);
        expect(found(changeDigit(text, text.length - 1)).some((hit) => hit.startsWith('uk_nhs:'))).toBe(false);
      }),
      runs,
    );
  });

  it('takes a number for what the text calls it, though it has the shape of a telephone number too', () => {
    expect(found('NHS number: 004 960 0001')).toEqual(['uk_nhs:004 960 0001']);
    expect(found('Phone: 004 960 0001')).toEqual(['phone:004 960 0001']);
  });

  it.each([
    ['us_ssn', ssns],
    ['email', emails],
    ['ip_address', ipv4s],
    ['mac_address', macs],
  ] as const)('finds %s', (type, values) => {
    fc.assert(
      fc.property(values, surroundings, (value, [before, after]) => {
        expect(isFound(type, value, before, after)).toBe(true);
      }),
      runs,
    );
  });

  it('finds phone numbers', () => {
    fc.assert(
      fc.property(phones, (phone) => {
        expect(found(`Call me: ${phone} tonight`)).toEqual([`phone:${phone}`]);
      }),
      runs,
    );
  });
});

describe('offsets', () => {
  it('are UTF-16 units of the text as given, whatever stands around', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 40 }),
        fc.string({ unit: 'grapheme', maxLength: 40 }),
        (a, b) => {
          const before = `${a} `;
          const text = `${before}marta.lind@posteo.de ${b}`;
          const hit = engine.detect(text).find(({ type, start }) => type === 'email' && start >= before.length - 1);
          expect(text.slice(hit?.start, hit?.end)).toBe('marta.lind@posteo.de');
        },
      ),
      runs,
    );
  });

  it('never overlap and stay inside the text', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(cards, ibans, emails, phones, fc.constantFrom(' ', ',', '\n', 'Mr. Ott ', '"')), {
          maxLength: 12,
        }),
        (parts) => {
          const text = parts.join('');
          let last = 0;
          for (const { start, end } of engine.detect(text)) {
            expect(start).toBeGreaterThanOrEqual(last);
            expect(end).toBeGreaterThan(start);
            last = end;
          }
          expect(last).toBeLessThanOrEqual(text.length);
        },
      ),
      runs,
    );
  });
});

describe('what merely looks like PII', () => {
  it.each([
    'sha512-saE57nupxk6v3HY35jzBwYa0rKSy0XR8JSxZPwgLr7ys0IBzhGviA1TUGJLmSVqs8pb9AnvICXEuOHLprYTw==',
    'trace 9c2f41d0-77ab-4e1c-8f00-1d2c3b4a5e6f at 1767218117560',
    'lat 84.501207, lon 75.990919',
    'ISBN 978-3-16-148410-0, 547 pages',
    'version 20.94.51.113 of the driver',
    'Total: 99826.90 EUR, ref 353265932',
    '"resolved": "https://registry.npmjs.org/cac/-/cac-6.7.14.tgz"',
    'const big = 123456789012345678901234567890;',
    '@Hagen29 merged PR #8218 in @scope/pkg@2.14.7',
    '[1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6, 7]',
    '* [bdecf4821a] lexer: read numbers with a sign',
  ])('is left alone: %s', (text) => {
    expect(found(text)).toEqual([]);
  });

  it('an abbreviated hash is a number where it is named, or written with capitals', () => {
    expect(found('PAN bdecf4821a')).toEqual(['in_pan:bdecf4821a']);
    expect(found('* [BDECF4821A] paid')).toEqual(['in_pan:BDECF4821A']);
  });
});

describe('words around a value', () => {
  it('decide where the digits alone say nothing', () => {
    expect(found('order 1955839661 has left')).toEqual([]);
    expect(found('UTR: 1955839661')).toEqual(['uk_utr:1955839661']);
    expect(found('{"socialSecurityNumber": "536904399"}')).toEqual(['us_ssn:536904399']);
    expect(found('身份证号码：11010519491231002X')).toEqual(['cn_resident_id:11010519491231002X']);
  });

  it('raise the confidence of what would count anyway', () => {
    const alone = engine.detect('x 4539148803436467 y')[0];
    const named = engine.detect('credit card 4539148803436467 y')[0];
    expect(named?.confidence).toBeGreaterThan(alone?.confidence ?? 1);
  });
});

describe('values one inside another', () => {
  it('keep the surer and what the other covers beyond it', () => {
    expect(found('Address: 12 Elm Street, marta@posteo.de')).toEqual([
      'postal_address:12 Elm Street',
      'email:marta@posteo.de',
    ]);
    expect(found('postgres://app:Tr0ub4dor-91@db.posteo.de/app')).toEqual([
      'connection_string:postgres://app:Tr0ub4dor-91@db.posteo.de/app',
    ]);
  });
});

describe('values in disguise', () => {
  it.each([
    ['card ٤٥٣٩١٤٨٨٠٣٤٣٦٤٦٧', 'credit_card:٤٥٣٩١٤٨٨٠٣٤٣٦٤٦٧'],
    ['कार्ड ४५३९१४८८०३४३६४६७', 'credit_card:४५३९१४८८०३४३६४६७'],
    ['４５３９ １４８８ ０３４３ ６４６７', 'credit_card:４５３９ １４８８ ０３４３ ６４６７'],
    ['to marta%40posteo.de now', 'email:marta%40posteo.de'],
    ['card 4 5 3 9 1 4 8 8 0 3 4 3 6 4 6 7', 'credit_card:4 5 3 9 1 4 8 8 0 3 4 3 6 4 6 7'],
    [
      'four five three nine one four eight eight zero three four three six four six seven!',
      'credit_card:four five three nine one four eight eight zero three four three six four six seven',
    ],
  ])('are found whole: %s', (text, value) => {
    expect(found(text)).toEqual([value]);
  });

  it('are shown whole where a letter of another script cuts the plain text short', () => {
    const document = createDocument({ text: 'to m\u0430rta@posteo.de now' });
    const [hit, ...others] = engine.detectNormalized(normalize(document));
    expect(others).toEqual([]);
    expect(document.text.slice(hit?.start, hit?.end)).toBe('m\u0430rta@posteo.de');
  });

  it('are found wherever number words stand in a long text', () => {
    const words = 'four five three nine one four eight eight zero three four three six four six seven';
    fc.assert(
      fc.property(fc.nat(400), fc.nat(400), (before, after) => {
        const text = `${'the tide is out '.repeat(30).slice(0, before)} ${words} ${'nor is it in '.repeat(40).slice(0, after)}`;
        expect(found(text)).toEqual([`credit_card:${words}`]);
      }),
      runs,
    );
  });
});

describe('example values', () => {
  it.each([
    ['mail user@example.com', 'email'],
    ['card 4242 4242 4242 4242', 'credit_card'],
    ['call 212-555-0142', 'phone'],
    ['host 192.0.2.7', 'ip_address'],
    ['key AKIAIOSFODNN7EXAMPLE', 'aws_access_key_id'],
    ['ssn 123-45-6789', 'us_ssn'],
  ])('are found, and no more than reported: %s', (text, type) => {
    expect(engine.detect(text)).toMatchObject([{ type, reserved: true, severity: 'info', action: 'report' }]);
    expect(engineWith({ reserved: false }).detect(text)).toEqual([]);
  });
});

describe('policy', () => {
  it('turns types off, changes what is done about them, and takes whole categories', () => {
    const using = engineWith({ types: { email: 'off', phone: 'block', secret: 'report' } });
    const text = 'a@posteo.de, +49 30 901820, ghp_R4tnB8wYc1ZdF6hJ3sPgU5aEoRiXtNlVbCzM';
    expect(using.detect(text).map(({ type, action }) => `${type}:${action}`)).toEqual([
      'phone:block',
      'github_token:report',
    ]);
  });

  it('blocks on whatever is found where texts with PII are rejected', () => {
    const using = engineWith({ redaction: 'reject', types: { phone: 'off' } });
    expect(using.detect('a@posteo.de, +49 30 901820').map(({ type, action }) => `${type}:${action}`)).toEqual([
      'email:block',
    ]);
    expect(using.detect('user@example.com')[0]?.action).toBe('report');
  });

  it('knows region packs', () => {
    const text = 'CPF 390.533.447-05, SSN 536-90-4399, a@posteo.de';
    expect(found(text, engineWith({ regions: ['us'] }))).toEqual(['us_ssn:536-90-4399', 'email:a@posteo.de']);
    expect(found(text, engineWith({ regions: ['br'] }))).toEqual(['br_cpf:390.533.447-05', 'email:a@posteo.de']);
  });

  it('honours allow and deny lists and the threshold', () => {
    const text = 'a@posteo.de b@posteo.de Project Heron';
    const using = engineWith({ allow: ['A@posteo.de', '/c.*@posteo\\.de/'], deny: ['project heron'] });
    expect(found(text, using)).toEqual(['email:b@posteo.de', 'denied:Project Heron']);
    expect(found('a 212-736-5000 b', engineWith({ min_confidence: 0.9 }))).toEqual([]);
  });

  it('refuses a rule with an unknown validator by name', () => {
    const [rule] = engine.detect('a@posteo.de').map((match) => match.rule);
    if (rule?.pii === undefined) throw new Error('no rule');
    const broken = { ...rule, pii: { ...rule.pii, validator: 'lune' } };
    expect(() => engineWithRules([broken])).toThrow(/validator called lune/);
  });
});

function engineWithRules(rules: readonly Rule[]): void {
  createPiiEngine({ rules: compileRules(rules) });
}
