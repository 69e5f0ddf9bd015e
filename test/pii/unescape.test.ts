import { describe, expect, it } from 'vitest';
import { engine } from './builtin.ts';

const FILLER = 'The ferry leaves when the tide allows it. '.repeat(200);

describe('values with stand-ins for signs', () => {
  it('are found deep in a long text, with exact offsets', () => {
    const values = [
      'marta.lindqvist%40posteo.de',
      'jonas&#64;posteo.de',
      'ana\\u0040posteo.de',
      'lena\\\\u0040posteo.de',
      'tom\\x40posteo.de',
      'eva&commat;posteo.de',
    ];
    const text = values.map((value) => `${FILLER}Write to ${value} before noon. `).join('') + FILLER;
    const found = engine.detect(text).map(({ start, end, via }) => ({ value: text.slice(start, end), via }));
    expect(found).toEqual(values.map((value) => ({ value, via: ['escapes'] })));
  });

  it('are found where they begin in capitals, without another one in the text', () => {
    const text = `${FILLER}Write to ana\\U0040posteo.de before noon.`;
    const [match] = engine.detect(text);
    expect(text.slice(match?.start, match?.end)).toBe('ana\\U0040posteo.de');
  });

  it.each([
    ['marta\uff20posteo.de', 'email'],
    ['192\uff0e168\uff0e12\uff0e44', 'ip_address'],
    ['4539\uff0d1488\uff0d0343\uff0d6467', 'credit_card'],
    ['00\uff1a1b\uff1a63\uff1a84\uff1a45\uff1ae6', 'mac_address'],
  ])('are found where full-width signs join ASCII: %s', (value, type) => {
    const found = engine.detect(`\u8054\u7cfb\uff0c ${value} \u3002`);
    expect(found.map((match) => ({ type: match.type, length: match.end - match.start }))).toEqual([
      { type, length: value.length },
    ]);
  });

  it('do not make a value of what a distant stand-in leaves unchanged', () => {
    const text = `${FILLER}50%40 ${'1234 '.repeat(400)}${FILLER}`;
    expect(engine.detect(text)).toEqual([]);
  });
});
