import { COMPAT, getTables, HAS_ASTRAL, HAS_TAGS, INVISIBLE, LATIN, LOOKALIKE, MARK, OTHER } from './characters.ts';
import { addEdit, createEdits, type Edits, mergeEdits } from './edits.ts';
import { getLexicon } from './lexicon.ts';
import { WHOLE } from './offset-map.ts';
import type { Transform } from './transform.ts';

/** What kind of letters a word holds: none seen, Latin, Latin with look-alikes, look-alikes alone, another script. */
type WordType = 'none' | 'latin' | 'mixed' | 'lookalike' | 'other';

/** A word of look-alikes alone, waiting to see what stands after it. */
interface Pending {
  readonly start: number;
  readonly end: number;
}

const FOLDABLE = (1 << INVISIBLE) | (1 << COMPAT) | (1 << MARK) | (1 << LOOKALIKE) | HAS_ASTRAL | HAS_TAGS;

/**
 * Compatibility forms, invisible characters, combining marks and look-alike letters, undone in one pass.
 * Look-alikes are replaced in words that mix them with Latin letters, and in words made of them alone where the words around are Latin or
 * mixed: prose in Cyrillic or Greek is left alone, since its words nearly always hold a letter that looks like no Latin one.
 */
export const fold: Transform = {
  name: 'folded',
  find({ text, characters }) {
    if ((characters & FOLDABLE) === 0) return undefined;
    const { kind, foreign } = getTables();
    const plain = createEdits();
    const glyphs = createEdits();
    const size = text.length;
    let wordStart = -1;
    let latin = 0;
    let alike = 0;
    let other = 0;
    let previous: WordType = 'none';
    let pending: Pending[] = [];
    let base = -1;

    const replaceAlike = (from: number, to: number, strong: boolean) => {
      for (let i = from; i < to; i++) {
        const code = text.charCodeAt(i);
        if (code > 127 && kind[code] === LOOKALIKE) addEdit(glyphs, i, i + 1, foreign.get(code) as string, 1, strong);
      }
    };
    const settle = (next: WordType) => {
      if (pending.length > 0 && previous !== 'other' && next !== 'other') {
        const mixed = previous === 'mixed' || next === 'mixed';
        const framed = previous === 'latin' || next === 'latin';
        if (mixed || framed)
          for (const word of pending) replaceAlike(word.start, word.end, mixed || word.end - word.start > 1);
      }
      pending = [];
    };
    const closeWord = (end: number) => {
      if (wordStart < 0) return;
      if (alike > 0 && latin === 0 && other === 0) {
        if (pending.length < 64) pending.push({ start: wordStart, end });
        else settle('none');
      } else {
        const type: WordType = alike > 0 && latin > 0 && latin >= other ? 'mixed' : other > 0 ? 'other' : 'latin';
        settle(type);
        if (type === 'mixed') replaceAlike(wordStart, end, true);
        previous = type;
      }
      wordStart = -1;
      latin = 0;
      alike = 0;
      other = 0;
    };

    for (let i = 0; i < size; i++) {
      const code = text.charCodeAt(i);
      if (code < 128) {
        const letter = code | 32;
        if (letter >= 97 && letter <= 122) {
          if (wordStart < 0) wordStart = i;
          latin++;
        } else if (wordStart >= 0) closeWord(i);
        base = i;
        continue;
      }
      if (code >= 0xd800 && code < 0xe000) {
        const low = text.charCodeAt(i + 1);
        if (code === 0xd835 || (code === 0xd83c && low >= 0xdd10 && low <= 0xddff)) {
          const letters = astral(code, low);
          if (letters) {
            if (wordStart < 0) wordStart = i;
            latin++;
            addEdit(
              plain,
              i,
              i + 2,
              letters,
              WHOLE,
              letters !== ' ' && (low < 0xdde6 || code === 0xd835 || inFlagRun(text, i)),
            );
            base = i;
            i++;
            continue;
          }
        } else if (code === 0xdb40 && ((low >= 0xdc00 && low <= 0xdc7f) || (low >= 0xdd00 && low <= 0xddef))) {
          addEdit(plain, i, i + 2, '', WHOLE, splitsWord(text, kind, i, i + 2));
          i++;
          continue;
        }
        if (wordStart >= 0) closeWord(i);
        base = i;
        if (low >= 0xdc00 && low < 0xe000 && code < 0xdc00) i++;
        continue;
      }
      switch (kind[code]) {
        case INVISIBLE:
          if (!isJoinerInPlace(text, kind, i)) addEdit(plain, i, i + 1, '', WHOLE, splitsWord(text, kind, i, i + 1));
          break;
        case COMPAT: {
          const letters =
            code >= 0xff01 && code <= 0xff5e ? String.fromCharCode(code - 0xfee0) : compat(text.charAt(i));
          if (letters === undefined) {
            closeWord(i);
          } else {
            const isLetter = /[A-Za-z]/.test(letters);
            if (isLetter) {
              if (wordStart < 0) wordStart = i;
              latin++;
            } else closeWord(i);
            addEdit(
              plain,
              i,
              i + 1,
              letters,
              letters.length === 1 ? 1 : WHOLE,
              isLetter && code !== 0x2122 && code !== 0x2116 && code !== 0xaa && code !== 0xba,
            );
          }
          base = i;
          break;
        }
        case MARK:
          foldMark(text, kind, base, i, plain);
          break;
        case LOOKALIKE:
          if (wordStart < 0) wordStart = i;
          alike++;
          base = i;
          break;
        case LATIN:
          if (wordStart < 0) wordStart = i;
          latin++;
          base = i;
          break;
        case OTHER:
          if (wordStart < 0) wordStart = i;
          other++;
          base = i;
          break;
        default:
          if (wordStart >= 0) closeWord(i);
          base = i;
      }
    }
    closeWord(size);
    settle('none');
    if (glyphs.start.length === 0) return plain.start.length === 0 ? undefined : plain;
    if (plain.start.length === 0) return glyphs;
    return mergeEdits([plain, glyphs]);
  },
};

