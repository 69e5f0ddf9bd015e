import { createDocument } from '../../src/core/document.ts';
import { createScanner } from '../../src/index.ts';
import { normalize } from '../../src/normalize/index.ts';
import { loadBuiltin } from '../../src/rules/index.ts';
import { megabytesPerSecond, printTable } from './measure.ts';
import { textSources } from './texts.ts';

/** Characters of one document, and how many there are of each kind of text. */
const SIZE = 10_000;
const COUNT = 100;

/**
 * What the layers cost beside matching alone, on the same documents in one run: all views are to keep half of its speed,
 * the whole pipeline with the classifier a third.
 */
export async function benchLayers(root: string): Promise<void> {
  const { matcher } = await loadBuiltin('heuristic');
  const scanner = await createScanner({ cache: { enabled: false } });
  const rows = [];
  const shares = [];
  const together = { bare: 0, views: 0, all: 0 };
  for (const [kind, source] of Object.entries(textSources(root))) {
    const whole = source(SIZE * COUNT);
    const documents = Array.from({ length: COUNT }, (_, index) =>
      createDocument({ text: whole.slice(index * SIZE, (index + 1) * SIZE), kind: 'document', source: 'file' }),
    );
    const speed = async (work: (document: (typeof documents)[number]) => unknown) => {
      const times: number[] = [];
      for (let run = 0; run < 6; run++) {
        const before = process.cpuUsage();
        for (const document of documents) await work(document);
        const { user, system } = process.cpuUsage(before);
        times.push((user + system) / 1000);
      }
      // The first runs warm up.
      return megabytesPerSecond(SIZE * COUNT, times.slice(2).sort((a, b) => a - b)[1] as number);
    };
    const bare = await speed(({ text }) => matcher.match(text));
    const views = await speed((document) => normalize(document).views.map(({ text }) => matcher.match(text)));
    const all = await speed((document) => scanner.scanDocument(document));
    rows.push(rowOf(kind, { bare, views, all }));
    together.bare += 1 / bare;
    together.views += 1 / views;
    together.all += 1 / all;
    const spent: Record<string, number> = {};
    let total = 0;
    for (const document of documents) {
      const { layers, durationMs } = await scanner.scanDocument(document);
      total += durationMs;
      for (const { layer, durationMs } of layers) spent[layer] = (spent[layer] ?? 0) + durationMs;
    }
    const perMegabyte = (milliseconds: number) => milliseconds / ((SIZE * COUNT) / 1e6);
    shares.push({
      text: kind,
      ...Object.fromEntries(Object.entries(spent).map(([layer, time]) => [layer, perMegabyte(time)])),
      whole: perMegabyte(total),
    });
  }
  const speeds = {
    bare: shares.length / together.bare,
    views: shares.length / together.views,
    all: shares.length / together.all,
  };
  rows.push(rowOf('together', speeds));
  printTable('documents of 10 KB: matching alone, over all views, and the pipeline with classifier and PII', rows);
  printTable('the same, milliseconds of each layer for a megabyte', shares);
}

/** Speeds in MB/s, and what they are of that of matching alone. */
function rowOf(text: string, { bare, views, all }: Readonly<Record<'bare' | 'views' | 'all', number>>) {
  return {
    text,
    'matching MB/s': bare,
    'all views MB/s': views,
    'of matching': views / bare,
    'whole pipeline MB/s': all,
    'of matching ': all / bare,
  };
}
