import { nodeModule } from '../core/builtin.ts';
import { digitsOf } from './check-digits.ts';
import type * as PhoneNumbers from './phone-numbers.ts';
import type { Candidate, Judgement } from './validator.ts';

let library: typeof PhoneNumbers | undefined;

/** libphonenumber is loaded when the first candidate needs it: most texts have none. */
function phoneLibrary(): typeof PhoneNumbers {
  library ??= nodeModule().createRequire(import.meta.url)('#phone-numbers') as typeof PhoneNumbers;
  return library;
}

/** How far a number is true: one that its country has given out, one of a length that it has, neither. */
type Standing = 'valid' | 'possible' | 'impossible';

const standings = new Map<string, Standing>();
const MOST_STANDINGS = 10_000;

/** Looks a number up, digits with the country code; numbers come again and again in one text. */
function standingOf(number: string): Standing {
  let standing = standings.get(number);
  if (standing === undefined) {
    // The library makes an Error for every number that it cannot read, and the stack is what costs.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      const parsed = phoneLibrary().parsePhoneNumberFromString(`+${number}`);
      standing = parsed?.isValid() ? 'valid' : parsed?.isPossible() ? 'possible' : 'impossible';
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
    if (standings.size >= MOST_STANDINGS) standings.clear();
    standings.set(number, standing);
  }
  return standing;
}

/** Spelling that goes with the number but is not dialled: an extension. */
const EXTENSION = /[\s,;]*(?:x|ext\.?|extension|#)\s?\d{1,6}$/i;
/** +1 555 01xx is kept for fiction in every area (North American Numbering Plan). */
const FICTIONAL_NANP = /^1?\d{3}55501\d{2}$/;
/** Ofcom's numbers for drama: 07700 900xxx, 020 7946 0xxx, 01632 960xxx and their like. */
const FICTIONAL_UK =
  /^(?:44|0)(?:7700900|2079460|1632960|1134960|1144960|1154960|1164960|1174960|1184960|1214960)\d{3}$/;

/** Numbers with a country code: `+49 …`, `(+49) …` or `0049 …`. */
export function judgeInternationalPhone({ value, hasContext }: Candidate): Judgement | null {
  const bare = value.replace(EXTENSION, '');
  const zeros = /^\(?00/.test(bare);
  const digits = digitsOf(bare.replace(/\(0\)/, ''));
  const number = zeros ? digits.slice(2) : digits;
  if (number.length < 7 || number.length > 15) return null;
  const standing = standingOf(number);
  if (standing === 'valid') {
    const reserved = FICTIONAL_NANP.test(number) || FICTIONAL_UK.test(number);
    return { confidence: zeros ? 0.8 : 0.95, reserved };
  }
  if (standing === 'impossible') return zeros ? null : { confidence: 0.5, weak: true };
  return zeros ? { confidence: 0.6, weak: true } : { confidence: hasContext ? 0.8 : 0.6 };
}

/** North American numbers in the spelling 3-3-4: area and exchange start with 2 to 9. */
export function judgeNanpPhone({ value, hasContext }: Candidate): Judgement | null {
  const digits = digitsOf(value.replace(EXTENSION, '')).replace(/^(?:001|1)(?=\d{10}$)/, '');
  if (!/^[2-9]\d{2}[2-9]\d{6}$/.test(digits)) return { confidence: 0.5, weak: true };
  return { confidence: hasContext ? 0.85 : 0.7, reserved: FICTIONAL_NANP.test(digits) };
}

/** What stands right before a number that is no phone's. */
const OTHER_NUMBER =
  /\b(?:order|invoice|ticket|ref|reference|case|version|isbn|issn|account|konto|card|ssn|iban|id|room|zip|pr|issue|port)[\s"':#.]{1,4}$/i;

/** Any national spelling; the words around it are the evidence, so that only the length is checked. */
export function judgeNationalPhone({ value, before }: Candidate): Judgement | null {
  const digits = digitsOf(value.replace(EXTENSION, ''));
  if (digits.length < 6 || digits.length > 13 || new Set(digits).size < 3) return null;
  if (OTHER_NUMBER.test(before.slice(-14))) return null;
  // A date is no phone number.
  if (/^\(?(?:19|20)\d{2}[-./](?:0?\d|1[0-2])[-./]\d{1,2}/.test(value)) return null;
  if (/^\d{1,2}[-./]\d{1,2}[-./](?:19|20)\d{2}$/.test(value)) return null;
  return { reserved: FICTIONAL_NANP.test(digits) || FICTIONAL_UK.test(digits) };
}
