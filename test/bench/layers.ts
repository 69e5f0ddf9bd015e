import { createDocument } from '../../src/core/document.ts';
import { createScanner } from '../../src/index.ts';
import { normalize } from '../../src/normalize/index.ts';
import { loadBuiltin } from '../../src/rules/index.ts';
import { median, megabytesPerSecond, printTable } from './measure.ts';
import { textSources } from './texts.ts';

/** Characters of one document, and how many there are of each kind of text. */
const SIZE = 10_000;
const COUNT = 100;
/** Runs until V8 has compiled all that runs often, which takes it some two hundred documents of each kind, and runs that are timed. */
const WARM_UPS = 8;
const RUNS = 9;

/** In MB/s. */
interface Speeds {
  readonly bare: number;
  readonly views: number;
  readonly all: number;
}

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
    const works: Record<keyof Speeds, (document: (typeof documents)[number]) => unknown> = {
      bare: ({ text }) => matcher.match(text),
      views: (document) => normalize(document).views.map(({ text }) => matcher.match(text)),
      all: (document) => scanner.scanDocument(document),
    };
    const times: Record<keyof Speeds, number[]> = { bare: [], views: [], all: [] };
    // In turns, so that whatever else the machine does meets all three.
    for (let run = 0; run < WARM_UPS + RUNS; run++) {
      for (const [name, work] of Object.entries(works) as [keyof Speeds, (typeof works)[keyof Speeds]][]) {
        const before = process.cpuUsage();
        for (const document of documents) await work(document);
        const { user, system } = process.cpuUsage(before);
        if (run >= WARM_UPS) times[name].push((user + system) / 1000);
      }
    }
    const speedOf = (name: keyof Speeds) => megabytesPerSecond(SIZE * COUNT, median(times[name]));
    const speeds = { bare: speedOf('bare'), views: speedOf('views'), all: speedOf('all') };
    together.bare += 1 / speeds.bare;
    together.views += 1 / speeds.views;
    together.all += 1 / speeds.all;
    rows.push(rowOf(kind, speeds));
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
function rowOf(text: string, { bare, views, all }: Speeds) {
  return {
    text,
    'matching MB/s': bare,
    'all views MB/s': views,
    'of matching': views / bare,
    'whole pipeline MB/s': all,
    'of matching ': all / bare,
  };
}
