import { describe, expect, it } from 'vitest';
import { foldUnit, isBlank } from '../../src/rules/fold.ts';

const UNITS = Array.from({ length: 0x10000 }, (_, unit) => String.fromCharCode(unit));
const CASED = UNITS.filter((unit) => /\p{Changes_When_Casemapped}|\p{Changes_When_Casefolded}/u.test(unit));

describe('folding', () => {
  it.each(['i', 'iu', 'iv'])('makes one of what a regex with the flags %s takes for the same', (flags) => {
    const all = CASED.join('');
    const apart: string[] = [];
    for (const unit of CASED) {
      const source = `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
      for (const [same] of all.matchAll(new RegExp(source, `${flags}g`))) {
        if (foldUnit(same) !== foldUnit(unit)) apart.push(unit + same);
      }
    }
    expect(apart).toEqual([]);
  });

  it('makes one of all white space and one of all digits', () => {
    expect(new Set(UNITS.filter((unit) => /\s/.test(unit)).map(foldUnit)).size).toBe(1);
    expect(new Set([...'0123456789'].map(foldUnit)).size).toBe(1);
    expect(UNITS.filter((unit) => /\s/.test(unit) && !isBlank(unit.charCodeAt(0)))).toEqual([]);
  });
});
