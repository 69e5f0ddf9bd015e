import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { WireReport } from '../../src/reporters/schema.ts';
import { inTempFolder, type Outcome, runBin } from '../helpers/cli.ts';
import { type TinyModel, writeTinyModel } from '../helpers/tiny-model.ts';

/** Folder that @huggingface/transformers was installed in with `npm install --prefix`; the package does not depend on it. */
const INSTALLED = process.env.TEST_TRANSFORMERS_DIR;
const missing = !INSTALLED || !existsSync(join(INSTALLED, 'node_modules', '@huggingface', 'transformers'));
if (missing) {
  console.warn(
    'SKIPPED: local models are not tested with the real @huggingface/transformers. Install it and say where:\n' +
      '  npm install --prefix /tmp/transformers --no-save --ignore-scripts @huggingface/transformers\n' +
      '  TEST_TRANSFORMERS_DIR=/tmp/transformers npm test',
  );
}

const NODE_PATH = join(INSTALLED ?? '', 'node_modules');
const DUCKS = 'A duck swims on the pond. ';

/** Runs the built bin with a tiny model in a folder with a space in its name. */
function scan(
  cwd: string,
  argv: readonly string[],
  { env = {}, stdin = '' }: { env?: Record<string, string>; stdin?: string } = {},
): Promise<Outcome> {
  const args = ['scan', '--model', 'tiny model', '--format', 'json', ...argv];
  return runBin(args, { cwd, stdin, env: { NODE_PATH, ...env } });
}

function withModel<T>(model: TinyModel, use: (cwd: string) => Promise<T>): Promise<T> {
  return inTempFolder(async (cwd) => {
    writeTinyModel(join(cwd, 'tiny model'), model);
    return use(cwd);
  });
}

const resultOf = ({ stdout }: Outcome) => (JSON.parse(stdout) as WireReport).results[0];

