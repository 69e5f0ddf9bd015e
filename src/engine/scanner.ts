import { type Config, usesLocalModel } from '../config/index.ts';
import { now } from '../core/builtin.ts';
import type { Detection, Detector, LayerFailure } from '../core/detector.ts';
import type { Document, Region } from '../core/document.ts';
import { compareFindings, type Finding } from '../core/finding.ts';
import { addUsage, type LlmUsage, NO_USAGE } from '../core/provider.ts';
import type { Complexity, LayerReport, Plan, ScanResult } from '../core/result.ts';
import type { Layer } from '../core/verdict.ts';
import type { Normalized } from '../core/view.ts';
import { combineRisk, isAttack } from './combine.ts';
import { analyzeComplexity } from './complexity.ts';
import { decide } from './decide.ts';
import { route } from './router.ts';
import type { ResultStore } from './store.ts';

/** The parts a scanner is put together from; a detector that is null is not configured, and its layer says so. */
export interface ScannerParts {
  readonly config: Config;
  readonly normalize: (document: Document) => Normalized;
  readonly detectors: Readonly<Record<'heuristic' | 'classifier' | 'llm' | 'pii', Detector | null>>;
  /** Regions that must not be printed, for texts whose PII layer did not run. */
  readonly sensitiveRegions: (text: string) => readonly Region[];
  /** The text with PII masked, where redaction was asked for; null where it was not. */
  readonly redact: (text: string, findings: readonly Finding[]) => string | null;
  readonly store: ResultStore | null;
}

/** Scans one document at a time, any number of them at once. */
export type ScanDocument = (document: Document, signal?: AbortSignal) => Promise<ScanResult>;

const NOT_ABORTED = new AbortController().signal;

/** A scanner from its parts. It throws only what `signal` was aborted with: whatever fails inside is part of the result. */
export function createDocumentScanner(parts: ScannerParts): ScanDocument {
  return async (document, signal = NOT_ABORTED) => {
    signal.throwIfAborted();
    const started = now();
    const stored = await parts.store?.get(document);
    if (stored) {
      const modifiedText = parts.redact(document.text, stored.findings);
      return { ...stored, document, modifiedText, cached: true, durationMs: now() - started };
    }
    const result = await scan(parts, document, signal);
    if (!result.incomplete) await parts.store?.set(result);
    return result;
  };
}

/** What has come in so far for one document. */
interface Progress {
  readonly findings: Finding[];
  readonly layers: Map<Layer, LayerReport>;
  readonly notes: Record<string, string | number | boolean>;
  classifierScore: number | undefined;
  llmScore: number | undefined;
  usage: LlmUsage;
}

async function scan(parts: ScannerParts, document: Document, signal: AbortSignal): Promise<ScanResult> {
  const { config, detectors } = parts;
  const { complexity, normalized, report } = preprocess(parts, document);
  const plan = route(config.strategy, complexity, usesLocalModel(config));
  const progress: Progress = {
    findings: [],
    layers: new Map([[report.layer, report]]),
    notes: normalized.truncated ? { decoding_truncated: true } : {},
    classifierScore: undefined,
    llmScore: undefined,
    usage: NO_USAGE,
  };
  // Between its layers a document lets others of its batch have their turn.
  await undefined;

  const run = async (layer: keyof ScannerParts['detectors'], layerSignal = signal) => {
    const detector = detectors[layer];
    const reason = reasonToSkip(layer, detector, plan, progress);
    if (reason !== null || !detector) {
      progress.layers.set(layer, { layer, status: 'skipped', reason: reason ?? 'not configured', durationMs: 0 });
      return;
    }
    await runLayer(
      detector,
      { document, normalized, findings: attacks(progress), opinions: plan.opinions },
      progress,
      layerSignal,
    );
  };

  await run('heuristic');
  await run('classifier');
  // PII waits for nobody: it is matched while the LLM thinks. What it finds masks the evidence, so no early stop skips it.
  const llm = detectors.llm ? new AbortController() : null;
  const asking = run('llm', llm ? AbortSignal.any([signal, llm.signal]) : signal);
  await run('pii');
  if (plan.strategy !== 'paranoid' && progress.findings.some(({ pii }) => pii?.action === 'block')) llm?.abort(DECIDED);
  await asking;
  signal.throwIfAborted();
  return conclude(parts, document, { plan, complexity, progress });
}

const DECIDED = 'decided';

/** What is known of a document before any layer judges it. */
interface Preprocessed {
  readonly complexity: Complexity;
  readonly normalized: Normalized;
  readonly report: LayerReport;
}

/** What is assumed where it could not be told: that everything should be asked. */
const MOST_COMPLEX: Complexity = { score: 1, level: 'extreme', features: {} };

function preprocess(parts: ScannerParts, document: Document): Preprocessed {
  const started = now();
  const layer = 'preprocessing';
  let complexity = MOST_COMPLEX;
  try {
    complexity = analyzeComplexity(document);
    const normalized = parts.normalize(document);
    return { complexity, normalized, report: { layer, status: 'ran', durationMs: now() - started } };
  } catch (error) {
    const identity = { text: document.text, via: [], toOriginal: (region: Region) => region };
    const normalized = { views: [identity], signals: [], truncated: false };
    return { complexity, normalized, report: failure(layer, error, now() - started) };
  }
}

