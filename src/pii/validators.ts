import type * as IbanLibrary from 'ibantools';
import type { Validator as StdnumValidator } from 'stdnum';
import { nodeModule, nodeNet } from '../core/builtin.ts';
import { digitsOf, isDate, isLuhnValid, mod97, weightedSum } from './check-digits.ts';
import { judgeName } from './person.ts';
import { judgeInternationalPhone, judgeNanpPhone, judgeNationalPhone } from './phone.ts';
import { judgeAssignedSecret, judgeEmbeddedPassword, judgeJwt, judgePassword, judgeProviderKey } from './secret.ts';
import { type Candidate, type Judgement, VALID, type Validator } from './validator.ts';
import { isBase58Check, isBech32, isEip55 } from './wallet.ts';

const load = (name: string) => nodeModule().createRequire(import.meta.url)(name);

/** Numbers that card networks and payment firms publish for testing; they pass the Luhn check and buy nothing. */
const TEST_CARDS = new Set(
  (
    '4242424242424242 4111111111111111 4012888888881881 4222222222222 4000056655665556 4000000000000002 4000000000009995 ' +
    '4000002500003155 5555555555554444 5105105105105100 2223003122003222 5200828282828210 378282246310005 371449635398431 ' +
    '378734493671000 6011111111111117 6011000990139424 6011000000000004 3056930009020004 30569309025904 38520000023237 ' +
    '36227206271667 3530111333300000 3566002020360505 6200000000000005 6304000000000000 4917610000000000 4000000000000077 ' +
    '4000000000000000 5454545454545454 4444333322221111 4988438843884305 5500000000000004 340000000000009'
  ).split(' '),
);

/** Issuer prefixes with the lengths they are issued in (ISO/IEC 7812 ranges as the networks publish them). */
const CARD_BRANDS: readonly { readonly prefix: RegExp; readonly lengths: readonly number[]; readonly weak?: true }[] = [
  { prefix: /^4/, lengths: [16] },
  { prefix: /^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, lengths: [16] },
  { prefix: /^3[47]/, lengths: [15] },
  { prefix: /^(?:6011|64[4-9]|65)/, lengths: [16, 19] },
  { prefix: /^35(?:2[89]|[3-8])/, lengths: [16, 19] },
  { prefix: /^(?:62|81)/, lengths: [16, 17, 18, 19] },
  { prefix: /^220[0-4]/, lengths: [16] },
  { prefix: /^(?:508|60|82|636368|438935|504175|451416|636297|5067|6277|650|6516|6550)/, lengths: [16] },
  { prefix: /^3(?:0[0-59]|[689])/, lengths: [14, 16, 19], weak: true },
  { prefix: /^4/, lengths: [13, 19], weak: true },
  { prefix: /^(?:5[06-9]|6)/, lengths: [12, 13, 14, 15, 16, 17, 18, 19], weak: true },
  { prefix: /^(?:1800|2131|35)/, lengths: [15, 16], weak: true },
];

function judgeCard({ value }: Candidate): Judgement | null {
  const digits = digitsOf(value);
  if (!isLuhnValid(digits) || /^(\d)\1+$/.test(digits)) return null;
  const brand = CARD_BRANDS.find(({ prefix, lengths }) => lengths.includes(digits.length) && prefix.test(digits));
  if (brand === undefined) return null;
  return { reserved: TEST_CARDS.has(digits), ...(brand.weak ? { weak: true, confidence: 0.7 } : {}) };
}

let ibans: typeof IbanLibrary | undefined;

/** The examples that the IBAN registry and banks print. */
const EXAMPLE_IBANS = new Set([
  'GB82WEST12345698765432',
  'DE89370400440532013000',
  'GB29NWBK60161331926819',
  'FR1420041010050500013M02606',
  'NL91ABNA0417164300',
  'ES9121000418450200051332',
  'CH9300762011623852957',
  'BE68539007547034',
  'IT60X0542811101000000123456',
]);

