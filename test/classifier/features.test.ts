import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allFeatures, FEATURES_PER_TOKEN, Reader, tokenize, writeFeatures } from '../../src/classifier/features.ts';

const BITS = 19;

function words(text: string): string[] {
  const { count, starts, ends } = tokenize(text);
  return Array.from({ length: count }, (_, index) => text.slice(starts[index], ends[index]));
}

describe('tokenize', () => {
  test('reads every capital as its small letter', () => {
    const wrong: string[] = [];
    for (let code = 0; code < 0x10000; code++) {
      const unit = String.fromCharCode(code);
      const small = tokenize(unit === 'İ' ? 'i' : unit.toLowerCase());
      const own = tokenize(unit);
      if (own.count !== small.count || own.hashes[0] !== small.hashes[0]) wrong.push(code.toString(16));
    }
    expect(wrong).toEqual([]);
  });

  test('splits prose into words and leaves punctuation out', () => {
    expect(words("Don't feed the geese, please!")).toEqual(["Don't", 'feed', 'the', 'geese', 'please']);
  });

  test('keeps the brackets that templates and tool calls are made of', () => {
    expect(words('<|x|> [y] {z}')).toEqual(['<', '|', 'x', '|', '>', '[', 'y', ']', '{', 'z', '}']);
  });

  test('takes characters of scripts without spaces one by one', () => {
    expect(words('忽略指令 ok')).toEqual(['忽', '略', '指', '令', 'ok']);
    expect(words('안녕')).toEqual(['안', '녕']);
  });

  test('does not tell capitals from small letters, nor a number from another of its length', () => {
    expect(tokenize('HELLO 123').hashes.subarray(0, 2)).toEqual(tokenize('hello 987').hashes.subarray(0, 2));
    expect(tokenize('ÄRGER').hashes[0]).toBe(tokenize('ärger').hashes[0]);
    expect(tokenize('İSTANBUL').hashes[0]).toBe(tokenize('istanbul').hashes[0]);
    expect(tokenize('12').hashes[0]).not.toBe(tokenize('123').hashes[0]);
  });

  test('joins a straight and a curly apostrophe to the same word', () => {
    expect(tokenize('don’t').hashes[0]).toBe(tokenize("don't").hashes[0]);
  });

  test('gives every run of many letters the same token', () => {
    expect(tokenize('a'.repeat(60)).hashes[0]).toBe(tokenize('b'.repeat(80)).hashes[0]);
  });

  test('finds the same words wherever in a long text they stand', () => {
    const reader = new Reader();
    const piece = fc.constantFrom(
      'word',
      "don't",
      'e\u0301t',
      ' ',
      "'",
      '123',
      '<',
      '港',
      'x'.repeat(40),
      '\u0301',
      '-',
      'Straße',
      '’s',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.integer({ min: 0, max: 200 }), (pieces, back) => {
        const text = pieces.join('');
        const before = 1024 * 2 - back;
        const far = reader.read(`${'.'.repeat(before)}${text}`);
        const near = tokenize(text);
        expect(far.count).toBe(near.count);
        for (let i = 0; i < near.count; i++) {
          expect([far.hashes[i], far.stems[i]]).toEqual([near.hashes[i], near.stems[i]]);
          expect((far.starts[i] as number) - before).toBe(near.starts[i]);
          expect((far.ends[i] as number) - before).toBe(near.ends[i]);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('offsets lie in order inside any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const { count, starts, ends } = tokenize(text);
        let at = 0;
        for (let index = 0; index < count; index++) {
          expect(starts[index]).toBeGreaterThanOrEqual(at);
          expect(ends[index]).toBeGreaterThan(starts[index] as number);
          at = ends[index] as number;
        }
        expect(at).toBeLessThanOrEqual(text.length);
      }),
    );
  });
});

describe('allFeatures', () => {
  test('the first token has no pair and the second no triple', () => {
    const features = allFeatures(tokenize('one two six'), BITS);
    expect(features).toHaveLength(3 * FEATURES_PER_TOKEN);
    expect(features[1]).toBe(-1);
    expect(features[FEATURES_PER_TOKEN + 1]).toBeGreaterThanOrEqual(0);
    expect(features[FEATURES_PER_TOKEN + 2]).toBe(-1);
    expect(features[2 * FEATURES_PER_TOKEN + 2]).toBeGreaterThanOrEqual(0);
  });

  test('the same words in another order share words and no pairs', () => {
    const there = allFeatures(tokenize('open door'), BITS);
    const back = allFeatures(tokenize('door open'), BITS);
    expect(there[0]).toBe(back[FEATURES_PER_TOKEN]);
    expect(there[FEATURES_PER_TOKEN + 1]).not.toBe(back[FEATURES_PER_TOKEN + 1]);
  });

  test('every bucket is within the table', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 100 }), (text) => {
        for (const bucket of allFeatures(tokenize(text), 10)) expect(bucket >= -1 && bucket < 1024).toBe(true);
      }),
    );
  });

  test('a part of them is the same as the whole has there', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 100 }), fc.nat(), (text, at) => {
        const tokens = tokenize(text);
        const from = tokens.count === 0 ? 0 : at % tokens.count;
        const part = new Int32Array((tokens.count - from) * FEATURES_PER_TOKEN);
        writeFeatures(tokens, from, tokens.count, BITS, part);
        expect(part).toEqual(allFeatures(tokens, BITS).subarray(from * FEATURES_PER_TOKEN));
      }),
    );
  });
});
