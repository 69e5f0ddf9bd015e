import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitLines } from '../../src/formats/line-splitter.ts';

async function* chunksOf(bytes: Uint8Array, cuts: readonly number[]): AsyncIterable<Uint8Array> {
  let from = 0;
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    const to = Math.max(from, Math.min(cut, bytes.length));
    yield bytes.subarray(from, to);
    from = to;
  }
  yield bytes.subarray(from);
}

async function linesOf(text: string, cuts: readonly number[], maxBytes = 1000): Promise<(string | undefined)[]> {
  const lines: (string | undefined)[] = [];
  for await (const { number, bytes } of splitLines(chunksOf(Buffer.from(text), cuts), maxBytes)) {
    expect(number).toBe(lines.length + 1);
    lines.push(bytes && Buffer.from(bytes).toString());
  }
  return lines;
}

test('lines are the same wherever the chunks are cut', async () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'é', '😀', '\n', '\r\n'), maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(text, fc.array(fc.nat(80), { maxLength: 12 }), async (given, cuts) => {
      const expected = given.split(/\r?\n/);
      if (expected.at(-1) === '') expected.pop();
      expect(await linesOf(given, cuts)).toEqual(expected);
    }),
  );
});

test('a line over the limit is passed over and the next is whole, wherever the chunks are cut', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(40), { maxLength: 12 }), async (cuts) => {
      expect(await linesOf(`ok\n${'x'.repeat(20)}\nfine\n`, cuts, 8)).toEqual(['ok', undefined, 'fine']);
    }),
  );
});

test('a last line without a break counts, too long or not', async () => {
  expect(await linesOf('a\nb', [])).toEqual(['a', 'b']);
  expect(await linesOf('a\nbbbbbbbbbb', [4], 4)).toEqual(['a', undefined]);
});