function judgeIban({ value, hasContext }: Candidate): Judgement | null {
  ibans ??= load('ibantools') as typeof IbanLibrary;
  const country = value.slice(0, 2).toUpperCase();
  const length = ibans.countrySpecs[country as keyof typeof ibans.countrySpecs]?.chars ?? undefined;
  const end = length ? positionAfter(value, length) : positionOfRunEnd(value);
  if (end === undefined || (length && /^[A-Za-z0-9]/.test(value.slice(end)))) return null;
  const compact = value
    .slice(0, end)
    .replace(/[^A-Za-z0-9]/g, '')
    .toUpperCase();
  if (compact.length < 15 || mod97(compact.slice(4) + compact.slice(0, 4)) !== 1) return null;
  const known = ibans.isValidIBAN(compact, { allowQRIBAN: true });
  if (!known && !length && !hasContext) return null;
  return {
    length: end,
    reserved: EXAMPLE_IBANS.has(compact),
    ...(known ? {} : { confidence: 0.75, weak: true }),
  };
}

/** The offset after the nth letter or digit; undefined where there are fewer. */
function positionAfter(text: string, count: number): number | undefined {
  let seen = 0;
  for (let index = 0; index < text.length; index++) {
    if (/[A-Za-z0-9]/.test(text.charAt(index)) && ++seen === count) return index + 1;
  }
  return undefined;
}

function positionOfRunEnd(text: string): number {
  return /^[A-Za-z0-9]+/.exec(text)?.[0].length ?? 0;
}

/** Printed in advertisements and withdrawn (SSA): nobody's. */
const VOID_SSNS = new Set(['078051120', '219099999']);
/** What documentation uses. */
const EXAMPLE_SSNS = new Set(['123456789', '111111111', '222222222', '333333333', '123121234']);

function judgeSsn({ value }: Candidate): Judgement | null {
  const digits = digitsOf(value);
  const area = digits.slice(0, 3);
  if (/^98765432\d$/.test(digits)) return { confidence: 0.5, reserved: true };
  if (area === '000' || area === '666' || area >= '900') return null;
  if (digits.slice(3, 5) === '00' || digits.slice(5) === '0000') return null;
  if (VOID_SSNS.has(digits)) return null;
  return { reserved: EXAMPLE_SSNS.has(digits) };
}

/** An ITIN is 9xx with a group of 50 to 65, 70 to 88, 90 to 92 or 94 to 99 (IRS). */
function judgeItin({ value }: Candidate): Judgement | null {
  const group = Number(digitsOf(value).slice(3, 5));
  const known = (group >= 50 && group <= 65) || (group >= 70 && group <= 88) || (group >= 90 && group !== 93);
  return known ? VALID : null;
}

/** An ABA routing number: a Federal Reserve prefix and the check 3-7-1. */
function judgeRouting({ value }: Candidate): Judgement | null {
  const digits = digitsOf(value);
  const prefix = Number(digits.slice(0, 2));
  const known = prefix <= 12 || (prefix >= 21 && prefix <= 32) || (prefix >= 61 && prefix <= 72) || prefix === 80;
  return known && !/^0+$/.test(digits) && weightedSum(digits, [3, 7, 1, 3, 7, 1, 3, 7, 1]) % 10 === 0 ? VALID : null;
}

/** Domains that are kept for documentation and tests (RFC 2606, RFC 6761). */
const RESERVED_DOMAIN =
  /(?:^|\.)(?:example\.(?:com|net|org|edu)|example|test|invalid|localhost|local|domain\.com|yourdomain\.com|yourcompany\.com|email\.com|company\.com|acme\.com|foo\.com|bar\.com)$/i;
const FILE_ENDING =
  /\.(?:png|jpe?g|gif|svg|webp|ico|css|js|mjs|cjs|ts|tsx|jsx|json|html?|md|py|rb|go|rs|java|txt|xml|ya?ml|pdf|zip|gz|woff2?|map|lock)$/i;

function judgeEmail({ value, after }: Candidate): Judgement | null {
  const at = value.lastIndexOf('@');
  const local = value.slice(0, at);
  const domain = value.slice(at + 1);
  if (local.length > 64 || domain.length > 253 || local.includes('..') || FILE_ENDING.test(domain)) return null;
  // git@host:path is an address of a repository.
  if (/^(?:git|hg|svn)$/i.test(local) && /^[:/]/.test(after)) return null;
  return { reserved: RESERVED_DOMAIN.test(domain) };
}

