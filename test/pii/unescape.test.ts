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

  it('do not make a value of what a distant stand-in leaves unchanged', () => {
    const text = `${FILLER}50%40 ${'1234 '.repeat(400)}${FILLER}`;
    expect(engine.detect(text)).toEqual([]);
  });
});
