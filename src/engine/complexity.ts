import type { Document } from '../core/document.ts';
import type { Complexity, ComplexityLevel } from '../core/result.ts';

/** Characters read from the start, the middle and the end of a long text, a third each: the score stays cheap on any length. */
const SAMPLE = 12_288;

const ENCODED_RUN = /[A-Za-z0-9+/=_-]{40,}|(?:%[0-9a-f]{2}){8,}|(?:\\[ux][0-9a-f]{2,4}){6,}|(?:&#x?[0-9a-f]+;){6,}/gi;
const ROLE_SWITCH =
  /^\s{0,3}(?:system|user|assistant|human|ai|developer|tool)\s*:|<\|[a-z_]+\|>|\[\/?INST\]|<\/?(?:system|user|assistant)>/gim;
const NESTED_INSTRUCTION =
  /\b(?:you must|you should|do not|don't|always|never|instead|from now on|step \d|first,|then,|finally,)/gi;
const SUSPICIOUS =
  /\b(?:ignore|disregard|forget|override|bypass|jailbreak|unrestricted|uncensored|pretend|system prompt|instructions|reveal|api key|password)\b/gi;

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

/** How complex a text is, from its form alone: pure, the same for the same text, with each feature's share (0 to 1). */
export function analyzeComplexity(document: Document): Complexity {
  const { text } = document;
  const sample = sampleOf(text);
  const { words, special } = countCharacters(sample);
  const roles = Math.max(count(sample, ROLE_SWITCH), document.segments.length - 1);
  const features = {
    length: saturate(text.length, 4_000),
    tokens: saturate(Math.max(words, sample.length / LONGEST_WORD) * (text.length / Math.max(1, sample.length)), 5),
    special_characters: Math.min(1, (special / Math.max(1, sample.length)) * 5),
    encoded_runs: saturate(count(sample, ENCODED_RUN), 1),
    nested_instructions: saturate(count(sample, NESTED_INSTRUCTION), 6),
    role_switches: saturate(roles, 2),
    suspicious_patterns: saturate(count(sample, SUSPICIOUS), 2),
  };
  let score = 0;
  for (const [name, weight] of Object.entries(WEIGHTS)) score += weight * features[name as keyof typeof features];
  score = round(Math.min(1, score));
  return { score, level: levelOf(score), features: mapValues(features, round) };
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

/** Words, and ASCII characters that ordinary prose seldom has, in one pass. */
function countCharacters(text: string): { words: number; special: number } {
  let words = 0;
  let special = 0;
  let inWord = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    const space = code <= 32 || code === 0xa0 || code === 0x3000;
    if (!space && !inWord) words++;
    inWord = !space;
    if (code < 128 && IS_SPECIAL[code] === 1) special++;
  }
  return { words, special };
}

const IS_SPECIAL = Uint8Array.from({ length: 128 }, (_, code) =>
  /[#$%&*+/<=>@[\\\]^_`{|}~]/.test(String.fromCharCode(code)) ? 1 : 0,
);

function count(text: string, pattern: RegExp): number {
  let found = 0;
  pattern.lastIndex = 0;
  while (pattern.test(text)) found++;
  return found;
}

/** 0 at 0, about 0.63 at `scale`, towards 1. */
function saturate(value: number, scale: number): number {
  return 1 - Math.exp(-value / scale);
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function mapValues(record: Record<string, number>, map: (value: number) => number): Record<string, number> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
