import { addUsage, type LlmUsage, NO_USAGE } from './provider.ts';
import type { Summary } from './reporter.ts';
import type { ScanResult } from './result.ts';

/** Counts a run as it goes. */
export interface SummaryCounter {
  add(result: ScanResult): void;
  addError(): void;
  addSkipped(): void;
  /** The counts so far. */
  summary(durationMs: number): Summary;
}

/** A counter at zero; cache hits are results marked `cached`, misses all others when a cache was in use. */
export function createSummaryCounter({ cacheUsed = true }: { readonly cacheUsed?: boolean } = {}): SummaryCounter {
  const counts = { documents: 0, allow: 0, review: 0, block: 0, findings: 0, suppressed: 0, incomplete: 0 };
  let errors = 0;
  let skipped = 0;
  let hits = 0;
  let llm: LlmUsage = NO_USAGE;
  return {
    add(result) {
      counts.documents++;
      counts[result.verdict]++;
      if (result.incomplete) counts.incomplete++;
      if (result.cached) hits++;
      for (const finding of result.findings) counts[finding.suppression ? 'suppressed' : 'findings']++;
      llm = addUsage(llm, result.usage);
    },
    addError() {
      errors++;
    },
    addSkipped() {
      skipped++;
    },
    summary: (durationMs) => ({
      ...counts,
      errors,
      skipped,
      durationMs,
      cache: { hits, misses: cacheUsed ? counts.documents - hits : 0 },
      llm,
    }),
  };
}

/** The summary of results that are all there. */
export function computeSummary(results: readonly ScanResult[], errors: number, durationMs: number): Summary {
  const counter = createSummaryCounter();
  for (const result of results) counter.add(result);
  for (let index = 0; index < errors; index++) counter.addError();
  return counter.summary(durationMs);
}
