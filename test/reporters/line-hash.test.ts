import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lineHashes } from '../../src/reporters/line-hash.ts';

// Vectors of github/codeql-action's own tests.
test('hashes lines as GitHub does', () => {
  expect(lineHashes('')).toEqual(['c129715d7a2bc9a3:1']);
  expect(lineHashes(' a\nb\n  \t\tc\n d')).toEqual([
    '271789c17abda88f:1',
    '54703d4cd895b18:1',
    '180aee12dab6264:1',
    'a23a3dc5e078b07b:1',
  ]);
});

test('blanks and the kind of line break do not matter; every line has a hash', () => {
  const line = fc.string({ unit: fc.constantFrom('a', 'b', '€', '😀') });
  fc.assert(
    fc.property(fc.array(line, { minLength: 1 }), fc.constantFrom('\r\n', '\r'), (lines, lineBreak) => {
      const hashes = lineHashes(lines.join('\n'));
      expect(hashes).toHaveLength(lines.length);
      expect(lineHashes(lines.map((text) => ` ${text}\t`).join(lineBreak))).toEqual(hashes);
    }),
  );
});

test('agrees with arithmetic on big integers', () => {
  const text = 'Grüße\n\tund 😀 mehr\r\nZeile\n'.repeat(12);
  const units = [...`${text}\uffff`.replace(/[ \t]/g, '').replace(/\r\n?/g, '\n').split('')].map((unit) =>
    unit.charCodeAt(0),
  );
  const starts = units.flatMap((_, at) => (at === 0 || units[at - 1] === 10 ? at : []));
  const expected = starts.map((start) => {
    let hash = 0n;
    for (let at = start; at < start + 100; at++) hash = BigInt.asUintN(64, hash * 37n + BigInt(units[at] ?? 0));
    return hash.toString(16);
  });
  expect(lineHashes(text).map((hash) => hash.replace(/:\d+$/, ''))).toEqual(expected);
});
