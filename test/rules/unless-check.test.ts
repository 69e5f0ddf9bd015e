import { describe, expect, it } from 'vitest';
import { loadBuiltin } from '../../src/rules/index.ts';
import { unlessSources } from '../../src/rules/unless-check.ts';

describe('the check of exceptions', async () => {
  const { rules, mayCancel } = await loadBuiltin('heuristic');
  const texts = rules.flatMap(({ examples }) => [...examples.match, ...examples.noMatch].map(({ text }) => text));
  const sources = unlessSources(rules);

  it('turns away no text in which the regex is found', () => {
    let found = 0;
    for (const source of sources) {
      const regex = new RegExp(source.regex, source.flags ?? 'i');
      for (const text of texts.filter((candidate) => regex.test(candidate))) {
        found++;
        if (!mayCancel(source, text)) expect.fail(`${source.regex} is in ${text}`);
      }
    }
    expect(found).toBeGreaterThan(sources.length);
  });

  it('turns away nearly all others', () => {
    const few = texts.filter((_text, index) => index % 50 === 0);
    let asked = 0;
    let passed = 0;
    for (const source of sources) {
      const regex = new RegExp(source.regex, source.flags ?? 'i');
      for (const text of few.filter((candidate) => !regex.test(candidate))) {
        asked++;
        passed += Number(mayCancel(source, text));
      }
    }
    expect(passed).toBeLessThan(asked / 50);
  });

  it('asks for the regex where the text is long or the regex is none of its rules', () => {
    const [source = { regex: '' }] = sources;
    expect(mayCancel(source, 'x'.repeat(5000))).toBe(true);
    expect(mayCancel({ regex: 'of no rule' }, 'x')).toBe(true);
  });
});
