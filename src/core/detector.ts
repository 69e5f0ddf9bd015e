import type { Document } from './document.ts';
import type { Finding } from './finding.ts';
import type { LlmUsage } from './provider.ts';
import type { Layer } from './verdict.ts';
import type { Normalized } from './view.ts';

/** What a layer is given. Detectors know no strategies and no modes. */
export interface DetectInput {
  readonly document: Document;
  readonly normalized: Normalized;
  /** What earlier layers of this document found, unsuppressed. */
  readonly findings: readonly Finding[];
  /** How many providers the plan asks the LLM layer to ask; 0 for the others. */
  readonly opinions: number;
}

/** Part of a layer that did not work: a rule over its deadline, a provider that is down. The result becomes incomplete. */
export interface LayerFailure {
  /** Stable machine name: `rule_timeout`, `providers_unavailable` … */
  readonly code: string;
  /** What, where, what to do. Never document text. */
  readonly message: string;
}

/** What one layer says of one document. */
export interface Detection {
  readonly findings: readonly Finding[];
  /** Calibrated probability 0 to 1 that the text is an attack, from layers that have one (classifier, LLM). */
  readonly score?: number;
  /** Set when the layer could not do all of its work. */
  readonly failures?: readonly LayerFailure[];
  /** Set when the layer had nothing to do or was not allowed to: why, for the report. */
  readonly skipped?: string;
  readonly usage?: LlmUsage;
  /** Small facts for the report's metadata, never document text. */
  readonly notes?: { readonly [key: string]: string | number | boolean };
}

/** One layer of the pipeline. May answer at once or later. */
export interface Detector {
  readonly name: string;
  readonly layer: Layer;
  detect(input: DetectInput, signal: AbortSignal): Detection | Promise<Detection>;
}
