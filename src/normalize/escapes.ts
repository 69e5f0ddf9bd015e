import { decodeText } from './bytes.ts';
import { addEdit, createEdits, type Edits } from './edits.ts';
import { composeMaps, MAPPED, type OffsetMap, WHOLE } from './offset-map.ts';
import { AMPERSAND, BACKSLASH, EQUALS, HASH, PERCENT } from './survey-layout.ts';
import type { Transform } from './transform.ts';

/** Whether writing the text as an escape hides it from a reader: an ASCII letter or digit, or a letter of another script. */
function hides(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const base = code | 32;
    if (
      code < 128
        ? (base >= 97 && base <= 122) || (code >= 48 && code <= 57)
        : code >= 0x250 && /\p{L}|[\ud800-\udbff]/u.test(text.charAt(i))
    )
      return true;
  }
  return false;
}

/** Bytes written `width` characters each from `start`; lossless, or nothing. */
function addBytes(
  edits: Edits,
  start: number,
  end: number,
  bytes: Uint8Array,
  width: number,
  strong: (text: string) => boolean,
) {
  const text = readBytes(bytes);
  if (text === undefined) return;
  if (text.map) {
    const toSource: OffsetMap = (a, b) => ({ start: start + width * a, end: start + width * b });
    addEdit(edits, start, end, text.text, MAPPED, strong(text.text), composeMaps(toSource, text.map));
  } else addEdit(edits, start, end, text.text, width, strong(text.text));
}

function readBytes(bytes: Uint8Array): { text: string; map?: OffsetMap } | undefined {
  let ascii = true;
  for (const byte of bytes) if (byte > 127) ascii = false;
  if (ascii) {
    let text = '';
    for (let i = 0; i < bytes.length; i++) text += String.fromCharCode(bytes[i] as number);
    return { text };
  }
  return decodeText(bytes);
}

/** The next match, from an offset on, of a sticky pattern that begins with a certain sign: signs are searched faster than patterns. */
function matchFrom(text: string, pattern: RegExp, sign: string, from: number): RegExpExecArray | undefined {
  for (let at = text.indexOf(sign, from); at >= 0; at = text.indexOf(sign, at + 1)) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) return match;
  }
  return undefined;
}

const PERCENT_RUN = /(?:%[0-9a-f]{2})+/iy;

/** Percent encoding as in URLs. `%20` and other signs that URLs must encode count only in company. */
export const percent: Transform = {
  name: 'percent',
  find({ text, survey }) {
    if ((survey.escapes & PERCENT) === 0) return undefined;
    const edits = createEdits();
    let lastEnd = -1000;
    let end = 0;
    for (let match = matchFrom(text, PERCENT_RUN, '%', 0); match; match = matchFrom(text, PERCENT_RUN, '%', end)) {
      const start = match.index;
      end = start + match[0].length;
      const bytes = new Uint8Array(match[0].length / 3);
      for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(match[0].slice(3 * i + 1, 3 * i + 3), 16);
      const company = start - lastEnd <= 24 && !/\s/.test(text.slice(lastEnd, start));
      const nested = bytes[bytes.length - 1] === 37 && /^[0-9a-f]{2}/i.test(text.slice(end, end + 2));
      addBytes(edits, start, end, bytes, 3, (decoded) => hides(decoded) || nested || (company && decoded === ' '));
      lastEnd = end;
    }
    return edits.start.length === 0 ? undefined : edits;
  },
};

/** HTML entities of signs that a disguise may use; letters with accents are read by their pattern. */
const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  Tab: '\t',
  NewLine: '\n',
  excl: '!',
  num: '#',
  dollar: '$',
  percnt: '%',
  lpar: '(',
  rpar: ')',
  ast: '*',
  plus: '+',
  comma: ',',
  period: '.',
  sol: '/',
  colon: ':',
  semi: ';',
  equals: '=',
  quest: '?',
  commat: '@',
  lsqb: '[',
  lbrack: '[',
  bsol: '\\',
  rsqb: ']',
  rbrack: ']',
  lowbar: '_',
  grave: '`',
  lbrace: '{',
  lcub: '{',
  vert: '|',
  rbrace: '}',
  rcub: '}',
  hyphen: '-',
  dash: '-',
  ndash: '-',
  mdash: '-',
  lsquo: "'",
  rsquo: "'",
  ldquo: '"',
  rdquo: '"',
  hellip: '...',
  shy: '',
  zwnj: '',
  zwj: '',
  lrm: '',
  rlm: '',
};
const MARKS: Readonly<Record<string, string>> = {
  acute: '\u0301',
  grave: '\u0300',
  circ: '\u0302',
  tilde: '\u0303',
  uml: '\u0308',
  cedil: '\u0327',
  ring: '\u030a',
};
const ENTITY = /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,10}));?/iy;