function reasonToSkip(layer: Layer, detector: Detector | null, plan: Plan, progress: Progress): string | null {
  if (!detector) return 'not configured';
  if (!plan.layers.includes(layer)) return `not part of ${plan.strategy}`;
  if (layer === 'pii' || layer === 'heuristic') return null;
  const risk = combineRisk({ findings: progress.findings, ...scores(progress) });
  if (risk >= plan.stopAt) return `decided: risk ${risk.toFixed(2)}`;
  if (layer === 'llm' && plan.llmBand && (risk <= plan.llmBand[0] || risk >= plan.llmBand[1])) {
    return `certain enough: risk ${risk.toFixed(2)} is outside ${plan.llmBand[0]} to ${plan.llmBand[1]}`;
  }
  return null;
}

async function runLayer(
  detector: Detector,
  input: Parameters<Detector['detect']>[0],
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const { layer } = detector;
  const started = now();
  let detection: Detection;
  try {
    const answer = detector.detect(input, signal);
    detection = answer instanceof Promise ? await answer : answer;
  } catch (error) {
    const durationMs = now() - started;
    progress.layers.set(
      layer,
      signal.reason === DECIDED
        ? { layer, status: 'skipped', reason: 'decided while it was running', durationMs }
        : failure(layer, error, durationMs),
    );
    return;
  }
  const durationMs = now() - started;
  progress.findings.push(...detection.findings);
  Object.assign(progress.notes, detection.notes);
  if (detection.usage) progress.usage = addUsage(progress.usage, detection.usage);
  if (layer === 'classifier') progress.classifierScore = detection.score;
  if (layer === 'llm') progress.llmScore = detection.score;
  const failures = detection.failures ?? [];
  progress.layers.set(layer, {
    layer,
    status: failures.length > 0 ? 'failed' : detection.skipped === undefined ? 'ran' : 'skipped',
    ...(failures.length > 0 ? { failures, reason: failures.map(({ message }) => message).join(' ') } : {}),
    ...(detection.skipped === undefined ? {} : { reason: detection.skipped }),
    durationMs,
  });
}

function failure(layer: Layer, error: unknown, durationMs: number): LayerReport {
  const failures: LayerFailure[] = [
    { code: 'layer_error', message: error instanceof Error ? error.message : String(error) },
  ];
  return { layer, status: 'failed', reason: failures[0]?.message ?? '', failures, durationMs };
}

function attacks(progress: Progress): Finding[] {
  return progress.findings.filter(isAttack);
}

function scores({ classifierScore, llmScore }: Progress): { classifierScore?: number; llmScore?: number } {
  return {
    ...(classifierScore === undefined ? {} : { classifierScore }),
    ...(llmScore === undefined ? {} : { llmScore }),
  };
}

function conclude(
  parts: ScannerParts,
  document: Document,
  { plan, complexity, progress }: Pick<ScanResult, 'plan' | 'complexity'> & { progress: Progress },
): ScanResult {
  const postStarted = now();
  const findings = progress.findings.sort(compareFindings);
  const riskScore = Math.round(combineRisk({ findings, ...scores(progress) }) * 10_000) / 10_000;
  const cleared = progress.notes.llm_verdict === 'allow' && parts.config.llm.mayDemote;
  const { verdict, confidence } = decide({
    riskScore,
    findings,
    mode: parts.config.mode,
    cleared,
    disagreement: progress.notes.llm_disagreement === true,
  });
  const sensitive = sensitiveIn(parts, document, findings, progress);
  const modifiedText = parts.redact(document.text, findings);
  progress.layers.set('postprocessing', {
    layer: 'postprocessing',
    status: 'ran',
    durationMs: now() - postStarted,
  });
  const layers = plan.layers.map(
    (layer) =>
      progress.layers.get(layer) ?? { layer, status: 'skipped' as const, reason: 'not reached', durationMs: 0 },
  );
  return {
    document,
    verdict,
    confidence,
    riskScore,
    findings,
    sensitive,
    modifiedText,
    layers,
    incomplete: layers.some(({ status }) => status === 'failed'),
    plan,
    complexity,
    usage: progress.usage,
    durationMs: durationOf(layers),
    cached: false,
    notes: progress.notes,
  };
}

/** The time that a document took itself, whatever was judged meanwhile: the PII layer runs while the LLM thinks. */
function durationOf(layers: readonly LayerReport[]): number {
  let sum = 0;
  let meanwhile = 0;
  for (const { layer, durationMs } of layers) {
    if (layer === 'llm' || layer === 'pii') meanwhile = Math.max(meanwhile, durationMs);
    else sum += durationMs;
  }
  return sum + meanwhile;
}

/** What must be masked in printed evidence: what the PII layer found, or, where it did not run, what a look at the text finds. */
function sensitiveIn(
  parts: ScannerParts,
  document: Document,
  findings: readonly Finding[],
  progress: Progress,
): readonly Region[] {
  if (findings.length === 0) return [];
  const found =
    progress.layers.get('pii')?.status === 'ran'
      ? findings.filter(({ pii }) => pii).map(({ region }) => region)
      : parts.sensitiveRegions(document.text);
  return mergeRegions(found);
}

function mergeRegions(regions: readonly Region[]): Region[] {
  const merged: { start: number; end: number }[] = [];
  for (const { start, end } of [...regions].sort((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else merged.push({ start, end });
  }
  return merged;
}
