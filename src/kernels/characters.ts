import {
  COMPAT,
  HAS_ASTRAL,
  HAS_INVISIBLE_RUN,
  HAS_OVERRIDE,
  HAS_TAGS,
  INVISIBLE,
  LATIN,
  LOOKALIKE,
  OTHER,
  WORD_REACH,
} from '../normalize/characters-layout';
import { BLOCK } from '../normalize/survey-layout';
import { Bytes, Ints, Units } from './memory';

/*
 * Finds the characters outside ASCII that the transforms know of. Look-alikes are dropped again where the word they stand in has letters of
 * another script and none that are Latin: most of what is written in Cyrillic or Greek.
 */

/** The class of each UTF-16 unit. */
export const kindsAt: usize = memory.data(1 << 16, 16);
const kinds = changetype<Bytes>(kindsAt);

/** Offsets of what folding may undo, doubled, with 1 for a look-alike: those of the block, and of the word that the block before left open. */
export const foldableAt: usize = memory.data(4 * (BLOCK + 2 * WORD_REACH), 16);
const foldable = changetype<Ints>(foldableAt);
let foldableCount = 0;
/** How many of them stay, whatever comes; the first of the word at hand. */
let decided = 0;
let firstOfWord = 0;
/** Offsets of Latin letters. */
export const latinAt: usize = memory.data(4 * BLOCK, 16);
const latin = changetype<Ints>(latinAt);
export let latinCount = 0;

/** What was met so far, in the bits of the layout. */
export let found = 0;
/** Fewest invisible characters in a row that can carry a message; how many stand in a row, and where the last one ends. */
const MESSAGE_RUN = 4;
let run = 0;
let runEnd = 0;

/** What letters the word at hand has, in the bits of their classes and one for any, and where it begins. */
let word = 0;
let wordStart = 0;
/** The last unit of the block before. */
let lastUnit = 0;
const ANY = 1;
const HAS_LATIN = 1 << LATIN;
const HAS_OTHER = 1 << OTHER;

/** Begins another text. */
export function beginCharacters(): void {
  foldableCount = 0;
  decided = 0;
  firstOfWord = 0;
  found = 0;
  run = 0;
  runEnd = 0;
  word = 0;
  lastUnit = 0;
}

/** Reads so many units, of which the first is the text's unit `base`; tells how many foldable ones have been decided. */
export function readCharacters(at: usize, base: i32, length: i32): i32 {
  const units = changetype<Units>(at);
  // What was decided has been taken.
  for (let k = decided; k < foldableCount; k++) foldable[k - decided] = foldable[k];
  foldableCount -= decided;
  firstOfWord -= decided;
  latinCount = 0;
  for (let i = 0; i < length; i++) {
    const code = units[i];
    if (code < 128) {
      const next = (word & HAS_OTHER) === 0 ? endOfAscii(at, i, length) : i;
      if (next > i) {
        // Of what is passed over no more is asked than whether a word with a Latin letter goes on after it.
        word = 0;
        i = next - 1;
        if (isLetter(units[i])) beginWord(base + i, HAS_LATIN);
      } else if (isLetter(code)) addLetter(base + i, HAS_LATIN);
      else if (word !== 0) endWord(base + i);
      continue;
    }
    if (code >= 0xd800 && code < 0xe000) {
      const isLow = code >= 0xdc00;
      const before = i > 0 ? units[i - 1] : lastUnit;
      if (code === 0xd835 || (isLow && before === 0xd835)) addLetter(base + i, HAS_LATIN);
      else if (word !== 0) endWord(base + i);
      noteSurrogate(code, base + i);
      continue;
    }
    const kind: i32 = kinds[code];
    found |= 1 << kind;
    if (kind === 0) {
      if (word !== 0) endWord(base + i);
    } else {
      addLetter(base + i, kind === LATIN || kind === COMPAT ? HAS_LATIN : kind === OTHER ? HAS_OTHER : ANY);
      if (kind === LATIN) latin[latinCount++] = base + i;
      else if (kind !== OTHER) {
        foldable[foldableCount++] = ((base + i) << 1) | i32(kind === LOOKALIKE);
        if (kind === INVISIBLE) noteInvisible(base + i);
        if (code === 0x202d || code === 0x202e) found |= HAS_OVERRIDE;
      }
    }
  }
  lastUnit = length > 0 ? units[length - 1] : lastUnit;
  decided =
    word === 0 || (word & HAS_LATIN) !== 0 || base + length - wordStart > WORD_REACH ? foldableCount : firstOfWord;
  return decided;
}

/** Where no eight more units are all ASCII. */
function endOfAscii(at: usize, from: i32, length: i32): i32 {
  let next = from;
  for (; next + 8 <= length; next += 8) {
    const eight = v128.load(at + ((<usize>next) << 1));
    if (v128.any_true(v128.and(eight, i16x8.splat(<i16>0xff80)))) break;
  }
  return next;
}

/** Ends the text, of so many units, and tells how many foldable characters there are in all that have not been taken: decided are all now. */
export function endCharacters(size: i32): i32 {
  endWord(size);
  decided = foldableCount;
  return foldableCount;
}

function isLetter(code: i32): bool {
  return <u32>((code | 32) - 97) < 26;
}

function beginWord(at: i32, what: i32): void {
  word = ANY | what;
  wordStart = at;
  firstOfWord = foldableCount;
}

function addLetter(at: i32, what: i32): void {
  if (word === 0) beginWord(at, what);
  else word |= what;
}

/** Drops the look-alikes of the word that ends, where it is one of another script and seen whole from each of its letters. */
function endWord(at: i32): void {
  if ((word & (HAS_OTHER | HAS_LATIN)) === HAS_OTHER && at - wordStart <= WORD_REACH) {
    let kept = firstOfWord;
    for (let k = firstOfWord; k < foldableCount; k++) if ((foldable[k] & 1) === 0) foldable[kept++] = foldable[k];
    foldableCount = kept;
  }
  word = 0;
}

function noteInvisible(at: i32): void {
  run = runEnd === at ? run + 1 : 1;
  runEnd = at + 1;
  if (run >= MESSAGE_RUN) found |= HAS_INVISIBLE_RUN;
}

/** Pairs that letters, tags or selectors are written in; the second half of a pair changes nothing. */
function noteSurrogate(code: i32, at: i32): void {
  if (code >= 0xdc00) {
    if (runEnd === at) runEnd++;
    return;
  }
  if (code === 0xdb40) {
    found |= HAS_TAGS;
    noteInvisible(at);
    foldable[foldableCount++] = at << 1;
    return;
  }
  if (code !== 0xd835 && code !== 0xd83c) return;
  found |= HAS_ASTRAL;
  foldable[foldableCount++] = at << 1;
}
