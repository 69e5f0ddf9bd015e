import { readFileSync } from 'node:fs';
import { decodeModel, scoreText, shippedWeightsPath } from '../../src/classifier/index.ts';
import { measure, printTable } from './measure.ts';

const PROSE = 'The ferry leaves at nine, and the market by the harbour opens an hour later on most days of the week. ';
const HAN = '渡轮九点出发，码头旁边的市场一小时之后开门，周末人很多。';
const CODE =
  'export function total(items: Item[]): number { return items.reduce((sum, item) => sum + item.price, 0); }\n';

/** Times loading the shipped weights, and scoring texts of several sizes and scripts. */
export function benchClassifier(): void {
  const bytes = readFileSync(shippedWeightsPath());
  const loading = measure(() => void decodeModel(readFileSync(shippedWeightsPath())), 20, 5);
  const model = decodeModel(bytes);
  const rows = [
    ['prose, 1 KB', PROSE, 1_000],
    ['prose, 1 MB', PROSE, 1_000_000],
    ['code, 100 KB', CODE, 100_000],
    ['Chinese, 100 K characters', HAN, 100_000],
  ] as const;
  printTable(
    `Embedded classifier: ${bytes.length} bytes, loaded in ${loading.toFixed(2)} ms`,
    rows.map(([name, unit, size]) => {
      const text = unit.repeat(Math.ceil(size / unit.length)).slice(0, size);
      const repeats = Math.max(1, Math.round(500_000 / size));
      const milliseconds = measure(() => {
        for (let run = 0; run < repeats; run++) scoreText(model, text);
      });
      return { text: name, 'ms per KB': milliseconds / ((repeats * size) / 1000) };
    }),
  );
}
