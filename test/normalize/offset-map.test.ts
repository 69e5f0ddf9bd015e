import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  BASE64,
  composeMaps,
  createAssembler,
  MAPPED,
  type OffsetMap,
  REVERSED,
  WHOLE,
} from '../../src/normalize/offset-map.ts';

/** One derived unit's source range, the plain way. */
type Unit = readonly [start: number, end: number];

const pieces = fc.array(
  fc.record({
    kind: fc.constantFrom('copy', 'hex', 'percent', 'whole', 'reversed', 'base64', 'mapped', 'deleted'),
    length: fc.integer({ min: 1, max: 7 }),
  }),
  { minLength: 1, maxLength: 12 },
);

/** A derived text from random pieces laid over a source from left to right, and what every unit of it was made from. */
function build(parts: readonly { kind: string; length: number }[]) {
  const assembler = createAssembler();
  const units: Unit[] = [];
  let at = 0;
  for (const { kind, length } of parts) {
    const text = 'x'.repeat(length);
    const start = at;
    const put = (step: number, size: number, range: (i: number) => Unit, map?: OffsetMap) => {
      at += size;
      assembler.append(text, start, at, step, map);
      for (let i = 0; i < length; i++) units.push(range(i));
    };
    if (kind === 'copy') put(1, length, (i) => [start + i, start + i + 1]);
    else if (kind === 'hex') put(2, 2 * length, (i) => [start + 2 * i, start + 2 * i + 2]);
    else if (kind === 'percent') put(3, 3 * length, (i) => [start + 3 * i, start + 3 * i + 3]);
    else if (kind === 'whole') put(WHOLE, 4, () => [start, start + 4]);
    else if (kind === 'reversed') put(REVERSED, length, (i) => [start + length - i - 1, start + length - i]);
    else if (kind === 'base64')
      put(BASE64, Math.ceil((length * 4) / 3), (i) => [
        start + Math.floor((i * 8) / 6),
        start + Math.ceil(((i + 1) * 8) / 6),
      ]);
    else if (kind === 'mapped')
      put(
        MAPPED,
        5 * length,
        (i) => [start + 5 * i, start + 5 * i + 5],
        (a, b) => ({ start: start + 5 * a, end: start + 5 * b }),
      );
    else at += length;
  }
  return { map: assembler.map(), units, sourceLength: at };
}

function hull(units: readonly Unit[], from: number, to: number): { start: number; end: number } {
  const covered = units.slice(from, to);
  return { start: Math.min(...covered.map(([start]) => start)), end: Math.max(...covered.map(([, end]) => end)) };
}

test('a region maps to the shortest range that holds everything its units were made from', () => {
  fc.assert(
    fc.property(pieces, fc.nat(), fc.nat(), (parts, a, b) => {
      const { map, units } = build(parts);
      fc.pre(units.length > 0);
      const from = a % units.length;
      const to = from + 1 + (b % (units.length - from));
      expect(map(from, to)).toEqual(hull(units, from, to));
    }),
    { numRuns: 2000 },
  );
});

test('composed maps give the range of the range', () => {
  fc.assert(
    fc.property(pieces, fc.nat(), fc.nat(), (parts, a, b) => {
      const outer = build(parts);
      fc.pre(outer.units.length > 2);
      // An inner text that is every second unit of the outer one.
      const assembler = createAssembler();
      for (let i = 0; i < outer.units.length; i += 2) assembler.append('y', i, i + 1, 1);
      const count = assembler.length();
      const from = a % count;
      const to = from + 1 + (b % (count - from));
      const composed = composeMaps(outer.map, assembler.map());
      expect(composed(from, to)).toEqual(hull(outer.units, 2 * from, 2 * to - 1));
    }),
    { numRuns: 500 },
  );
});

test('an empty region maps to an empty range, at the end too', () => {
  const { map, units, sourceLength } = build([
    { kind: 'copy', length: 3 },
    { kind: 'hex', length: 2 },
  ]);
  expect(map(0, 0)).toEqual({ start: 0, end: 0 });
  expect(map(4, 4)).toEqual({ start: 5, end: 5 });
  expect(map(units.length, units.length)).toEqual({ start: sourceLength, end: sourceLength });
});
