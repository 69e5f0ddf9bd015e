import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scanCharacters } from '../../src/normalize/characters.ts';
import { BLOCK } from '../../src/normalize/survey-layout.ts';

const LOOKALIKES = 'асеорх';
const OTHERS = 'жшъйю';
const LATIN = 'abzé';

const WORD = new RegExp(`(?:[a-zé${LOOKALIKES}${OTHERS}]|\\u0301|\\u200b)+`, 'g');

/** Where folding has to look, by the definition: look-alikes stay unless their word has letters of another script and no Latin ones. */
function expected(text: string): number[] {
  return [...text.matchAll(WORD)].flatMap(({ 0: word, index }) => {
    const isForeign = [...OTHERS].some((one) => word.includes(one)) && !/[a-zé]/.test(word) && word.length <= 48;
    return [...word].flatMap((one, at) =>
      '\u0301\u200b'.includes(one) || (LOOKALIKES.includes(one) && !isForeign) ? index + at : [],
    );
  });
}

const words = fc.array(
  fc.string({
    unit: fc.constantFrom(...LOOKALIKES, ...OTHERS, ...LATIN, '\u0301', '\u200b'),
    minLength: 1,
    maxLength: 60,
  }),
  {
    maxLength: 12,
  },
);

describe('characters that folding may undo', () => {
  test('are found by the words they stand in, wherever a text is cut to be read', () => {
    fc.assert(
      fc.property(
        words,
        fc.constantFrom(' ', ', ', '1', '中', ' plain words '),
        fc.integer({ min: -400, max: 10 }),
        (parts, between, cut) => {
          const text = `${'.'.repeat(BLOCK + cut)}${parts.join(between)}`;
          expect(scanCharacters(text).foldable).toEqual(expected(text));
        },
      ),
      { numRuns: 2000 },
    );
  });
});
