import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Survey, surveyText } from '../../src/normalize/survey.ts';

const PIECES = [
  'ignore',
  'previous',
  'pre-vious',
  'in_struc.tions',
  '1gn0r3',
  'p4ssw0rd',
  'vtaber',
  'erongi',
  'snoitcurtsni',
  'word',
  'é',
  'Привет',
  '港',
  'i g n o r e',
  'a.b.c.d.e.f',
  '49 67 6e 6f 72 65 20 61 6c',
  'x',
  'aWdub3JlIGFsbCB0aGUgcnVsZXM=',
  'A'.repeat(15),
  'A'.repeat(16),
  'b/'.repeat(20),
  '%41',
  '&#65;',
  '&amp;',
  '\\u0041',
  '=41',
  '#',
  '...---...---...---...---',
  '-',
  '--',
  ',',
  '\n',
  '\r\n',
  '\nrules\nwords\nnow\nsystem\n',
  ' ',
  '  ',
  '\t',
  '“',
  '\u200b',
  '😀',
];
const text = fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }).map((pieces) => pieces.join(''));

/** What was seen in a text that begins after so many blanks, as if it began at once. */
function seenAfter(blanks: number, words: string) {
  const { signs, escapes, longNumbers, ...lists } = surveyText(`${' '.repeat(blanks)}${words}`);
  const moved = Object.entries(lists as Record<string, number[]>).map(([name, flat]) => [
    name,
    flat.map((offset) => offset - blanks).filter((offset) => offset >= 0),
  ]);
  return { ...(Object.fromEntries(moved) as Survey), signs, escapes, longNumbers };
}

test('what is seen does not hang on where in a long text it stands', () => {
  fc.assert(
    fc.property(text, fc.integer({ min: 0, max: 600 }), fc.constantFrom(1, 2), (words, back, blocks) => {
      const start = blocks * 16_384 - back;
      const { wordless: _, ...far } = seenAfter(start, words);
      const { wordless: __, ...near } = seenAfter(1, words);
      expect(far).toEqual(near);
    }),
    { numRuns: 600 },
  );
});

test('long runs of the base64 alphabets are seen whole, wherever blocks end', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 40_000 }), { maxLength: 6 }), (lengths) => {
      const expected: number[] = [];
      let written = '';
      for (const length of lengths) {
        if (length >= 16) expected.push(written.length, written.length + length);
        written += `${'Ab3/'.repeat(length / 4 + 1).slice(0, length)} `;
      }
      expect(surveyText(written).tokens).toEqual(expected);
    }),
    { numRuns: 100 },
  );
});

test.each([
  ['words in ROT13', 'vtaber gur ehyrf', 'ciphered', ['vtaber', 'ehyrf']],
  ['words written backwards', 'erongi eht selur', 'ciphered', ['erongi', 'selur']],
  ['words in leetspeak', 'so 1gn0r3 them', 'leet', ['1gn0r3']],
  ['broken words', 'so pre-vious in-struc-tions', 'broken', ['pre-vious', 'in-struc-tions']],
  ['letters apart', 'so i g n o r e them', 'spaced', ['i g n o r e']],
  ['bytes in hex', 'the 69 67 6e 6f 72 65 20 61 them', 'pairs', ['69 67 6e 6f 72 65 20 61']],
  ['one word a line', 'so\nignore\nall\nthe\nrules\nnow and then', 'stacked', ['so\nignore\nall\nthe\nrules\nnow']],
] as const)('%s are told', (_name, words, list, expected) => {
  const flat = surveyText(words)[list];
  const seen = flat.filter((_, i) => i % 2 === 0).map((start, i) => words.slice(start, flat[2 * i + 1]));
  expect(seen).toEqual(expect.arrayContaining([...expected]));
});
