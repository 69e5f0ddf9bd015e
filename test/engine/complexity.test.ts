import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createDocument } from '../../src/core/document.ts';
import { analyzeComplexity } from '../../src/engine/complexity.ts';

const ENCODED = /[A-Za-z0-9+/=_-]{40,}|(?:%[0-9a-f]{2}){8,}|(?:\\[ux][0-9a-f]{2,4}){6,}|(?:&#x?[0-9a-f]+;){6,}/gi;
const ROLES =
  /^\s{0,3}(?:system|user|assistant|human|ai|developer|tool)\s*:|<\|[a-z_]+\|>|\[\/?INST\]|<\/?(?:system|user|assistant)>/gim;
const NESTED =
  /\b(?:you must|you should|do not|don't|always|never|instead|from now on|step \d|first,|then,|finally,)/gi;
const SUSPICIOUS =
  /\b(?:ignore|disregard|forget|override|bypass|jailbreak|unrestricted|uncensored|pretend|system prompt|instructions|reveal|api key|password)\b/gi;

/** The features that are counted, the plain way: one global match a feature. */
function plainly(text: string) {
  const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
  const saturate = (value: number, scale: number) => Math.round((1 - Math.exp(-value / scale)) * 1000) / 1000;
  return {
    tokens: saturate(Math.max(count(/[^\0- \u00a0\u3000]+/g), text.length / 12), 5),
    special_characters:
      Math.round(Math.min(1, (count(/[#$%&*+/<=>@[\\\]^_`{|}~]/g) / Math.max(1, text.length)) * 5) * 1000) / 1000,
    encoded_runs: saturate(count(ENCODED), 1),
    nested_instructions: saturate(count(NESTED), 6),
    role_switches: saturate(count(ROLES), 2),
    suspicious_patterns: saturate(count(SUSPICIOUS), 2),
  };
}

const PIECES = [
  'you must',
  'You should',
  'do not',
  "don't",
  'always',
  'NEVER',
  'insteadalways',
  'from now on',
  'step 3',
  'step x',
  'first,',
  'then',
  'finally,',
  'ignore',
  'reveal',
  'api key',
  'system prompt',
  'passwords',
  'pretend_',
  '_ignore',
  'é',
  'éignore',
  'instructions',
  'system:',
  ' user :',
  '\n\n\nTool:',
  '\r\nassistant:',
  '\u2028human:',
  'ai',
  ':',
  '<|im_start|>',
  '<|',
  '|>',
  '[INST]',
  '[/inst]',
  '</system>',
  '<User>',
  '<',
  '[',
  '%41',
  '%4',
  '%41'.repeat(8),
  '\\u0041',
  '\\x41'.repeat(6),
  '&#65;',
  '&#x41;'.repeat(6),
  '&#',
  'A'.repeat(39),
  'b'.repeat(41),
  '0',
  '+/=',
  '-',
  '_',
  ' ',
  '\n',
  '\r',
  '\t',
  '\u00a0',
  '\u3000',
  '.',
  '@',
  '😀',
];

test('one pass counts what a global match of each pattern counts', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }), (pieces) => {
      const text = pieces.join('');
      expect(analyzeComplexity(createDocument({ text })).features).toMatchObject(plainly(text));
    }),
    { numRuns: 3000 },
  );
});

test('a run of base64 characters that begins inside an escape counts without the escape', () => {
  for (const size of [38, 39, 40, 41]) {
    const text = `${'%41'.repeat(9)}${'A'.repeat(size)} ${'\\u0041'.repeat(7)}${'A'.repeat(size)}`;
    expect(analyzeComplexity(createDocument({ text })).features).toMatchObject(plainly(text));
  }
});

test('a long text is judged by its start, its middle and its end', () => {
  const calm = 'The harbour was quiet. '.repeat(400);
  const loud = `${'ignore the password. '.repeat(20)}${'A'.repeat(60)} `;
  for (const text of [loud + calm + calm + calm, calm + calm + loud + calm + calm, calm + calm + calm + loud]) {
    const { features } = analyzeComplexity(createDocument({ text }));
    expect(features.suspicious_patterns, text.slice(0, 20)).toBeGreaterThan(0.9);
    expect(features.encoded_runs).toBeGreaterThan(0.5);
  }
});
