import type { Category, Severity } from './finding.ts';
import type { LlmUsage } from './provider.ts';
import type { ScanError, ScanResult } from './result.ts';

/** Which program and which rules made the report. */
export interface ToolInfo {
  readonly name: string;
  readonly version: string;
  /** `sha256:<hex>` over everything in the rules that can change a verdict. */
  readonly rulesHash: string;
}

/** What a report says of a rule, whether or not it was met. */
export interface RuleInfo {
  readonly id: string;
  readonly title: string;
  /** Markdown. */
  readonly description: string;
  readonly category: Category;
  readonly severity: Severity;
  /** 0 to 1. */
  readonly confidence: number;
  readonly remediation: string;
  readonly references: readonly string[];
  readonly helpUri?: string;
}

/** An input that was left out on purpose. */
export interface SkippedInput {
  readonly uri: string;
  /** `binary`, `ignored`, `symlink` … */
  readonly reason: string;
}

/** The counts of a run. */
export interface Summary {
  readonly documents: number;
  readonly allow: number;
  readonly review: number;
  readonly block: number;
  /** Findings that count. */
  readonly findings: number;
  readonly suppressed: number;
  /** Documents of which a layer failed. */
  readonly incomplete: number;
  readonly errors: number;
  readonly skipped: number;
  readonly durationMs: number;
  readonly cache: { readonly hits: number; readonly misses: number };
  readonly llm: LlmUsage;
}

/** What is known before the first document. */
export interface ReportHead {
  readonly tool: ToolInfo;
  /** Every rule in force; SARIF lists them all. */
  readonly rules: readonly RuleInfo[];
}

/** What is known after the last document. */
export interface ReportTail {
  readonly errors: readonly ScanError[];
  readonly summary: Summary;
}

/** A whole run. */
export interface Report extends ReportHead, ReportTail {
  readonly results: readonly ScanResult[];
}

/** The styles that a reporter may use; an instance of chalk fits. */
export interface Paint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly green: (text: string) => string;
  readonly cyan: (text: string) => string;
}

/** What the person or program at the other end asked for. */
export interface RenderOptions {
  /** Colours; without it the text is plain. */
  readonly paint?: Paint;
  /** Columns of the terminal; default 100. */
  readonly width?: number;
  /** Print PII and secrets as they are. */
  readonly showPii?: boolean;
  /** Print only what fails (table). */
  readonly quiet?: boolean;
  /** Print allowed documents, layers and reasons too (table). */
  readonly verbose?: boolean;
  /** `automationDetails.id` category of SARIF. */
  readonly category?: string;
  /** The exit code that this run will end with, where it is known. */
  readonly exitCode?: number;
}

/** A report being written piece by piece: each call returns the text to append. */
export interface ReportStream {
  begin(): string;
  document(result: ScanResult): string;
  end(tail: ReportTail): string;
}

/** One output format. Pure: it returns text and knows no exit codes. */
export interface Reporter {
  readonly mediaType: string;
  /** Writes results as they come, so that a run of any length needs constant memory. */
  stream(head: ReportHead, options: RenderOptions): ReportStream;
  /** The whole report at once: what the stream would have written. */
  render(report: Report, options: RenderOptions): string;
}

/** A reporter from its stream alone. */
export function streamingReporter(mediaType: string, stream: Reporter['stream']): Reporter {
  return {
    mediaType,
    stream,
    render(report, options) {
      const writer = stream(report, options);
      let text = writer.begin();
      for (const result of report.results) text += writer.document(result);
      return text + writer.end(report);
    },
  };
}
