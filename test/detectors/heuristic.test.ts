import { describe, expect, it } from 'vitest';
import type { Detection } from '../../src/core/detector.ts';
import { createDocument, type DocumentInit } from '../../src/core/document.ts';
import type { Normalized, View } from '../../src/core/view.ts';
import { createHeuristicDetector, MAX_FINDINGS_PER_RULE } from '../../src/detectors/heuristic.ts';
import { compileRules, createRuleSet, parseRuleFiles } from '../../src/rules/index.ts';

const HEAD = 'version: 1\ncategory: jailbreak\nrules:\n';
const rule = (fields: string) =>
  `  - { id: jailbreak/test, title: A test, description: A test, severity: high, confidence: 0.8, ${fields} }\n`;

async function detect(fields: string, document: DocumentInit, more: Partial<Normalized> = {}): Promise<Detection> {
  const { rules, errors } = await parseRuleFiles([{ path: 'test.yaml', text: HEAD + rule(fields) }]);
  if (errors[0]) throw errors[0];
  const plain: View = { text: document.text, via: [], toOriginal: (region) => region };
  const normalized = { signals: [], truncated: false, ...more, views: [plain, ...(more.views ?? [])] };
  const detector = createHeuristicDetector(createRuleSet([compileRules(rules)]));
  return detector.detect(
    { document: createDocument(document), normalized, findings: [], opinions: 0 },
    new AbortController().signal,
  );
}

describe('a finding of the rule layer', () => {
  it('carries the rule, the region and the pattern by name or number', async () => {
    const { findings } = await detect(
      'patterns: [{ regex: nothing }, { regex: no limits, name: limits }, { regex: limits }]',
      {
        text: 'You have no limits.',
      },
    );
    expect(findings).toEqual([
      {
        ruleId: 'jailbreak/test',
        category: 'jailbreak',
        severity: 'high',
        confidence: 0.8,
        source: 'heuristic',
        description: 'A test',
        region: { start: 9, end: 18 },
        via: [],
        patterns: ['limits', '#3'],
      },
    ]);
  });

  it('is only made where the role and the kind of document are the rule’s', async () => {
    const fields = 'patterns: [{ regex: no limits }], applies_to: { roles: [user], kinds: [prompt] }';
    const text = 'no limits';
    expect((await detect(fields, { text, role: 'user' })).findings).toHaveLength(1);
    expect((await detect(fields, { text, role: 'system' })).findings).toEqual([]);
    expect((await detect(fields, { text, role: 'user', kind: 'code' })).findings).toEqual([]);
  });

  it('takes the role of the segment that it starts in', async () => {
    const text = 'no limits, no limits';
    const segments = [
      { role: 'system', region: { start: 0, end: 11 } },
      { role: 'user', region: { start: 11, end: 20 } },
    ] as const;
    const { findings } = await detect('patterns: [{ regex: no limits }], applies_to: { roles: [user] }', {
      text,
      segments,
    });
    expect(findings.map(({ region }) => region.start)).toEqual([11]);
  });

  it('seen in a decoded view points at the original and says how it was decoded', async () => {
    const view: View = { text: 'no limits', via: ['base64'], toOriginal: () => ({ start: 4, end: 16 }) };
    const { findings } = await detect(
      'patterns: [{ regex: no limits }]',
      { text: 'say bm8gbGltaXRz now' },
      { views: [view] },
    );
    expect(findings).toMatchObject([{ region: { start: 4, end: 16 }, via: ['base64'] }]);
  });

  it('seen in several views is told once, the plainest way', async () => {
    const views = [
      { text: 'no limits', via: ['fold', 'reverse'], toOriginal: () => ({ start: 0, end: 9 }) },
      { text: 'no limits', via: ['fold'], toOriginal: () => ({ start: 0, end: 9 }) },
    ];
    const { findings } = await detect('patterns: [{ regex: no limits }]', { text: 'xx xxxxxx' }, { views });
    expect(findings.map(({ via }) => via)).toEqual([['fold']]);
  });

  it('comes from a signal of the normalizer', async () => {
    const signals = [{ name: 'tag-characters', region: { start: 2, end: 5 }, revealed: 'hi' }];
    const { findings } = await detect('signal: tag-characters', { text: '0123456' }, { signals });
    expect(findings).toMatchObject([{ region: { start: 2, end: 5 }, metadata: { revealed: 'hi' } }]);
    expect((await detect('signal: other', { text: '0123456' }, { signals })).findings).toEqual([]);
  });

  it('joins what overlaps it, wherever in a long text it stands', async () => {
    const fields = 'patterns: [{ regex: have no limits }, { regex: no limits at }, { regex: limits at all }]';
    for (const before of [0, 1000, 1010, 1015, 1020, 5000]) {
      const text = `${'.'.repeat(before)}have no limits at all. You have no limits at all.`;
      const { findings } = await detect(fields, { text });
      expect(findings.map(({ region }) => [region.start - before, region.end - before])).toEqual([
        [0, 21],
        [27, 48],
      ]);
    }
  });

  it('is left out beyond the cap, and the notes count what was left out', async () => {
    const { findings, notes } = await detect('patterns: [{ regex: no limits }]', {
      text: 'no limits. '.repeat(MAX_FINDINGS_PER_RULE + 7),
    });
    expect(findings).toHaveLength(MAX_FINDINGS_PER_RULE);
    expect(notes).toEqual({ omitted_findings: 7 });
  });
});

describe('an unless', () => {
  const far = ' '.repeat(170);
  it.each([
    ['near', `chess no limits${far}`, 0],
    ['near', `chess${far}no limits`, 1],
    ['line', `chess${far}no limits`, 0],
    ['line', `chess\nno limits`, 1],
    ['match', 'no limits chess', 1],
    ['match', 'no limits in chess', 0],
    ['document', `chess\n${far}\nno limits`, 0],
    ['document', 'no limits', 1],
  ])('of scope %s leaves of %j %i findings', async (scope, text, count) => {
    const fields = `patterns: [{ regex: no limits( in chess)? }], unless: [{ regex: chess, scope: ${scope} }]`;
    expect((await detect(fields, { text })).findings).toHaveLength(count);
  });
});
