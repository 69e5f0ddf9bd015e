import {
  FORM_BITS,
  FORM_BLANK,
  FORM_NESTED,
  FORM_PHRASE,
  FORM_ROLE,
  FORM_SPECIAL,
  FORM_STOP,
  FORM_SUSPICIOUS,
  FORM_TOKEN,
  FORM_WORD,
  LONGEST_SAMPLE,
  OPENING_BITS,
} from './form-layout.ts';
import { getKernel } from './survey.ts';

/** What one pass over a text counts. */
export interface Form {
  /** Stretches between blanks. */
  readonly words: number;
  /** ASCII characters that ordinary prose seldom has. */
  readonly special: number;
  /** Runs of escapes, base64 and hex. */
  readonly encoded: number;
  /** Switches of roles. */
  readonly roles: number;
  readonly nested: number;
  readonly suspicious: number;
}

/** What the pass looks for where a character may begin it; all are tried at one place and nowhere else. */
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

/** The hash of a phrase's first four characters, of which case takes no part: five bits each. */
function openingOf(phrase: string): number {
  let key = 0;
  for (let i = 0; i < 4; i++) key = (key << 5) | (phrase.charCodeAt(i) & 31);
  return Math.imul(key, 0x9e3779b1) >>> (32 - OPENING_BITS);
}

interface Reader {
  readonly kernel: ReturnType<typeof getKernel>;
  /** In the kernel's memory. */
  readonly units: Buffer;
  readonly places: Int32Array;
  readonly escapeEnds: Int32Array;
}

let reader: Reader | undefined;

function openReader(kernel: Reader['kernel']): Reader {
  const { buffer } = kernel.memory;
  const classes = new Uint8Array(buffer, kernel.formClassesAt.value, 1 << 16);
  for (let code = 0; code < 128; code++) {
    const sign = String.fromCharCode(code);
    classes[code] =
      (code <= 32 ? FORM_BLANK : 0) |
      (/[#$%&*+/<=>@[\\\]^_`{|}~]/.test(sign) ? FORM_SPECIAL : 0) |
      (/[\n\r%\\&<[]/.test(sign) ? FORM_STOP : 0) |
      (/\w/.test(sign) ? FORM_WORD : 0) |
      (/[\w+/=-]/.test(sign) ? FORM_TOKEN : 0);
  }
  for (const blank of '\u00a0\u3000') classes[blank.charCodeAt(0)] = FORM_BLANK;
  for (const newline of '\u2028\u2029') classes[newline.charCodeAt(0)] = FORM_STOP;
  const openings = new Uint8Array(buffer, kernel.openingsAt.value, 1 << OPENING_BITS);
  for (const [phrases, kind] of [
    [NESTED, FORM_NESTED],
    [SUSPICIOUS, FORM_SUSPICIOUS],
  ] as const) {
    for (const phrase of phrases) openings[openingOf(phrase)] = (openings[openingOf(phrase)] as number) | kind;
  }
  return {
    kernel,
    units: Buffer.from(buffer, kernel.sampleAt.value, 2 * LONGEST_SAMPLE),
    places: new Int32Array(buffer, kernel.placesAt.value, 2 * LONGEST_SAMPLE + 1),
    escapeEnds: new Int32Array(buffer, kernel.escapeEndsAt.value, LONGEST_SAMPLE),
  };
}

/** Reads a text, of which it takes {@link LONGEST_SAMPLE} units, once; what it counts is what global matches of each pattern would. */
export function readForm(text: string): Form {
  reader ??= openReader(getKernel());
  const { kernel, units, places, escapeEnds } = reader;
  const size = Math.min(text.length, LONGEST_SAMPLE);
  units.write(text, 0, 'utf16le');
  const count = kernel.readForm(size);
  let encoded = 0;
  let roles = 0;
  let nested = 0;
  let suspicious = 0;
  // Where the last match of each pattern ended.
  let escapesEnd = 0;
  let rolesEnd = 0;
  let nestedEnd = 0;
  let suspiciousEnd = 0;
  for (let k = 0; k < count; k++) {
    const place = places[k] as number;
    const at = place >> FORM_BITS;
    if ((place & FORM_PHRASE) !== 0) {
      const nestedTo = (place & FORM_NESTED) !== 0 && at >= nestedEnd ? endOf(NESTED_INSTRUCTION, text, at) : 0;
      if (nestedTo > 0) {
        nested++;
        nestedEnd = nestedTo;
      }
      const suspiciousTo =
        (place & FORM_SUSPICIOUS) !== 0 && at >= suspiciousEnd ? endOf(SUSPICIOUS_PATTERN, text, at) : 0;
      if (suspiciousTo > 0) {
        suspicious++;
        suspiciousEnd = suspiciousTo;
      }
    } else if ((place & FORM_ROLE) !== 0) {
      const to = at >= rolesEnd ? endOf(ROLE_SWITCH, text, at) : 0;
      if (to > 0) {
        roles++;
        rolesEnd = to;
      }
    } else {
      const to = at >= escapesEnd ? endOf(ESCAPE_RUN, text, at) : 0;
      if (to > 0) {
        escapeEnds[encoded++] = to;
        escapesEnd = to;
      }
    }
  }
  encoded += kernel.countTokens(encoded);
  return { words: kernel.words.value, special: kernel.specials.value, encoded, roles, nested, suspicious };
}

/** Where a sticky pattern that matches at an offset ends; 0 where it does not. */
function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : 0;
}
