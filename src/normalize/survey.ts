import { CANONICAL, getLexicon, IN_LEXICON, IN_REVERSED, IN_ROT13, POWERS, slotOf } from './lexicon.ts';

/** What one pass over a text saw; offsets in UTF-16 units, each list flat and ascending. */
export interface Survey {
  /** [start, end] of words that may be the ROT13 form of a frequent word. */
  readonly rot13: number[];
  /** [start, end] of words that may be a frequent word written backwards. */
  readonly reversed: number[];
  /** [start, end] of words that mix letters with digits or signs and read as a frequent word. */
  readonly leet: number[];
  /** [start, end] of words broken by single joiners (`pre-vious`) that make a frequent word. */
  readonly broken: number[];
  /** [start, end] of runs of single letters set apart. */
  readonly spaced: number[];
  /** [start, end] of runs of words of two characters, as bytes in hex are. */
  readonly pairs: number[];
  /** [start, end] of runs of lines with one word each. */
  readonly stacked: number[];
  /** [start, end] of long stretches without any letter or digit. */
  readonly wordless: number[];
  /** [start, end] of runs of at least {@link LONG_TOKEN} characters of the base64 alphabets. */
  readonly tokens: number[];
}

/** Shortest run of base64 or hex characters that is worth a look. */
export const LONG_TOKEN = 12;
/** Fewest letters set apart that count as a run, and fewest one-word lines. */
const SPACED_RUN = 5;
const STACKED_RUN = 4;
/** Fewest words of two characters in a row that may be bytes in hex. */
const PAIR_RUN = 8;
/** Longest broken word, with its joiners. */
const CHAIN_REACH = 48;
/** Longest separator between two letters of one run. */
const SPACED_GAP = 6;
/** Shortest stretch of signs that could hold Morse code. */
const WORDLESS = 24;

const LETTER = 1;
const DIGIT = 2;
const SIGN = 3;
const JOINER = 4;
const BLANK = 5;
const NEWLINE = 6;

/** Character classes of ASCII: letters, digits, signs read as letters, joiners found inside broken words, blanks. */
const CLASS: Uint8Array = (() => {
  const table = new Uint8Array(128);
  for (let code = 97; code <= 122; code++) {
    table[code] = LETTER;
    table[code - 32] = LETTER;
  }
  for (let code = 48; code <= 57; code++) table[code] = DIGIT;
  table[64] = SIGN;
  table[36] = SIGN;
  for (const joiner of "-_.*~|+/'`,") table[joiner.charCodeAt(0)] = JOINER;
  table[32] = BLANK;
  table[9] = BLANK;
  table[13] = NEWLINE;
  table[10] = NEWLINE;
  return table;
})();

