import type { AST } from '@eslint-community/regexpp';
import fc from 'fast-check';
import { parseRegex } from '../../src/rules/parse-regex.ts';

/** Texts that a regex is likely to match, made from its syntax tree; what lookarounds ask for is left to chance. */
export function positivesOf(regex: string, flags: string): fc.Arbitrary<string> {
  return ofAlternatives(parseRegex(regex, flags).alternatives, flags);
}

function ofAlternatives(alternatives: readonly AST.Alternative[], flags: string): fc.Arbitrary<string> {
  return fc.oneof(...alternatives.map(({ elements }) => joined(elements.map((element) => ofElement(element, flags)))));
}

function joined(parts: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> {
  return fc.tuple(...parts).map((texts) => texts.join(''));
}

function ofElement(element: AST.Element, flags: string): fc.Arbitrary<string> {
  switch (element.type) {
    case 'Assertion':
      // A positive lookbehind stands before what follows, so its text can be written out; the others can not.
      return element.kind === 'lookbehind' && !element.negate
        ? ofAlternatives(element.alternatives, flags)
        : fc.constant('');
    case 'Group':
    case 'CapturingGroup':
      return ofAlternatives(element.alternatives, flags);
    case 'Quantifier': {
      const most = Math.min(element.max, element.min + 3);
      return fc
        .array(ofElement(element.element, flags), { minLength: element.min, maxLength: most, size: 'max' })
        .map((texts) => texts.join(''));
    }
    case 'Character': {
      const text = String.fromCodePoint(element.value);
      const upper = text.toUpperCase();
      return flags.includes('i') && upper.length === text.length
        ? fc.constantFrom(text, text, upper)
        : fc.constant(text);
    }
    case 'CharacterSet':
    case 'CharacterClass':
    case 'ExpressionCharacterClass':
      return fc.constantFrom(...membersOf(element.raw, flags));
    default:
      return fc.constant('');
  }
}

const SAMPLE = [
  ...Array(0x80).keys(),
  0xa0,
  0xe9,
  0xdf,
  0x3b1,
  0x434,
  0x5e9,
  0x627,
  0x645,
  0x915,
  0xe01,
  0x2014,
  0x2019,
  0x3042,
  0x30a2,
  0x4e00,
  0x5ffd,
  0xac00,
  0xff0c,
  0x1f600,
].map((code) => String.fromCodePoint(code));
const members = new Map<string, readonly string[]>();

function membersOf(raw: string, flags: string): readonly string[] {
  const key = `${flags}/${raw}`;
  let known = members.get(key);
  if (known === undefined) {
    const regex = new RegExp(`^(?:${raw})$`, flags);
    const found = SAMPLE.filter((char) => regex.test(char));
    for (let code = 0x80; found.length === 0 && code < 0x10000; code++) {
      const char = String.fromCharCode(code);
      if (regex.test(char)) found.push(char);
    }
    known = found.length > 0 ? found : [''];
    members.set(key, known);
  }
  return known;
}