/** What stands before a number of four parts that is a version and no address. */
const VERSION_BEFORE =
  /(?:\bversions?|\bver|\brelease|\bbuild|\bdriver|\bfirmware|\brev(?:ision)?|\bv|\bsection|\bchapter|\bfigure|\btable|\bclause|§|\boid|\bchrome\/|\bsafari\/|\bfirefox\/|\/|\bassemblyversion|\bfileversion)["'\s:=(]{0,4}$/i;

function judgeIp(candidate: Candidate): Judgement | null {
  const { value, before, after, hasContext } = candidate;
  if (value.includes(':')) return judgeIpv6(value, hasContext);
  const octets = value.split('.').map(Number);
  if (octets.some((octet) => octet > 255)) return null;
  const [a = 0, b = 0, c = 0, d = 0] = octets;
  if (a === 0 || a === 127 || (a === 255 && b === 255)) return null;
  if (VERSION_BEFORE.test(before) && !/:\/\/$/.test(before)) return null;
  // One of many numbers in a row: the path of a drawing, a table.
  if (!hasContext && (/\d[ ,]$/.test(before) || /^[ ,]-?[\d.]+[ ,.-]/.test(after))) return null;
  // Small numbers are versions and numbered headings more often than addresses.
  if (!hasContext && octets.every((octet) => octet < 20) && !(a === 10 || (a === 8 && d === 8) || (a === 1 && d === 1)))
    return { weak: true };
  const reserved =
    a === 10 ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && b === 168) ||
    (a === 169 && b === 254) ||
    (a === 192 && b === 0 && c === 2) ||
    (a === 198 && b === 51 && c === 100) ||
    (a === 203 && b === 0 && c === 113) ||
    value === '1.2.3.4' ||
    value === '8.8.8.8' ||
    value === '8.8.4.4' ||
    value === '1.1.1.1';
  return { reserved };
}

function judgeIpv6(value: string, hasContext: boolean): Judgement | null {
  const address = value.replace(/%.*$/, '');
  if (nodeNet().isIP(address) !== 6 || /^[:0]+1?$/.test(address)) return null;
  const groups = address.split(':').filter(Boolean);
  if (groups.length < 3 && !hasContext) return null;
  // Short all-decimal groups are times and ratios.
  if (!/[a-f]/i.test(address) && groups.length < 5 && !hasContext) return null;
  return { reserved: /^(?:2001:0?db8|fe80|f[cd][0-9a-f]{2}|ff)/i.test(address) };
}

function judgeMac({ value }: Candidate): Judgement | null {
  const hex = value.replace(/[^0-9a-f]/gi, '').toLowerCase();
  if (/^(.)\1+$/.test(hex)) return null;
  return {
    reserved:
      hex.startsWith('00005e0053') || hex === '001122334455' || hex === 'aabbccddeeff' || hex === '123456789abc',
  };
}

function judgeBitcoin({ value }: Candidate): Judgement | null {
  if (
    value === '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa' ||
    /^(?:1BitcoinEaterAddressDontSendf59kuE|1BoatSLRHtKNngkdXEeobR76b53LETtpyT)$/.test(value)
  )
    return { reserved: true };
  const checked = /^(?:bc|tb|ltc)1/i.test(value) ? isBech32(value) : isBase58Check(value);
  // A mistyped wallet is still somebody's wallet where the text calls it one.
  return checked ? VALID : { weak: true, confidence: 0.55 };
}

function judgeEthereum({ value }: Candidate): Judgement | null {
  if (/^0x(.)\1+$/i.test(value)) return null;
  const checked = isEip55(value);
  return checked === true ? VALID : { weak: true, confidence: 0.65 };
}

