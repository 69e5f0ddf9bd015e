import type { Row, Source } from './data.ts';
import { areaUnderCurve, mean, shareAbove } from './metrics.ts';

/** A row and its log-odds by the model that did not see its source. */
export interface Measured {
  readonly row: Row;
  readonly raw: number;
}

/** Shares at 5, 1 and 0.1 % of harmless texts. */
export type Levels = readonly [number, number, number];

/** What leaving a source out showed of it. */
export interface SourceFigures {
  readonly source: Source;
  /** Rows that the shipped model learned from. */
  readonly learned: number;
  readonly attacks?: { readonly count: number; readonly auc: number; readonly recall: Levels };
  readonly benign?: { readonly count: number; readonly rate: Levels };
}

/** One source's figures: its attacks against all harmless texts, and its shares above each bound. */
export function figuresOf(
  source: Source,
  learned: number,
  results: readonly Measured[],
  bounds: Levels,
): SourceFigures {
  const harmless = results.filter(({ row }) => !row.malicious).map(({ raw }) => raw);
  const own = results.filter(({ row }) => row.source === source.name);
  const attacks = own.filter(({ row }) => row.malicious).map(({ raw }) => raw);
  const benign = own.filter(({ row }) => !row.malicious).map(({ raw }) => raw);
  const shares = (scores: readonly number[]): Levels => [
    shareAbove(scores, bounds[0]),
    shareAbove(scores, bounds[1]),
    shareAbove(scores, bounds[2]),
  ];
  return {
    source,
    learned,
    ...(attacks.length > 0
      ? { attacks: { count: attacks.length, auc: areaUnderCurve(attacks, harmless), recall: shares(attacks) } }
      : {}),
    ...(benign.length > 0 ? { benign: { count: benign.length, rate: shares(benign) } } : {}),
  };
}

/** Macro averages over attack sources; jailbreaks that only ask for harm are no injections and not the classifier's to find. */
export function summaryOf(figures: readonly SourceFigures[]): {
  readonly sources: number;
  readonly auc: number;
  readonly recall: Levels;
  readonly rate: Levels;
} {
  const attacks = figures.flatMap(({ source, attacks }) =>
    attacks && source.name !== 'jbb_artifacts' ? [attacks] : [],
  );
  const benign = figures.flatMap(({ benign }) => (benign ? [benign] : []));
  const levels = (list: readonly Levels[]): Levels => [
    mean(list.map(([value]) => value)),
    mean(list.map(([, value]) => value)),
    mean(list.map(([, , value]) => value)),
  ];
  return {
    sources: attacks.length,
    auc: mean(attacks.map(({ auc }) => auc)),
    recall: levels(attacks.map(({ recall }) => recall)),
    rate: levels(benign.map(({ rate }) => rate)),
  };
}
