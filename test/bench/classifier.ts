import { readFileSync } from 'node:fs';
import { createScorer, decodeModel, quotedPhrases, shippedWeightsPath } from '../../src/classifier/index.ts';
import { measure, printTable } from './measure.ts';
import { textSources } from './texts.ts';

const MEGABYTE = 1_000_000;
const HAN = '渡轮九点出发，码头旁边的市场一小时之后开门，周末人很多。';

/** Times loading the shipped weights, and scoring by kind of text: in one piece, in pieces of 10 KB, and those with their unquoted rest. */
export function benchClassifier(root: string): void {
  const bytes = readFileSync(shippedWeightsPath());
  const loading = measure(() => void decodeModel(readFileSync(shippedWeightsPath())), 20, 5);
  const scorer = createScorer(decodeModel(bytes));
  const score = (text: string) => scorer.score({ from: 0, to: scorer.read(text).count });
  const sources = { ...textSources(root), Chinese: (size: number) => HAN.repeat(size / HAN.length) };
  printTable(
    `Embedded classifier: ${bytes.length} bytes, loaded in ${loading.toFixed(2)} ms; ms per 1,000 characters`,
    Object.entries(sources).map(([kind, source]) => {
      const text = source(MEGABYTE);
      const pieces = Array.from({ length: text.length / 10_000 }, (_, i) => text.slice(i * 10_000, (i + 1) * 10_000));
      const perKilo = (work: () => void) => measure(work, 5, 2) / (text.length / 1000);
      return {
        text: kind,
        '1 MB': perKilo(() => void score(text)),
        '10 KB': perKilo(() => pieces.forEach(score)),
        'with rest': perKilo(() => {
          for (const piece of pieces) {
            score(piece);
            const phrases = quotedPhrases(piece);
            if (phrases) scorer.scoreOutside(phrases);
          }
        }),
      };
    }),
  );
}
