import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allFeatures, FEATURES_PER_TOKEN, tokenize } from '../../src/classifier/features.ts';
import {
  calibrate,
  createScorer,
  decodeModel,
  encodeModel,
  type Model,
  scorePlainly,
  scoreText,
} from '../../src/classifier/model.ts';

const BITS = 14;

/** A model that knows single words only. */
function modelOf(words: Readonly<Record<string, number>>): Model {
  const weights = new Float32Array(1 << BITS);
  for (const [word, weight] of Object.entries(words)) weights[allFeatures(tokenize(word), BITS)[0] as number] = weight;
  return decodeModel(
    encodeModel(
      {
        bits: BITS,
        bias: -1,
        windows: [{ size: 8, slope: 1, cap: 2 }],
        outlier: { tokens: 4000, apart: 16, from: 1, to: 3 },
        repeats: { span: 0, floor: -1 },
        calibration: { a: 2, b: 0.5 },
        thresholds: { strict: 0.5, moderate: 0.7, permissive: 0.9 },
        trained: 'test',
      },
      weights,
    ),
  );
}

describe('the weights file', () => {
  test('keeps the header and each weight to within a hundredth of the largest', () => {
    const model = modelOf({ alpha: 4, beta: -1, gamma: 0.01 });
    const decoded = (word: string): number => {
      const bucket = allFeatures(tokenize(word), BITS)[0] as number;
      return model.table[(model.weights[bucket] as number) + 128] as number;
    };
    expect(model.header).toMatchObject({ format: 4, bits: BITS, trained: 'test' });
    expect(decoded('alpha')).toBeCloseTo(4, 5);
    expect(decoded('beta')).toBeCloseTo(-1, 1);
    expect(decoded('gamma')).toBeCloseTo(0.01, 2);
    expect(decoded('gamma')).toBeGreaterThan(0);
  });

  test('refuses bytes that are no weights, or too few of them', () => {
    expect(() => decodeModel(new Uint8Array([1, 2, 3]))).toThrow('not a classifier weights file');
    expect(() => decodeModel(new Uint8Array(64))).toThrow('not a classifier weights file');
    const bytes = encodeModel({ ...modelOf({}).header }, new Float32Array(1 << BITS));
    expect(() => decodeModel(bytes.subarray(0, bytes.length - 1))).toThrow('another format or length');
  });
});

describe('scoring', () => {
  const model = modelOf({ trigger: 8 });

  test('is the bias plus the weights over the root of the number of features', () => {
    expect(scoreText(model, 'trigger').raw).toBeCloseTo(-1 + 8 / Math.sqrt(FEATURES_PER_TOKEN), 5);
    expect(scoreText(model, 'plain words only').raw).toBeCloseTo(-1, 5);
  });

  test('nothing to read is no attack', () => {
    expect(scoreText(model, ' … ').probability).toBe(0);
  });

  test('finds a dense stretch in the middle of a long text and tells where', () => {
    const filler = 'calm harbour evening light '.repeat(40);
    const dense = 'trigger '.repeat(8);
    const long = scoreText(model, filler + dense + filler);
    expect(long.raw).toBeGreaterThan(scoreText(model, filler).raw + 3);
    const tokens = tokenize(filler + dense + filler);
    const from = tokens.starts[long.window.from] as number;
    expect(Math.abs(from - filler.length)).toBeLessThanOrEqual(30);
  });

  test('the length of what stands around does not count beyond the cap', () => {
    const around = (times: number): number => {
      const filler = 'calm harbour evening light '.repeat(times);
      return scoreText(model, `${filler}${'trigger '.repeat(16)}${filler}`).raw;
    };
    expect(around(400)).toBeCloseTo(around(200), 5);
  });

  test('in a very long text the best window goes without handicap where no other comes near it', () => {
    const filler = 'calm harbour evening light '.repeat(1500);
    const dense = 'trigger '.repeat(8);
    const once = scoreText(model, `${filler}${dense}${filler}`).raw;
    const often = scoreText(model, `${filler}${dense}${filler}${dense}${filler}`).raw;
    expect(once).toBeCloseTo(scoreText(model, dense).raw, 5);
    expect(often).toBeCloseTo(once - 2, 5);
  });

  test.each([0, 1, 2, 3, 4, 5, 6, 7])(
    'in a very long text the best window may begin at any token: %i further on',
    (further) => {
      const filler = 'calm harbour evening light '.repeat(1500);
      const dense = 'trigger '.repeat(8);
      const before = `${filler}${'calm '.repeat(further)}`;
      const { raw, window } = scoreText(model, `${before}${dense}${filler}`);
      expect(raw).toBeCloseTo(scoreText(model, dense).raw, 5);
      expect(window.from).toBe(6000 + further);
    },
  );

  describe('what is said over and over', () => {
    const withRepeats = (base: Model, span: number, floor: number): Model => ({
      ...base,
      header: { ...base.header, repeats: { span, floor } },
    });
    const once = withRepeats(model, 6, -1);

    test('counts once within the span', () => {
      expect(scoreText(once, 'trigger '.repeat(7)).raw).toBeCloseTo(scoreText(model, 'trigger').raw, 5);
      const near = scoreText(once, 'trigger one two three four five trigger').raw;
      expect(near).toBeCloseTo(scoreText(model, 'trigger one two three four five').raw, 5);
      const apart = 'trigger one two three four five six trigger';
      expect(scoreText(once, apart).raw).toBe(scoreText(model, apart).raw);
    });

    test('is told by the first letters of words', () => {
      const text = 'trigger triggers triggered';
      expect(scoreText(once, text).raw).toBe(scoreText(model, text).raw);
      expect(scoreText(once, 'triggers trigger').raw).toBe(-1);
    });

    test('takes no score below the floor, and none that is below it already', () => {
      const text = 'trigger '.repeat(7);
      const less = scoreText(model, 'trigger').raw;
      expect(scoreText(withRepeats(model, 6, less + 1), text).raw).toBe(less + 1);
      expect(scoreText(withRepeats(model, 6, 90), text).raw).toBe(scoreText(model, text).raw);
    });

    test('is counted from the start of what is scored', () => {
      const scorer = createScorer(once);
      scorer.read('trigger trigger trigger');
      expect(scorer.score({ from: 2, to: 3 })).toEqual({
        raw: scoreText(model, 'trigger').raw,
        window: { from: 2, to: 3 },
      });
    });

    test('raises no score', () => {
      const calm = modelOf({ trigger: 8, calm: -1 });
      const text = `trigger ${'calm '.repeat(6)}`;
      expect(scoreText(withRepeats(calm, 6, -9), text).raw).toBe(scoreText(calm, text).raw);
    });

    test('leaves the window where it stands in the text', () => {
      const filler = 'calm harbour evening light '.repeat(20);
      const attack = 'trigger alarm trigger alert trigger danger trigger '.repeat(2);
      const text = `${filler}${attack}${filler}`;
      const { window } = scoreText(once, text);
      const { starts, ends } = tokenize(text);
      expect(text.slice(starts[window.from], ends[window.to - 1])).toContain('trigger');
    });
  });

  test('a part of a text is scored without the rest', () => {
    const scorer = createScorer(model);
    scorer.read('trigger trigger calm calm');
    expect(scorer.score({ from: 2, to: 4 }).raw).toBeCloseTo(-1, 5);
    expect(scorer.score({ from: 0, to: 2 }).raw).toBeGreaterThan(2);
  });

  test('calibration is the logistic curve of the header', () => {
    expect(calibrate(model.header, -0.25)).toBeCloseTo(0.5, 6);
    expect(calibrate(model.header, 2)).toBeCloseTo(1 / (1 + Math.exp(-4.5)), 6);
  });
});

