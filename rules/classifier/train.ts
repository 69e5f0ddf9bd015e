import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { calibrate, decodeModel, type Model, scoreText } from '../../src/classifier/model.ts';
import { fitPlatt } from './calibration.ts';
import { modelCard, type SourceFigures } from './card.ts';
import { GALLERY, loadGallery, loadSource, mayLearn, type Row, SOURCES } from './data.ts';
import { type Example, fitModel, toBytes, toExample } from './fit.ts';
import { fusionTables, type HeldOut } from './fusion.ts';
import { areaUnderCurve, everyKth, mean, shareAbove, thresholdAt } from './metrics.ts';

/** Lineages that are left out together; each attack lineage has a fold of its own, harmless ones ride along. */
const FOLDS: readonly (readonly string[])[] = [
  ['jailbreakchat', 'clinc'],
  ['prompts.chat', 'parapet'],
  ['injecagent', 'spamassassin'],
  ['purplellama', 'gpteacher'],
  ['hackaprompt', 'wshobson'],
  ['mosscap', 'dair'],
  ['bipia'],
  ['atr', 'p3'],
  ['jbb', 'hf-chat', 'llm-guard'],
];
/** At most this many rows of a source and label are learned from. */
const LEARN_CAP = 1200;
/** Rows of a source that are measured on: every k-th. */
const MEASURE = 300;

interface Measured {
  readonly row: Row;
  readonly raw: number;
}

const { values: flags } = parseArgs({
  options: {
    data: { type: 'string', default: '../shared/data/dev' },
    /** Folder of the project's own harmless texts: hard negatives in every fold. */
    gallery: { type: 'string', default: 'test/fixtures/benign' },
    out: { type: 'string', default: 'rules/classifier' },
    /** Folder for the score of every row by the fold that did not see it, and for the weights of the folds. */
    folds: { type: 'string' },
  },
});

const log = (line: string): void => void process.stderr.write(`${line}\n`);

const lineageOf = new Map(SOURCES.map(({ name, lineage }) => [name, lineage]));
const rows = SOURCES.flatMap(({ name }) => loadSource(flags.data, name));
const learned = new Set<Row>();
const measured = new Set<Row>();
for (const { name, learn } of SOURCES) {
  const own = rows.filter(({ source }) => source === name);
  for (const row of everyKth(own, MEASURE)) measured.add(row);
  if (!learn) continue;
  for (const label of [true, false]) {
    const fitting = own.filter((row) => row.malicious === label && mayLearn(row));
    for (const row of everyKth(fitting, LEARN_CAP)) learned.add(row);
  }
}
const gallery = loadGallery(flags.gallery).map((row) => toExample(row, GALLERY));
const examples: Example[] = [...learned].map((row) => toExample(row, lineageOf.get(row.source)));
log(`${rows.length} rows, ${examples.length} learned from, ${measured.size} measured on`);

