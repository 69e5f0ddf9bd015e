import {
  EVENT_APART,
  EVENT_BITS,
  EVENT_DIGITS,
  EVENT_LEAD,
  EVENT_MIXED,
  EVENT_SIZE,
  EVENT_SPELLED,
  LONGEST_NUMBER_WORD,
  MANY_SINGLES,
  NUMBER_EITHER,
  NUMBER_LETTER,
  NUMBER_SEPARATOR,
  NUMBERS_CONTEXT,
  NUMBERS_STRETCH,
  SAMPLE,
  WIDEST_GAP,
} from '../pii/numbers-layout';
import {
  ANY_SECOND,
  HASH_FACTOR,
  HASH_SHIFT,
  LEAD_ANY,
  LEAD_BITS,
  LEAD_LETTER,
  LEAD_NONE,
  LEAD_SIGN,
  LONGEST_PREFIX,
  LONGEST_RUN,
  LONGEST_SECOND_RUN,
  LONGEST_TOKEN,
  RUN_BITS,
  SECOND_BITS,
} from '../rules/token-layout';
import { Bytes, Ints, reserve, Units } from './memory';

export { reserve };

/*
 * Goes from digit to digit and tells which shapes of a table may stand there, and where numbers may be spelled in words. What it tells is
 * kept as events until the caller takes them.
 */

// The tables: see `TokenTable`.
let digitLists = changetype<Ints>(0);
let mixedLists = changetype<Ints>(0);
let leadSlots = changetype<Ints>(0);
let leads = changetype<Ints>(0);
let firsts = changetype<Ints>(0);
let befores = changetype<Ints>(0);
let prefixes = changetype<Ints>(0);
let slots = 0;
/** The class of each ASCII character beside digits, and of all else. */
let leadClasses = changetype<Bytes>(0);
/** What a character is to number words, by its lower eight bits; and the words, by the letters of their ASCII codes, five bits each. */
let wordClasses = changetype<Bytes>(0);
let wordKeys = changetype<Ints>(0);
let wordCount = 0;

/** A bit for each second that some key has, by the rest of the key: most leads in a text are none of any shape. */
let seconds = changetype<Units>(0);

/** The units of a stretch; the one at `offset` of the text is `units[offset - base]`. */
let units = changetype<Units>(0);
let base = 0;
/** The units at hand, those in which digits are looked for, and the whole text. */
let last = 0;
let to = 0;
let size = 0;

/** Where the next digit is looked for, and where the token before that ended. */
let at = 0;
let ended = 0;
/** Whether the token before goes on in this stretch. */
let isCut = false;
/** Single digits in a row, and where the first of them stands. */
let singles = 0;
let firstSingle = 0;
/** Where words are looked for next. */
let sampleAt = 0;
let samples = false;

let events = changetype<Ints>(0);
let eventCount = 0;
/** So many leave room for what one token can tell. */
const MANY_EVENTS = 1024;

/** Takes the tables: their addresses and then their numbers, in the order of `src/pii/token-scan.ts`. Gives where events are put. */
export function start(list: usize): usize {
  const words = changetype<Ints>(list);
  let next = 0;
  digitLists = changetype<Ints>(words[next++]);
  mixedLists = changetype<Ints>(words[next++]);
  leadSlots = changetype<Ints>(words[next++]);
  leads = changetype<Ints>(words[next++]);
  firsts = changetype<Ints>(words[next++]);
  befores = changetype<Ints>(words[next++]);
  prefixes = changetype<Ints>(words[next++]);
  leadClasses = changetype<Bytes>(words[next++]);
  wordClasses = changetype<Bytes>(words[next++]);
  wordKeys = changetype<Ints>(words[next++]);
  slots = words[next++];
  wordCount = words[next++];
  seconds = changetype<Units>(reserve(2 << (LEAD_BITS + RUN_BITS + LEAD_BITS)));
  let mostLeads = 0;
  for (let slot = 0; slot < 3 * slots; slot += 3) {
    const key = leadSlots[slot];
    if (key < 0) continue;
    const rest = key >> SECOND_BITS;
    seconds[rest] = seconds[rest] | (1 << (key & ANY_SECOND));
    mostLeads = max(mostLeads, (leadSlots[slot + 2] - leadSlots[slot + 1]) >> 1);
  }
  let mostMixed = 0;
  for (let length = 0; length <= LONGEST_TOKEN; length++)
    mostMixed = max(mostMixed, mixedLists[length + 1] - mixedLists[length]);
  // Each token is looked up under eight keys at most, and tells of single digits and of digits alone.
  const most = MANY_EVENTS + 8 * mostLeads + mostMixed + 2;
  events = changetype<Ints>(reserve((most * EVENT_SIZE) << 2));
  return changetype<usize>(events);
}