describe.skipIf(missing)('scan --model, with a real model', () => {
  test('finds what the model finds, and says that it was the model', () =>
    withModel({}, async (cwd) => {
      const outcome = await scan(cwd, ['-p', 'Look, a heron.']);
      expect(outcome).toMatchObject({ code: 1, stderr: '' });
      expect(resultOf(outcome)).toMatchObject({
        verdict: 'block',
        detection_strategy: 'balanced',
        metadata: { classifier_model: 'tiny model' },
        reasons: [
          {
            rule_id: 'classifier/local-model',
            source: 'classifier',
            description: 'The local model tiny model calls it INJECTION',
            metadata: { label: 'INJECTION' },
          },
        ],
      });
      // Logits of 3 and -3: 1 / (1 + e^-6).
      expect(resultOf(outcome)?.reasons[0]?.confidence).toBeCloseTo(0.99753, 4);
    }));

  test('allows what the model allows', () =>
    withModel({}, async (cwd) => {
      const outcome = await scan(cwd, ['-p', DUCKS]);
      expect(outcome).toMatchObject({ code: 0, stderr: '' });
      expect(resultOf(outcome)).toMatchObject({ verdict: 'allow', reasons: [] });
      expect(resultOf(outcome)?.metadata.classifier_score).toBeCloseTo(0.0025, 4);
    }));

  test('takes weights beside the configuration, and classes that are only numbered', () =>
    withModel({ weights: 'model.onnx', labels: null }, async (cwd) => {
      const outcome = await scan(cwd, ['-p', 'Look, a heron.']);
      expect(resultOf(outcome)?.reasons).toMatchObject([{ metadata: { label: 'LABEL_1' } }]);
    }));

  test('reads a text that its tokenizer would cut', () =>
    withModel({ maxTokens: 16 }, async (cwd) => {
      const stdin = `${DUCKS.repeat(400)}A heron. ${DUCKS.repeat(400)}`;
      const outcome = await scan(cwd, ['-'], { stdin });
      const [reason] = resultOf(outcome)?.reasons ?? [];
      const { start, end } = reason?.location ?? { start: { offset: 0 }, end: { offset: 0 } };
      expect(stdin.slice(start.offset, end.offset)).toContain('heron');
      expect(end.offset - start.offset).toBeLessThan(120);
    }));

  test('opens no socket', () =>
    withModel({}, async (cwd) => {
      const guard = join(cwd, 'guard.mjs');
      const tried = join(cwd, 'tried');
      writeFileSync(
        guard,
        `import dns from 'node:dns'; import net from 'node:net'; import { appendFileSync } from 'node:fs';
         const refuse = (what) => () => { appendFileSync(${JSON.stringify(tried)}, what); throw new Error('no ' + what); };
         net.Socket.prototype.connect = refuse('connect'); dns.lookup = refuse('lookup');
         const fetched = globalThis.fetch;
         globalThis.fetch = (...args) => { appendFileSync(${JSON.stringify(tried)}, 'fetch'); return fetched(...args); };`,
      );
      const env = { NODE_OPTIONS: `--import=${pathToFileURL(guard).href}` };
      expect((await scan(cwd, ['--offline', '-p', 'Look, a heron.'], { env })).code).toBe(1);
      expect(existsSync(tried)).toBe(false);
      execFileSync(process.execPath, ['-e', 'fetch("http://127.0.0.1:49151").catch(() => {})'], { env });
      expect(readFileSync(tried, 'utf8')).toContain('connect');
    }));

  test('is not answered from the cache when the model has changed', () =>
    withModel({}, async (cwd) => {
      writeFileSync(join(cwd, 'prompt.txt'), 'Look, a heron.');
      expect((await scan(cwd, ['prompt.txt'])).code).toBe(1);
      expect(resultOf(await scan(cwd, ['prompt.txt']))?.cached).toBe(true);
      writeTinyModel(join(cwd, 'tiny model'), { trigger: 'stork' });
      expect((await scan(cwd, ['prompt.txt'])).code).toBe(0);
    }));

  test('keeps nothing beside the package', () =>
    withModel({}, async (cwd) => {
      await scan(cwd, ['-p', 'Look, a heron.']);
      expect(existsSync(join(NODE_PATH, '@huggingface', 'transformers', '.cache'))).toBe(false);
    }));

  test.each<[string, (model: string) => void, RegExp]>([
    ['weights that were cut off', (model) => truncateSync(join(model, 'onnx/model.onnx'), 200), /cannot be loaded/],
    ['a tokenizer that is no JSON', (model) => writeFileSync(join(model, 'tokenizer.json'), '{'), /cannot be loaded/],
    [
      'a model of an unknown kind',
      (model) => writeFileSync(join(model, 'config.json'), '{"model_type":"x"}'),
      /cannot be loaded/,
    ],
    [
      'classes of another trade',
      (model) => writeTinyModel(model, { labels: ['cat', 'dog'] }),
      /which of them is harmless/,
    ],
    ['weights that give no numbers', (model) => writeTinyModel(model, { bias: Number.NaN }), /not a probability/],
  ])('%s end it with code 2 and no report', (_, spoil, message) =>
    withModel({}, async (cwd) => {
      spoil(join(cwd, 'tiny model'));
      const outcome = await scan(cwd, ['-p', 'Look, a heron.']);
      expect(outcome).toMatchObject({ code: 2, stdout: '' });
      expect(outcome.stderr).toMatch(message);
      expect(outcome.stderr).not.toMatch(/defect|heron/);
    }),
  );

  test('doctor tells whether it loads', () =>
    withModel({}, async (cwd) => {
      const env = { NODE_PATH, PROMPT_SENTINEL_MODEL: 'tiny model' };
      const works = await runBin(['doctor'], { cwd, env });
      expect(works).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/ok {4}model .*tiny model: loads and answers/),
      });
      truncateSync(join(cwd, 'tiny model', 'onnx', 'model.onnx'), 200);
      const fails = await runBin(['doctor'], { cwd, env });
      expect(fails).toMatchObject({ code: 2, stdout: expect.stringMatching(/FAIL {2}model .*cannot be loaded/) });
    }));
});

describe('scan --model', () => {
  test('runs no package that the working directory brings', () =>
    withModel({}, async (cwd) => {
      const place = join(cwd, 'node_modules', '@huggingface', 'transformers');
      const ran = join(cwd, 'ran');
      mkdirSync(place, { recursive: true });
      writeFileSync(join(place, 'index.js'), `require('node:fs').writeFileSync(${JSON.stringify(ran)}, '')`);
      const outcome = await runBin(['scan', '--model', 'tiny model', '-p', 'x'], { cwd });
      expect(existsSync(ran)).toBe(false);
      expect(outcome).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('npm install') });
    }));
});
