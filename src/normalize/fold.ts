import { getTables } from './characters.ts';
import {
  COMPAT,
  HAS_ASTRAL,
  HAS_TAGS,
  INVISIBLE,
  LATIN,
  LOOKALIKE,
  MARK,
  OTHER,
  WORD_REACH,
} from './characters-layout.ts';
import { addEdit, createEdits, type Edits } from './edits.ts';
import { CANONICAL, getLexicon, isMember, rollHash } from './lexicon.ts';
import { WHOLE } from './offset-map.ts';
import type { Transform } from './transform.ts';

const FOLDABLE = (1 << INVISIBLE) | (1 << COMPAT) | (1 << MARK) | (1 << LOOKALIKE) | HAS_ASTRAL | HAS_TAGS;

/** What kind of letters a word holds: none, Latin, Latin with look-alikes, look-alikes alone, another script. */
type WordType = 'none' | 'latin' | 'mixed' | 'lookalike' | 'other';

/** Words of look-alikes alone that are passed over to find a word that tells the script. */
const NEIGHBOURS = 6;

/** 0 for what ends a word, 1 for what a word passes over (invisible characters, marks), else what kind of letter it is. */
function letterKind(text: string, kind: Uint8Array, at: number): number {
  const code = text.charCodeAt(at);
  const letter = code | 32;
  if (code < 128) return letter >= 97 && letter <= 122 ? LATIN : 0;
  if (code === 0xd835 || (code >= 0xdc00 && code < 0xe000 && text.charCodeAt(at - 1) === 0xd835)) return LATIN;
  const own = kind[code] as number;
  return own === COMPAT ? LATIN : own === MARK ? INVISIBLE : own;
}

function classify(text: string, kind: Uint8Array, start: number, end: number): WordType {
  let latin = 0;
  let alike = 0;
  let other = 0;
  for (let i = start; i < end; i++) {
    const one = letterKind(text, kind, i);
    if (one === LATIN) latin++;
    else if (one === LOOKALIKE) alike++;
    else if (one === OTHER) other++;
  }
  if (alike > 0 && latin > 0 && latin >= other) return 'mixed';
  if (other > 0) return 'other';
  return alike > 0 ? 'lookalike' : latin > 0 ? 'latin' : 'none';
}

function wordStart(text: string, kind: Uint8Array, at: number): number {
  let start = at;
  while (start > 0 && at - start < WORD_REACH && letterKind(text, kind, start - 1) !== 0) start--;
  return start;
}

function wordEnd(text: string, kind: Uint8Array, at: number): number {
  let end = at;
  while (end < text.length && end - at < WORD_REACH && letterKind(text, kind, end) !== 0) end++;
  return end;
}

/** The type of the nearest word in a direction that is not made of look-alikes alone. */
function neighbour(text: string, kind: Uint8Array, from: number, step: 1 | -1): WordType {
  let at = from;
  for (let words = 0; words < NEIGHBOURS; words++) {
    let gap = 0;
    while (at >= 0 && at < text.length && letterKind(text, kind, at) === 0 && gap < WORD_REACH) {
      at += step;
      gap++;
    }
    if (at < 0 || at >= text.length || gap >= WORD_REACH) return 'none';
    const start = step < 0 ? wordStart(text, kind, at + 1) : at;
    const end = step < 0 ? at + 1 : wordEnd(text, kind, at);
    const type = classify(text, kind, start, end);
    if (type !== 'lookalike' && type !== 'none') return type;
    at = step < 0 ? start - 1 : end;
  }
  return 'none';
}

/** Whether the look-alikes of a word stand for Latin letters; `weak` where only its place between Latin words says so. */
function isDisguised(text: string, kind: Uint8Array, start: number, end: number): 'strong' | 'weak' | undefined {
  const type = classify(text, kind, start, end);
  if (type === 'mixed') return 'strong';
  if (type !== 'lookalike') return undefined;
  const before = neighbour(text, kind, start - 1, -1);
  const after = neighbour(text, kind, end, 1);
  if (before === 'other' || after === 'other') return undefined;
  if (before === 'mixed' || after === 'mixed') return 'strong';
  if (before === 'none' && after === 'none') return undefined;
  return end - start > 1 ? 'strong' : 'weak';
}

/**
 * Compatibility forms, invisible characters, combining marks and look-alike letters, undone in one pass.
 * Look-alikes are replaced in words that mix them with Latin letters, and in words made of them alone where the words around are Latin or
 * mixed: prose in Cyrillic or Greek is left alone, since its words nearly always hold a letter that looks like no Latin one.
 */
