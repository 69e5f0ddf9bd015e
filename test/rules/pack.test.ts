import { describe, expect, it } from 'vitest';
import { compilePart, compileRules, loadPack, parseRuleFiles, serializePack } from '../../src/rules/index.ts';
import { earlyLength } from '../../src/rules/pack.ts';

const FILE = `version: 1
category: jailbreak
rules:
  - id: jailbreak/no-limits
    title: No limits
    description: Told that it has no limits.
    severity: high
    confidence: 0.8
    patterns: [{ regex: 'no\\s+(?:limits|rules)' }, { regex: '没有限制', name: zh }, { regex: '\\d{3}-\\d{4}' }]
    unless: [{ regex: chess }]
    examples: { match: [no limits], no_match: [limits] }
    notes: Widened once.
  - id: jailbreak/hidden
    title: A signal
    description: Seen by the normalizer.
    severity: low
    confidence: 0.4
    signal: something
`;
const { rules } = await parseRuleFiles([{ path: 'a.yaml', text: FILE }], 'builtin');
const part = compilePart('heuristic', rules);

describe('a rule pack', () => {
  it('gives the rules back as they were, texts too', () => {
    const loaded = loadPack(serializePack([part])).get('heuristic');
    expect(JSON.parse(JSON.stringify(loaded?.rules))).toEqual(JSON.parse(JSON.stringify(rules)));
    expect(loaded?.hash).toBe(compileRules(rules).hash);
  });

  it('gives a matcher that finds the same', () => {
    const text = 'No  LIMITS, 没有限制, 555-1234, no rules';
    const loaded = loadPack(serializePack([part])).get('heuristic');
    expect(loaded?.matcher.match(text)).toEqual(compileRules(rules).matcher.match(text));
    expect(loaded?.matcher.match(text)).toHaveLength(4);
  });

  it('is read from bytes at any place in memory', () => {
    const bytes = serializePack([part]);
    const shifted = new Uint8Array(bytes.length + 3).subarray(3);
    shifted.set(bytes);
    expect(loadPack(shifted).get('heuristic')?.matcher.match('no limits')).toHaveLength(1);
  });

  it('is the same bytes for the same rules', () => {
    const again = serializePack([compilePart('heuristic', rules)]);
    expect(again.equals(serializePack([part]))).toBe(true);
  });

  it('is read without its rest until that is needed, and tells when that has changed', () => {
    const bytes = serializePack([part]);
    const early = earlyLength(bytes);
    expect(early).toBeLessThan(bytes.length);
    let asked = 0;
    const restOf = (rest: Uint8Array) => () => {
      asked++;
      return rest;
    };
    const loaded = loadPack(bytes.subarray(0, early), { rest: restOf(bytes.subarray(early)) }).get('heuristic');
    expect(loaded?.matcher.match('a calm day')).toEqual([]);
    expect(asked).toBe(0);
    expect(loaded?.matcher.match('no limits')).toHaveLength(1);
    expect(loaded?.rules[0]?.description).toBe(rules[0]?.description);
    expect(asked).toBe(1);
    const changed = loadPack(bytes.subarray(0, early), { rest: restOf(bytes.subarray(early, -8)) }).get('heuristic');
    expect(() => changed?.matcher.match('no limits')).toThrow('changed');
  });

  it('holds several parts', () => {
    const loaded = loadPack(serializePack([part, compilePart('pii', [])]));
    expect([...loaded.keys()]).toEqual(['heuristic', 'pii']);
    expect(loaded.get('pii')?.matcher.match('no limits')).toEqual([]);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['other bytes', Buffer.from('{"format":"other"}\n')],
    ['cut short', serializePack([part]).subarray(0, -100)],
    [
      'another version',
      Buffer.from(
        serializePack([part])
          .toString('latin1')
          .replace(/"version":\d+/, '"version":0'),
        'latin1',
      ),
    ],
  ])('is refused where the bytes are %s', (_name, bytes) => {
    expect(() => loadPack(bytes)).toThrow();
  });
});
