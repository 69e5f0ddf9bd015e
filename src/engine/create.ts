import type { VerdictCache } from '../cache/index.ts';
import { type Config, usesLocalModel } from '../config/index.ts';
import type { Detector } from '../core/detector.ts';
import { createDocument, type Document, type DocumentInit, type Region } from '../core/document.ts';
import type { Finding } from '../core/finding.ts';
import { type LlmUsage, NO_USAGE } from '../core/provider.ts';
import type { RuleInfo } from '../core/reporter.ts';
import type { ScanResult } from '../core/result.ts';
import { createHeuristicDetector } from '../detectors/heuristic.ts';
import { createPiiDetector } from '../detectors/pii.ts';
import { normalize } from '../normalize/index.ts';
import {
  createPiiEngine,
  createRedactor,
  type PiiEngine,
  type PiiOptions,
  type Redactable,
  sensitiveRegions,
} from '../pii/index.ts';
import type { Egress } from '../providers/index.ts';
import { type CompiledRules, createRuleSet, hashParts } from '../rules/index.ts';
import { analyzeComplexity } from './complexity.ts';
import { route } from './router.ts';
import { loadRules } from './rules.ts';
import { createDocumentScanner } from './scanner.ts';
import { createResultStore } from './store.ts';

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
  /** What asking the LLM about a document would take at most; sends nothing. */
  estimate(document: Document): LlmUsage;
  /** What the LLM layer took so far, calls that were cancelled among them. */
  spent(): LlmUsage;
  /** What the user should hear of their rules. */
  readonly warnings: readonly string[];
  /** Why verdicts are not kept, where they should be. */
  cacheProblem(): string | undefined;
}

/** What a scanner is made with besides its configuration. */
export interface CreateOptions {
  /** Keys and addresses of providers are read from it, and nothing else. */
  readonly env?: NodeJS.ProcessEnv;
  /** Told of every LLM request before it is sent, exactly as it is sent. */
  readonly onEgress?: (egress: Egress) => void;
  /** Show LLM requests, send none. */
  readonly hold?: boolean;
  /** Whether results carry the text with PII redacted. */
  readonly redact?: boolean;
}

/**
 * Loads rules and opens what the configuration asks for. Throws UserError on a faulty rule file, an LLM layer with no
 * provider, or a model that cannot be loaded.
 */
export async function createConfiguredScanner(config: Config, options: CreateOptions = {}): Promise<Scanner> {
  const loaded = await loadRules(config);
  const ruleSet = createRuleSet(loaded.heuristic);
  const pii = createPii(config, loaded.pii);
  const rulesHash = once(() => hashParts([...loaded.heuristic, ...loaded.pii].map(({ hash }) => hash)));
  let cache: VerdictCache | undefined;
  const openCache = once(async () => {
    cache = await (await import('../cache/index.ts')).openVerdictCache(config.cache);
    return cache;
  });
  const rulesOnly = config.strategy === 'heuristic_only';
  const classifier = config.classifier.enabled && !rulesOnly ? await loadClassifier(config) : null;
  const llm =
    config.llm.enabled && !rulesOnly
      ? await (await import('./llm-layer.ts')).loadLlm(
          config,
          options,
          pii.whole,
          config.cache.enabled ? await openCache() : null,
        )
      : null;
  const judges = [classifier?.judge, llm?.judges].filter(Boolean).join('\n');
  const rules = once(() => [
    ...ruleSet.rules,
    ...loaded.pii.flatMap((part) => part.rules),
    ...(classifier?.rules ?? []),
    ...(llm?.rules ?? []),
  ]);
  const scanDocument = createDocumentScanner({
    config,
    normalize,
    detectors: {
      heuristic: createHeuristicDetector(ruleSet),
      classifier: classifier?.detector ?? null,
      llm: llm?.detector ?? null,
      pii: config.pii.enabled ? pii.detector : null,
    },
    sensitiveRegions: pii.sensitiveRegions,
    redact: options.redact ? pii.redact : pii.redactWhereAsked,
    store: config.cache.enabled ? createResultStore(openCache, config, rulesHash, judges) : null,
  });
  return {
    config,
    get rules() {
      return rules();
    },
    get rulesHash() {
      return rulesHash();
    },
    warnings: loaded.warnings,
    scan: (input, { signal } = {}) =>
      scanDocument(createDocument(typeof input === 'string' ? { text: input } : input), signal),
    scanDocument: (document, { signal } = {}) => scanDocument(document, signal),
    estimate: (document) =>
      llm?.detector.estimate(
        document,
        route(config.strategy, analyzeComplexity(document), usesLocalModel(config)).opinions,
      ) ?? NO_USAGE,
    spent: () => llm?.detector.spent() ?? NO_USAGE,
    cacheProblem: () => cache?.problem(),
  };
}

/** The PII layer, and the two uses the rest makes of it. */
interface Pii {
  readonly detector: Detector;
  readonly sensitiveRegions: (text: string) => readonly Region[];
  readonly redact: (text: string, findings: readonly Finding[]) => string;
  /** Only the types whose policy is `redact`; null for a text without any. */
  readonly redactWhereAsked: (text: string, findings: readonly Finding[]) => string | null;
  /** Overlooks nothing that could be somebody's, whatever the policy says. */
  readonly whole: () => PiiEngine;
}

/** The classifier layer; `judge` tells one local model from another and is empty for the embedded classifier. */
interface Classifier {
  readonly detector: Detector;
  readonly rules: readonly RuleInfo[];
  readonly judge: string;
}

async function loadClassifier({ classifier: { model } }: Config): Promise<Classifier> {
  if (model === null) {
    const { CLASSIFIER_RULE, createClassifierDetector } = await import('../detectors/classifier.ts');
    return { detector: createClassifierDetector(), rules: [CLASSIFIER_RULE], judge: '' };
  }
  const { LOCAL_MODEL_RULE, loadLocalModelDetector } = await import('../detectors/local-model.ts');
  const { detector, stamp } = await loadLocalModelDetector(model);
  return { detector, rules: [LOCAL_MODEL_RULE], judge: stamp };
}

/** Options under which nothing that could be somebody's is overlooked: for masks in reports and for what leaves the machine. */
const WHOLE: Partial<PiiOptions> = { enabled: true, regions: [], types: {}, allow: [], reserved: true };

function createPii({ pii: options }: Config, parts: readonly CompiledRules[]): Pii {
  const chosen = once(() => createPiiEngine({ ...options, rules: parts }));
  const whole = once(() => createPiiEngine({ ...options, ...WHOLE, rules: parts }));
  const redactor = once(() => createRedactor({ mode: options.redaction }));
  const redact = (text: string, findings: readonly Finding[]) =>
    redactor().redact(text, findings.flatMap(toRedactable)).text;
  return {
    detector: createPiiDetector(chosen),
    sensitiveRegions: (text) => sensitiveRegions(whole(), text),
    redact,
    redactWhereAsked: (text, findings) => {
      const asked = findings.filter(({ pii }) => pii?.action === 'redact');
      return asked.length > 0 ? redact(text, asked) : null;
    },
    whole,
  };
}

function toRedactable({ pii, region, suppression, metadata }: Finding): Redactable[] {
  return pii && !suppression
    ? [{ ...region, type: pii.type, masked: pii.masked, reserved: metadata?.reserved === true }]
    : [];
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
