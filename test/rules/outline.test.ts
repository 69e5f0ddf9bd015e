import { describe, expect, it } from 'vitest';
import { loadBuiltin, type PatternSource } from '../../src/rules/index.ts';
import { createKernel } from '../../src/rules/kernel.ts';
import type { Program } from '../../src/rules/plan.ts';
import { compileProgram } from '../../src/rules/program.ts';

/** Tells the offsets of a text at which the outline of one of a program's patterns is met. */
function outlinesOn(program: Program, text: string): (pattern: number) => number[] {
  const kernel = createKernel(program)();
  const offsets = Array.from({ length: text.length }, (_, offset) => offset);
  return (pattern) => offsets.filter((offset) => kernel.firstMet(pattern, text, offset) === offset);
}

const metBy = (source: PatternSource, text: string) => outlinesOn(compileProgram([source]), text)(0);

describe('the outline of a regex is met', () => {
  it.each<[what: string, regex: string, text: string, met: number[]]>([
    ['by its characters in either case', 'ab', 'ab AB aB b', [0, 3, 6]],
    ['by any of its options, whatever they share', '(?:abc|abd|ax)e', 'abce abde axe abe', [0, 5, 10]],
    ['by as many of a class as it asks for', 'a[bc]{2,3}d', 'abd abcd abcbd abcbcd', [4, 9]],
    ['by repeated groups', 'a(?:bc){1,2}d', 'abcd abcbcd abcbcbcd ad', [0, 5]],
    ['beside the edges of words', '\\bin\\b', 'in inn bin (in)', [0, 12]],
    ['at the ends of the text', '^a|a$', 'aaa', [0, 2]],
    ['where what it looks for comes next', 'a(?=\\s{0,2}b)', 'ab a  b a c', [0, 3]],
    ['where what it looks for comes before', '(?<=to\\s|(?:new|old)-)b', 'to b new-b for b', [3, 9]],
    ['where what it forbids is not beside it', '(?<![a-z-])b(?!c)', 'b ab -b bc bd', [0, 11]],
    ['by gaps that a lookahead thins out', 'a(?:(?!-)[^c]){0,3}c', 'abc a-c abbbc', [0, 8]],
    ['by optional text and gaps', 'a(?:\\sb)?.{0,3}c', 'a bxc axxxxc ac', [0, 13]],
  ])('%s', (_what, regex, text, met) => {
    expect(metBy({ regex }, text)).toEqual(met);
  });

  it('by pairs of surrogates where the regex reads them as one character', () => {
    expect(metBy({ regex: '\\p{L}{2}x', flags: 'u' }, '𐐀𐐨x 1x')).toContain(0);
    expect(metBy({ regex: '\\p{Lu}[^a]', flags: 'u' }, 'ba B')).toEqual([]);
  });

  it('by nothing where only trying all ways of it would take for ever', () => {
    expect(metBy({ regex: 'b(a+)+$' }, `b${'a'.repeat(60)} b`)).toEqual([]);
  });

  it('by everything where it can tell nothing, and after too many steps', () => {
    expect(metBy({ regex: '(a)\\1b' }, 'aac')).toEqual([0, 1]);
    expect(metBy({ regex: '(?:a{0,40}){40}b' }, 'a'.repeat(60))[0]).toBe(0);
  });
});

describe('the outlines of the built-in rules', () => {
  const ORDINARY = `The ferry leaves at nine. If you want to take it, show your ticket to the crew and wait until they call you; do not
leave bags on the deck. Please write to the office when something is missing here, and we will add it to the list.
const answer = await client.send({ key: options.key, value: read(path) }); // returns the text that the user gave
{"role": "assistant", "content": "Yes: open the settings, choose a zone and save. Your messages keep their time."}\n`;

  it('are met at hardly any place of ordinary text', async () => {
    const { rules } = await loadBuiltin('heuristic');
    const sources = rules.flatMap((rule) => rule.patterns);
    const program = compileProgram(sources);
    const offsetsMet = outlinesOn(program, ORDINARY);
    let met = 0;
    let missing = 0;
    for (const pattern of sources.keys()) {
      if (program.outlineStart[pattern] === program.outlineStart[pattern + 1]) missing++;
      else met += offsetsMet(pattern).length;
    }
    expect(missing).toBeLessThan(sources.length / 100);
    expect(met).toBeLessThan((sources.length * ORDINARY.length) / 10_000);
  });
});
