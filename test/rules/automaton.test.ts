import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Automaton, buildAutomaton, classTable } from '../../src/rules/automaton.ts';

const symbols = fc.array(fc.constantFrom(...'abcdet é0,'), { minLength: 1, maxLength: 6 });
/** Runs of white space are one space before they come to an automaton. */
const tidy = symbols.map((parts) => parts.join('').replace(/ +/g, ' '));

/** The state after a symbol, given the symbol before it, as `src/kernels/matcher.ts` reads it from the tables. */
function moveOf({ root, base, table, firstDeep }: Automaton, state: number, previous: number, next: number): number {
  const moveFrom = (from: number) => {
    const slot = ((base[from] as number) + next) << 1;
    return table[slot] === from ? table[slot + 1] : undefined;
  };
  const single = root[previous] as number;
  const own = state >= firstDeep ? moveFrom(state) : undefined;
  return own ?? (single > 0 && single < base.length ? moveFrom(single) : undefined) ?? (root[next] as number);
}

/** The states after each unit of a text, before they go on as their successors. */
function run(automaton: Automaton, text: string): number[] {
  const classes = classTable(automaton);
  let state = 0;
  let previous = 0;
  return Array.from(text, (unit) => {
    const next = classes[unit.charCodeAt(0)] as number;
    const reached = moveOf(automaton, state, previous, next);
    previous = next;
    const ending = reached - automaton.firstOutput;
    state = ending < 0 ? reached : (automaton.successors[ending] as number);
    return reached;
  });
}

test('tells at every unit which literals end there', () => {
  fc.assert(
    fc.property(fc.uniqueArray(tidy, { minLength: 1, maxLength: 12 }), fc.array(tidy), (literals, parts) => {
      const text = parts.join('').replace(/ +/g, ' ');
      const { automaton, outputs } = buildAutomaton(literals.map((text) => ({ text, left: false, right: false })));
      const found = run(automaton, text).map((state) => [...(outputs[state - automaton.firstOutput] ?? [])].sort());
      const ending = (end: number) => literals.flatMap((literal, i) => (text.slice(0, end).endsWith(literal) ? i : []));
      expect(found).toEqual(Array.from(text, (_unit, index) => ending(index + 1).sort()));
    }),
    { numRuns: 1000 },
  );
});

test('states that only end literals have no row, and the root comes first though others are met oftener', () => {
  const { automaton, outputs } = buildAutomaton(
    [' to', 'e', 'the'].map((text) => ({ text, left: false, right: false })),
  );
  // The root, " ", "t", "th", " t"; "e", "the", " to".
  expect(automaton.base).toHaveLength(5);
  expect(outputs).toHaveLength(3);
  expect(run(automaton, 'x')).toEqual([0]);
  expect([...automaton.successors]).toEqual([0, 0, 0]);
});
