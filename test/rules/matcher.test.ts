import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileMatcher, type PatternSource } from '../../src/rules/index.ts';
import { naiveScan } from './naive.ts';

/** Characters that regexes treat in special ways: case pairs across ASCII, digits, white space, surrogates, other scripts. */
const ALPHABET = [
  'a',
  'b',
  'B',
  'k',
  '\u212a',
  's',
  'ſ',
  '1',
  '7',
  ' ',
  '\n',
  '\u00a0',
  '.',
  '-',
  '_',
  'é',
  'É',
  '忽',
  '略',
  'я',
  'Я',
  '😀',
  '\ud83d',
  '𐐀',
  '𐐨',
];
const character = fc.constantFrom(...ALPHABET);
const escapeChar = (char: string) => char.replace(/[.-]/g, '\\$&').replace('\n', '\\n');

const atom = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.array(character, { minLength: 1, maxLength: 5 }).map((chars) => chars.map(escapeChar).join('')),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '.',
      '\\w',
      '\\d',
      '\\s',
      '\\S',
      '\\W',
      '[\\s\\S]',
      '[ab]',
      '[^a]',
      '[0-9]',
      '[a-z]',
      '[\\s_-]',
      '[忽略]',
      '[^\\n]',
      '[a-zé-я]',
    ),
  },
);
const quantifier = fc.constantFrom('', '', '', '?', '*', '+', '{2}', '{1,3}', '{0,4}', '*?', '+?', '{3,}');
/** Groups are repeated a few times at most: random nested repetitions would run for ever in both engines. */
const BOUNDED: Readonly<Record<string, string>> = { '*': '?', '+': '{1,2}', '*?': '??', '+?': '{1,2}?', '{3,}': '{2}' };
const assertion = fc.constantFrom('', '', '', '', '\\b', '\\B', '^', '$');
const { regex: regexSource } = fc.letrec<{ regex: string; sequence: string; part: string }>((tie) => ({
  regex: fc.array(tie('sequence'), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('|')),
  sequence: fc.array(tie('part'), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('')),
  part: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc
      .tuple(assertion, atom, quantifier)
      .map(([edge, source, times]) =>
        times === '' ? edge + source : `${edge}(?:${source})${source.length > 2 ? (BOUNDED[times] ?? times) : times}`,
      ),
    fc
      .tuple(fc.constantFrom('(?:', '(?:', '(?:', '(?=', '(?!', '(?<=', '(?<!'), tie('regex'), quantifier)
      .map(([open, inner, times]) => `${open}${inner})${open === '(?:' ? (BOUNDED[times] ?? times) : ''}`),
  ),
}));
const pattern: fc.Arbitrary<PatternSource> = fc
  .record({ regex: regexSource, flags: fc.constantFrom('i', 'i', '', 'is', 'im', 'iu', 'u', 'v', 'iv') })
  .filter(({ regex, flags }) => {
    try {
      return new RegExp(regex, flags) !== null;
    } catch {
      return false;
    }
  });
const text = fc.array(character, { maxLength: 60 }).map((chars) => chars.join(''));

