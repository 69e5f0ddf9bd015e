import { createDocument } from '../../src/core/document.ts';
import { normalize } from '../../src/normalize/index.ts';
import { measure, megabytesPerSecond, printTable } from './measure.ts';
import { textSources } from './texts.ts';

const MEGABYTE = 1_000_000;

/** Shapes that a naive decoder pays for: long runs of one escape, and data that decodes to data. */
const HOSTILE: Readonly<Record<string, (size: number) => string>> = {
  'percent run': (size) => '%41'.repeat(size / 3),
  'base64 of one letter': (size) => 'A'.repeat(size),
  'nested base64': (size) => {
    let text = 'the words in the middle of it all '.repeat(size / 200);
    while (text.length < size * 0.75) text = Buffer.from(text).toString('base64');
    return text;
  },
  entities: (size) => '&#105;'.repeat(size / 6),
  escapes: (size) => '\\u0069'.repeat(size / 6),
  'zero width': (size) => 'i\u200b'.repeat(size / 2),
  'letters apart': (size) => 'i g n o r e   '.repeat(size / 14),
  'broken words': (size) => 'pre-vious ig-nore '.repeat(size / 18),
  chain: (size) => 'ab-'.repeat(size / 3),
  leet: (size) => '1gn0r3 4ll '.repeat(size / 11),
  'open tags': (size) => 'a<b style='.repeat(size / 10),
  'open comments': (size) => 'a<!--'.repeat(size / 5),
};

/** Prints MB/s of all transforms by kind of text, and how the cost of hostile texts grows from 64 KB to 1 MB. */
export function benchNormalize(root: string): void {
  const run = (text: string) => {
    const document = createDocument({ text });
    return measure(() => normalize(document), 5, 2);
  };
  printTable(
    'All transforms, 1 MB',
    Object.entries(textSources(root)).map(([kind, source]) => {
      const text = source(MEGABYTE);
      const { views } = normalize(createDocument({ text }));
      const added = views.slice(1).reduce((sum, view) => sum + view.text.length, 0);
      return {
        text: kind,
        'MB/s': megabytesPerSecond(text.length, run(text)),
        views: views.length - 1,
        'added %': (100 * added) / text.length,
      };
    }),
  );
  printTable(
    'Hostile texts, milliseconds',
    Object.entries(HOSTILE).map(([shape, make]) => ({
      shape,
      '64 KB': run(make(65_536)),
      '256 KB': run(make(262_144)),
      '1 MB': run(make(1_048_576)),
    })),
  );
}