/** The ASCII that NFKC makes of a character, undefined where it makes something else. */
function compat(character: string): string | undefined {
  const folded = character.normalize('NFKC');
  for (let i = 0; i < folded.length; i++) if (folded.charCodeAt(i) > 127) return undefined;
  return folded;
}

/** Mathematical letters, letters in squares and circles, and regional indicators as ASCII. */
function astral(high: number, low: number): string | undefined {
  const code = (high - 0xd800) * 0x400 + (low - 0xdc00) + 0x10000;
  if (code >= 0x1f150 && code <= 0x1f169) return String.fromCharCode(65 + code - 0x1f150);
  if (code >= 0x1f170 && code <= 0x1f189) return String.fromCharCode(65 + code - 0x1f170);
  if (code >= 0x1f1e6 && code <= 0x1f1ff) return String.fromCharCode(65 + code - 0x1f1e6);
  const folded = String.fromCodePoint(code).normalize('NFKC');
  if (folded.charCodeAt(0) < 128) return /^\(?[A-Za-z0-9]+\)?$/.test(folded) ? folded.replace(/[()]/g, '') : undefined;
  return getTables().foreign.get(folded.charCodeAt(0));
}

/** Regional indicators in a row spell flags when their number is even, at most a handful; letters else. */
function inFlagRun(text: string, at: number): boolean {
  let from = at;
  while (from >= 2 && at - from < 64 && isIndicator(text, from - 2)) from -= 2;
  let to = at;
  while (to - at < 64 && isIndicator(text, to)) to += 2;
  return ((to - from) / 2) % 2 === 1 && to - from > 2;
}

function isIndicator(text: string, at: number): boolean {
  if (text.charCodeAt(at) !== 0xd83c) return false;
  const low = text.charCodeAt(at + 1);
  return low >= 0xdde6 && low <= 0xddff;
}

function visibleBefore(text: string, kind: Uint8Array, at: number): number {
  for (let i = at - 1, steps = 0; i >= 0 && steps < 32; i--, steps++) {
    const code = text.charCodeAt(i);
    if (code >= 0xdc00 && code < 0xe000 && text.charCodeAt(i - 1) === 0xdb40) {
      i--;
      continue;
    }
    if (code < 128 || kind[code] !== INVISIBLE) return code;
  }
  return 32;
}

function visibleAfter(text: string, kind: Uint8Array, at: number): number {
  for (let i = at, steps = 0; i < text.length && steps < 32; i++, steps++) {
    const code = text.charCodeAt(i);
    if (code === 0xdb40) {
      i++;
      continue;
    }
    if (code < 128 || kind[code] !== INVISIBLE) return code;
  }
  return 32;
}

/** Latin, Greek, Cyrillic or Armenian, or their compatibility forms: scripts whose words hold no invisible characters. */
function isPlainScript(code: number): boolean {
  return code < 0x590 || (code >= 0x1e00 && code < 0x2000) || (code >= 0xff01 && code <= 0xff5e);
}

/** Chinese, Japanese and Korean, whose words hold no joiners but may stand beside variation selectors. */
function isEastAsian(code: number): boolean {
  return (code >= 0x2e80 && code < 0xa000) || (code >= 0xac00 && code < 0xd7b0) || (code >= 0xf900 && code < 0xfb00);
}

