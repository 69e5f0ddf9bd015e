import type { LayerFailure } from './detector.ts';
import type { Document, Region } from './document.ts';
import type { Finding } from './finding.ts';
import type { LlmUsage } from './provider.ts';
import type { Layer, Strategy, Verdict } from './verdict.ts';

export const COMPLEXITY_LEVELS = ['low', 'medium', 'high', 'extreme'] as const;
export type ComplexityLevel = (typeof COMPLEXITY_LEVELS)[number];

/** How much a text asks of the scanner, and why. */
export interface Complexity {
  /** 0 to 1. */
  readonly score: number;
  readonly level: ComplexityLevel;
  /** Each feature's share of the score, 0 to 1, by name. */
  readonly features: Readonly<Record<string, number>>;
}

/** What the router chose. */
export interface Plan {
  readonly strategy: Strategy;
  readonly layers: readonly Layer[];
  /** How many providers the LLM layer is to ask. */
  readonly opinions: number;
  /** Ask the LLM only when the score so far lies inside this open interval. */
  readonly llmBand: readonly [low: number, high: number] | null;
  /** Risk at or above which later layers need not run. */
  readonly stopAt: number;
  readonly reason: string;
}

/** What became of one layer. */
export interface LayerReport {
  readonly layer: Layer;
  readonly status: 'ran' | 'skipped' | 'failed';
  /** Why it was skipped, or what failed. */
  readonly reason?: string;
  readonly failures?: readonly LayerFailure[];
  readonly durationMs: number;
}

/** Everything known of one scanned document. */
export interface ScanResult {
  readonly document: Document;
  readonly verdict: Verdict;
  /** 0 to 1: how sure the verdict is, in either direction. */
  readonly confidence: number;
  /** 0 to 1: how likely an attack. PII does not enter it. */
  readonly riskScore: number;
  /** In document order, the suppressed ones among them. */
  readonly findings: readonly Finding[];
  /** Regions whose text must not be printed unless the user asked to see PII. Sorted, merged. */
  readonly sensitive: readonly Region[];
  /** The text with PII masked, where redaction was asked for. */
  readonly modifiedText: string | null;
  readonly layers: readonly LayerReport[];
  /** True when a layer failed: the verdict may only be too mild, and the exit code says so. */
  readonly incomplete: boolean;
  readonly plan: Plan;
  readonly complexity: Complexity;
  readonly usage: LlmUsage;
  readonly durationMs: number;
  readonly cached: boolean;
  /** Small facts from layers (classifier score, LLM model …), never document text. */
  readonly notes: Readonly<Record<string, string | number | boolean>>;
}

/** An input that could not be scanned, or a part of the run that could not be trusted. */
export interface ScanError {
  readonly uri: string;
  /** Stable machine name: `unreadable`, `too_large`, `binary` … */
  readonly code: string;
  readonly message: string;
}