/** Takes memory for a stretch and tells where its units are to be put. */
export function unitsAt(): usize {
  units = changetype<Units>(reserve(2 * (NUMBERS_STRETCH + 2 * NUMBERS_CONTEXT)));
  return changetype<usize>(units);
}

/** Begins another text, of so many units, in which number words are looked for or not. */
export function begin(length: i32, withWords: bool): void {
  size = length;
  samples = withWords;
  at = 0;
  ended = 0;
  isCut = false;
  singles = 0;
  sampleAt = 0;
}

/** Takes a stretch: the units in place are those of `[first, end)`, and digits are looked for before `limit`. */
export function take(first: i32, end: i32, limit: i32): void {
  base = first;
  last = end;
  to = limit;
  if (isCut) {
    while (at < last && isAlphanumeric(units[at - base])) at++;
    ended = at;
    isCut = at === last && last < size;
  }
}

/** Goes on in the stretch until there are many events, and tells how many; 0 once all of it has been read. */
export function read(): i32 {
  eventCount = 0;
  while (eventCount < MANY_EVENTS) {
    at = nextDigit();
    if (at >= to) break;
    readToken();
  }
  if (at >= to && to === size && singles > 0) endSingles();
  if (samples)
    while (sampleAt + SAMPLE <= size && sampleAt < to && eventCount < MANY_EVENTS) {
      if (isInRun(sampleAt - base) && isNumberWord(sampleAt - base))
        tell(EVENT_SPELLED, 0, sampleAt, sampleAt + SAMPLE);
      sampleAt += SAMPLE;
    }
  return eventCount;
}

function tell(kind: i32, shape: i32, from: i32, end: i32): void {
  const event = eventCount++ * EVENT_SIZE;
  events[event] = (shape << EVENT_BITS) | kind;
  events[event + 1] = from;
  events[event + 2] = end;
}

/** Where the next digit stands, eight units at a time, or a place behind the stretch. */
function nextDigit(): i32 {
  let next = at;
  for (; next < to; next += 8) {
    const eight = v128.load(changetype<usize>(units) + ((<usize>(next - base)) << 1));
    const digits = i16x8.bitmask(i16x8.lt_u(i16x8.sub(eight, i16x8.splat(48)), i16x8.splat(10)));
    if (digits !== 0) return next + ctz(digits);
  }
  return next;
}

/** Reads the token of which the first digit stands at hand, and what follows it. */
function readToken(): void {
  const digit = at;
  let start = at;
  const least = max(ended, base);
  while (start > least && isAlphanumeric(units[start - 1 - base])) start--;
  do at++;
  while (at < last && isDigit(units[at - base]));
  const isSingle = at - start === 1;
  if (singles > 0 && (!isSingle || start - ended > WIDEST_GAP)) endSingles();
  if (isSingle && singles++ === 0) firstSingle = start;
  const run = at - digit;
  while (at < last && isAlphanumeric(units[at - base])) at++;
  ended = at;
  isCut = at === last && last < size;
  const length = at - start;
  if (length <= LONGEST_TOKEN) {
    if (length === run) {
      if (digitLists[length] < digitLists[length + 1] && standsAlone(start, at)) tell(EVENT_DIGITS, 0, start, at);
    } else if (mixedLists[length] < mixedLists[length + 1] && standsAlone(start, at)) {
      for (let index = mixedLists[length]; index < mixedLists[length + 1]; index++) {
        const shape = mixedLists[index];
        if (hasBit(firsts, shape, units[start - base])) tell(EVENT_MIXED, shape, start, at);
      }
    }
  }
  if (run > LONGEST_RUN) return;
  const end = digit + run;
  const after = end < at ? LEAD_LETTER : end < size ? classOf(end) : LEAD_NONE;
  let second = 0;
  if (after >= LEAD_SIGN) {
    while (second < LONGEST_SECOND_RUN && end + 1 + second < size && isDigit(units[end + 1 + second - base])) second++;
  }
  const before = digit > 0 ? classOf(digit - 1) : LEAD_NONE;
  // What starts further left comes first.
  if (before !== LEAD_NONE) tryAfter(before, run, after, second, digit);
  if (before !== LEAD_LETTER) tryAfter(LEAD_NONE, run, after, second, digit);
}

function endSingles(): void {
  if (singles >= MANY_SINGLES) tell(EVENT_APART, 0, firstSingle, ended);
  singles = 0;
}

