import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unitWriter } from '../../src/core/code-units.ts';

test('copies every unit of any text, halves of surrogate pairs too', () => {
  const target = new Uint16Array(600);
  const copyUnits = unitWriter(target);
  const unit = fc.oneof(fc.string({ unit: 'binary', maxLength: 20 }), fc.constantFrom('\ud83d', '\ude00', '\ufeff'));
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 14 }), (parts) => {
      const text = parts.join('');
      copyUnits(text);
      expect([...target.subarray(0, text.length)]).toEqual(text.split('').map((one) => one.charCodeAt(0)));
    }),
  );
});
