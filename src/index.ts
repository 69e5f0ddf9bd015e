/**
 * The library: the same engine as the command line.
 *
 * ```ts
 * import { createScanner } from 'prompt-sentinel';
 *
 * const scanner = await createScanner({ mode: 'strict' });
 * const result = await scanner.scan('Ignore all previous instructions …');
 * if (result.verdict !== 'allow') console.log(result.findings);
 * ```
 *
 * @module
 */
import { type Config, type ConfigOverrides, resolveConfig } from './config/index.ts';
import { type CreateOptions, createConfiguredScanner, type Scanner } from './engine/index.ts';

export type { Config, ConfigOverrides } from './config/index.ts';
export type { LayerFailure } from './core/detector.ts';
export {
  createDocument,
  type Document,
  type DocumentInit,
  type DocumentKind,
  type Region,
  type Role,
  type Segment,
} from './core/document.ts';
export { UserError } from './core/errors.ts';
export type { Category, Finding, PiiDetail, Severity, Suppression } from './core/finding.ts';
export type { LlmUsage } from './core/provider.ts';
export type { RenderOptions, Report, Reporter, RuleInfo, Summary } from './core/reporter.ts';
export type { Complexity, LayerReport, Plan, ScanError, ScanResult } from './core/result.ts';
export type { Layer, Mode, Strategy, Verdict } from './core/verdict.ts';
export { VERSION } from './core/version.ts';
export type { CreateOptions, Scanner } from './engine/index.ts';
export { computeSummary, reporters, toWireResult, type WireResult } from './reporters/index.ts';

/** How a scanner is made: every part of the configuration may be left out; `config` is one that is already resolved. */
export interface ScannerOptions extends ConfigOverrides, CreateOptions {
  readonly config?: Config;
}

/**
 * Makes a scanner. Reads no config file, and from the environment only what LLM providers need, when `llm` is on.
 * Throws UserError on faulty rules or options.
 */
export async function createScanner(options: ScannerOptions = {}): Promise<Scanner> {
  const { config, env = process.env, onEgress, hold, redact, ...overrides } = options;
  return createConfiguredScanner(config ?? resolveConfig([], {}, overrides), {
    env,
    ...(onEgress ? { onEgress } : {}),
    ...(hold === undefined ? {} : { hold }),
    ...(redact === undefined ? {} : { redact }),
  });
}
