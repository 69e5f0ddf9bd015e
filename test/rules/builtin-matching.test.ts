import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BUILTIN_PARTS, loadBuiltin } from '../../src/rules/index.ts';
import { naiveScan } from './naive.ts';
import { positivesOf } from './positives.ts';

const FILLER = 'The ferry leaves at nine. Please bring 2 tickets, your coat and the map: it may rain later on.\n';

describe.each(BUILTIN_PARTS)('the built-in %s rules', async (part) => {
  const { rules, matcher, owners } = await loadBuiltin(part);

  it('are found by the engine wherever the naive scan finds them, in texts made from their own regexes', () => {
    let found = 0;
    for (const [number, { rule, index }] of owners.entries()) {
      const pattern = rule.patterns[index] ?? { regex: '' };
      const naive = naiveScan([pattern]);
      fc.assert(
        fc.property(positivesOf(pattern.regex, pattern.flags ?? 'i'), fc.nat(3), (positive, lines) => {
          const text = `${FILLER.repeat(lines)}${positive}${lines % 2 === 0 ? ' ' : ''}${FILLER}${positive}`;
          const expected = naive(text).filter(({ start, end }) => end - start < 1500);
          found += expected.length;
          const actual = matcher.match(text).filter(({ pattern: matched }) => matched === number);
          expect(actual.map(({ start, end }) => [start, end])).toEqual(expected.map(({ start, end }) => [start, end]));
        }),
        { numRuns: 3, seed: number },
      );
    }
    expect(found).toBeGreaterThan(owners.length);
  }, 120_000);

  it('are found by the engine wherever the naive scan finds them, in their own examples', () => {
    const naive = naiveScan(owners.map(({ rule, index }) => rule.patterns[index] ?? { regex: '' }));
    const texts = rules.flatMap(({ examples }) => [...examples.match, ...examples.noMatch].map(({ text }) => text));
    const shuffled = texts.map((_text, index) => texts[(index * 7919) % texts.length] ?? '');
    for (let index = 0; index < shuffled.length; index += 4) {
      const text = shuffled.slice(index, index + 4).join('\n\n');
      expect(matcher.match(text)).toEqual(naive(text));
    }
  }, 120_000);
});
