import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createRedactor,
  createVault,
  maskValue,
  type RedactionMode,
  redactionDiff,
  restore,
} from '../../src/pii/index.ts';
import { engine } from './builtin.ts';
import { cards, cpfs, emails, ibans, ipv4s, macs, phones, ssns } from './generate.ts';

const KEY = 'a key for tests';
const MODES = ['mask', 'remove', 'hash', 'pseudonym'] as const;

function redact(text: string, mode: RedactionMode, key = KEY): string {
  return createRedactor({ mode, key }).redact(text, engine.detect(text)).text;
}

/** Values of many types, each with a word that names it. */
const values = fc.oneof(
  cards.map((card) => `card ${card}`),
  ibans.map((iban) => `IBAN ${iban}`),
  ssns.map((ssn) => `SSN ${ssn}`),
  cpfs.map((cpf) => `CPF ${cpf}`),
  emails,
  ipv4s.map((ip) => `ip ${ip}`),
  macs,
  phones.map((phone) => `phone ${phone}`),
  fc.constantFrom(
    'My name is Ottilie Berg',
    'password: Tr0ub4dor&3x',
    'ghp_R4tnB8wYc1ZdF6hJ3sPgU5aEoRiXtNlVbCzM',
    'DOB: 1974-05-11',
    'Address: Salamanderweg 3, 24103 Kiel',
    'bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq',
    'passport C01234567',
  ),
);

describe.each(MODES)('%s', (mode) => {
  it('takes out every value that was found', () => {
    fc.assert(
      fc.property(fc.array(values, { minLength: 1, maxLength: 5 }), (parts) => {
        const text = parts.join(' ; ');
        const redacted = redact(text, mode);
        for (const { start, end, reserved } of engine.detect(text)) {
          if (!(mode === 'pseudonym' && reserved)) expect(redacted).not.toContain(text.slice(start, end));
        }
      }),
      { numRuns: 120 },
    );
  });

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.array(values, { minLength: 1, maxLength: 5 }), (parts) => {
        const once = redact(parts.join(' ; '), mode);
        expect(redact(once, mode)).toBe(once);
      }),
      { numRuns: 120 },
    );
  });

  it('leaves JSON JSON', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), values, fc.boolean()), { minLength: 1, maxLength: 4 }), (rows) => {
        const text = JSON.stringify(
          rows.map(([note, value, bare]) => ({
            note: `${note}\n${value}\t"${note}"`,
            card: bare ? 4539148803436467 : value,
          })),
        );
        const redacted = redact(text, mode);
        expect(() => JSON.parse(redacted)).not.toThrow();
        expect(JSON.parse(redacted)).toHaveLength(rows.length);
        expect(redacted).not.toContain('4539148803436467');
      }),
      { numRuns: 120 },
    );
  });

  it('leaves every line of JSON Lines JSON', () => {
    const text = '{"a":"card 4539148803436467"}\n{"card":4539148803436467,"b":[1,2]}\n';
    const lines = redact(text, mode).trim().split('\n');
    expect(lines.map((line) => Object.keys(JSON.parse(line)))).toEqual([['a'], ['card', 'b']]);
  });
});

describe('mask', () => {
  it.each([
    ['jane.roe@posteo.de', 'email', 'j***@p***.de'],
    ['4539 1488 0343 6467', 'card', '**** **** **** 6467'],
    ['536-90-4399', 'last4', '***-**-4399'],
    ['+49 30 901820', 'phone', '+** ** **1820'],
    ['84.23.117.9', 'ip', '84.*.*.*'],
    ['2a00:1450:4001::200e', 'ip', '2a00:*:*::*'],
    ['Ottilie van den Berg', 'name', 'O****** v** d** B***'],
    ['ghp_R4tnB8wYc1ZdF6hJ3sPgU5', 'first4', 'ghp_R*********************'],
    ['short', 'last4', '*****'],
    ['p"a\\ss', 'full', '******'],
    ['EMP123456', 'EMP-****', 'EMP-****'],
  ])('shows %s by %s as %s', (value, mask, shown) => {
    expect(maskValue(value, mask)).toBe(shown);
  });

  it('never shows more than half of a value', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'abcXYZ0123456789'), minLength: 1, maxLength: 40 }), (value) => {
        for (const mask of ['card', 'last4', 'first4', 'ends', 'phone', 'mac', 'full', 'name']) {
          const shown = maskValue(value, mask).replace(/\*/g, '').length;
          expect(shown).toBeLessThanOrEqual(Math.max(1, value.length / 2));
        }
      }),
    );
  });
});

describe('remove', () => {
  it('leaves the label', () => {
    expect(redact('a@posteo.de or +49 30 901820', 'remove')).toBe('[EMAIL] or [PHONE]');
  });
});

