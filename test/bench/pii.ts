import { createPiiEngine } from '../../src/pii/index.ts';
import { loadBuiltin } from '../../src/rules/index.ts';
import { measure, megabytesPerSecond, printTable } from './measure.ts';
import { textSources } from './texts.ts';

const SIZES = [64_000, 1_000_000, 10_000_000] as const;

/** Texts that are all numbers or all values: what a text can do to the layer. */
const HARD: Readonly<Record<string, string>> = {
  digits: '1234567890',
  'nine digits': '123456789 ',
  'digits apart': '1 ',
  'number words': 'one two three four ',
  'named numbers': 'SSN 536904399 ',
  cards: '4539148803436467 ',
  versions: '192.168.12.44 ',
  escapes: '%40',
  hexadecimal: 'deadbeef0123456789',
  addresses: 'marta@posteo.de ',
  phones: '+49 30 901820 ',
  names: 'Mr. Abel ',
};

/** Prints the speed of the PII layer in MB/s by kind and size of text, and on texts made against it. */
export async function benchPii(root: string): Promise<void> {
  const engine = createPiiEngine({ rules: await loadBuiltin('pii') });
  const speed = (text: string) =>
    megabytesPerSecond(
      text.length,
      measure(() => engine.detect(text), 3),
    );
  const rows = Object.entries(textSources(root)).map(([kind, make]) => ({
    text: kind,
    ...Object.fromEntries(SIZES.map((size) => [`${size / 1000} KB`, speed(make(size))])),
  }));
  printTable('PII layer, MB/s', rows);
  const hard = Object.entries(HARD).map(([kind, unit]) => ({
    text: kind,
    ...Object.fromEntries(
      SIZES.map((size) => [`${size / 1000} KB`, speed(unit.repeat(Math.ceil(size / unit.length)))]),
    ),
  }));
  printTable('PII layer on texts made against it, MB/s', hard);
}