/** Walks the text once. Everything the transforms start from is found here, so that ordinary text costs one pass. */
export function surveyText(text: string): Survey {
  const rot13: number[] = [];
  const reversed: number[] = [];
  const leet: number[] = [];
  const broken: number[] = [];
  const spaced: number[] = [];
  const pairs: number[] = [];
  const stacked: number[] = [];
  const wordless: number[] = [];
  const { slots } = getLexicon();
  const size = text.length;
  let hash = 0;
  let start = -1;
  let letters = 0;
  let others = 0;
  // The word before, and the chain of words held together by single joiners.
  let end = 0;
  let chainHash = 0;
  let chainStart = -1;
  let joiners = 0;
  let newlineAt = -1;
  let blankAt = -1;
  let runStart = -1;
  let runTokens = 0;
  let pairStart = -1;
  let pairCount = 0;
  let stackStart = -1;
  let stackWords = 0;
  for (let i = 0; i <= size; i++) {
    const code = i < size ? text.charCodeAt(i) : 10;
    const kind = code < 128 ? (CLASS[code] as number) : code < 0xbf || (code >= 0x2000 && code < 0x2070) ? 0 : LETTER;
    if (kind !== 0 && kind <= SIGN) {
      if (start < 0) {
        start = i;
        const gap = i - end;
        if (gap >= WORDLESS) wordless.push(end, i);
        if (runTokens > 0 && gap > SPACED_GAP) {
          if (runTokens >= SPACED_RUN) spaced.push(runStart, end);
          runTokens = 0;
        }
        if (blankAt >= end && end > 0) {
          if (stackWords >= STACKED_RUN) stacked.push(stackStart, end);
          stackWords = 0;
        } else if (newlineAt >= end && gap <= SPACED_GAP) {
          stackWords++;
        }
      }
      if (kind === LETTER) {
        letters++;
        hash = (Math.imul(hash, 33) + (code < 128 ? (CANONICAL[code] as number) : code)) | 0;
      } else {
        others++;
        hash = (Math.imul(hash, 33) + (CANONICAL[code] as number)) | 0;
      }
      continue;
    }
    if (start >= 0) {
      const length = i - start;
      if (length === 1) {
        if (runTokens === 0) runStart = start;
        runTokens++;
      } else if (runTokens > 0) {
        if (runTokens >= SPACED_RUN) spaced.push(runStart, end);
        runTokens = 0;
      }
      if (length === 2) {
        if (pairCount === 0) pairStart = start;
        pairCount++;
      } else if (pairCount > 0) {
        if (pairCount >= PAIR_RUN) pairs.push(pairStart, end);
        pairCount = 0;
      }
      const chained = joiners > 0 && joiners <= 2 && joiners === start - end && i - chainStart <= CHAIN_REACH;
      if (chained) {
        chainHash = (Math.imul(chainHash, POWERS[length] as number) + hash) | 0;
        if ((slots[slotOf(chainHash)] as number) & IN_LEXICON) broken.push(chainStart, i);
      } else {
        chainHash = hash;
        chainStart = start;
      }
      if (length >= 3) {
        const flags = slots[slotOf(hash)] as number;
        if (flags !== 0) {
          if (others === 0) {
            if (flags & IN_ROT13) rot13.push(start, i);
            if (flags & IN_REVERSED) reversed.push(start, i);
          } else if (flags & IN_LEXICON && letters > 0) leet.push(start, i);
        }
      }
      end = i;
      joiners = 0;
      if (stackWords === 0) stackStart = start;
      start = -1;
      hash = 0;
      letters = 0;
      others = 0;
    }
    if (kind === JOINER) joiners++;
    else if (kind === NEWLINE) newlineAt = i;
    else if (kind === BLANK) blankAt = i;
  }
  if (size - end >= WORDLESS) wordless.push(end, size);
  if (runTokens >= SPACED_RUN) spaced.push(runStart, end);
  if (pairCount >= PAIR_RUN) pairs.push(pairStart, end);
  if (stackWords >= STACKED_RUN) stacked.push(stackStart, end);
  return { rot13, reversed, leet, broken, spaced, pairs, stacked, wordless, tokens: findTokens(text) };
}

/** Membership in the base64, base64url and hex alphabets. */
const TOKEN: Uint8Array = (() => {
  const table = new Uint8Array(128);
  for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_')
    table[letter.charCodeAt(0)] = 1;
  return table;
})();

function isToken(text: string, offset: number): boolean {
  const code = text.charCodeAt(offset);
  return code < 128 && TOKEN[code] === 1;
}

/** Looks at every twelfth character only: a run of that length cannot hide between two looks. */
function findTokens(text: string): number[] {
  const tokens: number[] = [];
  const size = text.length;
  let done = 0;
  let i = LONG_TOKEN - 1;
  while (i < size) {
    if (!isToken(text, i)) {
      done = i + 1;
      i += LONG_TOKEN;
      continue;
    }
    let start = i;
    while (start > done && isToken(text, start - 1)) start--;
    let end = i + 1;
    // The run must reach back or forward far enough; the far end decides where to look next.
    while (end < size && isToken(text, end)) end++;
    if (end - start >= LONG_TOKEN) tokens.push(start, end);
    done = end + 1;
    i = end + LONG_TOKEN;
  }
  return tokens;
}