export const fold: Transform = {
  name: 'folded',
  find({ text, characters }) {
    if ((characters.found & FOLDABLE) === 0) return undefined;
    const edits = createEdits();
    const word: Word = { end: 0, disguised: undefined };
    for (const at of characters.foldable) foldAt(text, at, edits, word);
    return edits.start.length === 0 ? undefined : edits;
  },
};

/** The word at hand, and whether its look-alikes stand for Latin letters. */
interface Word {
  end: number;
  disguised: 'strong' | 'weak' | undefined;
}

function foldAt(text: string, at: number, edits: Edits, word: Word) {
  const { kind, foreign } = getTables();
  const code = text.charCodeAt(at);
  switch (kind[code]) {
    case INVISIBLE:
      if (!isJoinerInPlace(text, kind, at)) addEdit(edits, at, at + 1, '', WHOLE, splitsWord(text, kind, at, at + 1));
      return;
    case COMPAT:
      foldCompat(text, at, edits);
      return;
    case MARK:
      foldMark(text, kind, at, edits);
      return;
    case LOOKALIKE:
      if (at >= word.end) {
        word.end = wordEnd(text, kind, at);
        word.disguised = isDisguised(text, kind, wordStart(text, kind, at), word.end);
      }
      if (word.disguised) addEdit(edits, at, at + 1, foreign.get(code) as string, 1, word.disguised === 'strong');
      return;
    default:
      foldPair(text, kind, at, edits);
  }
}

function foldCompat(text: string, at: number, edits: Edits) {
  const code = text.charCodeAt(at);
  const letters = code >= 0xff01 && code <= 0xff5e ? String.fromCharCode(code - 0xfee0) : compat(text.charAt(at));
  if (letters === undefined) return;
  const strong = !ORDINARY.has(code) && /[A-Za-z]/.test(letters);
  addEdit(edits, at, at + 1, letters, letters.length === 1 ? 1 : WHOLE, strong);
}

/** A surrogate pair: a letter of mathematics or in a box, a regional indicator, a tag or a selector. */
function foldPair(text: string, kind: Uint8Array, at: number, edits: Edits) {
  const code = text.charCodeAt(at);
  const low = text.charCodeAt(at + 1);
  if (!(low >= 0xdc00 && low < 0xe000)) return;
  if (code === 0xd835 || (code === 0xd83c && low >= 0xdd10 && low <= 0xddff)) {
    const letters = astral(code, low);
    if (letters) addEdit(edits, at, at + 2, letters, WHOLE, code === 0xd835 || low < 0xdde6 || inFlagRun(text, at));
  } else if (code === 0xdb40 && ((low >= 0xdc00 && low <= 0xdc7f) || (low >= 0xdd00 && low <= 0xddef)))
    addEdit(edits, at, at + 2, '', WHOLE, splitsWord(text, kind, at, at + 2));
}

/** Compatibility signs of everyday prose: ª, º, №, ™. */
const ORDINARY: ReadonlySet<number> = new Set([0xaa, 0xba, 0x2116, 0x2122]);

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

/** Writing systems and emoji in which joiners and marks of direction have work to do. */
function usesJoiners(code: number): boolean {
  return (
    (code >= 0x590 && code < 0x1e00) ||
    (code >= 0x2190 && code < 0x2c00) ||
    (code >= 0xa800 && code < 0xac00) ||
    (code >= 0xd800 && code < 0xe000) ||
    (code >= 0xfb1d && code < 0xff00)
  );
}

/** Thai to Tibetan, Burmese and Khmer, which part words with the zero-width space. */
function partsWords(code: number): boolean {
  return (code >= 0xe00 && code < 0x10a0) || (code >= 0x1780 && code < 0x1800) || (code >= 0x1900 && code < 0x1ab0);
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
    (code >= 0xc0 && code < 0x2000) ||
    isEastAsian(code) ||
    (code >= 0xa000 && code < 0xd800) ||
    (code >= 0xff01 && code <= 0xffdc)
  );
}

/** An invisible character that parts two letters of a script that has no use for it. */
function splitsWord(text: string, kind: Uint8Array, start: number, end: number): boolean {
  const before = visibleBefore(text, kind, start);
  const after = visibleAfter(text, kind, end);
  if (!isWordCode(before) || !isWordCode(after)) return false;
  // Between single letters it parts no words, whatever the script.
  return (
    !partsWords(before) ||
    text.charCodeAt(end + 1) === text.charCodeAt(start) ||
    text.charCodeAt(start - 2) === text.charCodeAt(start)
  );
}

/** Joiners, marks of direction and variation selectors where their writing system or an emoji asks for them. */
function isJoinerInPlace(text: string, kind: Uint8Array, at: number): boolean {
  const code = text.charCodeAt(at);
  const before = visibleBefore(text, kind, at);
  if (code >= 0xfe00 && code <= 0xfe0f)
    return usesJoiners(before) || isEastAsian(before) || (before < 128 && !isLetter(before));
  // No writing system joins with these.
  if (code === 0x200b || (code >= 0x2060 && code <= 0x2064) || code === 0xfeff || code === 0xad) return false;
  return usesJoiners(before) || usesJoiners(visibleAfter(text, kind, at + 1));
}

