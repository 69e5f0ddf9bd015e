import { describe, expect, test } from 'vitest';
import { DEFAULT_CONFIG } from '../../src/config/index.ts';
import type { Detection, Detector } from '../../src/core/detector.ts';
import { createDocument, type Region } from '../../src/core/document.ts';
import type { Finding } from '../../src/core/finding.ts';
import type { Layer, Strategy } from '../../src/core/verdict.ts';
import { createDocumentScanner, type ScannerParts } from '../../src/engine/scanner.ts';

const TEXT = 'a text of some length that says nothing much';

function attack(part: Partial<Finding> = {}): Finding {
  return {
    ruleId: 'jailbreak/one',
    category: 'jailbreak',
    severity: 'critical',
    confidence: 0.99,
    source: 'heuristic',
    description: 'x',
    region: { start: 0, end: 4 },
    via: [],
    patterns: [],
    ...part,
  };
}

function layer(name: Layer, detect: Detector['detect']): Detector {
  return { name, layer: name, detect };
}

const says = (detection: Partial<Detection>) => () => ({ findings: [], ...detection });

function scannerWith(
  detectors: Partial<ScannerParts['detectors']>,
  strategy: Strategy = 'comprehensive',
  more: Partial<ScannerParts> = {},
) {
  return createDocumentScanner({
    config: { ...DEFAULT_CONFIG, strategy },
    normalize: ({ text }) => ({
      views: [{ text, via: [], toOriginal: (region: Region) => region }],
      signals: [],
      truncated: false,
    }),
    detectors: { heuristic: null, classifier: null, llm: null, pii: null, ...detectors },
    sensitiveRegions: () => [],
    redact: () => null,
    store: null,
    ...more,
  });
}

const document = createDocument({ text: TEXT });

describe('the pipeline', () => {
  test('every layer of the plan is told of, also those that are not configured', async () => {
    const result = await scannerWith({ heuristic: layer('heuristic', says({})) })(document);
    expect(result.layers.map(({ layer: name, status, reason }) => [name, status, reason])).toEqual([
      ['preprocessing', 'ran', undefined],
      ['heuristic', 'ran', undefined],
      ['classifier', 'skipped', 'not configured'],
      ['llm', 'skipped', 'not configured'],
      ['pii', 'skipped', 'not configured'],
      ['postprocessing', 'ran', undefined],
    ]);
    expect(result).toMatchObject({ verdict: 'allow', incomplete: false });
  });

  test('a certain finding stops the layers after it, but not PII', async () => {
    const asked: string[] = [];
    const note = (name: Layer) =>
      layer(name, () => {
        asked.push(name);
        return { findings: [] };
      });
    const heuristic = layer('heuristic', says({ findings: [attack()] }));
    const parts = { heuristic, classifier: note('classifier'), llm: note('llm'), pii: note('pii') };
    const result = await scannerWith(parts)(document);
    expect(asked).toEqual(['pii']);
    expect(result.verdict).toBe('block');
    expect(result.layers.find(({ layer: name }) => name === 'llm')?.reason).toMatch(/^decided/);
    asked.length = 0;
    await scannerWith(parts, 'paranoid')(document);
    expect(asked).toEqual(['classifier', 'llm', 'pii']);
  });

  test('balanced asks the LLM only where the score is uncertain', async () => {
    let asked = 0;
    const llm = layer('llm', () => {
      asked++;
      return { findings: [] };
    });
    const withScore = (score: number) =>
      scannerWith({ classifier: layer('classifier', says({ score })), llm }, 'balanced')(document);
    const calm = await withScore(0);
    expect(asked).toBe(0);
    expect(calm.layers.find(({ layer: name }) => name === 'llm')?.reason).toMatch(/outside/);
    await withScore(0.85);
    expect(asked).toBe(1);
  });

  test.each(['heuristic', 'classifier', 'llm', 'pii'] as const)(
    'a %s layer that throws makes the result incomplete and lowers nothing',
    async (name) => {
      const broken = layer(name, () => {
        throw new Error('out of order');
      });
      const alone = await scannerWith({ [name]: broken })(document);
      expect(alone).toMatchObject({ incomplete: true, verdict: 'allow' });
      expect(alone.layers.find((report) => report.layer === name)).toMatchObject({
        status: 'failed',
        reason: 'out of order',
      });
      if (name === 'heuristic') return;
      const found = layer('heuristic', says({ findings: [attack({ severity: 'high', confidence: 0.9 })] }));
      const before = await scannerWith({ heuristic: found })(document);
      const after = await scannerWith({ heuristic: found, [name]: broken })(document);
      expect(after.riskScore).toBe(before.riskScore);
      expect(after.verdict).toBe(before.verdict);
    },
  );

  test('a layer that could not do all its work is failed, and what it found counts', async () => {
    const failures = [{ code: 'rule_timeout', message: 'the rule x ran too long' }];
    const result = await scannerWith({ heuristic: layer('heuristic', says({ findings: [attack()], failures })) })(
      document,
    );
    expect(result).toMatchObject({ incomplete: true, verdict: 'block' });
  });

  test('a preprocessing that fails leaves the text itself to be judged', async () => {
    const seen: string[] = [];
    const heuristic = layer('heuristic', ({ normalized }) => {
      seen.push(...normalized.views.map(({ text }) => text));
      return { findings: [] };
    });
    const normalize = () => {
      throw new Error('cannot');
    };
    const result = await scannerWith({ heuristic }, 'balanced', { normalize })(document);
    expect(seen).toEqual([TEXT]);
    expect(result.incomplete).toBe(true);
  });

  test('PII that blocks cancels the call in flight', async () => {
    let cancelled = false;
    const llm = layer(
      'llm',
      (_, signal) =>
        new Promise((resolve, reject) => {
          const timer = setTimeout(() => resolve({ findings: [] }), 20_000);
          signal.addEventListener('abort', () => {
            cancelled = true;
            clearTimeout(timer);
            reject(signal.reason);
          });
        }),
    );
    const key = attack({ category: 'secret', source: 'pii', pii: { type: 'key', masked: '***', action: 'block' } });
    const result = await scannerWith({ llm, pii: layer('pii', says({ findings: [key] })) })(document);
    expect(cancelled).toBe(true);
    expect(result).toMatchObject({ verdict: 'block', incomplete: false, riskScore: 0 });
  });

  test('an aborted scan rejects with the reason', async () => {
    const controller = new AbortController();
    controller.abort('enough');
    await expect(scannerWith({})(document, controller.signal)).rejects.toBe('enough');
  });

  test('two models that disagree are a review in every mode', async () => {
    const notes = { llm_disagreement: true, llm_verdict: 'review' };
    const llm = layer('llm', says({ score: 0.1, notes }));
    for (const mode of ['strict', 'moderate', 'permissive'] as const) {
      const scan = scannerWith({ llm }, 'paranoid', { config: { ...DEFAULT_CONFIG, mode, strategy: 'paranoid' } });
      expect((await scan(document)).verdict).toBe('review');
    }
  });

  test('an incomplete result is not kept', async () => {
    const kept: unknown[] = [];
    const store = { get: async () => undefined, set: async (result: unknown) => void kept.push(result) };
    const broken = layer('heuristic', () => {
      throw new Error('no');
    });
    await scannerWith({ heuristic: broken }, 'balanced', { store })(document);
    expect(kept).toEqual([]);
    await scannerWith({}, 'balanced', { store })(document);
    expect(kept).toHaveLength(1);
  });
});
