import {
  APART,
  BLANK,
  BLOCK,
  EVENT_SIZE,
  LETTER,
  LONG_TOKEN,
  NEWLINE,
  OTHER,
  SIGNS,
  SPACED_RUN,
  STACKED_RUN,
  TOKEN,
  WORD,
  WORDLESS,
} from '../normalize/survey-layout';
import { Bytes, Ints, reserve, Units } from './memory';

export * from './characters';
export * from './form';
export { reserve };

/*
 * Reads a text block by block and tells where something stands that a transform may start from. Words are most of a text and end where no
 * processor foresees it: the loops have no branches.
 */

/** Shortest word with digits that may be a byte in bits. */
const LONG_NUMBER = 8;
/** Longest broken word, with its joiners. */
const CHAIN_REACH = 48;
/** Longest separator between two lines of one word. */
const LINE_GAP = 16;

/** The class of each UTF-16 unit, in the bits of the layout. */
export const classesAt: usize = memory.data(4 << 16, 16);
const table = changetype<Ints>(classesAt);
/** The units of the block at hand. */
export const unitsAt: usize = memory.data(2 * BLOCK, 16);
const units = changetype<Units>(unitsAt);
/** Where runs of base64 characters grow long in it. */
export const longRunsAt: usize = memory.data((4 * BLOCK) / LONG_TOKEN + 4, 16);
const longRuns = changetype<Ints>(longRunsAt);
/** The words at which something happens: see the layout. */
export const eventsAt: usize = memory.data(4 * EVENT_SIZE * (BLOCK / 2 + 2), 16);
const events = changetype<Ints>(eventsAt);

/**
 * Where words begin and end in the block at hand, in turn, each with what the stretch before it was: the hash of a word, and the classes of
 * its characters joined, with the class of the last one from bit 16 on. One slot more for a word that the block before left open, one for
 * the end of the text.
 */
const edges = changetype<Ints>(memory.data(4 * (BLOCK + 2), 16));
const hashes = changetype<Ints>(memory.data(4 * (BLOCK + 2), 16));
const classes = changetype<Ints>(memory.data(4 * (BLOCK + 2), 16));
let edgeCount = 0;

/** What a block hands on to the next. */
let hash = 0;
let classesSoFar = 0;
let last = 0;
let run = 0;

/** The bit sets of the lexicon: frequent words, and what they are turned round; and the hashes of the words `style` and `hidden`. */
let known = changetype<Bytes>(0);
let knownMask = 0;
let ciphered = changetype<Bytes>(0);
let cipheredMask = 0;
let styleHash = 0;
let hiddenHash = 0;
/** Powers of the hash's multiplier. */
const powers = changetype<Ints>(memory.data(4 * 64, 16));

/** What the words of a block hand on to those of the next, and what is told of the whole text: the end of the last word, and what it may belong to. */
export let end = 0;
/** Words held together by single joiners. */
let chainHash = 0;
let chainStart = 0;
/** Words of one or two characters. */
export let shortStart = 0;
export let shorts = 0;
/** Lines of one word. */
export let stackStart = 0;
export let stackWords = 0;
/** Classes of what stands between words, of what stands right before one, and of words with digits. */
export let signs = 0;
export let escapes = 0;
export let longNumbers = 0;

/** Takes the lexicon: two bit sets of so many bytes, powers of two. */
export function start(
  knownAt: usize,
  knownSize: i32,
  cipheredAt: usize,
  cipheredSize: i32,
  style: i32,
  hidden: i32,
): void {
  known = changetype<Bytes>(knownAt);
  knownMask = knownSize - 1;
  ciphered = changetype<Bytes>(cipheredAt);
  cipheredMask = cipheredSize - 1;
  styleHash = style;
  hiddenHash = hidden;
  for (let power = 1, length = 0; length < 64; length++, power *= 33) powers[length] = power;
}

/** Begins another text. */
export function begin(): void {
  hash = 0;
  classesSoFar = 0;
  last = 0;
  run = 0;
  edgeCount = 0;
  end = 0;
  chainHash = 0;
  chainStart = 0;
  shortStart = 0;
  shorts = 0;
  stackStart = 0;
  stackWords = 0;
  signs = 0;
  escapes = 0;
  longNumbers = 0;
}