describe('the engine finds what the naive scan finds', () => {
  it('for any regexes and texts', () => {
    fc.assert(
      fc.property(fc.array(pattern, { minLength: 1, maxLength: 6 }), text, (patterns, input) => {
        expect(compileMatcher(patterns).match(input)).toEqual(naiveScan(patterns)(input));
      }),
      { numRuns: 400 },
    );
  });

  it('for letters beyond ASCII that fold to ASCII ones beside a word boundary', () => {
    const patterns: PatternSource[] = ['ſ\\b', '\\bſa', '[ſx]\\bB', '\u212a\\b'].map((regex) => ({ regex }));
    for (const input of ['ſB', 'Bſa', 'xB ſB', '\u212aB', 'sB', 'S b']) {
      expect(compileMatcher(patterns).match(input)).toEqual(naiveScan(patterns)(input));
    }
  });

  it('for texts that are made of the regexes’ own literals', () => {
    const words = fc.array(
      fc.constantFrom(
        'ignore',
        'IGNORE',
        ' ',
        '  ',
        '\n',
        'all',
        'previous',
        'rules',
        '123',
        '-',
        '忽略',
        '，',
        'x',
        '所有',
      ),
      {
        maxLength: 40,
      },
    );
    const patterns: PatternSource[] = [
      { regex: 'ignore\\s+(?:all\\s+)?(?:previous|prior)\\s+rules' },
      { regex: '\\bignore\\b.{0,20}\\brules\\b' },
      { regex: 'ignore[^x]*rules' },
      { regex: '忽略(?:所有|一切)?.{0,6}rules' },
      { regex: '(?<=previous\\s)rules' },
      { regex: '(?<!all )previous(?! rules)' },
      { regex: '\\d{3}-\\d{3}' },
      { regex: '[\\u4e00-\\u9fff]{2,}' },
      { regex: '\\b\\w{13,}\\b' },
      { regex: '(?:\\d[ -]?){7,9}' },
      { regex: '^ignore', flags: 'im' },
      { regex: 'rules$' },
      { regex: '(all)\\s*\\1' },
      { regex: '\\s+$' },
      { regex: 'x*' },
    ];
    const engine = compileMatcher(patterns);
    const naive = naiveScan(patterns);
    fc.assert(
      fc.property(words, (parts) => {
        const input = parts.join('');
        expect(engine.match(input)).toEqual(naive(input));
      }),
      { numRuns: 2000 },
    );
  });

  it('one after the other on the same matcher, whatever was scanned before', () => {
    const patterns = [{ regex: 'ab+' }, { regex: 'b.?a' }];
    const engine = compileMatcher(patterns);
    const naive = naiveScan(patterns);
    fc.assert(
      fc.property(text, text, (first, second) => {
        engine.match(first);
        expect(engine.match(second)).toEqual(naive(second));
      }),
    );
  });
});

describe('a long text', () => {
  it('is read in two halves that miss nothing where they meet', () => {
    const matcher = compileMatcher([{ regex: 'under\\s{1,60}the-old-harbour-bridge' }, { regex: '\\bbridge\\b' }]);
    for (const gap of [1, 50]) {
      const needle = `under${' '.repeat(gap)}the-old-harbour-bridge`;
      for (let at = 0; at <= 320; at++) {
        const text = `${'ab  '.repeat(80).slice(0, at)} ${needle} ${'cd  '.repeat(80).slice(at)}`;
        const start = at + 1;
        const end = start + needle.length;
        expect(matcher.match(text)).toEqual([
          { pattern: 0, start, end },
          { pattern: 1, start: end - 'bridge'.length, end },
        ]);
      }
    }
  });

  const patterns: PatternSource[] = [
    { regex: 'ignore\\s+previous' },
    { regex: 'alpha.{0,200}omega' },
    { regex: '[a-z0-9]{40,}' },
    { regex: '\\bomega\\b[\\s\\S]{0,900}ignore' },
  ];
  it.each([131072 - 9, 131072 - 2, 131072, 2 * 131072 - 3])(
    'is found in across the edge of a stretch at %i',
    (offset) => {
      const filler = 'lorem ipsum 12 '.repeat(20000);
      for (const bait of [
        'ignore previous',
        `alpha ${'x '.repeat(80)} omega`,
        'q1'.repeat(30),
        `omega${' y'.repeat(300)} ignore`,
      ]) {
        const input = `${filler.slice(0, offset)} ${bait} ${filler}`;
        expect(compileMatcher(patterns).match(input)).toEqual(naiveScan(patterns)(input));
      }
    },
  );

  it('is found in as far as the window of 2,048 units reaches, and no further', () => {
    const engine = compileMatcher([{ regex: 'begin[^]*finish' }]);
    const near = `begin${'.'.repeat(1900)}finish`;
    expect(engine.match(near)).toEqual([{ pattern: 0, start: 0, end: near.length }]);
    expect(engine.match(`begin${'.'.repeat(4000)}finish`)).toEqual([]);
  });
});