function entity(
  decimal: string | undefined,
  hexadecimal: string | undefined,
  name: string | undefined,
): string | undefined {
  if (name !== undefined) {
    if (Object.hasOwn(NAMED, name)) return NAMED[name];
    const accented = /^([A-Za-z])(acute|grave|circ|tilde|uml|cedil|ring)$/.exec(name);
    return accented ? `${accented[1]}${MARKS[accented[2] as string]}`.normalize('NFC') : undefined;
  }
  const code = decimal === undefined ? Number.parseInt(hexadecimal as string, 16) : Number(decimal);
  if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000) || code === 0) return undefined;
  return String.fromCodePoint(code);
}

/** HTML entities by number and by name. `&amp;` and the like count only in company. */
export const htmlEntities: Transform = {
  name: 'html_entities',
  find({ text, survey }) {
    if ((survey.escapes & (AMPERSAND | HASH)) === 0 || (survey.signs & AMPERSAND) === 0) return undefined;
    const edits = createEdits();
    let end = 0;
    for (let match = matchFrom(text, ENTITY, '&', 0); match; match = matchFrom(text, ENTITY, '&', end)) {
      const [whole, decimal, hexadecimal, name] = match;
      end = match.index + whole.length;
      if (name !== undefined && !whole.endsWith(';')) continue;
      const decoded = entity(decimal, hexadecimal, name);
      if (decoded === undefined) continue;
      const nested = whole === '&amp;' && /^#?[a-z0-9]{2,8};/i.test(text.slice(match.index + 5, match.index + 15));
      addEdit(edits, match.index, end, decoded, WHOLE, nested || (name === undefined && hides(decoded)));
    }
    return edits.start.length === 0 ? undefined : edits;
  },
};

/** So many escapes in a row hide something, be it blanks. */
const ESCAPE_RUN = 8;
const ESCAPE = /\\{1,2}(?:u\{([0-9a-f]{1,6})\}|u([0-9a-f]{4})|U([0-9a-f]{8})|x([0-9a-f]{2})|([01][0-7]{2}))/iy;
const BYTE_RUN = /(?:\\x[0-9a-f]{2}){2,}/giy;

/** The escapes of program text and JSON: `\u0069`, `\u{69}`, `\U00000069`, `\x69` (runs of them as UTF-8) and octal. */
export const escapes: Transform = {
  name: 'escapes',
  find({ text, survey }) {
    if ((survey.escapes & BACKSLASH) === 0) return undefined;
    const edits = createEdits();
    let last = 0;
    let run = 0;
    for (let match = matchFrom(text, ESCAPE, '\\', 0); match; match = matchFrom(text, ESCAPE, '\\', last)) {
      const start = match.index;
      const end = start + match[0].length;
      run = start === last ? run + 1 : 1;
      last = end;
      if (match[4] !== undefined && match[0].length === 4) {
        BYTE_RUN.lastIndex = start;
        const bytesRun = BYTE_RUN.exec(text);
        if (bytesRun) {
          const bytes = new Uint8Array(bytesRun[0].length / 4);
          for (let i = 0; i < bytes.length; i++)
            bytes[i] = Number.parseInt(bytesRun[0].slice(4 * i + 2, 4 * i + 4), 16);
          addBytes(edits, start, start + bytesRun[0].length, bytes, 4, hides);
          last = start + bytesRun[0].length;
          continue;
        }
      }
      const code =
        match[5] === undefined
          ? Number.parseInt((match[1] ?? match[2] ?? match[3] ?? match[4]) as string, 16)
          : Number.parseInt(match[5], 8);
      if (code > 0x10ffff || code === 0) continue;
      const decoded = code < 0x10000 ? String.fromCharCode(code) : String.fromCodePoint(code);
      addEdit(edits, start, end, decoded, WHOLE, run >= ESCAPE_RUN || hides(decoded));
    }
    return edits.start.length === 0 ? undefined : edits;
  },
};

const QUOTED = /(?:=[0-9A-F]{2})+|=[ \t]*\r?\n/y;

/** Quoted-printable: told from `a=20` by several in a row and by its soft line breaks. */
export const quotedPrintable: Transform = {
  name: 'quoted_printable',
  find({ text, survey }) {
    if ((survey.escapes & EQUALS) === 0) return undefined;
    const edits = createEdits();
    const hits: number[] = [];
    let end = 0;
    for (let match = matchFrom(text, QUOTED, '=', 0); match; match = matchFrom(text, QUOTED, '=', end)) {
      const start = match.index;
      end = start + match[0].length;
      const before = edits.start.length;
      if (/\s$/.test(match[0])) addEdit(edits, start, end, '', WHOLE, false);
      else {
        const bytes = new Uint8Array(match[0].length / 3);
        let control = false;
        for (let i = 0; i < bytes.length; i++) {
          const byte = Number.parseInt(match[0].slice(3 * i + 1, 3 * i + 3), 16);
          bytes[i] = byte;
          if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13) control = true;
        }
        if (!control) addBytes(edits, start, end, bytes, 3, (text) => text.length >= 6 && hides(text));
      }
      if (edits.start.length > before) hits.push(start);
    }
    for (let i = 0; i + 2 < hits.length; i++)
      if ((hits[i + 2] as number) - (hits[i] as number) <= 160)
        edits.strong[i] = edits.strong[i + 1] = edits.strong[i + 2] = true;
    return edits.strong.includes(true) ? edits : undefined;
  },
};