function tryAfter(before: i32, run: i32, after: i32, second: i32, digit: i32): void {
  if (after !== LEAD_NONE) {
    tryLead(before, run, after, second, digit);
    tryLead(before, run, after, ANY_SECOND, digit);
  }
  if (after !== LEAD_LETTER) tryLead(before, run, LEAD_NONE, 0, digit);
  tryLead(before, run, LEAD_ANY, 0, digit);
}

function tryLead(before: i32, run: i32, after: i32, second: i32, digit: i32): void {
  const rest = (((before << RUN_BITS) | run) << LEAD_BITS) | after;
  if (((seconds[rest] >> second) & 1) === 0) return;
  const key = (rest << SECOND_BITS) | second;
  let slot = ((key * HASH_FACTOR) >>> HASH_SHIFT) & (slots - 1);
  while (leadSlots[slot * 3] !== key) slot = (slot + 1) & (slots - 1);
  const end = leadSlots[slot * 3 + 2];
  let latest = -1;
  let reach = 0;
  for (let index = leadSlots[slot * 3 + 1]; index < end; index += 2) {
    const shape = leads[index];
    if (shape !== latest) {
      latest = shape;
      reach = before === LEAD_NONE ? 0 : reachBefore(shape, digit);
    }
    const prefix = leads[index + 1];
    if (prefix > reach) continue;
    const start = digit - prefix;
    const unit = units[start - base];
    if (!hasBit(firsts, shape, unit)) continue;
    if (start > 0) {
      const previous = units[start - 1 - base];
      if (!hasBit(befores, shape, previous)) continue;
      if (isAlphanumeric(previous) && isAlphanumeric(unit)) continue;
    }
    tell(EVENT_LEAD, shape, start, start);
  }
}

/** How far before its first digit a shape can start. */
function reachBefore(shape: i32, digit: i32): i32 {
  const most = min(digit, LONGEST_PREFIX);
  let reach = 0;
  while (reach < most && hasBit(prefixes, shape, units[digit - reach - 1 - base])) reach++;
  return reach;
}

/** As the patterns of numbers have it: `(?<![\w.+-])` before and `(?![\w-]|[.,]\d)` after. */
function standsAlone(start: i32, end: i32): bool {
  if (start > 0) {
    const before = units[start - 1 - base];
    // Underscore, full stop, plus sign and hyphen: what follows one of them is part of a name or of a number.
    if (before === 95 || before === 46 || before === 43 || before === 45) return false;
  }
  if (end >= size) return true;
  const after = units[end - base];
  if (after === 95 || after === 45) return false;
  return (after !== 46 && after !== 44) || end + 1 >= size || !isDigit(units[end + 1 - base]);
}

function classOf(offset: i32): i32 {
  return leadClasses[min(units[offset - base], 128)];
}

/** Whether a shape's bits have an ASCII character; of others they do not tell. */
function hasBit(bits: Ints, shape: i32, unit: i32): bool {
  return unit > 127 || ((bits[shape * 4 + (unit >> 5)] >>> (unit & 31)) & 1) === 1;
}

function isDigit(unit: i32): bool {
  return <u32>(unit - 48) < 10;
}

function isAlphanumeric(unit: i32): bool {
  return <u32>((unit | 32) - 97) < 26 || <u32>(unit - 48) < 10;
}

/** Reads a whole sample before it judges: few are in a run, but where they show that they are not is not foreseen. */
function isInRun(sample: i32): bool {
  let all = NUMBER_EITHER;
  for (let index = sample; index < sample + SAMPLE; index++) all &= wordClass(index);
  if (all === 0) return false;
  let letters = 0;
  for (let index = sample; index < sample + SAMPLE; index++) {
    letters = wordClass(index) === NUMBER_LETTER ? letters + 1 : 0;
    if (letters > LONGEST_NUMBER_WORD) return false;
  }
  return true;
}

/** Whether the first word that begins inside a sample is a number word, as it is wherever a run of them goes on. */
function isNumberWord(sample: i32): bool {
  const end = last - base;
  let index = sample;
  while (index < end && wordClass(index) === NUMBER_LETTER) index++;
  while (index < end && wordClass(index) === NUMBER_SEPARATOR) index++;
  // So many separators part no two words.
  if (index >= sample + SAMPLE) return false;
  let key = 0;
  for (let letters = 0; letters < LONGEST_NUMBER_WORD && index < end && wordClass(index) === NUMBER_LETTER; letters++) {
    key = (key << 5) | (units[index] & 31);
    index++;
  }
  for (let word = 0; word < wordCount; word++) if (wordKeys[word] === key) return true;
  return false;
}

/** Of a unit above 255 the lower half is looked at; a regex finds that out. */
function wordClass(index: i32): i32 {
  return wordClasses[units[index] & 255];
}
