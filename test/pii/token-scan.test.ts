import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NUMBERS_STRETCH } from '../../src/pii/numbers-layout.ts';
import { createTokenScan } from '../../src/pii/token-scan.ts';
import { compileTokens } from '../../src/rules/index.ts';

/** What a scan for some shapes finds in a text, as `shape:value`. */
function scanFor(...shapes: readonly string[]): (text: string) => string[] {
  const sources = shapes.map((regex) => ({ regex, flags: 'i', needsName: false }));
  const { scan } = createTokenScan(compileTokens(sources), () => sources);
  return (text) => {
    const found: string[] = [];
    scan(text, {
      isNamed: () => true,
      admits: () => true,
      found: (shape, start, end) => found.push(`${shape}:${text.slice(start, end)}`),
    });
    return found.sort();
  };
}

const texts = fc.string({ unit: fc.constantFrom(...'0123579 -./:()+ABXYz,é\u00a0"\n'), maxLength: 60 });

describe('shapes that say what may stand beside them', () => {
  const SHAPES = [
    '(?<!\\w)(?:\\d{1,3}\\.){3}\\d{1,3}(?!\\w)',
    '(?<!\\w)\\(?\\+\\s?\\d{1,3}\\)?(?:[ .\\-/()\\u00a0]{0,3}\\d){5,14}(?!\\w)',
    '(?<!\\w)(?:[0-9a-f]{1,4}:){1,7}[0-9a-f]{1,4}(?!\\w)',
    '(?<!\\w)[A-Z]{2} ?\\d{2}(?:[ -]?[A-Z0-9]){4,9}',
    '(?<!\\w)(?:ABX|Xé)[ -]?\\d{1,40}[A-Z]?',
    '(?<!\\w)(\\d)[ .-]\\1{2}(?=[ ,])',
  ];

  const scanned = scanFor(...SHAPES);

  it('are found where a search of the whole text finds them', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const expected = SHAPES.flatMap((regex, shape) =>
          [...text.matchAll(new RegExp(regex, 'gi'))].map((match) => `${shape}:${match[0]}`),
        );
        // A match without a digit may be found, but is not promised.
        const withDigit = (found: readonly string[]) => found.filter((match) => /\d/.test(match.slice(2)));
        expect(expected).toEqual(expect.arrayContaining(scanned(text)));
        expect(withDigit(scanned(text))).toEqual(withDigit(expected.sort()));
      }),
      { numRuns: 5000 },
    );
  });
});

describe('shapes that stand alone', () => {
  const scanned = scanFor('\\d{9}', '\\d{2}-\\d{4}', '\\d{2} \\d{4}', 'AB ?\\d{6}', '\\d{4}K\\d{2}');

  it.each([
    ['123456789', ['0:123456789']],
    ['(123456789), "123456789".', ['0:123456789', '0:123456789']],
    ['x123456789 123456789x _123456789 123456789_', []],
    ['-123456789 123456789- +123456789 .123456789', []],
    ['123456789.5 123456789,5', []],
    ['12-3456', ['1:12-3456']],
    ['1/12-3456 and 12-3456/7 and 12-34567', []],
    ['9 12-3456 9', ['1:12-3456']],
    ['12 3456', ['2:12 3456']],
    ['9 12 3456', []],
    ['12 3456 9', []],
    ['AB 123456 or ab123456', ['3:AB 123456', '3:ab123456']],
    ['5 AB 123456 5', []],
    ['a 12-3456\u00a07', []],
  ])('are found whole, and not as a part of more: %s', (text, expected) => {
    expect(scanned(text)).toEqual(expected);
  });

  it('are found wherever a text is cut to be read', () => {
    const scannedLead = scanFor('\\d{2}-\\d{4}', '(?<!\\w)ABC?DE: \\d{9}', '\\d{16,95}', '[A-Z\\d]{16,95}');
    for (const value of [
      '123456789',
      'AB 123456',
      '12-3456',
      '1234K56',
      'ABCDE: 987654321',
      '9'.repeat(95),
      `x${'9'.repeat(94)}`,
      '9'.repeat(300),
      'x9'.repeat(150),
    ]) {
      for (let before = NUMBERS_STRETCH - value.length - 25; before <= NUMBERS_STRETCH + 25; before++) {
        const scan = value.length > 10 ? scannedLead : scanned;
        const text = `${'so '.repeat(before / 3)}${' '.repeat(before % 3)}${value} 5 12-3456`;
        expect(scan(text)).toEqual(scan(text.slice(-value.length - 25)));
      }
    }
  });

  it('are found in texts of any length and script', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(3), (text, times) => {
        const around = `${text.repeat(times)} `;
        expect(scanned(`${around}1234K56 ${text}`)).toContain('4:1234K56');
      }),
    );
  });
});

describe('single digits apart', () => {
  it('are told of as stretches', () => {
    const stretches: string[] = [];
    const text = 'a 1 2 3 4 5 6 7 b, 1-2-3 and 9 8 7 6 5 4 3 2 1';
    createTokenScan(compileTokens([]), () => []).scan(text, {
      isNamed: () => false,
      admits: () => false,
      found: () => {},
      spelled: { apart: (start, end) => stretches.push(text.slice(start, end)), words: () => {} },
    });
    expect(stretches).toEqual(['1 2 3 4 5 6 7', '9 8 7 6 5 4 3 2 1']);
  });
});

describe('numbers in words', () => {
  it('are told of by places inside of them, wherever a text is cut to be read', () => {
    const words = 'four zero seven one eight nine two two';
    for (let before = NUMBERS_STRETCH - words.length - 15; before <= NUMBERS_STRETCH + 15; before++) {
      const places: number[] = [];
      createTokenScan(compileTokens([]), () => []).scan(
        `${'x '.repeat(before / 2)}${'\n'.repeat(before % 2)}${words}, ok`,
        {
          isNamed: () => false,
          admits: () => false,
          found: () => {},
          spelled: { apart: () => {}, words: (at) => places.push(at) },
        },
      );
      expect(places.length).toBeGreaterThan(1);
      for (const at of places) expect(at >= before - 10 && at < before + words.length).toBe(true);
    }
  });
});
