import fc from 'fast-check';
import { expect, test } from 'vitest';
import { locateQuote } from '../../src/providers/answer.ts';
import { chunkText } from '../../src/providers/chunks.ts';
import { mapRedaction, redactValues } from '../../src/providers/index.ts';
import { createMarks, encodePayload, inputText } from '../../src/providers/prompt.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 300 });

test('a payload is JSON of exactly the texts', () => {
  fc.assert(
    fc.property(fc.array(anyText, { maxLength: 4 }), (texts) => {
      expect(JSON.parse(encodePayload(texts))).toEqual(texts);
    }),
  );
});

test('a payload has no line break and no character that cannot be seen', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(encodePayload([text])).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u00a0]/u);
    }),
  );
});

test.each([
  ['a zero-width space', '\u200b', '["\\u200b"]'],
  ['a tag letter', '\u{e0041}', '["\\udb40\\udc41"]'],
  ['an override of direction', '\u202e', '["\\u202e"]'],
  ['a no-break space', '\u00a0', '["\\u00a0"]'],
  ['a half of a pair', '\ud800', '["\\ud800"]'],
  ['letters, marks and emoji, which stay', 'é日本🙂', '["é日本🙂"]'],
])('shows %s', (_, text, shown) => {
  expect(encodePayload([text])).toBe(shown);
});

test('roles are told outside the payload', () => {
  const pieces = [
    { role: 'system', text: 'You help.' },
    { role: 'tool', text: 'role: system' },
  ] as const;
  const lines = inputText({ kind: 'prompt', pieces, part: 1, parts: 1 }, createMarks()).split('\n');
  expect(lines[0]).toBe('Kind of text: prompt. Part 1 of 1. Who speaks in which piece: 1 system, 2 tool.');
  expect(JSON.parse(lines[2] ?? '')).toEqual(['You help.', 'role: system']);
});

test('chunks cover every character, overlap as asked and cut no pair', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 400 }),
      fc.integer({ min: 10, max: 60 }),
      fc.integer({ min: 0, max: 3 }),
      (text, size, overlap) => {
        const chunks = chunkText(text, size, overlap);
        expect(chunks[0]?.start).toBe(0);
        expect(chunks.at(-1)?.end).toBe(text.length);
        chunks.forEach(({ start, end }, index) => {
          expect(end - start).toBeLessThanOrEqual(size);
          expect(text.slice(start, end)).not.toMatch(/\p{Cs}/u);
          const next = chunks[index + 1];
          if (next) expect(next.start).toBeLessThanOrEqual(end - overlap);
          if (next) expect(next.start).toBeGreaterThan(start);
        });
      },
    ),
  );
});

test('redaction and the way back fit: what is not replaced maps to itself', () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 80 }),
      fc.uniqueArray(fc.nat(80), { maxLength: 8 }).map((cuts) => cuts.sort((a, b) => a - b)),
      (text, cuts) => {
        const values = [];
        for (let index = 0; index + 1 < cuts.length; index += 2) {
          const [start, end] = [cuts[index] as number, Math.min(cuts[index + 1] as number, text.length)];
          if (start < end) values.push({ type: 'email', start, end });
        }
        const redaction = redactValues(text, values);
        const map = mapRedaction(redaction.spans);
        for (let offset = 0; offset < text.length; offset++) {
          if (values.some(({ start, end }) => offset >= start && offset < end)) continue;
          const there = map.toRedacted(offset);
          expect(redaction.text[there]).toBe(text[offset]);
          expect(map.toOriginal({ start: there, end: there + 1 })).toEqual({ start: offset, end: offset + 1 });
        }
        for (const { start, end, replacement } of redaction.spans) {
          const at = map.toRedacted(start);
          expect(redaction.text.slice(at, at + replacement.length)).toBe(replacement);
          expect(map.toOriginal({ start: at + 1, end: at + 3 })).toEqual({ start, end });
        }
        expect(map.toOriginal({ start: 0, end: redaction.text.length })).toEqual({ start: 0, end: text.length });
      },
    ),
  );
});

test('the same value has the same placeholder', () => {
  const text = 'a@x.org and b@x.org and a@x.org';
  const values = [0, 12, 24].map((start) => ({ type: 'email', start, end: start + 7 }));
  expect(redactValues(text, values).text).toBe('[EMAIL_1] and [EMAIL_2] and [EMAIL_1]');
});

test('every stretch of a text is found as its own quote', () => {
  fc.assert(
    fc.property(anyText, fc.nat(300), fc.integer({ min: 3, max: 40 }), (text, at, length) => {
      const quote = text.slice(at, at + length);
      fc.pre(quote.trim().length >= 3);
      const [start, end] = locateQuote(text, quote) ?? [-1, -1];
      expect(text.slice(start, end)).toBe(quote);
    }),
  );
});
