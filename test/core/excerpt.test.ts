import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  escapeVisible,
  evidenceOf,
  excerptAround,
  lineIndex,
  maskRegions,
  neutraliseCommands,
} from '../../src/core/excerpt.ts';

const brokenText = fc.string({
  unit: fc.constantFrom('a', ' ', '\n', '\r', '\t', 'é', '😀', '\ud800', '\u202e', '\u0007'),
  maxLength: 60,
});

describe('lineIndex', () => {
  test('counts \\n, \\r\\n and a lone \\r as one break each', () => {
    const index = lineIndex('a\nb\r\nc\rd');
    expect(index.lineCount).toBe(4);
    expect(index.positionAt(0)).toEqual({ line: 1, column: 1 });
    expect(index.positionAt(5)).toEqual({ line: 3, column: 1 });
    expect(index.positionAt(7)).toEqual({ line: 4, column: 1 });
    expect(index.positionAt(99)).toEqual({ line: 4, column: 2 });
  });

  test('columns count UTF-16 code units', () => {
    expect(lineIndex('😀x').positionAt(2)).toEqual({ line: 1, column: 3 });
  });

  test('a text that ends with a break has an empty last line; a line beyond it does not exist', () => {
    const index = lineIndex('a\n');
    expect(index.lineRegion(2)).toEqual({ start: 2, end: 2 });
    expect(() => index.lineRegion(3)).toThrow(RangeError);
  });

  test('agrees with splitting the text, for any text and offset', () => {
    fc.assert(
      fc.property(brokenText, fc.nat(60), (text, at) => {
        const offset = Math.min(at, text.length);
        const { line, column } = lineIndex(text).positionAt(offset);
        // A \r\n counts as a break only once it is passed whole.
        const before =
          text[offset - 1] === '\r' && text[offset] === '\n' ? text.slice(0, offset - 1) : text.slice(0, offset);
        const lines = before.split(/\r\n|\r|\n/);
        const dropped = offset - before.length;
        expect({ line, column }).toEqual({ line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 + dropped });
        expect(text.split(/\r\n|\r|\n/)[line - 1]).toBe(text.slice(...Object.values(lineIndex(text).lineRegion(line))));
      }),
    );
  });
});

describe('escapeVisible', () => {
  test('writes out what a terminal obeys or a reader cannot see', () => {
    expect(escapeVisible('a\u001b[31m\u202eb\u200b\u009b\u{e0041}\r')).toBe(
      'a<U+001B>[31m<U+202E>b<U+200B><U+009B><U+E0041><U+000D>',
    );
  });

  test('keeps line breaks and tabs where told, but no lone carriage return', () => {
    expect(escapeVisible('a\tb\r\nc\rd', { keepBreaks: true })).toBe('a\tb\r\nc<U+000D>d');
    expect(escapeVisible('a\tb\n')).toBe('a<U+0009>b<U+000A>');
  });

  test('leaves ordinary text alone: emoji with a selector, accents, other scripts', () => {
    const text = 'Grüße ⚠️ 😀 שלום नमस्ते 你好';
    expect(escapeVisible(text)).toBe(text);
  });

  test('shows variation selectors that carry data', () => {
    expect(escapeVisible('a\ufe0f\ufe0e\ufe01')).toBe('a\ufe0f<U+FE0E><U+FE01>');
  });

  test('no control or format character of any text survives', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(escapeVisible(text)).not.toMatch(
          /[\p{Cc}\p{Surrogate}\u200b-\u200f\u2028-\u202e\u2060-\u206f\u{e0000}-\u{e007f}]/u,
        );
      }),
    );
  });
});

test('lines are no commands to a CI runner', () => {
  expect(neutraliseCommands('::error::x')).toBe('<U+003A>:error::x');
  expect(neutraliseCommands('  ::stop-commands::x')).toBe('  <U+003A>:stop-commands::x');
  expect(neutraliseCommands('a ##[group]b ##vso[task]')).toBe('a #<U+0023>[group]b #<U+0023>vso[task]');
  expect(neutraliseCommands('std::vector ## heading')).toBe('std::vector ## heading');
});

describe('masking', () => {
  const region = (text: string, part: string, mask?: string) => {
    const start = text.indexOf(part);
    return { start, end: start + part.length, ...(mask ? { mask } : {}) };
  };

  test('a sensitive region is replaced by its mask even where the cut goes through it', () => {
    const text = 'mail jo@ex.org now';
    const hidden = [region(text, 'jo@ex.org', 'j*@e*')];
    expect(maskRegions(text, { start: 0, end: text.length }, hidden)).toBe('mail j*@e* now');
    expect(maskRegions(text, { start: 0, end: 8 }, hidden)).toBe('mail j*@e*');
    expect(maskRegions(text, { start: 8, end: 18 }, hidden)).toBe('j*@e* now');
  });

  test('no character of a sensitive region is in an excerpt or in evidence, whatever is cut', () => {
    const cut = fc.record({
      length: fc.integer({ min: 1, max: 400 }),
      start: fc.nat(399),
      size: fc.nat(60),
      secret: fc.nat(399),
      width: fc.integer({ min: 1, max: 120 }),
    });
    fc.assert(
      fc.property(cut, ({ length, start, size, secret, width }) => {
        const from = Math.min(secret, length - 1);
        const hidden = [{ start: from, end: Math.min(length, from + 20) }];
        // The secret is the only place with a Z.
        const text = Array.from({ length }, (_, at) =>
          at >= from && at < from + 20 ? 'Z' : at % 40 === 39 ? '\n' : 'a',
        ).join('');
        const found = { start: Math.min(start, length), end: Math.min(start + size, length) };
        const excerpt = excerptAround(text, found, hidden, lineIndex(text), { width });
        expect(JSON.stringify(excerpt)).not.toContain('Z');
        expect(evidenceOf(text, found, hidden, 30)).not.toContain('Z');
      }),
    );
  });

  test('the parts of an excerpt line are the line, where nothing is cut or hidden', () => {
    const text = 'one\n  two ignore three\nfour';
    const { lines, omittedLines } = excerptAround(text, region(text, 'ignore'), [], lineIndex(text));
    expect(lines).toEqual([{ number: 2, before: 'two ', marked: 'ignore', after: ' three' }]);
    expect(omittedLines).toBe(0);
  });

  test('long lines are cut around the match without splitting a surrogate pair', () => {
    const text = `${'😀'.repeat(200)}MATCH${'😀'.repeat(200)}`;
    const [line] = excerptAround(text, region(text, 'MATCH'), [], lineIndex(text), { width: 20 }).lines;
    expect(line?.marked).toBe('MATCH');
    expect(line?.before).toMatch(/^…(?:😀)+$/u);
    expect(line?.after).toMatch(/^(?:😀)+…$/u);
  });

  test('a finding over many lines shows the first ones and counts the rest', () => {
    const text = 'a\nb\nc\nd\ne';
    const { lines, omittedLines } = excerptAround(text, { start: 0, end: text.length }, [], lineIndex(text));
    expect(lines.map(({ marked }) => marked)).toEqual(['a', 'b', 'c']);
    expect(omittedLines).toBe(2);
  });

  test('evidence keeps both ends of a long match', () => {
    const text = `START${'x'.repeat(500)}END`;
    const evidence = evidenceOf(text, { start: 0, end: text.length }, [], 40);
    expect(evidence).toMatch(/^START.*…x+END$/);
    expect(evidence.length).toBeLessThanOrEqual(41);
  });
});
