import { entropy } from './check-digits.ts';
import type { Candidate, Judgement } from './validator.ts';

/** Words that stand where a secret should: the value is a slot, not a secret. */
const PLACEHOLDER =
  /^(?:your|my|the|some|insert|enter|put|add|replace|paste|change|fake|dummy|mock|sample|demo|example|placeholder|redacted|removed|masked|hidden|secret|password|passwd|token|key|api|apikey|none|null|nil|undefined|true|false|todo|tbd|xxx|foo|bar|abc|test|value|string|env|process|config|settings|default|required|optional|optional_|prompt|request|user|username|admin|root|login|self|this|get|os|var|secrets|vault|data|args|params|options|props|ctx|kwargs|input|export|import|return|new|await|async|function|const|let|type|interface|class|public|private|static)(?:$|[\s_\-.:(<[{*'"])/i;
const TEMPLATE =
  /^[$%#@]?[{(<[%]|\$\{|\{\{|<[a-z_ -]+>|%[A-Z_]+%|^\$[A-Za-z_]|^\*{2,}|\*{4,}|\.{3,}|…|x{6,}|X{6,}|0{8,}|#{3,}/;
const FILLER =
  /(?:change[-_ ]?me|changeit|example|placeholder|your[-_ ]|dummy|redacted|replace[-_ ]?(?:me|with)|insert[-_ ]|not[-_ ]?a[-_ ]?real|fake[-_ ]|sample|lorem|deadbeef|1234567890|abcdefghij|0123456789abcdef|test[-_ ]?(?:key|token|secret)|(?:key|token|secret)[-_ ]?here)/i;

/** Whether a text stands for a secret without being one: `${VAR}`, `<your-key>`, `xxxx`, `changeme`. */
function isPlaceholder(value: string): boolean {
  return PLACEHOLDER.test(value) || TEMPLATE.test(value) || FILLER.test(value) || new Set(value).size <= 3;
}

/** Whether letters stand together as they do in names of programs, three and more from one capital or mark to the next: `isApiKeyProvider`. */
function isOfWords(value: string): boolean {
  const words = value.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g) ?? [];
  return words.join('').length >= 3 * words.length;
}

/** A key in a provider's own format. One that says it is an example, or repeats itself, is marked as reserved. */
export function judgeProviderKey({ value }: Candidate): Judgement | null {
  const body = value.replace(/^[A-Za-z]+[-_]/, '');
  if (
    TEMPLATE.test(body) ||
    new Set(body).size <= 4 ||
    /^(?:your|my|the|insert|enter|test)?[-_ ]?[a-z]+(?:[-_ ][a-z]+)*$/.test(body)
  )
    return null;
  if (FILLER.test(value)) return { confidence: 0.6, reserved: true };
  return entropy(body) < 2.8 ? { confidence: 0.6, reserved: true } : {};
}

/** The value of an assignment to something called a key, token, password or secret: must look random. */
export function judgeAssignedSecret({ value, after }: Candidate): Judgement | null {
  if (value.length < 8 || isPlaceholder(value)) return null;
  // A call, a member or an index is code that fetches the secret.
  if (/^\s*[([]/.test(after) || /^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)+$/.test(value)) return null;
  if (/^(?:https?|file|s3|arn|vault|ssm|op):/i.test(value) || /^[./~\\]/.test(value)) return null;
  const classes = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((one) => one.test(value)).length;
  const bits = entropy(value);
  if (/^_*[a-z]+(?:[-_ ]+[a-z]+)*_*$/i.test(value) && isOfWords(value)) return null;
  if (value.length >= 20)
    return bits >= 3.5 && classes >= 2 ? { confidence: 0.8 } : bits >= 3 && classes >= 2 ? { confidence: 0.6 } : null;
  return bits >= 2.75 && classes >= 3 ? { confidence: 0.7 } : bits >= 2.5 && classes >= 2 ? { confidence: 0.55 } : null;
}

/** A password as people write it after the word: shorter and simpler than a key, but neither a slot nor plain prose. */
export function judgePassword({ value, after }: Candidate): Judgement | null {
  if (value.length < 6 || isPlaceholder(value) || /^\s*\(/.test(after)) return null;
  if (/^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)+$/.test(value)) return null;
  const classes = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((one) => one.test(value)).length;
  // A full stop at the end is the sentence's.
  const length = value.endsWith('.') && !/^\S/.test(after) ? value.length - 1 : value.length;
  return classes >= 3 || (classes === 2 && /\d/.test(value)) ? { length } : null;
}

/** What is shorter stands in manuals: `https://a:b@c`. */
const SHORTEST_PASSWORD = 4;
/** Names that nobody can register (RFC 2606). */
const RESERVED_HOST = /@(?:[\w-]+\.)*(?:example\.(?:com|net|org)|example|test|invalid)\.?(?=[:/\s?#]|$)/i;

/** The password inside a connection string or an address with credentials. */
export function judgeEmbeddedPassword({ value }: Candidate): Judgement | null {
  const password =
    /:\/\/[^\s:/@]*:([^\s/@]+)@/.exec(value)?.[1] ??
    /(?:password|pwd|accountkey|sharedaccesskey)=([^;"'\s]+)/i.exec(value)?.[1] ??
    '';
  if (password.length < SHORTEST_PASSWORD || TEMPLATE.test(password)) return null;
  if (
    RESERVED_HOST.test(value) ||
    /^(?:pass(?:word|wd)?|secret|user(?:name)?|changeme|example|test|postgres|root|admin|guest|token|pw|pwd|my[_-]?password|your[-_]?password)$/i.test(
      password,
    )
  )
    return { confidence: 0.6, reserved: true };
  return {};
}

/** A JSON Web Token whose first part is a JSON header with an algorithm. */
export function judgeJwt({ value }: Candidate): Judgement | null {
  try {
    const header: unknown = JSON.parse(Buffer.from(value.split('.')[0] ?? '', 'base64url').toString('utf8'));
    return typeof header === 'object' && header !== null && 'alg' in header ? {} : null;
  } catch {
    return null;
  }
}
