import {
  FORM_BITS,
  FORM_BLANK,
  FORM_ESCAPE,
  FORM_PHRASE,
  FORM_ROLE,
  FORM_SPECIAL,
  FORM_STOP,
  FORM_TOKEN,
  FORM_TOKEN_RUN,
  FORM_WORD,
  LONGEST_SAMPLE,
  OPENING_BITS,
} from '../normalize/form-layout';
import { Bytes, Ints, Units } from './memory';

/*
 * Counts what a text's form consists of, and tells where a pattern may match; most of a text is words that begin no phrase, and the loops
 * over those have no branches.
 */

/** By UTF-16 unit, and by the hash of a phrase's first four characters. */
export const formClassesAt: usize = memory.data(1 << 16, 16);
const classes = changetype<Bytes>(formClassesAt);
export const openingsAt: usize = memory.data(1 << OPENING_BITS, 16);
const openings = changetype<Bytes>(openingsAt);

/** The units of the sample at hand. */
export const sampleAt: usize = memory.data(2 * LONGEST_SAMPLE + 8, 16);
const units = changetype<Units>(sampleAt);
let size = 0;

/** Where in the sample words begin, and where signs stand that are looked at. */
const wordsAt = changetype<Ints>(memory.data(4 * (LONGEST_SAMPLE + 1), 16));
const signsAt = changetype<Ints>(memory.data(4 * (LONGEST_SAMPLE + 1), 16));

/** Where patterns may match: offsets, with what may match there in the low bits. */
export const placesAt: usize = memory.data(4 * (2 * LONGEST_SAMPLE + 1), 16);
const places = changetype<Ints>(placesAt);
let placeCount = 0;

/** Where the escapes end that were found. */
export const escapeEndsAt: usize = memory.data(4 * LONGEST_SAMPLE, 16);
const escapeEnds = changetype<Ints>(escapeEndsAt);

/** Stretches between blanks, and ASCII characters that ordinary prose seldom has. */
export let words = 0;
export let specials = 0;

/** Reads the sample, which has so many units, and tells how many places there are. */
export function readForm(length: i32): i32 {
  size = length;
  placeCount = 0;
  let blanks = 0;
  let special = 0;
  let word = 0;
  let sign = 0;
  let before = FORM_BLANK;
  for (let i = 0; i < length; i++) {
    const kind = classes[units[i]];
    blanks += before & ~kind & FORM_BLANK;
    special += i32((kind & FORM_SPECIAL) !== 0);
    wordsAt[word] = i;
    word += i32((kind & ~before & FORM_WORD) !== 0);
    signsAt[sign] = i;
    sign += i32((kind & FORM_STOP) !== 0);
    before = kind;
  }
  words = blanks;
  specials = special;
  lookAtLine(0);
  for (let k = 0; k < sign; k++) lookAtSign(signsAt[k]);
  while (word > 0 && wordsAt[word - 1] + 4 > length) word--;
  for (let k = 0; k < word; k++) {
    const at = wordsAt[k];
    const opening = openings[slotAt(at)];
    places[placeCount] = (at << FORM_BITS) | FORM_PHRASE | opening;
    placeCount += i32(opening !== 0);
  }
  return placeCount;
}

/** The hash of four characters, of which case takes no part: five bits each. */
function slotAt(at: i32): i32 {
  const key =
    ((units[at] & 31) << 15) | ((units[at + 1] & 31) << 10) | ((units[at + 2] & 31) << 5) | (units[at + 3] & 31);
  return (key * -1640531535) >>> (32 - OPENING_BITS);
}

function lookAtSign(at: i32): void {
  const next = at + 1 < size ? units[at + 1] : 0;
  const unit = units[at];
  // %, a backslash, &; <, [; the others end a line.
  if (unit === 37 || unit === 92) {
    if (next >= 48) addPlace(at, FORM_ESCAPE);
  } else if (unit === 38) {
    if (next === 35) addPlace(at, FORM_ESCAPE);
  } else if (unit === 60 || unit === 91) {
    if (next === 47 || next === 124 || (next >= 65 && next <= 122)) addPlace(at, FORM_ROLE);
  } else lookAtLine(at + 1);
}

/** Notes the start of a line, if up to three blanks from there stands a letter that begins a role's name: s, u, a, h, d or t. */
function lookAtLine(start: i32): void {
  let at = start;
  while (at < size && at - start < 3 && (units[at] <= 32 || units[at] >= 128)) at++;
  if (at >= size) return;
  const letter = units[at] | 32;
  if (letter === 115 || letter === 117 || letter === 97 || letter === 104 || letter === 100 || letter === 116)
    addPlace(start, FORM_ROLE);
}

function addPlace(at: i32, what: i32): void {
  places[placeCount++] = (at << FORM_BITS) | what;
}

/** Runs of base64 and hex characters, less what an escape had of them; looks at every fortieth character until one is hit. */
export function countTokens(escapeCount: i32): i32 {
  let found = 0;
  let done = 0;
  let next = 0;
  for (let i = FORM_TOKEN_RUN - 1; i < size; ) {
    let end = i;
    if (isToken(i)) {
      let start = i;
      while (start > done && isToken(start - 1)) start--;
      while (end < size && isToken(end)) end++;
      if (end - start >= FORM_TOKEN_RUN) {
        for (; next < escapeCount && escapeEnds[next] <= end; next++) start = max(start, escapeEnds[next]);
        if (end - start >= FORM_TOKEN_RUN) found++;
      }
    }
    done = end + 1;
    i = end + FORM_TOKEN_RUN;
  }
  return found;
}

function isToken(at: i32): bool {
  return (classes[units[at]] & FORM_TOKEN) !== 0;
}