describe('a scorer', () => {
  // Every bucket weighs something, so that each feature of each token counts.
  const weights = Float32Array.from({ length: 1 << BITS }, (_, bucket) => Math.sin(bucket * 12.9898) * 3);
  const full = decodeModel(
    encodeModel({ ...modelOf({}).header, bits: BITS, repeats: { span: 8, floor: -1 } }, weights),
  );
  const scorer = createScorer(full);
  const words = fc.constantFrom(
    ...[
      'alpha',
      'be',
      "don't",
      'Überlänge',
      '12',
      '2024',
      '<',
      '|',
      '港',
      '办',
      'e\u0301te',
      'a'.repeat(40),
      'x1',
      'Ω',
    ],
    ...['.', ',', '\n', "'", '“', 'İ', 'ΟΔΟΣ', '한', 'ﬁ', 'क्ष', '\u200d', '😀'],
  );
  const text = fc
    .array(fc.tuple(words, fc.constantFrom(' ', '', '  ', '-')), { maxLength: 90 })
    .map((parts) => parts.flat().join(''));

  test('scores each text as if it were the first, to the last bit', () => {
    fc.assert(
      fc.property(text, (one) => {
        const { count } = scorer.read(one);
        const { raw, window } = scorer.score({ from: 0, to: count });
        expect({ raw, window }).toEqual({ raw: scoreText(full, one).raw, window: scoreText(full, one).window });
      }),
      { numRuns: 300 },
    );
  });

  test('scores what is outside some regions as if blanks stood there, to the last bit', () => {
    fc.assert(
      fc.property(text, fc.array(fc.nat({ max: 400 }), { maxLength: 10 }), (one, cuts) => {
        const regions = [...new Set(cuts.filter((cut) => cut < one.length))].sort((a, b) => a - b);
        if (regions.length % 2 === 1) regions.pop();
        const padded = [...one];
        fc.pre(padded.length === one.length && !one.includes('Σ'));
        // Regions cut no word: they grow to the next blanks.
        const flat: number[] = [];
        for (let i = 0; i + 1 < regions.length; i += 2) {
          const start = one.lastIndexOf(' ', regions[i]);
          const end = one.indexOf(' ', regions[i + 1]);
          if (start < 0 || end < 0 || start < (flat.at(-1) ?? 0)) continue;
          flat.push(start, end);
          padded.fill(' ', start, end);
        }
        scorer.read(one);
        expect(scorer.scoreOutside(flat)).toBe(scorePlainly(full, padded.join('')));
      }),
      { numRuns: 500 },
    );
  });

  test('reads on after a text whose memory is not kept', () => {
    const one = "Don't trigger 港 12 alpha";
    const huge = `${one} `.repeat(50_000);
    for (const next of [one, huge, one]) expect(scorer.read(next).count).toBe(next === huge ? 250_000 : 5);
    expect(scorer.score({ from: 0, to: 5 })).toMatchObject({ raw: scoreText(full, one).raw });
  });

  test('refuses a text for which there is no memory', () => {
    expect(() => scorer.read('a'.repeat(90_000_001))).toThrow('90000000 characters at most');
  });

  test('says nothing where sums would be rounded', () => {
    const heavy = modelOf({ trigger: 8 });
    const judge = createScorer(heavy);
    judge.read('trigger '.repeat(40_000));
    expect(judge.scoreOutside([8, 16])).toBeUndefined();
    judge.read('trigger '.repeat(4_000));
    expect(judge.scoreOutside([8, 15])).toBe(scorePlainly(heavy, 'trigger '.repeat(3_999)));
  });
});
