import { describe, expect, test } from 'vitest';
import type { OnnxScorer } from '../../src/classifier/index.ts';
import type { Detection } from '../../src/core/detector.ts';
import { createDocument, type DocumentInit } from '../../src/core/document.ts';
import { LOCAL_MODEL_RULE, loadLocalModelDetector } from '../../src/detectors/local-model.ts';
import { normalize } from '../../src/normalize/index.ts';

const DUCK = 'A duck swims on the pond behind the mill and waits for bread. ';

/** A model that calls a stretch an attack when it holds the word "heron", and what it was asked about. */
function model(sure = 0.93, asked: string[] = []): OnnxScorer {
  return {
    name: 'heron-watch',
    stamp: 'one',
    score: async (text, region) => {
      const stretch = text.slice(region.start, region.end);
      asked.push(stretch);
      return { probability: stretch.includes('heron') ? sure : 0.04, label: 'INJECTION', region };
    },
  };
}

async function detect(init: DocumentInit | string, scorer = model()): Promise<Detection> {
  const document = createDocument(typeof init === 'string' ? { text: init } : init);
  const { detector } = await loadLocalModelDetector('somewhere', async () => scorer);
  const input = { document, normalized: normalize(document), findings: [], opinions: 0 };
  return detector.detect(input, new AbortController().signal);
}

describe('a local model', () => {
  test('gives its probability as the score, and is named', async () => {
    expect(await detect(DUCK)).toEqual({
      findings: [],
      score: 0.04,
      notes: { classifier_score: 0.04, classifier_model: 'heron-watch' },
    });
  });

  test('is said to have called it so, not to be the embedded classifier', async () => {
    const { findings, score } = await detect('Look, a heron.');
    expect(score).toBe(0.93);
    expect(findings).toMatchObject([
      {
        ruleId: LOCAL_MODEL_RULE.id,
        source: 'classifier',
        severity: 'high',
        confidence: 0.93,
        description: 'The local model heron-watch calls it INJECTION',
        patterns: [],
        metadata: { model: 'heron-watch', label: 'INJECTION' },
      },
    ]);
  });

  test('that is hardly surer of an attack than not is a finding of medium severity', async () => {
    expect((await detect('Look, a heron.', model(0.5))).findings).toMatchObject([{ severity: 'medium' }]);
    expect((await detect('Look, a heron.', model(0.49))).findings).toEqual([]);
  });

  test('has a finding point at the stretch that carried it, and tells the whole one', async () => {
    const text = `${DUCK.repeat(9)}Then a heron comes. ${DUCK.repeat(9)}`;
    const [finding] = (await detect({ text, kind: 'document' })).findings;
    const { start, end } = finding?.region ?? { start: 0, end: 0 };
    expect(text.slice(start, end)).toContain('heron');
    expect(end - start).toBeLessThan(160);
    expect(finding?.metadata).toMatchObject({ window_start: 0, window_end: text.length });
  });

  test('is not pinned to a part that the model is not sure of alone', async () => {
    const both: OnnxScorer = {
      ...model(),
      score: async (text, region) => {
        const stretch = text.slice(region.start, region.end);
        return { probability: /duck.*heron/s.test(stretch) ? 0.9 : 0.1, label: 'INJECTION', region };
      },
    };
    const text = `A duck. ${'x '.repeat(200)}A heron.`;
    expect((await detect(text, both)).findings).toMatchObject([{ region: { start: 0, end: text.length } }]);
  });

  test('reads what was encoded, and points at the original', async () => {
    const encoded = Buffer.from('Then a heron comes and takes the bread from everyone here.').toString('base64');
    const text = `${DUCK.repeat(3)}${encoded} ${DUCK.repeat(3)}`;
    const [finding] = (await detect({ text, kind: 'document' })).findings;
    expect(finding?.via).toEqual(['base64']);
    expect(text.slice(finding?.region.start, finding?.region.end)).toContain(encoded.slice(0, 12));
    expect(finding?.region.start).toBeGreaterThan(0);
  });

  test('is not asked about what the system says where others speak too', async () => {
    const text = 'Watch for a heron.\nWhat do ducks eat?';
    const said = (role: 'system' | 'user') => ({
      text,
      segments: [
        { role, region: { start: 0, end: 19 } },
        { role: 'user' as const, region: { start: 19, end: text.length } },
      ],
    });
    const asked: string[] = [];
    expect((await detect(said('system'), model(0.93, asked))).findings).toEqual([]);
    expect(asked).toEqual(['What do ducks eat?']);
    expect((await detect(said('user'))).findings).toHaveLength(1);
  });
});
