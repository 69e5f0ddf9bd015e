import { createVerdictCache } from '../cache/index.ts';
import type { Config } from '../config/index.ts';
import { createDocument, type Document, type DocumentInit } from '../core/document.ts';
import type { RuleInfo } from '../core/reporter.ts';
import type { ScanResult } from '../core/result.ts';
import { createHeuristicDetector } from '../detectors/index.ts';
import { normalize } from '../normalize/index.ts';
import { createDocumentScanner } from './scanner.ts';

/** Scans texts with one configuration; make one and use it for as many as there are. */
export interface Scanner {
  readonly config: Config;
  /** Every rule in force. */
  readonly rules: readonly RuleInfo[];
  /** `sha256:…` over everything in the rules that can change a verdict. */
  readonly rulesHash: string;
  /**
   * Judges one text. Rejects only with the reason of an aborted signal: what fails inside is told by the result's
   * `layers` and `incomplete`.
   */
  scan(input: string | DocumentInit, options?: { readonly signal?: AbortSignal }): Promise<ScanResult>;
  /** The same for a document that was read from a file or a dataset. */
  scanDocument(document: Document, options?: { readonly signal?: AbortSignal }): Promise<ScanResult>;
  /** Lets go of what is open. The scanner cannot be used after it. */
  close(): Promise<void>;
}
