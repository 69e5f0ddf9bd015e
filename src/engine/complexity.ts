import { unitWriter } from '../core/code-units.ts';
import type { Document } from '../core/document.ts';
import type { Complexity, ComplexityLevel } from '../core/result.ts';

/** Characters read from the start, the middle and the end of a long text, a third each: the score stays cheap on any length. */
const SAMPLE = 6_144;

/** What the pass over a sample looks for where a character may begin it; all are tried at one place and nowhere else. */
const ESCAPE_RUN = /(?:%[0-9a-f]{2}){8,}|(?:\\[ux][0-9a-f]{2,4}){6,}|(?:&#x?[0-9a-f]+;){6,}/iy;
const ROLE_SWITCH =
  /^\s{0,3}(?:system|user|assistant|human|ai|developer|tool)\s*:|<\|[a-z_]+\|>|\[\/?INST\]|<\/?(?:system|user|assistant)>/imy;
const NESTED = [
  'you must',
  'you should',
  'do not',
  "don't",
  'always',
  'never',
  'instead',
  'from now on',
  'step \\d',
  'first,',
  'then,',
  'finally,',
] as const;
const SUSPICIOUS = [
  'ignore',
  'disregard',
  'forget',
  'override',
  'bypass',
  'jailbreak',
  'unrestricted',
  'uncensored',
  'pretend',
  'system prompt',
  'instructions',
  'reveal',
  'api key',
  'password',
] as const;
const NESTED_INSTRUCTION = new RegExp(`\\b(?:${NESTED.join('|')})`, 'iy');
const SUSPICIOUS_PATTERN = new RegExp(`\\b(?:${SUSPICIOUS.join('|')})\\b`, 'iy');

/** Shortest run of the base64 and hex alphabets that counts as encoded. */
const TOKEN_RUN = 40;

/** What is longer than a word of this many characters is no word but several tokens: a text of one encoded run is not a short one. */
const LONGEST_WORD = 12;

/** How much one feature can add to the score. They sum to 1. */
const WEIGHTS = {
  length: 0.15,
  tokens: 0.25,
  special_characters: 0.1,
  encoded_runs: 0.15,
  nested_instructions: 0.1,
  role_switches: 0.1,
  suspicious_patterns: 0.15,
} as const;
const FEATURES = Object.keys(WEIGHTS) as (keyof typeof WEIGHTS)[];

/** How complex a text is, from its form alone: pure, the same for the same text, with each feature's share (0 to 1). */
export function analyzeComplexity(document: Document): Complexity {
  const { text } = document;
  const sample = sampleOf(text);
  const form = readForm(sample);
  const roles = Math.max(form.roles, document.segments.length - 1);
  const features = {
    length: saturate(text.length, 4_000),
    tokens: saturate(
      Math.max(form.words, sample.length / LONGEST_WORD) * (text.length / Math.max(1, sample.length)),
      5,
    ),
    special_characters: Math.min(1, (form.special / Math.max(1, sample.length)) * 5),
    encoded_runs: saturate(form.encoded, 1),
    nested_instructions: saturate(form.nested, 6),
    role_switches: saturate(roles, 2),
    suspicious_patterns: saturate(form.suspicious, 2),
  };
  let score = 0;
  for (const name of FEATURES) {
    score += WEIGHTS[name] * features[name];
    features[name] = round(features[name]);
  }
  score = round(Math.min(1, score));
  return { score, level: levelOf(score), features };
}

/** The level a score belongs to; its bounds are the router's. */
export function levelOf(score: number): ComplexityLevel {
  return score < 0.2 ? 'low' : score < 0.5 ? 'medium' : score < 0.8 ? 'high' : 'extreme';
}

function sampleOf(text: string): string {
  if (text.length <= SAMPLE) return text;
  const third = SAMPLE / 3;
  const middle = (text.length - third) >> 1;
  return `${text.slice(0, third)}\n${text.slice(middle, middle + third)}\n${text.slice(-third)}`;
}

/** What one pass over a sample counts. */
interface Form {
  /** Stretches between blanks. */
  words: number;
  /** ASCII characters that ordinary prose seldom has. */
  special: number;
  encoded: number;
  roles: number;
  nested: number;
  suspicious: number;
}

/** Where the last match of each pattern ended; of escapes, where all did. */
interface Ends {
  roles: number;
  nested: number;
  suspicious: number;
  readonly escapes: number[];
}

/** What one character is, in bits. */
const BLANK = 1;
const SPECIAL = 2;
/** Ends of lines, and signs that may begin an escape or a switch of roles: each is looked at. */
const STOP = 4;
/** What a regex's `\b` takes for part of a word, whose beginnings are looked at. */
const WORD = 8;

/** By UTF-16 unit. */
const CLASS = new Uint8Array(1 << 16);
for (let code = 0; code < 128; code++) {
  const sign = String.fromCharCode(code);
  CLASS[code] =
    (code <= 32 ? BLANK : 0) |
    (/[#$%&*+/<=>@[\\\]^_`{|}~]/.test(sign) ? SPECIAL : 0) |
    (/[\n\r%\\&<[]/.test(sign) ? STOP : 0) |
    (/\w/.test(sign) ? WORD : 0);
}
for (const blank of '\u00a0\u3000') CLASS[blank.charCodeAt(0)] = BLANK;
for (const newline of '\u2028\u2029') CLASS[newline.charCodeAt(0)] = STOP;

const PERCENT = 37;
const BACKSLASH = 92;
const AMPERSAND = 38;
const HASH = 35;
const LESS = 60;
const BRACKET = 91;
const SLASH = 47;
const BAR = 124;
/** First letters of the names of roles. */
const ROLE_LETTERS = new Set([...'suahdt'].map((letter) => letter.charCodeAt(0)));

/** The hash of four characters, of which case takes no part: five bits each. */
function slotOf(first: number, second: number, third: number, fourth: number): number {
  const key = ((first & 31) << 15) | ((second & 31) << 10) | ((third & 31) << 5) | (fourth & 31);
  return Math.imul(key, 0x9e3779b1) >>> 18;
}

/** By the hash of a phrase's first four characters: 1 where it may begin a nested instruction, 2 a suspicious pattern. */
const OPENINGS = new Uint8Array(1 << 14);
[NESTED, SUSPICIOUS].forEach((phrases, index) => {
  for (const phrase of phrases) {
    const slot = slotOf(phrase.charCodeAt(0), phrase.charCodeAt(1), phrase.charCodeAt(2), phrase.charCodeAt(3));
    OPENINGS[slot] = (OPENINGS[slot] as number) | (1 << index);
  }
});

/** The units of the sample at hand, which has two more than its parts for what stands between them. */
const units = new Uint16Array(SAMPLE + 2);
const copyUnits = unitWriter(units);

/** Where in the sample words begin, and where signs stand that are looked at. */
const wordsAt = new Int32Array(SAMPLE + 2);
const signsAt = new Int32Array(SAMPLE + 2);
/** The sample is read so many units at a time: a function that is called often is compiled with all that it has met. */
const CHUNK = 1 << 10;
/** What one chunk hands on to the next, and how much there is in the arrays above. */
const chunk = { words: 0, special: 0, before: BLANK, wordsAt: 0, signsAt: 0 };

/** Reads a text once; what it counts is what global matches of each pattern would. */
function readForm(text: string): Form {
  copyUnits(text);
  const size = text.length;
  const form: Form = { words: 0, special: 0, encoded: 0, roles: 0, nested: 0, suspicious: 0 };
  const ends: Ends = { roles: 0, nested: 0, suspicious: 0, escapes: [] };
  chunk.words = 0;
  chunk.special = 0;
  chunk.before = BLANK;
  chunk.wordsAt = 0;
  chunk.signsAt = 0;
  for (let from = 0; from < size; from += CHUNK) readChunk(from, Math.min(size, from + CHUNK));
  tryRole(text, 0, form, ends);
  for (let k = 0; k < chunk.signsAt; k++) trySign(text, signsAt[k] as number, form, ends);
  tryWords(text, form, ends);
  form.words = chunk.words;
  form.special = chunk.special;
  form.encoded += countTokens(size, ends.escapes);
  return form;
}

/** Counts words and special characters, and writes down the places of words and signs; has no branches. */
function readChunk(from: number, to: number) {
  let { words, special, before, wordsAt: word, signsAt: sign } = chunk;
  for (let i = from; i < to; i++) {
    const kind = CLASS[units[i] as number] as number;
    words += before & ~kind & BLANK;
    special += (kind >> 1) & 1;
    wordsAt[word] = i;
    word += ((kind & ~before) >> 3) & 1;
    signsAt[sign] = i;
    sign += (kind >> 2) & 1;
    before = kind;
  }
  chunk.words = words;
  chunk.special = special;
  chunk.before = before;
  chunk.wordsAt = word;
  chunk.signsAt = sign;
}

/** Keeps the words that may begin a phrase, without branches since they are rare, and tries those. */
function tryWords(text: string, form: Form, ends: Ends) {
  let kept = 0;
  let count = chunk.wordsAt;
  while (count > 0 && (wordsAt[count - 1] as number) + 4 > text.length) count--;
  for (let k = 0; k < count; k++) {
    const at = wordsAt[k] as number;
    wordsAt[kept] = at;
    kept += -openingAt(at) >>> 31;
  }
  for (let k = 0; k < kept; k++) {
    const at = wordsAt[k] as number;
    tryPhrases(text, at, openingAt(at), form, ends);
  }
}

function openingAt(at: number): number {
  return OPENINGS[
    slotOf(units[at] as number, units[at + 1] as number, units[at + 2] as number, units[at + 3] as number)
  ] as number;
}

function tryPhrases(text: string, at: number, mayBe: number, form: Form, ends: Ends) {
  const nested = (mayBe & 1) !== 0 && at >= ends.nested ? endOf(NESTED_INSTRUCTION, text, at) : 0;
  if (nested > 0) {
    form.nested++;
    ends.nested = nested;
  }
  const suspicious = (mayBe & 2) !== 0 && at >= ends.suspicious ? endOf(SUSPICIOUS_PATTERN, text, at) : 0;
  if (suspicious > 0) {
    form.suspicious++;
    ends.suspicious = suspicious;
  }
}

function trySign(text: string, at: number, form: Form, ends: Ends) {
  const next = at + 1 < text.length ? (units[at + 1] as number) : 0;
  switch (units[at]) {
    case PERCENT:
    case BACKSLASH:
    case AMPERSAND: {
      if (units[at] === AMPERSAND ? next !== HASH : next < 48) return;
      const end = at >= (ends.escapes.at(-1) ?? 0) ? endOf(ESCAPE_RUN, text, at) : 0;
      if (end === 0) return;
      form.encoded++;
      ends.escapes.push(end);
      return;
    }
    case LESS:
    case BRACKET: {
      if (next !== SLASH && next !== BAR && (next < 65 || next > 122)) return;
      const end = at >= ends.roles ? endOf(ROLE_SWITCH, text, at) : 0;
      if (end === 0) return;
      form.roles++;
      ends.roles = end;
      return;
    }
    default:
      tryRole(text, at + 1, form, ends);
  }
}

/** Tries the patterns of roles at the start of a line, if up to three blanks from there stands a letter that begins a role's name. */
function tryRole(text: string, start: number, form: Form, ends: Ends) {
  if (start < ends.roles) return;
  let at = start;
  while (at < text.length && at - start < 3 && ((units[at] as number) <= 32 || (units[at] as number) >= 0x80)) at++;
  if (at >= text.length || !ROLE_LETTERS.has((units[at] as number) | 32)) return;
  const end = endOf(ROLE_SWITCH, text, start);
  if (end === 0) return;
  form.roles++;
  ends.roles = end;
}

/** 1 for the characters of base64, base64url and hex, and the padding. */
const TOKEN = Uint8Array.from({ length: 128 }, (_, code) => Number(/[A-Za-z0-9+/=_-]/.test(String.fromCharCode(code))));

function isToken(code: number): boolean {
  return code < 128 && TOKEN[code] === 1;
}

/** Runs of {@link TOKEN_RUN} characters, less what an escape had of them; looks at every fortieth character until one is hit. */
function countTokens(size: number, escapeEnds: readonly number[]): number {
  let found = 0;
  let done = 0;
  let next = 0;
  for (let i = TOKEN_RUN - 1; i < size; ) {
    let end = i;
    if (isToken(units[i] as number)) {
      let start = i;
      while (start > done && isToken(units[start - 1] as number)) start--;
      while (end < size && isToken(units[end] as number)) end++;
      if (end - start >= TOKEN_RUN) {
        for (; next < escapeEnds.length && (escapeEnds[next] as number) <= end; next++)
          start = Math.max(start, escapeEnds[next] as number);
        if (end - start >= TOKEN_RUN) found++;
      }
    }
    done = end + 1;
    i = end + TOKEN_RUN;
  }
  return found;
}

/** Where a sticky pattern that matches at an offset ends; 0 where it does not. */
function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : 0;
}

/** 0 at 0, about 0.63 at `scale`, towards 1. */
function saturate(value: number, scale: number): number {
  return 1 - Math.exp(-value / scale);
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