/** Reads so many units that are in place, the first of which is the text's unit `base`. Tells how many runs of base64 characters grew long. */
export function readBlock(base: i32, length: i32): i32 {
  // A word that the block before left open.
  let slot = edgeCount & 1;
  if (slot === 1) {
    edges[0] = edges[edgeCount - 1];
    classes[0] = classes[edgeCount - 1];
  }
  let wordHash = hash;
  let joined = classesSoFar;
  let lastKind = last;
  let runLength = run;
  let found = 0;
  for (let i = 0; i < length; i++) {
    const kind = table[units[i]];
    const change = (kind ^ lastKind) >>> WORD;
    edges[slot] = base + i;
    hashes[slot] = wordHash;
    classes[slot] = joined | (lastKind << 16);
    slot += change;
    joined = (joined & (change - 1)) | kind;
    wordHash = (wordHash * 33 + (kind & SIGNS)) & (kind >> WORD);
    lastKind = kind;
    runLength = (runLength + 1) & -((kind >> TOKEN) & 1);
    if (runLength === LONG_TOKEN) longRuns[found++] = base + i;
  }
  hash = wordHash;
  classesSoFar = joined;
  last = lastKind;
  run = runLength;
  edgeCount = slot;
  return found;
}

/**
 * Looks at the words of the block and tells at how many of them something happens. `size` is that of the whole text where it ends with the block,
 * else −1.
 */
export function readWords(size: i32): i32 {
  if (size >= 0) {
    if (last < 0) {
      edges[edgeCount] = size;
      hashes[edgeCount] = hash;
      classes[edgeCount++] = classesSoFar;
    } else signs |= classesSoFar;
  }
  let slot = 0;
  for (let k = 0; k + 1 < edgeCount; k += 2) {
    const first = edges[k];
    const separators = classes[k];
    const gap = first - end;
    signs |= separators;
    escapes |= separators >> 16;
    let kind = (WORDLESS - 1 - gap) >>> 31;
    const blank = (separators >> BLANK) & 1;
    kind |= (((STACKED_RUN - 1 - stackWords) >>> 31) & blank) << 1;
    events[slot + 4] = stackStart;
    stackWords = (stackWords + ((separators >> NEWLINE) & ((gap - LINE_GAP - 1) >>> 31))) & (blank - 1);
    const firstLine = (stackWords - 1) >> 31;
    stackStart = (first & firstLine) | (stackStart & ~firstLine);
    const before = end;
    end = edges[k + 1];
    const wordHash = hashes[k + 1];
    const flags = classes[k + 1];
    const length = end - first;
    longNumbers |= flags & ((LONG_NUMBER - 1 - length) >> 31);
    // One or two joiners right after a word, which with this one is not too long.
    const chain =
      ~(separators >> APART) &
      (-before >>> 31) &
      (-gap >>> 31) &
      ((gap - 3) >>> 31) &
      ((end - chainStart - CHAIN_REACH - 1) >>> 31);
    chainHash = (chainHash & -chain) * powers[length & 63] + wordHash;
    chainStart = (chainStart & -chain) | (first & (chain - 1));
    kind |= (chain & member(known, knownMask, chainHash)) << 3;
    const short = (length - 3) >> 31;
    kind |= (((SPACED_RUN - 1 - shorts) >>> 31) << 2) & ~short;
    events[slot + 5] = chainStart;
    events[slot + 6] = shortStart;
    const firstShort = (shorts - 1) >> 31;
    shortStart = (first & firstShort) | (shortStart & ~firstShort);
    shorts = (shorts + 1) & short;
    const mixed = (flags >> OTHER) & 1;
    kind |=
      (((member(ciphered, cipheredMask, wordHash) & (mixed ^ 1)) << 4) |
        ((member(known, knownMask, wordHash) & mixed & (flags >> LETTER)) << 5)) &
      ~short;
    kind |= (i32(wordHash === styleHash) | i32(wordHash === hiddenHash)) << 6;
    events[slot] = kind;
    events[slot + 1] = first;
    events[slot + 2] = end;
    events[slot + 3] = before;
    slot += (-kind >>> 31) * EVENT_SIZE;
  }
  return slot / EVENT_SIZE;
}

/** 1 where a hash is in a bit set, else 0. */
function member(set: Bytes, mask: i32, hash: i32): i32 {
  const mixed = hash ^ (hash >>> 13);
  return (set[(mixed >>> 3) & mask] >> (mixed & 7)) & 1;
}
