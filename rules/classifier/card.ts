import type { ModelHeader } from '../../src/classifier/model.ts';
import type { Source } from './data.ts';
import { RECIPE } from './fit.ts';
import { mean } from './metrics.ts';
import { AMOUNTS } from './synthetic.ts';

/** What leaving a source out showed of it. */
export interface SourceFigures {
  readonly source: Source;
  /** Rows that the shipped model learned from. */
  readonly learned: number;
  readonly attacks?: {
    readonly count: number;
    readonly auc: number;
    readonly recall: readonly [number, number, number];
  };
  readonly benign?: { readonly count: number; readonly rate: readonly [number, number, number] };
}

/** Everything the model card tells that a training changes. */
export interface CardInput {
  /** What rules and classifier do together, as Markdown. */
  readonly fusion: string;
  /** Texts of the project's own gallery that were learned from. */
  readonly gallery: number;
  readonly figures: readonly SourceFigures[];
  readonly bytes: number;
  readonly calibration: ModelHeader['calibration'];
  readonly thresholds: ModelHeader['thresholds'];
}

const percent = (value: number): string => (100 * value).toFixed(1);

/** The model card in Markdown. */
export function modelCard({ fusion, gallery, figures, bytes, calibration, thresholds }: CardInput): string {
  const attacks = figures.flatMap(({ source, attacks }) =>
    attacks && source.name !== 'jbb_artifacts' ? [attacks] : [],
  );
  const benign = figures.flatMap(({ benign }) => (benign ? [benign] : []));
  const macro = (level: number): string => percent(mean(attacks.map(({ recall }) => recall[level] as number)));
  const rates = (level: number): string => percent(mean(benign.map(({ rate }) => rate[level] as number)));
  return `# Model card: the embedded classifier

<!-- Written by \`npm run train\`; do not edit. -->

A linear model over hashed words, stems and 1- to 3-grams that says how likely a text is a prompt injection or a jailbreak. It runs
offline in plain JavaScript, on the whole text and on windows of ${RECIPE.windows.map(({ size }) => size).join(' and ')} tokens, and names the n-grams that carried its score.

- Size: ${bytes.toLocaleString('en')} bytes, 2^${RECIPE.bits} buckets of one byte (square-root companded)
- Features: lower-cased words, numbers by length, single characters of scripts without spaces, brackets; their pairs, triples, and pairs with one token skipped; stems of five letters and their pairs; runs of four characters in scripts without spaces
- Score of a text: the largest of the whole and its best windows, less ${RECIPE.windows.map(({ size, slope, cap }) => `min(${cap}, ${slope} · ln(tokens / ${size})) for ${size} tokens`).join(' and ')}, because the best of many windows is high by luck
- Calibration (Platt, on held-out sources, attacks as likely as not): p = 1 / (1 + exp(−(${calibration.a.toFixed(3)} · raw + ${calibration.b.toFixed(3)})))
- Thresholds at 5, 1 and 0.1 % of harmless held-out texts: ${[thresholds.strict, thresholds.moderate, thresholds.permissive].map((value) => value.toFixed(3)).join(', ')}

## Intended use

One layer of a scanner beside rules, where a text from outside meets a model. It is not a judge of harm: a harmful question asked plainly is no injection.

## How it was measured

Whole sources are left out, with everything of their lineage; carriers of planted attacks come only from what is left in. At most 300 rows of a source
are measured, every k-th. Macro means that every source counts once. Attacks are compared with all harmless texts, each scored by the model that did not see its source. The hard negatives of the grammar were
extended twice after looking at which kinds of harmless held-out texts were flagged (chat templates in manuals; short sentences about work and fiction): the rates of dair_guide and
atr_rules are flattered by that. So are, a little, the attacks of lakera_mosscap and cyberseceval_pi: the grammar's questions for a secret were extended after reading some dozens of their
rows. The recipe was chosen by these same figures, whose noise is about 0.005 AUC and 3 points of recall; only sources kept apart would be free of that.

**AUC ${percent(mean(attacks.map(({ auc }) => auc)))} %, recall ${macro(0)} / ${macro(1)} / ${macro(2)} % at 5 / 1 / 0.1 % false positives** (${attacks.length} attack sources; harmless macro ${rates(0)} / ${rates(1)} / ${rates(2)} %).

| source left out | attacks | AUC | found at 5 / 1 / 0.1 % | harmless | flagged at 5 / 1 / 0.1 % |
| --- | ---: | ---: | ---: | ---: | ---: |
${figures
  .map(({ source, attacks: bad, benign: good }) => {
    const left = bad ? `${bad.count} | ${percent(bad.auc)} | ${bad.recall.map(percent).join(' / ')}` : ' | | ';
    const right = good ? `${good.count} | ${good.rate.map(percent).join(' / ')}` : ' | ';
    return `| ${source.name}${source.name === 'jbb_artifacts' ? ' (not in the macro)' : ''} | ${left} | ${right} |`;
  })
  .join('\n')}

${fusion}
## What it learned from

Public rows, at most 1,200 of a source and label, and texts from a grammar in this folder: ${AMOUNTS.direct + AMOUNTS.longRole} direct attacks, ${AMOUNTS.plantedGrammar + AMOUNTS.plantedReal} planted in harmless
documents (beginning, middle, end; as e-mail, web page, tool output, comment), ${AMOUNTS.plantedShort} in short ones, ${AMOUNTS.toolPoison} poisoned tool descriptions, ${AMOUNTS.language} attacks and as many harmless
texts in each of 17 languages, ${AMOUNTS.benign} harmless texts full of trigger words, ${AMOUNTS.benignPlanted} harmless documents in the attacks' wrappings.

The ${gallery} harmless texts of the project's own gallery (\`test/fixtures/benign\`) are hard negatives in every fold, so a clean gallery says nothing about
the classifier: before it learned from them it flagged 13 % of them at the threshold that 2.6 % of the sources' harmless texts lie above. The gallery of attacks is not learned from.

| source | origin | licence | rows | remark |
| --- | --- | --- | ---: | --- |
${figures.map(({ source, learned }) => `| ${source.name} | ${source.origin} | ${source.licence} | ${learned} | ${source.note ?? ''} |`).join('\n')}

## What each part brings

Measured once, with this recipe, one part taken away at a time (AUC, recall at 5 / 1 / 0.1 % false positives):

| without | AUC | recall | remark |
| --- | ---: | ---: | --- |
| nothing | 89.4 | 67.7 / 54.5 / 32.1 % | |
| windows (the whole text only) | 88.4 | 67.0 / 52.7 / 29.2 % | one sentence in 18 KB is lost without them |
| planted attacks | 88.6 | 65.2 / 47.8 / 22.9 % | of InjecAgent 34 instead of 44 % at 1 % |
| the grammar altogether | 81.4 | 58.1 / 27.8 / 6.4 % | an earlier recipe |
| decoded views | | | of 200 attacks in eight disguises 43 instead of 99 % are found |

## Recipe

Logistic regression by AdaGrad, ${RECIPE.epochs} passes, rate ${RECIPE.rate}, L2 ${RECIPE.l2}, ${100 * RECIPE.dropout} % of the features left out of each pass, seed ${RECIPE.seed}, the mean of ${RECIPE.bags} models with texts of their own from the grammar. A source weighs as its size to the power ${RECIPE.sourcePower}; attacks and harmless texts
weigh the same. An n-gram counts only when at least ${RECIPE.minLineages} lineages have it, or the grammar does. \`npm run train -- --data <folder>\` gives the same bytes again.

## Limits

- Half of the attacks of an unseen kind pass it at 1 % false positives; rules and an LLM layer are there for the rest.
- A harmless-looking request planted in a document ("also write a poem") is mostly missed: only its place makes it an attack.
- Riddles about a secret, without the game they belong to, read like chat.
- Languages outside the grammar's 17 and English are thin; texts that teach or quote attacks may be flagged.
- It sees words: characters that are disguised are for the normalised views, which it scores too.
`;
}
