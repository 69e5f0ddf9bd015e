import type { Detection, Detector, LayerFailure } from '../core/detector.ts';
import { overlaps, type Region, roleAt } from '../core/document.ts';
import { compareFindings, type Finding } from '../core/finding.ts';
import type { Normalized } from '../core/view.ts';
import { appliesTo, type Rule, type RuleSet } from '../rules/index.ts';

/** A rule that matches more often than this in one document is reported this many times, and the layer's notes say so. */
export const MAX_FINDINGS_PER_RULE = 100;

interface Sighting {
  region: Region;
  via: readonly string[];
  patterns: Set<string>;
  revealed?: string;
}

/** What was seen of one rule; `byPlace` are the indices of what reaches into each stretch of the text of so many units. */
interface Seen {
  readonly sightings: Sighting[];
  readonly byPlace: Map<number, number[]>;
}

const PLACE_BITS = 10;

/** The rule layer: all rules over all views of a document, each hit mapped back to the original text. */
export function createHeuristicDetector(ruleSet: RuleSet): Detector {
  return {
    name: 'rules',
    layer: 'heuristic',
    detect: ({ document, normalized }) => {
      const sightings = new Map<Rule, Seen>();
      const failures: LayerFailure[] = [];
      for (const view of byDepth(normalized)) {
        const original = view.via.length === 0;
        const scan = ruleSet.scan(view.text, {
          kind: document.kind,
          roleAt: (offset) =>
            roleAt(document.segments, original ? offset : view.toOriginal({ start: offset, end: offset + 1 }).start),
        });
        failures.push(...scan.failures);
        for (const { rule, pattern, start, end } of scan.hits) {
          const region = original ? { start, end } : view.toOriginal({ start, end });
          note(sightings, rule, { region, via: view.via, patterns: new Set([pattern]) });
        }
      }
      for (const signal of normalized.signals) {
        for (const rule of ruleSet.rulesForSignal(signal.name)) {
          if (!appliesTo(rule, roleAt(document.segments, signal.region.start), document.kind)) continue;
          const revealed = signal.revealed === undefined ? {} : { revealed: signal.revealed };
          note(sightings, rule, { region: signal.region, via: [], patterns: new Set([signal.name]), ...revealed });
        }
      }
      return toDetection(sightings, failures);
    },
  };
}

/** The views with the fewest transforms first, so that a hit is told the way it is seen most plainly. */
function byDepth({ views }: Normalized): Normalized['views'] {
  return views.length < 2 ? views : [...views].sort((a, b) => a.via.length - b.via.length);
}

/** Adds a sighting, or joins it with an overlapping one of the same rule, which was seen at least as plainly. */
function note(all: Map<Rule, Seen>, rule: Rule, next: Sighting): void {
  let seen = all.get(rule);
  if (seen === undefined) {
    seen = { sightings: [], byPlace: new Map() };
    all.set(rule, seen);
  }
  const index = lastOverlapping(seen, next.region);
  const same = seen.sightings[index];
  if (same === undefined) {
    place(seen, seen.sightings.push(next) - 1, next.region);
    return;
  }
  for (const pattern of next.patterns) same.patterns.add(pattern);
  if (same.via.length === 0 && next.via.length === 0) {
    same.region = {
      start: Math.min(same.region.start, next.region.start),
      end: Math.max(same.region.end, next.region.end),
    };
    place(seen, index, next.region);
  }
}

/** The index of the sighting that came last of those that overlap a region, or -1. Looks only near it: an attack may be repeated a million times. */
function lastOverlapping({ sightings, byPlace }: Seen, region: Region): number {
  let last = -1;
  for (let at = region.start >> PLACE_BITS; at <= region.end >> PLACE_BITS; at++) {
    for (const index of byPlace.get(at) ?? []) {
      const known = (sightings[index] as Sighting).region;
      if (index > last && (overlaps(known, region) || sameRegion(known, region))) last = index;
    }
  }
  return last;
}

/** Notes that a sighting reaches over a region. */
function place({ byPlace }: Seen, index: number, region: Region): void {
  for (let at = region.start >> PLACE_BITS; at <= region.end >> PLACE_BITS; at++) {
    const here = byPlace.get(at);
    if (here === undefined) byPlace.set(at, [index]);
    else if (!here.includes(index)) here.push(index);
  }
}

function sameRegion(a: Region, b: Region): boolean {
  return a.start === b.start && a.end === b.end;
}

function toDetection(all: ReadonlyMap<Rule, Seen>, failures: readonly LayerFailure[]): Detection {
  const findings: Finding[] = [];
  let omitted = 0;
  for (const [rule, { sightings }] of all) {
    omitted += Math.max(0, sightings.length - MAX_FINDINGS_PER_RULE);
    for (const { region, via, patterns, revealed } of sightings.slice(0, MAX_FINDINGS_PER_RULE)) {
      findings.push({
        ruleId: rule.id,
        category: rule.category,
        severity: rule.severity,
        confidence: rule.confidence,
        source: 'heuristic',
        description: rule.title,
        region,
        via,
        patterns: [...patterns],
        ...(revealed === undefined ? {} : { metadata: { revealed } }),
      });
    }
  }
  findings.sort(compareFindings);
  return {
    findings,
    ...(failures.length > 0 ? { failures } : {}),
    ...(omitted > 0 ? { notes: { omitted_findings: omitted } } : {}),
  };
}
