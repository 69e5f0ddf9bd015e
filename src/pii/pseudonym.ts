import { nodeCrypto } from '../core/builtin.ts';
import { isLuhnValid } from './check-digits.ts';
import { unescapeSigns } from './unescape.ts';

/** The stand-ins of a run and what each stands for: what a vault file keeps. */
export interface Vault {
  /** Value by stand-in. */
  readonly entries: Map<string, string>;
}

/** A vault with the given entries, stand-in to value. */
export function createVault(entries: Iterable<readonly [string, string]> = []): Vault {
  return { entries: new Map(entries) };
}

/** A text with every stand-in of the vault replaced by its value. */
export function restore(text: string, { entries }: Vault): string {
  // Longest first, so that one stand-in that starts another does not eat it.
  const names = [...entries.keys()].sort((a, b) => b.length - a.length);
  if (names.length === 0) return text;
  const any = new RegExp(names.map((name) => name.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|'), 'g');
  return text.replace(any, (name) => entries.get(name) ?? name);
}

/** Letters only, so that no rule takes a token for a number. */
export function letters(digest: Buffer, length: number): string {
  return [...digest.subarray(0, length)].map((byte) => String.fromCharCode(97 + (byte % 26))).join('');
}

/** The keyed hash of a value, whatever its case, separators and escapes: the same value has the same token. */
export function keyedHash(key: string | Uint8Array, type: string, value: string, salt = 0): Buffer {
  const unescaped = unescapeSigns(value)?.text ?? value;
  const plain = unescaped.toLowerCase().replace(/[\s.\-()/]/g, '') || value;
  return nodeCrypto().createHmac('sha256', key).update(`${type}\0${salt}\0${plain}`).digest();
}

const FIRST_NAMES = [
  'Robin',
  'Alex',
  'Sam',
  'Kim',
  'Noel',
  'Jamie',
  'Sascha',
  'Dominique',
  'Andrea',
  'Charlie',
  'Toni',
  'Lee',
  'Quinn',
  'Ariel',
  'Jules',
  'Marin',
];

/**
 * A stand-in of the value's kind that belongs to nobody: from the ranges kept for documentation where there are such,
 * or a number whose check digit is wrong, or a name of the type. Two values never share one within a vault.
 */
export function makePseudonym(type: string, value: string, key: string | Uint8Array, vault: Vault): string {
  for (let salt = 0; ; salt++) {
    const digest = keyedHash(key, type, value, salt);
    // The small ranges of documentation addresses run out: then a name of the type stands in.
    const name = salt < 32 ? standIn(type, value, digest) : `${type.toUpperCase()}_${letters(digest, 12)}`;
    const taken = vault.entries.get(name);
    if (taken !== undefined && taken !== value) continue;
    if (name === value) continue;
    vault.entries.set(name, value);
    return name;
  }
}

function standIn(type: string, value: string, digest: Buffer): string {
  const at = (index: number, range: number) => (digest[index] as number) % range;
  switch (type) {
    case 'email':
      return `user.${letters(digest, 8)}@example.com`;
    case 'phone':
      return `+1-${2 + at(0, 7)}0${2 + at(1, 8)}-555-01${at(2, 10)}${at(3, 10)}`;
    case 'ip_address':
      return value.includes(':')
        ? `2001:db8::${digest.subarray(0, 2).toString('hex')}:${digest.subarray(2, 4).toString('hex')}`
        : `${['192.0.2', '198.51.100', '203.0.113'][at(0, 3)]}.${1 + at(1, 254)}`;
    case 'mac_address':
      return `00:00:5E:00:53:${digest.subarray(0, 1).toString('hex').toUpperCase()}`;
    case 'person_name':
      return `${FIRST_NAMES[at(0, FIRST_NAMES.length)]} Example-${capital(letters(digest.subarray(1), 6))}`;
    case 'credit_card':
      return withWrongCheckDigit(value, digest);
    default:
      return `${type.toUpperCase()}_${letters(digest, 8)}`;
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The card's shape with other digits, which the Luhn check refuses: nobody's card. */
function withWrongCheckDigit(value: string, digest: Buffer): string {
  let index = 0;
  const digits = value.replace(/\d/g, (digit) => {
    const at = index++;
    return at === 0 ? digit : String((digest[at % digest.length] as number) % 10);
  });
  if (!isLuhnValid(digits.replace(/\D/g, ''))) return digits;
  return digits.replace(/\d(?=\D*$)/, (last) => String((Number(last) + 1) % 10));
}
