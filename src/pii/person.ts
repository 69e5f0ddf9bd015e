import type { Candidate, Judgement } from './validator.ts';

/** Capitalised words that follow a greeting or a label without being a name. */
const NOT_A_NAME = new Set(
  (
    'all there everyone everybody team world folks friend friends guys sir madam sirs colleague colleagues customer ' +
    'customers user users reader readers hiring manager recruiter support admin administrator assistant bot chatgpt ' +
    'claude gpt ai siri alexa google gemini copilot again and or the this that these those my your our his her their ' +
    'i we you he she it they a an here what how why when where who which please thanks thank welcome good morning ' +
    'afternoon evening santa god lord diary editor committee members sales service dear valued client clients mom dad ' +
    'unknown none null true false string number name full first last example test john/jane tbd n/a anonymous ' +
    'inc ltd llc gmbh corp company project product file page app application model system server api json html css ' +
    'javascript typescript python java docker kubernetes linux windows github gitlab node react vue angular ' +
    'january february march april may june july august september october november december ' +
    'monday tuesday wednesday thursday friday saturday sunday'
  ).split(' '),
);

/** A name that the words around it call one: capitalised words, none of them a common word. */
export function judgeName({ value }: Candidate): Judgement | null {
  const words = value.split(/[\s,]+/).filter(Boolean);
  if (words.length === 0 || words.length > 6) return null;
  for (const word of words) if (NOT_A_NAME.has(word.toLowerCase().replace(/[.'’]+$/, ''))) return null;
  // A stand-in that a pseudonym gave.
  const reserved = /\bExample-\p{Lu}\p{Ll}{5}$/u.test(value) || /^(?:John|Jane) (?:Doe|Smith)$/.test(value);
  const length = value.replace(/[^\p{L}\p{M}]+$/u, '').length;
  return /\p{Ll}/u.test(value) || words.length > 1 ? { reserved, length } : null;
}
