import { MODE_THRESHOLDS } from '../../src/config/index.ts';
import type { Detector } from '../../src/core/detector.ts';
import { createDocument, type Document } from '../../src/core/document.ts';
import { MODES } from '../../src/core/verdict.ts';
import type { Normalized } from '../../src/core/view.ts';
import { createHeuristicDetector } from '../../src/detectors/heuristic.ts';
import { combineRisk, FUSION, type FusionTerms, fusionTerms } from '../../src/engine/combine.ts';
import { normalize } from '../../src/normalize/index.ts';
import { createRuleSet, loadBuiltin } from '../../src/rules/index.ts';
import { fitLogistic } from './calibration.ts';
import { HARD_FAMILIES, isHard, type Row } from './data.ts';
import { DISGUISES, inLongText } from './disguises.ts';
import { everyKth, mean } from './metrics.ts';

/** A row with the classifier layer on the weights that did not see its source. */
export interface HeldOut {
  readonly row: Row;
  readonly classifier: Detector;
}

/** What each layer, and both, make of a row. */
export interface Fused {
  readonly row: Row;
  readonly rules: number;
  readonly classifier: number;
  readonly both: number;
  readonly terms: FusionTerms;
}

const KINDS = ['rules', 'classifier', 'both'] as const;
const TERMS = ['base', 'classifier', 'any'] as const;
/** Plain goals in documents are harmless requests by design: measured, but no bar. */
const UNCOUNTED = 'bipia_docs_train/attacks';
/** Bounds of the table that shows how far risks can be taken at their word. */
const BINS = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1] as const;
/** Shares of harmless texts that the bounds of the modes are chosen by. */
const RATES = [0.05, 0.03, 0.025, 0.02, 0.01, 0.003, 0.001] as const;

const SIGNAL = new AbortController().signal;

/** The classifier layer's probability for a document. */
async function probabilityOf(classifier: Detector, document: Document, normalized: Normalized): Promise<number> {
  const { score } = await classifier.detect({ document, normalized, findings: [], opinions: 0 }, SIGNAL);
  return score ?? 0;
}

/** Runs rules and classifier over rows as the scanner does. */
export async function fuseRows(held: readonly HeldOut[]): Promise<Fused[]> {
  const heuristic = createHeuristicDetector(createRuleSet([await loadBuiltin('heuristic')]));
  const fused: Fused[] = [];
  for (const { row, classifier } of held) {
    const { text, role, kind } = row;
    const document = createDocument({
      text,
      ...(role === undefined ? {} : { role }),
      ...(kind === undefined ? {} : { kind }),
    });
    const normalized = normalize(document);
    const { findings } = await heuristic.detect({ document, normalized, findings: [], opinions: 0 }, SIGNAL);
    const classifierScore = await probabilityOf(classifier, document, normalized);
    fused.push({
      row,
      rules: combineRisk({ findings }),
      classifier: combineRisk({ findings: [], classifierScore }),
      both: combineRisk({ findings, classifierScore }),
      terms: fusionTerms(findings, classifierScore),
    });
  }
  return fused;
}

const keyOf = ({ source, malicious }: Row): string => `${source}/${malicious ? 'attacks' : 'harmless'}`;

function group(fused: readonly Fused[]): Map<string, Fused[]> {
  const groups = new Map<string, Fused[]>();
  for (const item of fused) {
    const list = groups.get(keyOf(item.row));
    if (list) list.push(item);
    else groups.set(keyOf(item.row), [item]);
  }
  return groups;
}

const percent = (value: number): string => (100 * value).toFixed(1);

const share = (list: readonly Fused[], kind: (typeof KINDS)[number], bound: number): number =>
  mean(list.map((item) => (item[kind] >= bound ? 1 : 0)));

/** Share above a bound, macro over the counted sources of one label. */
function macro(
  groups: ReadonlyMap<string, readonly Fused[]>,
  label: 'attacks' | 'harmless',
  kind: (typeof KINDS)[number],
  bound: number,
): number {
  const counted = [...groups].filter(([key]) => key.endsWith(label) && key !== UNCOUNTED);
  return mean(counted.map(([, list]) => share(list, kind, bound)));
}