const PLAIN = { a: 1, b: 0 };
const OPEN = { strict: 0.5, moderate: 0.5, permissive: 0.5 };
const results: Measured[] = [];
const folds: { name: string; fold: readonly string[]; bytes: Uint8Array }[] = [];
for (const [number, fold] of FOLDS.entries()) {
  const started = Date.now();
  const model = fitModel(
    [...examples.filter(({ lineage }) => lineage !== undefined && !fold.includes(lineage)), ...gallery],
    number + 1,
  );
  const bytes = toBytes(model, PLAIN, OPEN);
  const decoded = decodeModel(bytes);
  folds.push({ name: fold.join('+'), fold, bytes });
  for (const row of measured) {
    if (fold.includes(lineageOf.get(row.source) ?? '')) results.push({ row, raw: rawScore(decoded, row) });
  }
  log(`without ${fold.join(', ')}: ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

// Every source counts once, and attacks as much as harmless texts.
const sides = [true, false].map(
  (label) =>
    new Set(
      results
        .filter(({ row }) => row.malicious === label && row.source !== 'jbb_artifacts')
        .map(({ row }) => row.source),
    ).size,
);
const perSource = new Map<string, number>();
const keyOf = (row: Row): string => `${row.source}/${row.malicious}`;
for (const { row } of results) perSource.set(keyOf(row), (perSource.get(keyOf(row)) ?? 0) + 1);
const calibration = fitPlatt(
  results
    .filter(({ row }) => row.source !== 'jbb_artifacts')
    .map(({ row, raw }) => ({
      raw,
      malicious: row.malicious,
      weight: 1 / ((perSource.get(keyOf(row)) as number) * (sides[row.malicious ? 0 : 1] as number)),
    })),
);
const harmless = results.filter(({ row }) => !row.malicious).map(({ raw }) => raw);
const [at5, at1, at01] = [0.05, 0.01, 0.001].map((rate) => thresholdAt(harmless, rate)) as [number, number, number];
const shipped = fitModel([...examples, ...gallery], 0);
const probe = decodeModel(toBytes(shipped, calibration, OPEN));
const thresholds = {
  strict: calibrate(probe.header, at5),
  moderate: calibrate(probe.header, at1),
  permissive: calibrate(probe.header, at01),
};
const bytes = toBytes(shipped, calibration, thresholds);
mkdirSync(flags.out, { recursive: true });
writeFileSync(join(flags.out, 'weights.bin'), bytes);

const figures: SourceFigures[] = [];
for (const source of SOURCES) {
  const attacks = results.filter(({ row }) => row.source === source.name && row.malicious).map(({ raw }) => raw);
  const benign = results.filter(({ row }) => row.source === source.name && !row.malicious).map(({ raw }) => raw);
  const shares = (scores: readonly number[]): [number, number, number] => [
    shareAbove(scores, at5),
    shareAbove(scores, at1),
    shareAbove(scores, at01),
  ];
  figures.push({
    source,
    learned: examples.filter(({ row }) => row.source === source.name).length,
    ...(attacks.length > 0
      ? { attacks: { count: attacks.length, auc: areaUnderCurve(attacks, harmless), recall: shares(attacks) } }
      : {}),
    ...(benign.length > 0 ? { benign: { count: benign.length, rate: shares(benign) } } : {}),
  });
}
const fusion = await fusionTables(heldOut());
const card = modelCard({ fusion, gallery: gallery.length, figures, bytes: bytes.length, calibration, thresholds });
writeFileSync(join(flags.out, 'MODEL_CARD.md'), card);
for (const { source, attacks, benign } of figures) {
  const percent = (values: readonly number[]): string =>
    values.map((value) => (100 * value).toFixed(1).padStart(6)).join('');
  if (attacks)
    log(`${source.name.padEnd(20)} attacks  ${(100 * attacks.auc).toFixed(1).padStart(6)} ${percent(attacks.recall)}`);
  if (benign) log(`${source.name.padEnd(20)} harmless        ${percent(benign.rate)}`);
}
const counted = figures.flatMap(({ source, attacks }) => (attacks && source.name !== 'jbb_artifacts' ? [attacks] : []));
log(
  `macro over ${counted.length} attack sources: AUC ${mean(counted.map(({ auc }) => auc)).toFixed(4)}, ` +
    `recall at 5 / 1 / 0.1 % ${[0, 1, 2].map((level) => (100 * mean(counted.map(({ recall }) => recall[level] as number))).toFixed(1)).join(' / ')} %`,
);

if (flags.folds !== undefined) {
  mkdirSync(flags.folds, { recursive: true });
  const final = decodeModel(bytes);
  for (const { name, fold, bytes: raw } of folds) {
    const held = decodeModel(raw);
    const weights = fitted(raw);
    writeFileSync(join(flags.folds, `weights-${name}.bin`), weights);
    for (const { name: source, lineage } of SOURCES) {
      if (!fold.includes(lineage)) continue;
      const lines = rows
        .filter((row) => row.source === source)
        .map((row) =>
          JSON.stringify({
            id: row.id,
            label: row.malicious ? 'malicious' : 'benign',
            score: calibrate(final.header, rawScore(held, row)),
            shipped: calibrate(final.header, rawScore(final, row)),
          }),
        );
      writeFileSync(join(flags.folds, `${source}.jsonl`), `${lines.join('\n')}\n`);
    }
  }
}

/** Every measured row with the calibrated model of its fold. */
function heldOut(): HeldOut[] {
  return folds.flatMap(({ fold, bytes: raw }) => {
    const model = decodeModel(fitted(raw));
    return [...measured]
      .filter(({ source }) => fold.includes(lineageOf.get(source) ?? ''))
      .map((row) => ({ row, model }));
  });
}

function rawScore(model: Model, row: Row): number {
  return Math.max(-30, scoreText(model, row.text).raw);
}

/** A fold's weights with the shipped calibration in the header, to be used in the shipped ones' place. */
function fitted(raw: Uint8Array): Uint8Array {
  const model = decodeModel(raw);
  const weights = Float32Array.from(model.weights, (code) => model.table[code + 128] as number);
  return toBytes({ weights, bias: model.header.bias }, calibration, thresholds);
}
