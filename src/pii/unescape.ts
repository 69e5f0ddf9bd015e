import type { Region } from '../core/document.ts';

/** A text with single characters in place of what stands for them, and the way back. */
export interface Unescaped {
  readonly text: string;
  /** Where in the text the characters are that stand-ins gave way to, in order. */
  readonly places: readonly number[];
  toOriginal(region: Region): Region;
}

/**
 * What may stand for an ASCII sign or digit inside a value: `%40`, `&#64;`, `\u0040`, `\x40`, full-width forms, and the
 * digits of other scripts. The
 * normalizer passes over signs that are escaped without hiding a word; an address with `%40` is an address still.
 */
const STAND_IN =
  /%[2-7][0-9a-f]|\\{1,2}u00[2-7][0-9a-f]|\\x[2-7][0-9a-f]|&#(?:\d{2,3}|x[2-7][0-9a-f]);|&(?:commat|period|hyphen|lowbar|plus|sol|colon);|[\uff0b-\uff3a\uff3f\uff41-\uff5a\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\u09e6-\u09ef\u0e50-\u0e59]/gi;

/**
 * Those of one character that tell of a value: of the full-width signs not the comma, the colon and others that end clauses of
 * Chinese and Japanese prose.
 */
const ONE_CHARACTER =
  /[\uff0b\uff0d-\uff19\uff20-\uff3a\uff3f\uff41-\uff5a\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\u09e6-\u09ef\u0e50-\u0e59]/;
const WIDE_COLON = '\uff1a';
/** A colon inside of a hardware address. */
const JOINING_COLON = /[0-9a-f]\uff1a[0-9a-f]/i;
/** The zeros of Arabic, Persian, Devanagari, Bengali and Thai digits. */
const ZEROS = [0x660, 0x6f0, 0x966, 0x9e6, 0xe50];

const NAMED: Readonly<Record<string, string>> = {
  commat: '@',
  period: '.',
  hyphen: '-',
  lowbar: '_',
  plus: '+',
  sol: '/',
  colon: ':',
};

/** The text, which may be known to be ASCII, with its stand-ins resolved; undefined where it has none. */
export function unescapeSigns(text: string, ascii = false): Unescaped | undefined {
  const standIns = standInsOf(text, ascii);
  if (standIns.length === 0) return undefined;
  // For each stand-in: where its character is in the new text, and how many units of the original precede what follows.
  const places: number[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  const parts: string[] = [];
  let length = 0;
  let at = 0;
  for (const match of standIns) {
    const character = resolve(match[0]);
    if (character === undefined) continue;
    parts.push(text.slice(at, match.index), character);
    length += match.index - at;
    places.push(length);
    length += 1;
    starts.push(match.index);
    at = match.index + match[0].length;
    ends.push(at);
  }
  if (places.length === 0) return undefined;
  parts.push(text.slice(at));
  const original = (offset: number): number => {
    let low = 0;
    let high = places.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((places[middle] as number) < offset) low = middle + 1;
      else high = middle;
    }
    if (low < places.length && places[low] === offset) return starts[low] as number;
    if (low === 0) return offset;
    return (ends[low - 1] as number) + offset - (places[low - 1] as number) - 1;
  };
  return {
    text: parts.join(''),
    places,
    toOriginal: ({ start, end }) => ({ start: original(start), end: original(end) }),
  };
}

const STAND_IN_HERE = new RegExp(STAND_IN.source, 'iy');

function hasOneCharacter(text: string): boolean {
  return ONE_CHARACTER.test(text) || (text.includes(WIDE_COLON) && JOINING_COLON.test(text));
}

/** All matches of {@link STAND_IN}: where no character of other scripts can be one, it is tried only where a sign says so. */
function standInsOf(text: string, ascii: boolean): readonly RegExpExecArray[] {
  if (!ascii && hasOneCharacter(text)) return [...text.matchAll(STAND_IN)];
  const found: RegExpExecArray[] = [];
  let done = 0;
  for (const lead of leadsOf(text)) {
    if (lead < done) continue;
    // `\\\\u0040` starts with the backslash before.
    const isDoubled = lead > done && text.charAt(lead) === '\\' && text.charAt(lead - 1) === '\\';
    const match = (isDoubled ? standInAt(text, lead - 1) : null) ?? standInAt(text, lead);
    if (match === null) continue;
    found.push(match);
    done = match.index + match[0].length;
  }
  return found;
}

function standInAt(text: string, at: number): RegExpExecArray | null {
  STAND_IN_HERE.lastIndex = at;
  return STAND_IN_HERE.exec(text);
}

/** Where a sign is followed by what makes it a stand-in, ascending: most texts with such signs have no such place. */
function leadsOf(text: string): number[] {
  const found: number[] = [];
  for (const [sign, next] of LEADS) {
    for (let at = text.indexOf(sign); at >= 0; at = text.indexOf(sign, at + 1)) {
      if (at + 1 < text.length && next.includes(text.charAt(at + 1))) found.push(at);
    }
  }
  return found.length > 1 ? found.sort((a, b) => a - b) : found;
}

/** What stand-ins start with, and what can come second; of two backslashes the second counts. */
const LEADS = [
  ['%', '234567'],
  ['\\', 'uxUX'],
  ['&', '#cphlsCPHLS'],
] as const;

function resolve(standIn: string): string | undefined {
  if (standIn.length === 1) {
    const code = standIn.charCodeAt(0);
    const zero = ZEROS.find((start) => code >= start && code < start + 10);
    return zero === undefined ? String.fromCharCode(code - 0xfee0) : String(code - zero);
  }
  if (standIn.startsWith('&')) {
    const name = standIn.slice(1, -1).toLowerCase();
    if (!name.startsWith('#')) return NAMED[name];
    const code = name.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : undefined;
  }
  const code = Number.parseInt(standIn.slice(-2), 16);
  return code < 0x7f ? String.fromCharCode(code) : undefined;
}
