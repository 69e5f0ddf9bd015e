import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { calibrate, decodeModel, type Model, type ModelHeader, scoreText } from '../../src/classifier/model.ts';
import type { Detector } from '../../src/core/detector.ts';
import { createClassifierDetector } from '../../src/detectors/classifier.ts';
import { ABLATIONS, type Ablation } from './ablation.ts';
import { fitPlatt } from './calibration.ts';
import { modelCard } from './card.ts';
import { CORPUS, loadCorpus, loadGallery, loadSource, mayLearn, type Row, SOURCES } from './data.ts';
import { figuresOf, type Measured, type SourceFigures, summaryOf } from './figures.ts';
import { type Example, fitModel, toBytes, toExample, type Variation } from './fit.ts';
import { disguiseTable, fuseRows, fusionTables, type HeldOut } from './fusion.ts';
import type { LinearModel } from './learn.ts';
import { everyKth, thresholdAt } from './metrics.ts';

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

const { values: flags } = parseArgs({
  options: {
    data: { type: 'string', default: '../shared/data/dev' },
    /** Folder of the texts written for the classifier: part of every fold. */
    corpus: { type: 'string', default: 'rules/classifier/corpus' },
    /** Folder of the project's own harmless texts: measured on, not learned from. */
    gallery: { type: 'string', default: 'test/fixtures/benign' },
    out: { type: 'string', default: 'rules/classifier' },
    /** Folder for the score of every row by the fold that did not see it, and for the weights of the folds. */
    folds: { type: 'string' },
    /** Takes the weights of an earlier training with the same recipe from `folds` and `out`: for new figures after a change of the rules. */
    reuse: { type: 'boolean', default: false },
    /** Trains the folds again without each part of the recipe, for the card's table. */
    ablation: { type: 'boolean', default: false },
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
const examples: Example[] = [...learned].map((row) => toExample(row, lineageOf.get(row.source)));
const written = loadCorpus(flags.corpus);
const corpus = written.map((row) => toExample(row, CORPUS));
log(
  `${rows.length} rows, ${examples.length} learned from, ${measured.size} measured on; ${corpus.length} written texts`,
);

const PLAIN = { a: 1, b: 0 };
const OPEN = { strict: 0.5, moderate: 0.5, permissive: 0.5 };

interface Fold {
  readonly lineages: readonly string[];
  readonly bytes: Uint8Array;
}

const kept = flags.reuse ? (flags.folds ?? fail('--reuse needs --folds')) : undefined;
const folds = kept === undefined ? trainFolds(corpus) : readFolds(kept);
const results = scoreFolds(folds);
const calibration = calibrateBySource(results);
const harmless = results.filter(({ row }) => !row.malicious).map(({ raw }) => raw);
const bounds = [0.05, 0.01, 0.001].map((rate) => thresholdAt(harmless, rate)) as [number, number, number];
const shipped =
  kept === undefined ? fitModel([...examples, ...corpus], 0) : weightsOf(readFileSync(join(flags.out, 'weights.bin')));
const { header } = decodeModel(toBytes(shipped, calibration, OPEN));
const thresholds = {
  strict: calibrate(header, bounds[0]),
  moderate: calibrate(header, bounds[1]),
  permissive: calibrate(header, bounds[2]),
};
const bytes = toBytes(shipped, calibration, thresholds);
const shippedModel = decodeModel(bytes);
mkdirSync(flags.out, { recursive: true });
writeFileSync(join(flags.out, 'weights.bin'), bytes);

const learnedOf = (name: string): number => examples.filter(({ row }) => row.source === name).length;
const figures: SourceFigures[] = SOURCES.map((source) => figuresOf(source, learnedOf(source.name), results, bounds));
const folder = mkdtempSync(join(tmpdir(), 'classifier-'));
/** The layers without windows, by those with them. */
const unwindowed = new Map<Detector, Detector>();
const held = heldOut();
const shippedLayer = layerOf(bytes, 'shipped');
const gallery = loadGallery(flags.gallery).map((row) => ({ row, classifier: shippedLayer }));
const card = modelCard({
  fusion: fusionTables(await fuseRows(held), await fuseRows(gallery)),
  disguises: await disguiseTable(held, (classifier) => unwindowed.get(classifier) ?? classifier),
  ablation: flags.ablation ? ABLATIONS.map((ablation) => ({ ...ablation, figures: ablate(ablation) })) : undefined,
  written,
  figures,
  bytes: bytes.length,
  calibration,
  thresholds,
});
writeFileSync(join(flags.out, 'MODEL_CARD.md'), card);
rmSync(folder, { recursive: true });
const { auc, recall, sources } = summaryOf(figures);
log(
  `macro over ${sources} attack sources: AUC ${auc.toFixed(4)}, ` +
    `recall at 5 / 1 / 0.1 % ${recall.map((share) => (100 * share).toFixed(1)).join(' / ')} %`,
);
if (flags.folds !== undefined) writeFolds(flags.folds);

function trainFolds(texts: readonly Example[], variation: Variation = {}): Fold[] {
  return FOLDS.map((lineages, number) => {
    const started = Date.now();
    const seen = examples.filter(({ lineage }) => lineage !== undefined && !lineages.includes(lineage));
    const bytes = toBytes(fitModel([...seen, ...texts], number + 1, variation), PLAIN, OPEN);
    log(`without ${lineages.join(', ')}: ${((Date.now() - started) / 1000).toFixed(1)} s`);
    return { lineages, bytes };
  });
}

/** Every measured row scored by the fold that did not see its source. */
function scoreFolds(trained: readonly Fold[], windows = true): Measured[] {
  return trained.flatMap(({ lineages, bytes }) => {
    const decoded = decodeModel(bytes);
    const model = windows ? decoded : { ...decoded, header: { ...decoded.header, windows: [] } };
    return rowsOf(lineages).map((row) => ({ row, raw: rawScore(model, row) }));
  });
}

function rowsOf(lineages: readonly string[]): Row[] {
  return [...measured].filter(({ source }) => lineages.includes(lineageOf.get(source) ?? ''));
}

function rawScore(model: Model, row: Row): number {
  return Math.max(-30, scoreText(model, row.text).raw);
}

/** Every source counts once, and attacks as much as harmless texts. */
function calibrateBySource(scored: readonly Measured[]): { a: number; b: number } {
  const counted = scored.filter(({ row }) => row.source !== 'jbb_artifacts');
  const keyOf = (row: Row): string => `${row.source}/${row.malicious}`;
  const sizes = new Map<string, number>();
  for (const { row } of counted) sizes.set(keyOf(row), (sizes.get(keyOf(row)) ?? 0) + 1);
  const sides = { true: 0, false: 0 };
  for (const key of sizes.keys()) sides[key.endsWith('/true') ? 'true' : 'false']++;
  return fitPlatt(
    counted.map(({ row, raw }) => ({
      raw,
      malicious: row.malicious,
      weight: 1 / ((sizes.get(keyOf(row)) as number) * sides[`${row.malicious}`]),
    })),
  );
}

/** The macro figures with one part of the recipe taken away, one model a fold. */
function ablate({ corpus: withCorpus, windows, ...variation }: Ablation): ReturnType<typeof summaryOf> {
  const scored = scoreFolds(trainFolds(withCorpus ? corpus : [], { ...variation, bags: 1 }), windows);
  const negative = scored.filter(({ row }) => !row.malicious).map(({ raw }) => raw);
  const cuts = [0.05, 0.01, 0.001].map((rate) => thresholdAt(negative, rate)) as [number, number, number];
  return summaryOf(SOURCES.map((source) => figuresOf(source, 0, scored, cuts)));
}

/** The classifier layer on these weights. */
function layerOf(weights: Uint8Array, name: string): Detector {
  const weightsPath = join(folder, `${name}.bin`);
  writeFileSync(weightsPath, weights);
  return createClassifierDetector({ weightsPath });
}

/** Every measured row with the calibrated classifier layer of its fold. */
function heldOut(): HeldOut[] {
  return folds.flatMap(({ lineages, bytes: raw }, number) => {
    const classifier = layerOf(fitted(raw), `fold-${number}`);
    unwindowed.set(classifier, layerOf(fitted(raw, []), `whole-${number}`));
    return rowsOf(lineages).map((row) => ({ row, classifier }));
  });
}

/** A fold's weights with the shipped calibration in the header, to be used in the shipped ones' place. */
function fitted(raw: Uint8Array, windows?: ModelHeader['windows']): Uint8Array {
  return toBytes(weightsOf(raw), calibration, thresholds, windows);
}

/** The weights of a file; written again they give the same bytes. */
function weightsOf(raw: Uint8Array): LinearModel {
  const { weights, table, header } = decodeModel(raw);
  return { weights: Float32Array.from(weights, (code) => table[code + 128] as number), bias: header.bias };
}

function weightsFile(folder: string, lineages: readonly string[]): string {
  return join(folder, `weights-${lineages.join('+')}.bin`);
}

function readFolds(folder: string): Fold[] {
  return FOLDS.map((lineages) => {
    const linear = weightsOf(readFileSync(weightsFile(folder, lineages)));
    return { lineages, bytes: toBytes(linear, PLAIN, OPEN) };
  });
}

function fail(message: string): never {
  throw new Error(message);
}

function writeFolds(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const { lineages, bytes: raw } of folds) {
    const held = decodeModel(raw);
    writeFileSync(weightsFile(folder, lineages), fitted(raw));
    for (const { name: source, lineage } of SOURCES) {
      if (!lineages.includes(lineage)) continue;
      const lines = rows
        .filter((row) => row.source === source)
        .map((row) =>
          JSON.stringify({
            id: row.id,
            label: row.malicious ? 'malicious' : 'benign',
            score: calibrate(shippedModel.header, rawScore(held, row)),
            shipped: calibrate(shippedModel.header, rawScore(shippedModel, row)),
          }),
        );
      writeFileSync(join(folder, `${source}.jsonl`), `${lines.join('\n')}\n`);
    }
  }
}