function judgeBase58({ value }: Candidate): Judgement | null {
  return isBase58Check(value) ? VALID : { weak: true, confidence: 0.55 };
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

function judgeBirthDate({ value }: Candidate): Judgement | null {
  const named = /[a-z]{3,}/i.exec(value)?.[0].slice(0, 3).toLowerCase();
  const numbers = value.match(/\d+/g)?.map(Number) ?? [];
  const year = numbers.find((number) => number > 31) ?? numbers.at(-1) ?? 0;
  const full = year < 100 ? 1900 + year : year;
  if (full < 1890 || full > new Date().getUTCFullYear()) return null;
  const rest = numbers.filter((number) => number !== year);
  if (named) return MONTHS.includes(named) && isDate(full, MONTHS.indexOf(named) + 1, rest[0] ?? 0) ? VALID : null;
  const [a = 0, b = 0] = rest;
  return isDate(full, a, b) || isDate(full, b, a) ? VALID : null;
}

const VIN_VALUES: Readonly<Record<string, number>> = {
  A: 1,
  B: 2,
  C: 3,
  D: 4,
  E: 5,
  F: 6,
  G: 7,
  H: 8,
  J: 1,
  K: 2,
  L: 3,
  M: 4,
  N: 5,
  P: 7,
  R: 9,
  S: 2,
  T: 3,
  U: 4,
  V: 5,
  W: 6,
  X: 7,
  Y: 8,
  Z: 9,
};

/** A vehicle number with the check digit that North America requires (49 CFR 565); elsewhere the words must say it. */
function judgeVin({ value }: Candidate): Judgement | null {
  const vin = value.toUpperCase();
  if (!/[A-Z]/.test(vin) || !/\d/.test(vin)) return null;
  const weights = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
  const sum = weights.reduce((total, weight, index) => {
    const character = vin.charAt(index);
    return total + weight * (VIN_VALUES[character] ?? Number(character));
  }, 0);
  const check = sum % 11 === 10 ? 'X' : String(sum % 11);
  return {
    weak: vin.charAt(8) !== check || !/\d{4}$/.test(vin),
    ...(vin.charAt(8) === check ? {} : { confidence: 0.6 }),
  };
}

/** ISO 3166 codes, for what carries a country inside. */
const COUNTRIES = new Set(
  (
    'AD AE AF AG AI AL AM AO AR AT AU AW AZ BA BB BD BE BF BG BH BI BJ BM BN BO BR BS BT BW BY BZ CA CD CF CG CH CI CL CM ' +
    'CN CO CR CU CV CW CY CZ DE DJ DK DM DO DZ EC EE EG ER ES ET FI FJ FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR ' +
    'GT GU GW GY HK HN HR HT HU ID IE IL IM IN IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR ' +
    'LS LT LU LV LY MA MC MD ME MG MH MK ML MM MN MO MQ MR MS MT MU MV MW MX MY MZ NA NC NE NG NI NL NO NP NR NZ OM PA PE ' +
    'PF PG PH PK PL PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SI SK SL SM SN SO SR SS ST SV SY SZ TC TD TG TH TJ ' +
    'TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VI VN VU WS XK YE ZA ZM ZW'
  ).split(' '),
);

function judgeBic({ value }: Candidate): Judgement | null {
  const compact = value.replace(/\s/g, '').toUpperCase();
  return (compact.length === 8 || compact.length === 11) && COUNTRIES.has(compact.slice(4, 6)) ? VALID : null;
}

/** The NHS number: ten digits, modulus 11 (NHS Data Dictionary); 999 … is kept for tests. */
function judgeNhs({ value }: Candidate): Judgement | null {
  const digits = digitsOf(value);
  const check = (11 - (weightedSum(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 11;
  if (check === 10 || String(check) !== digits.charAt(9) || /^(\d)\1+$/.test(digits)) return null;
  return { reserved: digits.startsWith('999') };
}

/** Medicare (Australia): first digit 2 to 6, ninth digit the weighted sum of the first eight modulo 10. */
function judgeAuMedicare({ value }: Candidate): Judgement | null {
  const digits = digitsOf(value);
  return /^[2-6]/.test(digits) && weightedSum(digits, [1, 3, 7, 9, 1, 3, 7, 9]) % 10 === Number(digits.charAt(8))
    ? VALID
    : null;
}

/** The US National Provider Identifier: Luhn with 80840 before it. */
function judgeNpi({ value }: Candidate): Judgement | null {
  return isLuhnValid(`80840${digitsOf(value)}`) ? VALID : null;
}

/** A DEA number: two letters and seven digits, the last the checksum of the six. */
function judgeDea({ value }: Candidate): Judgement | null {
  const digits = digitsOf(value).slice(-7);
  const odd = weightedSum(digits, [1, 0, 1, 0, 1, 0]);
  const even = weightedSum(digits, [0, 1, 0, 1, 0, 1]);
  return (odd + 2 * even) % 10 === Number(digits.charAt(6)) ? VALID : null;
}

/** An IMEI: fifteen digits by Luhn, or sixteen with a software version. */
function judgeImei({ value }: Candidate): Judgement | null {
  const digits = digitsOf(value);
  if (/^(\d)\1+$/.test(digits)) return null;
  return digits.length === 16 || isLuhnValid(digits) ? VALID : null;
}

/** The last four digits of an OGRN are checked by the number before them modulo 11 or 13. */
function judgeOgrn({ value }: Candidate): Judgement | null {
  const digits = digitsOf(value);
  const body = BigInt(digits.slice(0, -1));
  return Number((body % BigInt(digits.length - 2)) % 10n) === Number(digits.at(-1)) ? VALID : null;
}

/** The two check digits of a Spanish account: weights of powers of two modulo 11. */
function judgeSpanishAccount({ value }: Candidate): Judgement | null {
  const digits = digitsOf(value);
  const check = (part: string) => {
    const rest = weightedSum(part, [1, 2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11;
    return String(rest < 2 ? rest : 11 - rest);
  };
  return check(`00${digits.slice(0, 8)}`) === digits.charAt(8) && check(digits.slice(10)) === digits.charAt(9)
    ? VALID
    : null;
}

/** A Belgian identity card: the last two digits are the first ten modulo 97. */
function judgeBelgianCard({ value }: Candidate): Judgement | null {
  const digits = digitsOf(value);
  return (Number(digits.slice(0, 10)) % 97 || 97) === Number(digits.slice(10)) ? VALID : null;
}

/** SNILS: the weighted sum of nine digits modulo 101. */
function judgeSnils({ value }: Candidate): Judgement | null {
  const digits = digitsOf(value);
  return (weightedSum(digits, [9, 8, 7, 6, 5, 4, 3, 2, 1]) % 101) % 100 === Number(digits.slice(9)) ? VALID : null;
}

/** The check letter of a Singaporean NRIC or FIN. */
function judgeNric({ value }: Candidate): Judgement | null {
  const number = value.toUpperCase();
  const series = number.charAt(0);
  const offset = series === 'T' || series === 'G' ? 4 : series === 'M' ? 3 : 0;
  const rest = (weightedSum(number.slice(1), [2, 7, 6, 5, 4, 3, 2]) + offset) % 11;
  const letters = series === 'S' || series === 'T' ? 'JZIHGFEDCBA' : series === 'M' ? 'XWUTRQPNJLK' : 'XWUTRQPNMLK';
  return letters.charAt(rest) === number.charAt(8) ? VALID : null;
}

/** A Thai number: weights 13 down to 2 modulo 11. */
function judgeThai({ value }: Candidate): Judgement | null {
  const digits = digitsOf(value);
  const rest = weightedSum(digits, [13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
  return (11 - rest) % 10 === Number(digits.charAt(12)) ? VALID : null;
}

/** A Japanese individual number (ordinance of the Ministry of Internal Affairs, 2014). */
function judgeMyNumber({ value }: Candidate): Judgement | null {
  const digits = digitsOf(value);
  const rest = weightedSum(digits, [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
  return (rest < 2 ? 0 : 11 - rest) === Number(digits.charAt(11)) ? VALID : null;
}

/** A pupil number: the letter before it is the sum of the twelve weighted characters modulo 23. */
function judgeUpn({ value }: Candidate): Judgement | null {
  const letters = 'ABCDEFGHJKLMNPQRTUVWXYZ';
  const number = value.toUpperCase();
  let sum = 0;
  for (let index = 1; index < 13; index++) sum += (index + 1) * `0123456789${letters}`.indexOf(number.charAt(index));
  return letters.charAt(sum % 23) === number.charAt(0) ? VALID : null;
}

/** A Slovenian company number: seven digits, weights 7 down to 2 modulo 11, then three for the branch (AJPES). */
function judgeSlovenianCompany({ value }: Candidate): Judgement | null {
  const rest = weightedSum(value, [7, 6, 5, 4, 3, 2]) % 11;
  return ((11 - rest) % 11) % 10 === Number(value.charAt(6)) && value.charAt(0) !== '0' ? VALID : null;
}

/** Prefix and number of a Czech account each have weights modulo 11 (decree 169/2011 of the Czech National Bank). */
function judgeCzechAccount({ value }: Candidate): Judgement | null {
  const [account = '', bank = ''] = value.split('/');
  const [number = '', prefix = ''] = account.split('-').reverse();
  if (/^0+$/.test(number) || bank === '0000') return null;
  const isRight = (digits: string) => weightedSum(digits.padStart(10, '0'), [6, 3, 7, 9, 10, 5, 8, 4, 2, 1]) % 11 === 0;
  return isRight(number) && isRight(prefix) ? VALID : null;
}

/** A Spanish supply point: its sixteen digits modulo 529 give two check letters (Real Decreto 1435/2002). */
function judgeSupplyPoint({ value }: Candidate): Judgement | null {
  const compact = value.replace(/[^A-Za-z0-9]/g, '').toUpperCase();
  const rest = Number(BigInt(compact.slice(2, 18)) % 529n);
  const letters = 'TRWAGMYFPDXBNJZSQVHLCKE';
  return compact.slice(18, 20) === letters.charAt(Math.floor(rest / 23)) + letters.charAt(rest % 23) ? VALID : null;
}

/** A Spanish cadastral reference: each half of the parcel with the unit gives one check letter, modulo 23 (Catastro). */
function judgeCadastre({ value }: Candidate): Judgement | null {
  const compact = value.replace(/[^A-Za-z0-9]/g, '').toUpperCase();
  const letters = 'ABCDEFGHIJKLMNÑOPQRSTUVWXYZ';
  const weights = [13, 15, 12, 5, 4, 17, 9, 21, 3, 7, 1];
  const check = (half: string) => {
    const sum = [...half].reduce((total, character, index) => {
      const number = /\d/.test(character) ? Number(character) : letters.indexOf(character) + 1;
      return total + number * (weights[index] as number);
    }, 0);
    return 'MQWERTYUIOPASDFGHJKLBZX'.charAt(sum % 23);
  };
  const unit = compact.slice(14, 18);
  return compact.slice(18) === check(compact.slice(0, 7) + unit) + check(compact.slice(7, 14) + unit) ? VALID : null;
}

/** A NINEA: seven digits, every second one doubled in the sum, which ends in 0 (decree 2012-886). */
function judgeNinea({ value }: Candidate): Judgement | null {
  const digits = digitsOf(value.replace(/\s?[0129][A-Z]\d$/i, '')).padStart(9, '0');
  const sum = weightedSum(digits, [1, 2, 1, 2, 1, 2, 1, 2, 1]);
  return digits.length === 9 && sum > 0 && sum % 10 === 0 ? VALID : null;
}

/** A VÖEN: the ninth digit checks the eight before it modulo 11, the tenth is 1 for a company and 2 for a person. */
function judgeVoen({ value }: Candidate): Judgement | null {
  const digits = digitsOf(value);
  return weightedSum(digits, [4, 1, 8, 6, 2, 7, 5, 3]) % 11 === Number(digits.charAt(8)) && /[12]$/.test(digits)
    ? VALID
    : null;
}

/** A personal code given out since 2017 starts with 32 and names no day; its check digit is that of the others. */
function judgeLatvian(candidate: Candidate): Judgement | null {
  const digits = digitsOf(candidate.value);
  if (!digits.startsWith('32')) return judgeStdnum('lv.pvn')(candidate);
  const sum = 1 + weightedSum(digits, [10, 5, 8, 4, 2, 1, 6, 3, 7, 9]);
  return (sum % 11) % 10 === Number(digits.charAt(10)) ? VALID : null;
}

/** Nine digits from 6 on are numbers of their own kind, with weights 8 down to 2 modulo 11 (the EU's VIES rules). */
function judgeCzechVat(candidate: Candidate): Judgement | null {
  const digits = digitsOf(candidate.value);
  if (!/^6\d{8}$/.test(digits)) return judgeStdnum('cz.dic')(candidate);
  const rest = weightedSum(digits.slice(1), [8, 7, 6, 5, 4, 3, 2]) % 11;
  return (8 - ((10 - rest) % 11) + 10) % 10 === Number(digits.charAt(8)) ? VALID : null;
}

/** A Swiss company number, which the library knows only with its country. */
function judgeSwissCompany(candidate: Candidate): Judgement | null {
  const { value } = candidate;
  const named = { ...candidate, value: /^CHE/i.test(value) ? value : `CHE${value}` };
  return judgeStdnum('ch.uid')(named) ?? judgeStdnum('ch.vat')(named);
}

/** A Hungarian tax number: eight digits with a check, then a digit for the kind of tax and two for the county. */
function judgeHungarian(candidate: Candidate): Judgement | null {
  return judgeStdnum('hu.anum')({ ...candidate, value: candidate.value.replace(/-\d-\d{2}$/, '') });
}

/** A Swedish personal number: a day, 60 more in coordination numbers, and Luhn over the last ten digits (Skatteverket). */
function judgeSwedish({ value }: Candidate): Judgement | null {
  const digits = digitsOf(value);
  const [month, day] = [digits.slice(-8, -6), digits.slice(-6, -4)].map(Number) as [number, number];
  const year = Number(digits.slice(0, -8));
  return isDate(year < 100 ? 2000 + year : year, month, day > 60 ? day - 60 : day) && isLuhnValid(digits.slice(-10))
    ? VALID
    : null;
}

/** A Romanian fiscal code is a company's, or a person's CNP. */
function judgeRomanianFiscal(candidate: Candidate): Judgement | null {
  return judgeStdnum(digitsOf(candidate.value).length === 13 ? 'ro.cnp' : 'ro.cui')(candidate);
}

/** A French VAT number holds a SIREN, which has a Luhn check of its own; Monaco's has 000 there. */
function judgeFrenchVat(candidate: Candidate): Judgement | null {
  const siren = candidate.value.replace(/[^A-Za-z0-9]/g, '').slice(-9);
  if (siren.startsWith('000')) return judgeStdnum('mc.tva')(candidate);
  return isLuhnValid(siren) ? judgeStdnum('fr.tva')(candidate) : null;
}

/** An RFC whose check character fails is still one where the text says so: those that the tax office gave out vary. */
function judgeRfc(candidate: Candidate): Judgement | null {
  if (judgeStdnum('mx.rfc')(candidate) !== null) return VALID;
  const compact = candidate.value.replace(/[^A-Za-zÑñ&0-9]/g, '');
  const [, year = '', month = '', day = ''] = /^[A-ZÑ&]{3,4}(\d{2})(\d{2})(\d{2})[A-Z0-9]{3}$/i.exec(compact) ?? [];
  return year !== '' && isDate(2000 + Number(year), Number(month), Number(day))
    ? { weak: true, confidence: 0.6 }
    : null;
}

function judgeAny(...validators: readonly Validator[]): Validator {
  return (candidate) => {
    for (const validator of validators) {
      const judgement = validator(candidate);
      if (judgement !== null) return judgement;
    }
    return null;
  };
}

function judgeLuhn({ value }: Candidate): Judgement | null {
  const digits = digitsOf(value);
  return isLuhnValid(digits) && !/^(\d)\1+$/.test(digits) ? VALID : null;
}

function judgeMod97({ value }: Candidate): Judgement | null {
  const compact = value.replace(/[^A-Za-z0-9]/g, '');
  return mod97(compact) === 1 ? VALID : null;
}

const stdnumValidators = new Map<string, StdnumValidator>();

/** A check of the stdnum library by country and number, such as `br.cpf`; each is loaded when a candidate needs it. */
function judgeStdnum(name: string): Validator {
  return ({ value }) => {
    let validator = stdnumValidators.get(name);
    if (validator === undefined) {
      validator = load(`stdnum/lib/cjs/${name.replace('.', '/')}.js`) as StdnumValidator;
      stdnumValidators.set(name, validator);
    }
    if (/^(\d)\1+$/.test(digitsOf(value)) && !/[A-Za-z]/.test(value)) return null;
    // The library makes an Error for every number that fails, and the stack is what costs.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      const { validate } = validator;
      const isValid = (text: string) => validate(text).isValid;
      const compact = value.replace(/[ .,\-/–]/g, '');
      const bare = compact.slice(0, 2).toLowerCase() === name.slice(0, 2) ? compact.slice(2) : compact;
      return isValid(value) || (compact !== value && isValid(compact)) || (bare !== compact && isValid(bare))
        ? VALID
        : null;
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  };
}

const VALIDATORS: Readonly<Record<string, Validator>> = {
  assigned_secret: judgeAssignedSecret,
  au_medicare: judgeAuMedicare,
  az_voen: judgeVoen,
  base58check: judgeBase58,
  be_eid: judgeBelgianCard,
  bic: judgeBic,
  bitcoin: judgeBitcoin,
  birth_date: judgeBirthDate,
  ch_uid: judgeSwissCompany,
  credit_card: judgeCard,
  cz_account: judgeCzechAccount,
  cz_dic: judgeCzechVat,
  dea: judgeDea,
  email: judgeEmail,
  embedded_password: judgeEmbeddedPassword,
  es_cadastre: judgeCadastre,
  es_ccc: judgeSpanishAccount,
  es_cups: judgeSupplyPoint,
  ethereum: judgeEthereum,
  fi_business: judgeAny(judgeStdnum('fi.alv'), judgeStdnum('fi.ytunnus')),
  fr_vat: judgeFrenchVat,
  hu_tax: judgeHungarian,
  iban: judgeIban,
  ico: judgeStdnum('cz.ico'),
  imei: judgeImei,
  ip: judgeIp,
  itin: judgeItin,
  jp_in: judgeMyNumber,
  jwt: judgeJwt,
  luhn: judgeLuhn,
  lv_pvn: judgeLatvian,
  mac: judgeMac,
  mod97: judgeMod97,
  mx_rfc: judgeRfc,
  name: judgeName,
  nhs: judgeNhs,
  no_org: judgeAny(judgeStdnum('no.orgnr'), judgeStdnum('no.mva')),
  npi: judgeNpi,
  ogrn: judgeOgrn,
  password: judgePassword,
  phone: judgeInternationalPhone,
  phone_nanp: judgeNanpPhone,
  phone_national: judgeNationalPhone,
  pib: judgeAny(judgeStdnum('rs.pib'), judgeStdnum('me.pib')),
  provider_key: judgeProviderKey,
  ro_fiscal: judgeRomanianFiscal,
  routing: judgeRouting,
  se_personal: judgeSwedish,
  sg_nric: judgeNric,
  si_maticna: judgeSlovenianCompany,
  sn_ninea: judgeNinea,
  snils: judgeSnils,
  ssn: judgeSsn,
  th_id: judgeThai,
  uk_upn: judgeUpn,
  vin: judgeVin,
};

/** The names that a rule's `validator` may have, but for those of stdnum (`stdnum:br.cpf`). */
export const VALIDATOR_NAMES: readonly string[] = Object.keys(VALIDATORS);

/** The validator of that name; undefined for an unknown one. */
export function findValidator(name: string): Validator | undefined {
  const stdnum = /^stdnum:([a-z]{2}\.[a-zA-Z0-9_]+)$/.exec(name)?.[1];
  return stdnum ? judgeStdnum(stdnum) : Object.hasOwn(VALIDATORS, name) ? VALIDATORS[name] : undefined;
}
