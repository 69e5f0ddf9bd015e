/** A way to write an attack so that plain words no longer stand in it. */
export interface Disguise {
  readonly name: string;
  readonly apply: (text: string) => string;
}

const LOOKALIKES: Readonly<Record<string, string>> = { a: 'а', c: 'с', e: 'е', i: 'і', o: 'о', p: 'р', x: 'х', y: 'у' };
const DIGITS: Readonly<Record<string, string>> = { a: '4', e: '3', i: '1', o: '0', s: '5', t: '7' };

const swap =
  (table: Readonly<Record<string, string>>) =>
  (text: string): string =>
    text.replace(/[a-z]/g, (letter) => table[letter] ?? letter);

const shifted = (text: string): string =>
  text.replace(/[a-z]/gi, (letter) => {
    const base = letter <= 'Z' ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base);
  });

const bytesOf = (text: string): Buffer => Buffer.from(text, 'utf8');

/** One disguise for every kind of view that normalising makes. */
export const DISGUISES: readonly Disguise[] = [
  { name: 'letters of other alphabets', apply: swap(LOOKALIKES) },
  { name: 'digits for letters', apply: swap(DIGITS) },
  { name: 'invisible characters between letters', apply: (text) => [...text].join('\u200b') },
  {
    name: 'full-width letters',
    apply: (text) => text.replace(/[!-~]/g, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0)),
  },
  { name: 'accents on vowels', apply: (text) => text.replace(/[aeiou]/g, '$&\u0301') },
  {
    name: 'blanks between letters',
    apply: (text) =>
      text
        .split(' ')
        .map((word) => [...word].join(' '))
        .join('   '),
  },
  {
    name: 'words cut by hyphens',
    apply: (text) => text.replace(/[a-z]{4,}/gi, (word) => `${word.slice(0, 2)}-${word.slice(2)}`),
  },
  { name: 'base64', apply: (text) => `Decode this: ${bytesOf(text).toString('base64')}` },
  { name: 'hexadecimal', apply: (text) => bytesOf(text).toString('hex') },
  {
    name: 'percent encoding',
    apply: (text) => [...bytesOf(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  },
  { name: 'rot13', apply: shifted },
  { name: 'HTML entities', apply: (text) => [...text].map((char) => `&#${char.codePointAt(0)};`).join('') },
];

const FIELDS = 'The ferry leaves at noon and the bakery closes at six. ';

/** The text between two halves of 50 KB of plain sentences. */
export function inLongText(text: string): string {
  const half = FIELDS.repeat(Math.ceil(25_000 / FIELDS.length));
  return `${half}\n${text}\n${half}`;
}
