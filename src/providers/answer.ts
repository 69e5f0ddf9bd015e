import type { ProviderReply } from '../core/provider.ts';
import type { Judgement } from './judgement.ts';
import { isInvisible, type Marks } from './prompt.ts';
import { ProviderError } from './provider-error.ts';
import type { ProviderSetup } from './registry.ts';

/** Least and greatest probability that fit each verdict, in percent. */
const PROBABILITY = { attack: [50, 100], unclear: [0, 100], benign: [0, 50] } as const;
/** Probability that a text which took over its own judge is an attack. */
const HIJACKED = 0.95;
/** Shorter quotes would be found anywhere. */
const MIN_QUOTE = 3;

/**
 * Turns a reply into a judgement. `text` is what was sent. Throws ProviderError `invalid_reply` for everything that is
 * not exactly an answer: refusal, cut off, no JSON, another shape, a wrong ticket, quotes that are not in the text,
 * numbers that contradict the verdict.
 */
export async function readAnswer(
  reply: ProviderReply,
  text: string,
  marks: Marks,
  { name, model }: ProviderSetup,
): Promise<Judgement> {
  if (containsCanary(reply.text, marks.canary)) {
    const judged = { verdict: 'attack', probability: HIJACKED, category: 'prompt_leak' } as const;
    return { ...judged, evidence: [], hijacked: true, provider: name, model };
  }
  if (reply.stop === 'refusal') throw unusable(name, 'refused to judge the text');
  if (reply.stop === 'truncated') throw unusable(name, 'broke off its answer');
  const { answerSchema } = await import('./schema.ts');
  const parsed = answerSchema.safeParse(parseJson(reply.text, name));
  if (!parsed.success) {
    const fields = [...new Set(parsed.error.issues.map(({ path }) => String(path[0] ?? 'the answer')))].join(', ');
    throw unusable(name, `answered in another shape (${fields.slice(0, 80)})`);
  }
  const { ticket, evidence, category, verdict, probability } = parsed.data;
  if (ticket.trim().toLowerCase() !== marks.ticket) throw unusable(name, "answered without this request's ticket");
  const [least, greatest] = PROBABILITY[verdict];
  if (probability < least || probability > greatest) {
    throw unusable(name, `contradicts itself (${verdict} at ${probability} %)`);
  }
  if (verdict === 'attack' && category === 'none') throw unusable(name, 'contradicts itself (an attack of no kind)');
  const quotes = evidence.filter((quote) => quote.trim().length >= MIN_QUOTE);
  const found = quotes.map((quote) => locateQuote(text, quote)).filter((place) => place !== undefined);
  if (found.length === 0 && (quotes.length > 0 || verdict === 'attack')) {
    throw unusable(name, 'gave evidence that does not stand in the text');
  }
  return {
    verdict,
    probability: probability / 100,
    category: verdict === 'benign' ? 'none' : category,
    evidence: found,
    hijacked: false,
    provider: name,
    model,
  };
}

function unusable(name: string, what: string): ProviderError {
  return new ProviderError('invalid_reply', `${name} ${what}.`, { maybeBilled: true });
}

/** The whole reply must be the object, or one fenced block of it: an object somewhere in a reply may be the text's own. */
function parseJson(text: string, name: string): unknown {
  const trimmed = text.trim();
  const fenced = /^```(?:json)?\s*\n([\s\S]*)\n```$/.exec(trimmed);
  try {
    return JSON.parse(fenced?.[1] ?? trimmed);
  } catch {
    throw unusable(name, 'answered with something that is not JSON');
  }
}

/** The canary, also spaced out, upper-cased or backwards. */
function containsCanary(text: string, canary: string): boolean {
  const bare = text.toLowerCase().replace(/[^0-9a-f]/g, '');
  return bare.includes(canary) || bare.includes([...canary].reverse().join(''));
}

/** Where a quote stands: as it is, as the judge saw it (escapes written out), or with other white space. */
export function locateQuote(text: string, quote: string): readonly [number, number] | undefined {
  for (const candidate of [quote, unescapeQuote(quote), quote.trim()]) {
    const at = candidate === undefined || candidate === '' ? -1 : text.indexOf(candidate);
    if (at >= 0 && candidate !== undefined) return [at, at + candidate.length];
  }
  return locateLoosely(text, quote);
}

function unescapeQuote(quote: string): string | undefined {
  if (!quote.includes('\\')) return undefined;
  try {
    const decoded: unknown = JSON.parse(`"${quote.replace(/(?<!\\)"/g, '\\"')}"`);
    return typeof decoded === 'string' ? decoded : undefined;
  } catch {
    return undefined;
  }
}

/** Searches with every run of white space or invisible characters as one, keeping the way back. */
function locateLoosely(text: string, quote: string): readonly [number, number] | undefined {
  const haystack = squeeze(text);
  const needle = squeeze(quote).text.trim();
  if (needle.length < MIN_QUOTE) return undefined;
  const at = haystack.text.indexOf(needle);
  if (at < 0) return undefined;
  const end = haystack.offsets[at + needle.length - 1];
  return [haystack.offsets[at] as number, (end as number) + 1];
}

function squeeze(text: string): { text: string; offsets: number[] } {
  let squeezed = '';
  const offsets: number[] = [];
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    const blank = character === ' ' || isInvisible(character);
    if (blank && squeezed.endsWith(' ')) continue;
    squeezed += blank ? ' ' : character;
    offsets.push(index);
  }
  return { text: squeezed, offsets };
}
