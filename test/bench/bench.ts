import { BUILTIN_PARTS, loadBuiltin, type PatternSource } from '../../src/rules/index.ts';
import { benchCache } from './cache.ts';
import { benchClassifier } from './classifier.ts';
import { benchLayers } from './layers.ts';
import { benchLlm } from './llm.ts';
import { benchMatching } from './matching.ts';
import { printTable } from './measure.ts';
import { benchNormalize } from './normalize.ts';
import { benchPii } from './pii.ts';
import { benchScans, benchStartUp } from './processes.ts';
import { benchRouting } from './routing.ts';

/** `npm run bench`, or `npm run bench -- pii start-up` for some of it. Figures are ratios of one run on one machine. */
const root = process.cwd();
const benches: Readonly<Record<string, () => void | Promise<void>>> = {
  matching: async () => {
    const builtin: Record<string, readonly PatternSource[]> = {};
    for (const part of BUILTIN_PARTS) {
      builtin[part] = (await loadBuiltin(part)).rules.flatMap(({ patterns }) => patterns);
    }
    benchMatching(root, builtin);
  },
  layers: () => benchLayers(root),
  normalize: () => benchNormalize(root),
  classifier: () => benchClassifier(root),
  pii: () => benchPii(root),
  cache: async () => printTable('cache', [{ ...(await benchCache()) }]),
  llm: async () =>
    printTable(
      'LLM layer: 1,000 prompts, 200 ms a reply',
      (await benchLlm()).runs.map((run) => ({ ...run })),
    ),
  routing: () => benchRouting(root),
  'start-up': () => benchStartUp(),
  scans: () => benchScans(root),
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(benches, name));
if (unknown.length > 0) {
  console.error(`there is no bench ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}`);
  process.exitCode = 2;
} else {
  for (const [name, bench] of Object.entries(benches)) if (asked.length === 0 || asked.includes(name)) await bench();
}
