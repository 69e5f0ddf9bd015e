import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadOnnxScorer, pieces, type TransformersModule } from '../../src/classifier/onnx.ts';
import { UserError } from '../../src/core/errors.ts';
import { writeTinyModel } from './onnx-file.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'onnx-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A stand-in for the optional package: its model calls a text an attack when it has the word "heron". */
function transformers(seen: string[] = []): TransformersModule {
  return {
    env: { allowRemoteModels: true, allowLocalModels: false, localModelPath: '' },
    pipeline: async (_task, model) => {
      seen.push(model);
      return async (text) => {
        const share = text.includes('heron') ? 0.93 : 0.04;
        return [
          { label: 'INJECTION', score: share },
          { label: 'SAFE', score: 1 - share },
        ];
      };
    },
  };
}

describe('loadOnnxScorer', () => {
  test('loads from the folder alone and never from the network', async () => {
    const seen: string[] = [];
    const module = transformers(seen);
    await loadOnnxScorer(folder, async () => module);
    expect(module.env).toEqual({ allowRemoteModels: false, allowLocalModels: true, localModelPath: dirname(folder) });
    expect(seen).toEqual([basename(folder)]);
  });

  test('adds up the classes that are not harmless', async () => {
    const scorer = await loadOnnxScorer(folder, async () => transformers());
    expect(await scorer.score('a heron')).toMatchObject({ probability: 0.93, label: 'INJECTION' });
    expect((await scorer.score('a duck')).probability).toBeCloseTo(0.04);
  });

  test('tells the piece of a long text that scored', async () => {
    const scorer = await loadOnnxScorer(folder, async () => transformers());
    const text = `${'a duck on the pond. '.repeat(300)}one heron. ${'a duck on the pond. '.repeat(300)}`;
    const { region, probability } = await scorer.score(text);
    expect(probability).toBe(0.93);
    expect(text.slice(region.start, region.end)).toContain('heron');
    expect(region.end - region.start).toBeLessThan(2000);
  });

  test('says what to install when the package is missing', async () => {
    const missing = loadOnnxScorer(folder, async () => {
      throw new Error('Cannot find package');
    });
    await expect(missing).rejects.toThrow(UserError);
    await expect(missing).rejects.toThrow(/npm install @huggingface\/transformers/);
  });

  test('says which folder it wanted', async () => {
    await expect(loadOnnxScorer(join(folder, 'none'), async () => transformers())).rejects.toThrow(/no folder at/);
  });

  test('says why a folder could not be loaded', async () => {
    const broken: TransformersModule = {
      ...transformers(),
      pipeline: async () => {
        throw new Error('config.json is missing');
      },
    };
    await expect(loadOnnxScorer(folder, async () => broken)).rejects.toThrow(/config\.json is missing/);
  });
});

// The package and its runtime take half a gigabyte and an install script, so they are no development dependency. Install them
// anywhere (npm install --ignore-scripts @huggingface/transformers) and name the folder to run this.
// A variable, so that nothing takes it for a dependency.
const PACKAGE: string = '@huggingface/transformers';
const installed = process.env.PROMPT_SENTINEL_TEST_TRANSFORMERS;
const realModel = 'a real ONNX model through the real package (PROMPT_SENTINEL_TEST_TRANSFORMERS names its folder)';
test.skipIf(installed === undefined)(realModel, async () => {
  const require = createRequire(join(installed ?? '', 'package.json'));
  const model = join(folder, 'tiny');
  writeTinyModel(model, 'heron');
  const scorer = await loadOnnxScorer(model, async () => require(PACKAGE) as TransformersModule);
  expect((await scorer.score('a duck on the pond')).probability).toBeCloseTo(1 / (1 + Math.exp(4)), 4);
  const text = `${'a duck on the pond. '.repeat(300)}one heron. ${'a duck on the pond. '.repeat(300)}`;
  const { probability, label, region } = await scorer.score(text);
  expect(probability).toBeCloseTo(1 / (1 + Math.exp(-3)), 4);
  expect(label).toBe('INJECTION');
  expect(text.slice(region.start, region.end)).toContain('heron');
});

describe('pieces', () => {
  test('cover the text and overlap', () => {
    const all = pieces('x'.repeat(5000));
    expect(all[0]?.start).toBe(0);
    expect(all.at(-1)?.end).toBe(5000);
    for (const [index, piece] of all.entries())
      if (index > 0) expect(piece.start).toBeLessThan(all[index - 1]?.end ?? 0);
  });

  test('of a very long text are a sample with both ends', () => {
    const all = pieces('x'.repeat(1_000_000));
    expect(all).toHaveLength(64);
    expect(all[0]?.start).toBe(0);
    expect(all.at(-1)?.end).toBe(1_000_000);
  });
});
