import { type Model, scoreText, withoutQuotes } from '../../src/classifier/index.ts';
import { calibrate } from '../../src/classifier/model.ts';
import { MODE_THRESHOLDS } from '../../src/config/index.ts';
import { createDocument } from '../../src/core/document.ts';
import { MODES } from '../../src/core/verdict.ts';
import { createHeuristicDetector } from '../../src/detectors/heuristic.ts';
import { combineRisk } from '../../src/engine/combine.ts';
import { normalize } from '../../src/normalize/index.ts';
import { createRuleSet, loadBuiltin } from '../../src/rules/index.ts';
import type { Row } from './data.ts';
import { mean } from './metrics.ts';

/** A row with the calibrated model that did not see its source. */
export interface HeldOut {
  readonly row: Row;
  readonly model: Model;
}

interface Risks {
  readonly row: Row;
  readonly rules: number;
  readonly classifier: number;
  readonly both: number;
}

const KINDS = ['rules', 'classifier', 'both'] as const;

/** What the detector does to a text, without its explanation: the best view, with quotes counting for less. */
function probabilityOf(model: Model, views: readonly string[]): number {
  let best = Number.NEGATIVE_INFINITY;
  for (const text of views) {
    const { raw } = scoreText(model, text);
    const rest = withoutQuotes(text);
    best = Math.max(best, rest === undefined ? raw : Math.min(raw, Math.max(scoreText(model, rest).raw, raw - 1)));
  }
  return best === Number.NEGATIVE_INFINITY ? 0 : calibrate(model.header, best);
}

/** Rules alone, the classifier alone and both in every mode, as Markdown tables: macro over sources, then per source. */
export async function fusionTables(held: readonly HeldOut[]): Promise<string> {
  const heuristic = createHeuristicDetector(createRuleSet([await loadBuiltin('heuristic')]));
  const signal = new AbortController().signal;
  const risks: Risks[] = [];
  for (const { row, model } of held) {
    const document = createDocument({ text: row.text });
    const normalized = normalize(document);
    const { findings } = await heuristic.detect({ document, normalized, findings: [], opinions: 0 }, signal);
    const classifierScore = probabilityOf(
      model,
      normalized.views.map(({ text }) => text),
    );
    risks.push({
      row,
      rules: combineRisk({ findings }),
      classifier: combineRisk({ findings: [], classifierScore }),
      both: combineRisk({ findings, classifierScore }),
    });
  }
  const groups = new Map<string, Risks[]>();
  for (const risk of risks) {
    // Plain goals in documents are harmless requests by design: measured, but no bar.
    const key = `${risk.row.source}/${risk.row.malicious ? 'attacks' : 'harmless'}`;
    const list = groups.get(key);
    if (list) list.push(risk);
    else groups.set(key, [risk]);
  }
  const counted = (key: string): boolean => key !== 'bipia_docs_train/attacks' && key !== 'jbb_artifacts/attacks';
  const share = (list: readonly Risks[], kind: (typeof KINDS)[number], bound: number): number =>
    mean(list.map((risk) => (risk[kind] >= bound ? 1 : 0)));
  const percent = (value: number): string => (100 * value).toFixed(1);
  const macro = (label: string, kind: (typeof KINDS)[number], bound: number): number =>
    mean(
      [...groups].filter(([key]) => key.endsWith(label) && counted(key)).map(([, list]) => share(list, kind, bound)),
    );
  const modes = MODES.flatMap((mode) =>
    KINDS.map((kind) => {
      const { review, block } = MODE_THRESHOLDS[mode];
      const cells = [
        macro('attacks', kind, review),
        macro('attacks', kind, block),
        macro('harmless', kind, review),
        macro('harmless', kind, block),
      ];
      return `| ${mode} | ${kind} | ${cells.map(percent).join(' | ')} |`;
    }),
  );
  const { review } = MODE_THRESHOLDS.moderate;
  const sources = [...groups].map(
    ([key, list]) =>
      `| ${key.replace('/', ' | ')} | ${list.length} | ${KINDS.map((kind) => percent(share(list, kind, review))).join(' | ')} |`,
  );
  return `## With the rules

Not allowed (review or block) and blocked, in percent, macro over sources; the classifier's scores are those of the model that did not see the source, on all
views. The rules were written by people who had read two thirds of the sources. \`bipia_docs_train\` and \`jbb_artifacts\` attacks are shown and not counted.

| mode | layers | attacks not allowed | attacks blocked | harmless not allowed | harmless blocked |
| --- | --- | ---: | ---: | ---: | ---: |
${modes.join('\n')}

Not allowed in the default mode, by source:

| source | rows | number | rules | classifier | both |
| --- | --- | ---: | ---: | ---: | ---: |
${sources.join('\n')}
`;
}
