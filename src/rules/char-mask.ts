import type { AST } from '@eslint-community/regexpp';

/** A set of characters, coarse where it may be: bit 0 to 127 for ASCII, bit 128 for everything else. */
export type CharMask = bigint;

export const NON_ASCII: CharMask = 1n << 128n;
export const ALL_CHARS: CharMask = (1n << 129n) - 1n;
const ASCII = Array.from({ length: 128 }, (_, unit) => String.fromCharCode(unit));

/** Whether every character of `inner` is in `outer`. */
export function isSubset(inner: CharMask, outer: CharMask): boolean {
  return (inner & ~outer) === 0n;
}

/** The ASCII characters that a regex for one character matches. */
export function asciiMask(regex: RegExp): CharMask {
  let mask = 0n;
  for (const [unit, text] of ASCII.entries()) if (regex.test(text)) mask |= 1n << BigInt(unit);
  return mask;
}

const known = new Map<string, CharMask>();

/** The characters that an element for one character can take; never too few. */
export function maskOf(element: AST.Character | AST.CharacterSet | AST.CharacterClass, flags: string): CharMask {
  const key = `${flags}/${element.raw}`;
  let mask = known.get(key);
  if (mask === undefined) {
    const body = element.type === 'Character' ? characterSource(element.value, flags) : element.raw;
    mask = asciiMask(new RegExp(`^(?:${body})$`, flags.replace('m', '')));
    if (canLeaveAscii(element, flags)) mask |= NON_ASCII;
    known.set(key, mask);
  }
  return mask;
}

function characterSource(value: number, flags: string): string {
  if (value < 0x10000) return `\\u${value.toString(16).padStart(4, '0')}`;
  return /[uv]/.test(flags) ? `\\u{${value.toString(16)}}` : String.fromCodePoint(value);
}

/** `k` and `s` are also the Kelvin sign and the long s where case is ignored by Unicode's rules. */
function canLeaveAscii(
  element: AST.Character | AST.CharacterSet | AST.CharacterClassElement | AST.CharacterClass,
  flags: string,
): boolean {
  const unicodeCase = flags.includes('i') && /[uv]/.test(flags);
  switch (element.type) {
    case 'Character':
      return element.value > 127 || (unicodeCase && /[ks]/i.test(String.fromCharCode(element.value)));
    case 'CharacterClassRange':
      return element.max.value > 127 || unicodeCase;
    case 'CharacterSet':
      return (
        !(element.kind === 'digit' && !element.negate) && !(element.kind === 'word' && !element.negate && !unicodeCase)
      );
    case 'CharacterClass':
      return element.negate || element.elements.some((inner) => canLeaveAscii(inner, flags));
    default:
      return true;
  }
}

/** The mask as a table that the scan can index with `min(unit, 128)`. */
export function maskTable(mask: CharMask): Uint8Array {
  return Uint8Array.from({ length: 129 }, (_, bit) => Number((mask >> BigInt(bit)) & 1n));
}