/** Every counted row with its weight: sources of a label weigh the same, and so do the labels. */
function weighted(groups: ReadonlyMap<string, readonly Fused[]>): { item: Fused; weight: number }[] {
  const counted = [...groups].filter(([key]) => key !== UNCOUNTED);
  return counted.flatMap(([key, list]) => {
    const label = key.slice(key.indexOf('/'));
    const sources = counted.filter(([other]) => other.endsWith(label)).length;
    return list.map((item) => ({ item, weight: 1 / (2 * sources * list.length) }));
  });
}

/** The risk that this share of harmless texts lies above, macro over sources. */
function boundAt(groups: ReadonlyMap<string, readonly Fused[]>, rate: number): number {
  const risks = [...groups].flatMap(([key, list]) => (key.endsWith('harmless') ? list.map(({ both }) => both) : []));
  risks.sort((a, b) => b - a);
  let low = 0;
  let high = risks.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (macro(groups, 'harmless', 'both', risks[middle] as number) <= rate) low = middle;
    else high = middle - 1;
  }
  return risks[low] ?? 1;
}

/** How many of the scored risks in each bin are attacks, as Markdown. */
function reliability(groups: ReadonlyMap<string, readonly Fused[]>): string {
  const items = weighted(groups);
  const lines = BINS.slice(0, -1).map((from, index) => {
    const to = BINS[index + 1] as number;
    const inside = items.filter(({ item }) => item.both >= from && (item.both < to || to === 1));
    const total = inside.reduce((sum, { weight }) => sum + weight, 0);
    const sum = (value: (item: Fused) => number): number =>
      inside.reduce((all, { item, weight }) => all + weight * value(item), 0) / total;
    const attacks = sum(({ row }) => (row.malicious ? 1 : 0));
    return `| ${from}–${to} | ${inside.length} | ${percent(total)} | ${percent(sum(({ both }) => both))} | ${percent(attacks)} |`;
  });
  return lines.join('\n');
}

/** The weights of the fusion that fit these rows best, beside those in use, as Markdown. */
function fitted(groups: ReadonlyMap<string, readonly Fused[]>): string {
  const fit = fitLogistic(
    weighted(groups).map(({ item, weight }) => ({
      terms: TERMS.map((name) => item.terms[name]),
      malicious: item.row.malicious,
      weight,
    })),
  );
  return TERMS.map((name, index) => `| ${name} | ${FUSION[name]} | ${(fit[index] as number).toFixed(2)} |`).join('\n');
}

/**
 * Rules alone, the classifier alone and both in every mode, how far a risk can be taken at its word, and what the modes'
 * bounds stand on, as Markdown: macro over sources, then by source. `gallery` is the project's own hard harmless texts
 * under the shipped model.
 */
