import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  loadOnnxScorer,
  loadTransformers,
  pieces,
  type TextClassifier,
  type TransformersModule,
} from '../../src/classifier/onnx.ts';
import { UserError } from '../../src/core/errors.ts';
import { writeTinyModel } from '../helpers/tiny-model.ts';

const NEVER = new AbortController().signal;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'onnx-'));
  writeTinyModel(folder);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Puts a package of the optional one's name beside the model. */
function installPackage(beside: string, code: string): void {
  const place = join(beside, 'node_modules', '@huggingface', 'transformers');
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, 'index.js'), code);
}

/** What a stand-in for the optional package was asked. */
interface Asked {
  readonly loads: unknown[][];
  readonly texts: string[];
}

/** A stand-in for the optional package, with a model that answers with the classes of a text. */
function transformers(
  answer: (text: string) => Record<string, number>,
  asked: Asked = { loads: [], texts: [] },
  maxTokens = 512,
): TransformersModule {
  const classify = async (text: string) => {
    asked.texts.push(text);
    return Object.entries(answer(text)).map(([label, score]) => ({ label, score }));
  };
  const pipeline: TextClassifier = Object.assign(classify, {
    tokenizer: { model_max_length: maxTokens, encode: (text: string) => text.split(/\s+/) },
    model: { config: {} },
  });
  return {
    env: { allowRemoteModels: true },
    pipeline: async (...load) => {
      asked.loads.push(load);
      return pipeline;
    },
  };
}

const heron = (text: string) =>
  text.includes('heron') ? { INJECTION: 0.93, SAFE: 0.07 } : { SAFE: 0.96, INJECTION: 0.04 };
const load = (answer: (text: string) => Record<string, number>, asked?: Asked, maxTokens?: number) =>
  loadOnnxScorer(folder, () => transformers(answer, asked, maxTokens));
const score = async (text: string, answer: (text: string) => Record<string, number>) =>
  (await load(answer)).score(text, { start: 0, end: text.length }, NEVER);

describe('loadOnnxScorer', () => {
  test('lets the package read this machine alone, keep nothing and print nothing', async () => {
    const module = transformers(heron);
    await loadOnnxScorer(folder, () => module);
    expect(module.env).toMatchObject({ allowRemoteModels: false, useFSCache: false, logLevel: 50 });
    await expect(module.env.fetch?.()).rejects.toThrow(/from its folder alone/);
  });

  test.each([
    ['onnx/model.onnx', 'onnx', 'model'],
    ['model.onnx', '', 'model'],
    ['onnx/model_quantized.onnx', 'onnx', 'model_quantized'],
    ['my-export.onnx', '', 'my-export'],
  ])('finds weights in %s', async (weights, subfolder, name) => {
    rmSync(join(folder, 'onnx'), { recursive: true });
    writeTinyModel(folder, { weights });
    const asked: Asked = { loads: [], texts: [] };
    await load(heron, asked);
    expect(asked.loads).toEqual([
      [
        'text-classification',
        folder,
        expect.objectContaining({ subfolder, model_file_name: name, local_files_only: true }),
      ],
    ]);
  });

  test.each([
    ['config.json', /no config\.json/],
    ['tokenizer.json', /no tokenizer\.json/],
    ['onnx', /no model\.onnx/],
  ])('says that %s is missing', async (file, message) => {
    rmSync(join(folder, file), { recursive: true });
    await expect(load(heron)).rejects.toThrow(message);
    await expect(load(heron)).rejects.toThrow(UserError);
  });

  test('does not guess which of several models is meant', async () => {
    rmSync(join(folder, 'onnx'), { recursive: true });
    writeTinyModel(folder, { weights: 'one.onnx' });
    writeTinyModel(folder, { weights: 'two.onnx' });
    await expect(load(heron)).rejects.toThrow(/several models/);
  });

  test('says which folder it wanted', async () => {
    const missing = join(folder, 'none');
    await expect(loadOnnxScorer(missing, () => transformers(heron))).rejects.toThrow(`no folder at ${missing}`);
    await expect(loadOnnxScorer(join(folder, 'config.json'), () => transformers(heron))).rejects.toThrow(
      /no folder at/,
    );
  });

  test('says what to install when the package is missing', async () => {
    const missing = () => loadOnnxScorer(folder, () => loadTransformers([folder]));
    await expect(missing()).rejects.toThrow(UserError);
    await expect(missing()).rejects.toThrow(/npm install @huggingface\/transformers/);
  });

  test('says why the package does not load', async () => {
    installPackage(folder, 'throw new Error("no binary for this machine")');
    await expect(loadOnnxScorer(folder, () => loadTransformers([folder]))).rejects.toThrow(
      /no binary for this machine/,
    );
  });

  test('has a copy of the package of its own, so that its settings are no one else’s', () => {
    installPackage(folder, 'exports.env = {}');
    const theirs = createRequire(join(folder, 'x.js'))('@huggingface/transformers');
    loadTransformers([folder]).env.allowRemoteModels = false;
    expect(createRequire(join(folder, 'x.js'))('@huggingface/transformers')).toBe(theirs);
    expect(theirs.env).toEqual({});
  });

  test('is stamped anew when a file of the model changes', async () => {
    const before = (await load(heron)).stamp;
    expect((await load(heron)).stamp).toBe(before);
    writeFileSync(join(folder, 'onnx', 'model.onnx'), 'other weights');
    expect((await load(heron)).stamp).not.toBe(before);
  });

  test('is called what its folder is called', async () => {
    expect((await load(heron)).name).toBe(basename(folder));
  });
});

