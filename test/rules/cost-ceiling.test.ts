import { describe, expect, it } from 'vitest';
import { createRuleGuard } from '../../src/rules/guard.ts';
import { BUILTIN_PARTS, loadBuiltin } from '../../src/rules/index.ts';
import { HOSTILE } from '../bench/hostile.ts';

/** For all regexes of a part together on 64 KB; an ordinary text of that size takes less than 10 ms. */
const CEILING_MS = 5_000;

describe.each(BUILTIN_PARTS)('the built-in %s rules keep under the cost ceiling', async (part) => {
  const compiled = await loadBuiltin(part);

  it.each(Object.entries(HOSTILE))(
    'on %s',
    (_shape, make) => {
      const guard = createRuleGuard(compiled, CEILING_MS);
      compiled.matcher.match(make(64_000), guard);
      expect(guard.takeFailures()).toEqual([]);
    },
    120_000,
  );

  it('on their own examples, repeated', () => {
    const guard = createRuleGuard(compiled, CEILING_MS);
    const examples = compiled.rules.flatMap((rule) => rule.examples.match.slice(0, 1).map(({ text }) => `${text} `));
    for (const example of examples) compiled.matcher.match(example.repeat(16_000 / example.length), guard);
    expect(guard.takeFailures()).toEqual([]);
  }, 120_000);

  it('on the first halves of their own examples, repeated', () => {
    const guard = createRuleGuard(compiled, CEILING_MS);
    const halves = compiled.rules.flatMap((rule) =>
      rule.examples.match.slice(0, 1).map(({ text }) => `${text.slice(0, Math.ceil(text.length / 2))} `),
    );
    for (const half of halves) compiled.matcher.match(half.repeat(16_000 / half.length), guard);
    expect(guard.takeFailures()).toEqual([]);
  }, 120_000);
});