export function fusionTables(fused: readonly Fused[], gallery: readonly Fused[]): string {
  const groups = group(fused);
  const hard = group(fused.filter(({ row }) => isHard(row)));
  const modes = MODES.flatMap((mode) =>
    KINDS.map((kind) => {
      const { review, block } = MODE_THRESHOLDS[mode];
      const cells = [
        macro(groups, 'attacks', kind, review),
        macro(groups, 'attacks', kind, block),
        macro(groups, 'harmless', kind, review),
        macro(groups, 'harmless', kind, block),
        macro(hard, 'harmless', kind, review),
        share(gallery, kind, review),
      ];
      return `| ${mode} | ${kind} | ${cells.map(percent).join(' | ')} |`;
    }),
  );
  const rates = RATES.map((rate) => {
    const bound = boundAt(groups, rate);
    return `| ${percent(rate)} | ${bound.toFixed(4)} | ${percent(macro(groups, 'attacks', 'both', bound))} |`;
  });
  const { review } = MODE_THRESHOLDS.moderate;
  const sources = [...groups].map(
    ([key, list]) =>
      `| ${key.replace('/', ' | ')} | ${list.length} | ${KINDS.map((kind) => percent(share(list, kind, review))).join(' | ')} |`,
  );
  return `## With the rules

Not allowed (review or block) and blocked, in percent, macro over sources; the classifier's scores are those of the model that did not see the source, on all
views. The rules were written by people who had read two thirds of the sources. All attack sources count but \`bipia_docs_train\`, which is shown and not counted. "Hard" are
the held-out harmless texts that instruct a model or speak of attacks (families ${HARD_FAMILIES.join(', ')}), macro over ${hard.size} sources; "gallery" are the ${gallery.length} harmless
texts of \`test/fixtures/benign\` under the shipped weights: no independent figure, since the rules were written with them at hand and some of the written texts that the
classifier learned from are near-paraphrases of them (4.9 % were flagged before that).

| mode | layers | attacks not allowed | attacks blocked | harmless not allowed | harmless blocked | hard not allowed | gallery not allowed |
| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |
${modes.join('\n')}

A bound for each rate of harmless texts not allowed (macro over all sources), and the attacks found there:

| harmless | risk | attacks |
| ---: | ---: | ---: |
${rates.join('\n')}

How far the risk of both can be taken at its word, on held-out sources, each counting the same and attacks as much as harmless texts:

| risk | texts | share of all, % | mean risk, % | attacks among them, % |
| --- | ---: | ---: | ---: | ---: |
${reliability(groups)}

What the fusion weighs (\`src/engine/combine.ts\`), and what these rows would have it weigh:

| term | in use | fitted |
| --- | ---: | ---: |
${fitted(groups)}

Not allowed in the default mode, by source:

| source | rows | number | rules | classifier | both |
| --- | --- | ---: | ---: | ---: | ---: |
${sources.join('\n')}
`;
}

/** Attacks that are disguised or buried. */
const DISGUISED = 200;

/**
 * What views and windows bring, as Markdown: of short attacks that the classifier of their fold finds in plain form, the
 * share that it finds in each disguise, with and without the decoded views, and in the middle of a long text. `whole` is the
 * classifier layer of a row's fold without windows.
 */
export async function disguiseTable(
  held: readonly HeldOut[],
  whole: (classifier: Detector) => Detector,
): Promise<string> {
  const { review } = MODE_THRESHOLDS.moderate;
  const found = async (classifier: Detector, text: string, views: boolean): Promise<boolean> => {
    const document = createDocument({ text });
    const normalized = views ? normalize(document) : PLAINLY(text);
    return (
      combineRisk({ findings: [], classifierScore: await probabilityOf(classifier, document, normalized) }) >= review
    );
  };
  const plain: HeldOut[] = [];
  for (const item of held) {
    const { row, classifier } = item;
    if (row.malicious && row.text.length < 2000 && (await found(classifier, row.text, false))) plain.push(item);
  }
  const sample = everyKth(plain, DISGUISED);
  const shareOf = async (hit: (item: HeldOut) => Promise<boolean>): Promise<string> => {
    let hits = 0;
    for (const item of sample) if (await hit(item)) hits++;
    return percent(hits / sample.length);
  };
  const lines: string[] = [];
  for (const { name, apply } of DISGUISES) {
    const without = await shareOf(({ row, classifier }) => found(classifier, apply(row.text), false));
    const decoded = await shareOf(({ row, classifier }) => found(classifier, apply(row.text), true));
    lines.push(`| ${name} | ${without} | ${decoded} |`);
  }
  const unwindowed = await shareOf(({ row, classifier }) => found(whole(classifier), inLongText(row.text), false));
  const windowed = await shareOf(({ row, classifier }) => found(classifier, inLongText(row.text), false));
  lines.push(`| the middle of 50 KB (without and with windows) | ${unwindowed} | ${windowed} |`);
  return `Of ${sample.length} attacks that the classifier finds in plain form, the share that it alone finds disguised, by the text as it stands and with the decoded views:

| disguise | without, % | with, % |
| --- | ---: | ---: |
${lines.join('\n')}
`;
}

/** A text as it stands, with no view decoded. */
const PLAINLY = (text: string): Normalized => ({
  views: [{ text, via: [], toOriginal: (region) => region }],
  signals: [],
  truncated: false,
});
