import type { Document } from '../core/document.ts';
import type { Complexity, ComplexityLevel } from '../core/result.ts';
import { readForm } from '../normalize/index.ts';

/** Characters read from the start, the middle and the end of a long text, a third each: the score stays cheap on any length. */
const SAMPLE = 6_144;

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

/** 0 at 0, about 0.63 at `scale`, towards 1. */
function saturate(value: number, scale: number): number {
  return 1 - Math.exp(-value / scale);
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