function isWordCode(code: number): boolean {
  const letter = code | 32;
  return (
    (letter >= 97 && letter <= 122 && code < 128) ||
    (code >= 48 && code <= 57) ||
    (code >= 0xc0 && isPlainScript(code)) ||
    isEastAsian(code)
  );
}

/** An invisible character that parts two letters of a script that has no use for it. */
function splitsWord(text: string, kind: Uint8Array, start: number, end: number): boolean {
  return isWordCode(visibleBefore(text, kind, start)) && isWordCode(visibleAfter(text, kind, end));
}

/** Joiners, marks of direction and variation selectors where their writing system or an emoji asks for them. */
function isJoinerInPlace(text: string, kind: Uint8Array, at: number): boolean {
  const before = visibleBefore(text, kind, at);
  const after = visibleAfter(text, kind, at + 1);
  const code = text.charCodeAt(at);
  const selector = code >= 0xfe00 && code <= 0xfe0f;
  const fits = (neighbour: number) => isPlainScript(neighbour) || (!selector && isEastAsian(neighbour));
  return !(fits(before) && fits(after));
}

function foldMark(text: string, kind: Uint8Array, base: number, at: number, edits: Edits) {
  if (base < 0) return;
  const code = text.charCodeAt(base);
  const letter = code | 32;
  if (code < 128) {
    if (letter >= 97 && letter <= 122) addEdit(edits, at, at + 1, '', WHOLE);
    return;
  }
  const baseKind = kind[code];
  if (baseKind === LATIN || baseKind === COMPAT) addEdit(edits, at, at + 1, '', WHOLE);
  else if (baseKind === LOOKALIKE || baseKind === OTHER) {
    const composed = base === at - 1 ? (text.charAt(base) + text.charAt(at)).normalize('NFC') : '';
    if (composed.length === 1) addEdit(edits, base, at + 1, composed, WHOLE);
    else addEdit(edits, at, at + 1, '', WHOLE);
  }
}

/** Letters with combining marks as their composed letters, for rules in languages that write accents. */
export const composed: Transform = {
  name: 'composed',
  find({ text, characters }) {
    if ((characters & (1 << MARK)) === 0) return undefined;
    const edits = createEdits();
    for (const match of text.matchAll(/[A-Za-z][\u0300-\u036f]{1,3}/g)) {
      const letter = match[0].normalize('NFC');
      if (letter.length === 1) addEdit(edits, match.index, match.index + match[0].length, letter, WHOLE);
    }
    return edits.start.length === 0 ? undefined : edits;
  },
};

/** Shortest accented word that opens a window: shorter ones are everyday words of languages that write accents. */
const ACCENTED_WORD = 5;
/** Longest word that is looked up. */
const LONGEST_WORD = 24;

/** Accented and look-alike Latin letters as ASCII, where that makes a known word of what was none: `ígnóre`, `ɪɢɴᴏʀᴇ`. */
export const accents: Transform = {
  name: 'accents',
  find({ text, characters }) {
    if ((characters & (1 << LATIN)) === 0) return undefined;
    const { kind } = getTables();
    const { words } = getLexicon();
    const edits = createEdits();
    const isLatin = (at: number): boolean => {
      const code = text.charCodeAt(at);
      const letter = code | 32;
      return code < 128 ? letter >= 97 && letter <= 122 : kind[code] === LATIN;
    };
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code < 128 || kind[code] !== LATIN) continue;
      let start = i;
      while (start > 0 && i - start < LONGEST_WORD && isLatin(start - 1)) start--;
      let end = i + 1;
      while (end < text.length && end - i < LONGEST_WORD && isLatin(end)) end++;
      if (end - start <= LONGEST_WORD) {
        const word = text.slice(start, end);
        const stripped = stripWord(word);
        const known = word.length >= ACCENTED_WORD && words.has(stripped.toLowerCase());
        for (let k = i - start; k < word.length; k++)
          if (word.charCodeAt(k) > 127 && stripped.charAt(k) !== word.charAt(k))
            addEdit(edits, start + k, start + k + 1, stripped.charAt(k), 1, known);
      }
      i = end;
    }
    return edits.strong.includes(true) ? edits : undefined;
  },
};

/** The word with every Latin letter outside ASCII replaced by the ASCII letter that it is made from or looks like; same length. */
function stripWord(word: string): string {
  const { latin } = getTables();
  let out = '';
  for (let i = 0; i < word.length; i++) {
    const code = word.charCodeAt(i);
    if (code < 128) {
      out += word.charAt(i);
      continue;
    }
    const letter = latin.get(code) ?? word.charAt(i).normalize('NFD').charAt(0);
    out += letter.charCodeAt(0) < 128 ? letter : word.charAt(i);
  }
  return out;
}