describe('the classes', () => {
  test.each([
    [['SAFE', 'INJECTION'], 'INJECTION'],
    [['LEGIT', 'INJECTION'], 'INJECTION'],
    [['BENIGN', 'MALICIOUS'], 'MALICIOUS'],
    [['benign', 'jailbreak'], 'jailbreak'],
    [['LABEL_0', 'LABEL_1'], 'LABEL_1'],
    [['no_injection', 'injection'], 'injection'],
    [['not-jailbreak', 'jailbreak'], 'jailbreak'],
  ])('of %s are told apart', async ([harmless, attack], label) => {
    const sure = { [harmless as string]: 0.2, [attack as string]: 0.8 };
    expect(await score('x', () => sure)).toMatchObject({ probability: 0.8, label });
  });

  test.each([
    ['POSITIVE', 'NEGATIVE'],
    ['LABEL_0', 'LABEL_1', 'LABEL_2'],
    ['SAFE', 'BENIGN'],
    ['INJECTION'],
    ['unsafe', 'not'],
  ])('of %s, %s are not guessed at', async (...labels) => {
    const even = () => Object.fromEntries(labels.map((label) => [label, 1 / labels.length]));
    await expect(load(even)).rejects.toThrow(/which of them is harmless/);
  });

  test('that exclude one another add up', async () => {
    const { probability, label } = await score('x', () => ({ BENIGN: 0.3, INJECTION: 0.3, JAILBREAK: 0.4 }));
    expect(probability).toBeCloseTo(0.7);
    expect(label).toBe('JAILBREAK');
  });

  test('that do not exclude one another count by the likeliest', async () => {
    expect((await score('x', () => ({ SAFE: 0.9, INSULT: 0.3, INJECTION: 0.4 }))).probability).toBe(0.4);
  });

  test('without a probability are a failure, not a zero', async () => {
    const later = (text: string) => ({ SAFE: 0.5, INJECTION: text === 'x' ? Number.NaN : 0.5 });
    await expect(score('x', later)).rejects.toThrow(/not a probability/);
  });
});

describe('a long text', () => {
  const duck = 'a duck on the pond. ';

  test('is read to its end, and the piece that scored is told', async () => {
    const text = `${duck.repeat(8000)}one heron. ${duck.repeat(10)}`;
    const { region, probability } = await score(text, heron);
    expect(probability).toBe(0.93);
    expect(text.slice(region.start, region.end)).toContain('heron');
    expect(region.end - region.start).toBeLessThan(2000);
  });

  test('is read in pieces that the tokenizer does not cut', async () => {
    const asked: Asked = { loads: [], texts: [] };
    const scorer = await load(heron, asked, 20);
    const text = `${duck.repeat(40)}heron`;
    expect((await scorer.score(text, { start: 0, end: text.length }, NEVER)).probability).toBe(0.93);
    for (const piece of asked.texts) expect(piece.split(/\s+/).length).toBeLessThanOrEqual(20);
  });

  test('is read in the region that was asked for alone', async () => {
    const asked: Asked = { loads: [], texts: [] };
    const text = `heron ${duck}heron`;
    const scorer = await load(heron, asked);
    expect((await scorer.score(text, { start: 6, end: 6 + duck.length }, NEVER)).probability).toBe(0.04);
    expect(asked.texts.at(-1)).toBe(duck);
  });

  test('is left when nothing more can change', async () => {
    const asked: Asked = { loads: [], texts: [] };
    const text = duck.repeat(1000);
    const scorer = await load(() => ({ SAFE: 0.001, INJECTION: 0.999 }), asked);
    await scorer.score(text, { start: 0, end: text.length }, NEVER);
    expect(asked.texts).toHaveLength(2);
  });

  test('is left when the scan is stopped', async () => {
    const scorer = await load(heron);
    await expect(scorer.score('a duck', { start: 0, end: 6 }, AbortSignal.abort('stopped'))).rejects.toBe('stopped');
  });

  test('of spaces alone is not asked about', async () => {
    expect(await score(' \n ', heron)).toMatchObject({ probability: 0 });
  });
});

describe('pieces', () => {
  test('cover the region, overlap, fit, and cut no character in two', () => {
    const unit = fc.constantFrom('a', ' ', 'ab cd ', '語', '😀');
    fc.assert(
      fc.property(
        fc.array(unit, { maxLength: 3000 }),
        fc.nat(50),
        fc.integer({ min: 20, max: 900 }),
        (parts, from, most) => {
          const text = `${'.'.repeat(from)}${parts.join('')}`;
          let covered = from;
          for (const { start, end } of pieces(
            text,
            { start: from, end: text.length },
            (piece) => piece.length <= most,
          )) {
            expect(start).toBeLessThanOrEqual(covered);
            expect(end - start).toBeLessThanOrEqual(most);
            expect(Buffer.from(text.slice(start, end)).toString()).toBe(text.slice(start, end));
            covered = Math.max(covered, end);
          }
          expect(covered).toBe(text.length);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('of a text that no tokenizer fits come to an end', () => {
    expect([...pieces('x'.repeat(5000), { start: 0, end: 5000 }, () => false)].length).toBeGreaterThan(500);
  });
});