function isLetter(code: number): boolean {
  const letter = code | 32;
  return letter >= 97 && letter <= 122;
}

function foldMark(text: string, kind: Uint8Array, at: number, edits: Edits) {
  let base = at - 1;
  for (; base >= 0 && at - base < WORD_REACH; base--) {
    const own = kind[text.charCodeAt(base)];
    if (text.charCodeAt(base) < 128 || (own !== MARK && own !== INVISIBLE)) break;
  }
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
    // An edit of the base itself (a look-alike) came first and keeps it: then only the mark goes.
    if (composed.length === 1 && edits.end[edits.end.length - 1] !== at) addEdit(edits, base, at + 1, composed, WHOLE);
    else addEdit(edits, at, at + 1, '', WHOLE);
  }
}

const ACCENTED = /[A-Za-z][\u0300-\u036f]{1,3}/y;

/** Letters with combining marks as their composed letters, for rules in languages that write accents. */
export const composed: Transform = {
  name: 'composed',
  find({ text, characters }) {
    if ((characters.found & (1 << MARK)) === 0) return undefined;
    const edits = createEdits();
    let done = 0;
    for (const at of characters.foldable) {
      if (at < done) continue;
      ACCENTED.lastIndex = at - 1;
      const match = at === 0 ? null : ACCENTED.exec(text);
      if (!match) continue;
      done = at - 1 + match[0].length;
      const letter = match[0].normalize('NFC');
      if (letter.length === 1) addEdit(edits, at - 1, done, letter, WHOLE);
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
    if ((characters.found & (1 << LATIN)) === 0) return undefined;
    const edits = createEdits();
    let done = 0;
    for (const at of characters.latin) if (at >= done) done = stripAt(text, at, edits);
    return edits.strong.includes(true) ? edits : undefined;
  },
};

/** Strips the word around an accented letter and returns where it ends. */
function stripAt(text: string, at: number, edits: Edits): number {
  let start = at;
  while (start > 0 && at - start < LONGEST_WORD && isLatin(text.charCodeAt(start - 1))) start--;
  let end = at + 1;
  while (end < text.length && end - at < LONGEST_WORD && isLatin(text.charCodeAt(end))) end++;
  if (end - start > LONGEST_WORD || (edits.start.length === 0 && !mayBeKnown(text, start, end))) return end + 1;
  const word = text.slice(start, end);
  const stripped = stripWord(word);
  const known = word.length >= ACCENTED_WORD && getLexicon().words.has(stripped.toLowerCase());
  for (let k = at - start; k < word.length; k++)
    if (word.charCodeAt(k) > 127 && stripped.charAt(k) !== word.charAt(k))
      addEdit(edits, start + k, start + k + 1, stripped.charAt(k), 1, known);
  return end + 1;
}

function isLatin(code: number): boolean {
  const letter = code | 32;
  return code < 128 ? letter >= 97 && letter <= 122 : getTables().kind[code] === LATIN;
}

/** ASCII letters by UTF-16 unit that {@link baseLetter} has worked out so far; 0 for not yet, 1 for none. */
const baseLetters = new Uint8Array(0x2c80);

/** Code of the ASCII letter that a Latin letter is made from or looks like, 1 when there is none. */
function baseLetter(code: number): number {
  const cached = code < baseLetters.length ? (baseLetters[code] as number) : 0;
  if (cached !== 0) return cached;
  const letter = (getTables().latin.get(code) ?? String.fromCharCode(code).normalize('NFD')).charCodeAt(0);
  const base = letter < 128 ? letter : 1;
  if (code < baseLetters.length) baseLetters[code] = base;
  return base;
}

/** Whether the hash of a word, read without its accents, is one of the lexicon's: says no to nearly all others without copying them. */
function mayBeKnown(text: string, start: number, end: number): boolean {
  let hash = 0;
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i);
    const base = code < 128 ? code : baseLetter(code);
    hash = rollHash(hash, CANONICAL[base] as number);
  }
  return isMember(getLexicon().known, hash);
}

/** The word with every Latin letter outside ASCII replaced by the ASCII letter that it is made from or looks like; same length. */
function stripWord(word: string): string {
  let out = '';
  for (let i = 0; i < word.length; i++) {
    const code = word.charCodeAt(i);
    const base = code < 128 ? code : baseLetter(code);
    out += base === 1 ? word.charAt(i) : String.fromCharCode(base);
  }
  return out;
}
