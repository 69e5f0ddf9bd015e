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

/** The rule layer: all rules over all views of a document, each hit mapped back to the original text. */
export function createHeuristicDetector(ruleSet: RuleSet): Detector {
  return {
    name: 'rules',
    layer: 'heuristic',
    detect: ({ document, normalized }) => {
      const sightings = new Map<Rule, Sighting[]>();
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
function note(sightings: Map<Rule, Sighting[]>, rule: Rule, next: Sighting): void {
  const known = sightings.get(rule);
  if (known === undefined) {
    sightings.set(rule, [next]);
    return;
  }
  const same = known.findLast(({ region }) => overlaps(region, next.region) || sameRegion(region, next.region));
  if (same === undefined) {
    known.push(next);
    return;
  }
  for (const pattern of next.patterns) same.patterns.add(pattern);
  if (same.via.length === 0 && next.via.length === 0) {
    same.region = {
      start: Math.min(same.region.start, next.region.start),
      end: Math.max(same.region.end, next.region.end),
    };
  }
}

function sameRegion(a: Region, b: Region): boolean {
  return a.start === b.start && a.end === b.end;
}

function toDetection(sightings: ReadonlyMap<Rule, readonly Sighting[]>, failures: readonly LayerFailure[]): Detection {
  const findings: Finding[] = [];
  let omitted = 0;
  for (const [rule, seen] of sightings) {
    omitted += Math.max(0, seen.length - MAX_FINDINGS_PER_RULE);
    for (const { region, via, patterns, revealed } of seen.slice(0, MAX_FINDINGS_PER_RULE)) {
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