describe('hash', () => {
  it('gives the same value the same token, however it is spelled, and another key another', () => {
    const text = 'card 4539148803436467, card 4539 1488 0343 6467, card 5425233430109903';
    const [first, second, third] = redact(text, 'hash').match(/\[CREDIT_CARD_[a-z]{12}\]/g) ?? [];
    expect(first).toBe(second);
    expect(first).not.toBe(third);
    expect(redact(text, 'hash', 'another key')).not.toContain(first);
    const escaped = JSON.parse(redact('{"a":"marta@posteo.de","b":"marta\\u0040posteo.de"}', 'hash'));
    expect(escaped.a).toMatch(/^\[EMAIL_[a-z]{12}\]$/);
    expect(escaped.b).toBe(escaped.a);
  });
});

describe('pseudonym', () => {
  it('is the same for the same value in every text, and can be taken back with the vault', () => {
    const vault = createVault();
    const redactor = createRedactor({ mode: 'pseudonym', key: KEY, vault });
    const texts = ['Mail marta@posteo.de and ring +49 30 901820.', 'Is marta@posteo.de at 84.23.117.9?'];
    const redacted = texts.map((text) => redactor.redact(text, engine.detect(text)).text);
    const [stand] = /user\.[a-z]{8}@example\.com/.exec(redacted[0] ?? '') ?? [];
    expect(stand).toBeDefined();
    expect(redacted[1]).toContain(stand);
    expect(redacted.map((text) => restore(text, vault))).toEqual(texts);
  });

  it('never gives two values one stand-in, even where the range is small', () => {
    const vault = createVault();
    const redactor = createRedactor({ mode: 'pseudonym', key: KEY, vault });
    for (let index = 0; index < 400; index++) {
      const text = `02:42:ac:11:${(index >> 8).toString(16).padStart(2, '0')}:${(index & 255).toString(16).padStart(2, '0')}`;
      redactor.redact(text, engine.detect(text));
    }
    expect(vault.entries.size).toBe(400);
    expect(new Set(vault.entries.values()).size).toBe(400);
  });
});

describe('reject', () => {
  it('gives back no text where something was found', () => {
    const redactor = createRedactor({ mode: 'reject' });
    expect(redactor.redact('hello', [])).toEqual({ text: 'hello', replacements: [], rejected: false });
    expect(redactor.redact('a@posteo.de', engine.detect('a@posteo.de'))).toMatchObject({ text: '', rejected: true });
  });
});

describe('JSON', () => {
  it('does not cut an escape in two', () => {
    const text = '{"a":"x\\u0041marta@posteo.de\\u0021","b":"\\\\n4539148803436467"}';
    const redacted = redact(text, 'remove');
    expect(() => JSON.parse(redacted)).not.toThrow();
    expect(redacted).not.toContain('posteo');
    expect(redacted).not.toContain('4539148803436467');
  });
});

describe('the diff', () => {
  it('shows the lines that change with three around them', () => {
    const text = ['one', 'two', 'three', 'four', 'mail a@posteo.de', 'six', 'seven', 'eight', 'nine'].join('\n');
    const { replacements } = createRedactor({ mode: 'remove' }).redact(text, engine.detect(text));
    expect(redactionDiff('notes.txt', text, replacements)).toBe(
      [
        '--- a/notes.txt',
        '+++ b/notes.txt',
        '@@ -2,7 +2,7 @@',
        ' two',
        ' three',
        ' four',
        '-mail a@posteo.de',
        '+mail [EMAIL]',
        ' six',
        ' seven',
        ' eight',
        '',
      ].join('\n'),
    );
    expect(redactionDiff('notes.txt', text, [])).toBe('');
  });

  it.each([
    ['a line break', 'one\nmail a@posteo.de\n', ['@@ -1,2 +1,2 @@', ' one', '-mail a@posteo.de', '+mail [EMAIL]', '']],
    [
      'the last line',
      'mail a@posteo.de',
      [
        '@@ -1,1 +1,1 @@',
        '-mail a@posteo.de',
        '\\ No newline at end of file',
        '+mail [EMAIL]',
        '\\ No newline at end of file',
        '',
      ],
    ],
    [
      'a line without a break after it',
      'mail a@posteo.de\ntwo',
      ['@@ -1,2 +1,2 @@', '-mail a@posteo.de', '+mail [EMAIL]', ' two', '\\ No newline at end of file', ''],
    ],
  ])('ends as the text ends: %s', (_name, text, lines) => {
    const { replacements } = createRedactor({ mode: 'remove' }).redact(text, engine.detect(text));
    expect(redactionDiff('n', text, replacements)).toBe(['--- a/n', '+++ b/n', ...lines].join('\n'));
  });
});
