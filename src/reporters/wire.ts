import { overlaps } from '../core/document.ts';
import { evidenceOf, lineIndex, type SensitiveRegion } from '../core/excerpt.ts';
import type { Finding } from '../core/finding.ts';
import { fingerprints } from '../core/fingerprint.ts';
import type { ReportHead, Summary } from '../core/reporter.ts';
import type { LayerReport, ScanError, ScanResult } from '../core/result.ts';
import type { WireError, WireReason, WireReport, WireResult, WireSummary } from './schema.ts';

/** How results are put on the wire. */
export interface WireOptions {
  /** Print PII and secrets as they are. */
  readonly showPii?: boolean;
}

/** One judged document as the public JSON model has it. */
export function toWireResult(result: ScanResult, options: WireOptions = {}): WireResult {
  const { document, complexity, plan } = result;
  return {
    id: document.id,
    source: {
      uri: document.uri,
      kind: document.source,
      ...(document.record === undefined ? {} : { record: document.record }),
    },
    verdict: result.verdict,
    confidence: round(result.confidence),
    risk_score: round(result.riskScore),
    reasons: toWireReasons(result, options),
    pii_detected: result.findings.flatMap(({ pii, region, confidence, suppression }) =>
      pii && !suppression
        ? {
            type: pii.type,
            masked_value: pii.masked,
            start_pos: region.start,
            end_pos: region.end,
            confidence: round(confidence),
          }
        : [],
    ),
    modified_prompt: result.modifiedText,
    format_recommendations: [],
    complexity_analysis: {
      score: round(complexity.score),
      level: complexity.level,
      features: Object.fromEntries(Object.entries(complexity.features).map(([name, share]) => [name, round(share)])),
    },
    detection_strategy: plan.strategy,
    processing_time_ms: milliseconds(result.durationMs),
    cached: result.cached,
    metadata: {
      incomplete: result.incomplete,
      layers: result.layers.map(toWireLayer),
      route: plan.reason,
      kind: document.kind,
      format: document.format,
      ...(document.encodingFlags.length > 0 ? { encoding_flags: [...document.encodingFlags] } : {}),
      ...(result.usage.calls > 0 ? { llm: toWireUsage(result.usage) } : {}),
      ...result.notes,
    },
  };
}

function toWireReasons(result: ScanResult, options: WireOptions): WireReason[] {
  const { document, findings } = result;
  if (findings.length === 0) return [];
  const index = lineIndex(document.text);
  const sensitive = sensitiveRegions(result, options);
  const names = fingerprints(result);
  const place = (offset: number) => ({ ...index.positionAt(offset), offset });
  return findings.map((finding, at) => ({
    category: finding.category,
    rule_id: finding.ruleId,
    description: finding.description,
    severity: finding.severity,
    confidence: round(finding.confidence),
    source: finding.source,
    patterns_matched: [...finding.patterns],
    location: { start: place(finding.region.start), end: place(finding.region.end) },
    evidence: evidence(finding, document.text, sensitive, options),
    decoded_via: [...finding.via],
    suppressed: finding.suppression !== undefined,
    ...(finding.suppression ? { suppression: finding.suppression } : {}),
    fingerprint: names[at] as string,
    metadata: { ...(finding.metadata as WireReason['metadata'] | undefined) },
  }));
}

function evidence(finding: Finding, text: string, sensitive: readonly SensitiveRegion[], options: WireOptions): string {
  if (finding.pii && !options.showPii) return finding.pii.masked;
  return evidenceOf(text, finding.region, sensitive);
}

/** What must not be printed of a document, each region with the mask of the finding that it belongs to; none with `showPii`. */
export function sensitiveRegions(result: ScanResult, { showPii }: WireOptions): readonly SensitiveRegion[] {
  if (showPii || result.sensitive.length === 0) return [];
  const masks = new Map<string, string>();
  for (const { pii, region } of result.findings) if (pii) masks.set(`${region.start}:${region.end}`, pii.masked);
  return result.sensitive.map((region) => {
    const mask = masks.get(`${region.start}:${region.end}`);
    return mask === undefined ? region : { ...region, mask };
  });
}

/** What must not be printed around one finding, from the result's {@link sensitiveRegions}: a PII finding is masked even where the result does not list its region. */
export function maskedRegionsOf(
  sensitive: readonly SensitiveRegion[],
  finding: Finding,
  options: WireOptions,
): readonly SensitiveRegion[] {
  const { pii, region } = finding;
  if (!pii || options.showPii || sensitive.some(({ start, end }) => start <= region.start && end >= region.end)) {
    return sensitive;
  }
  const joined = sensitive.filter((other) => overlaps(other, region));
  const own: SensitiveRegion = {
    start: Math.min(region.start, ...joined.map(({ start }) => start)),
    end: Math.max(region.end, ...joined.map(({ end }) => end)),
    mask: pii.masked,
  };
  return [...sensitive.filter((other) => !joined.includes(other)), own].sort((a, b) => a.start - b.start);
}

function toWireLayer({ layer, status, reason, failures, durationMs }: LayerReport) {
  return {
    layer,
    status,
    ...(reason === undefined ? {} : { reason }),
    ...(failures && failures.length > 0 ? { failures: failures.map((failure) => ({ ...failure })) } : {}),
    duration_ms: milliseconds(durationMs),
  };
}

function toWireUsage({ calls, inputTokens, outputTokens, costUsd }: ScanResult['usage']) {
  return { calls, input_tokens: inputTokens, output_tokens: outputTokens, cost_usd: Math.round(costUsd * 1e6) / 1e6 };
}

/** The counts of a run as the public JSON model has them. */
export function toWireSummary({ durationMs, cache, llm, ...counts }: Summary): WireSummary {
  return { ...counts, duration_ms: milliseconds(durationMs), cache: { ...cache }, llm: toWireUsage(llm) };
}

/** An error as the public JSON model has it. */
export function toWireError({ uri, code, message }: ScanError): WireError {
  return { uri, code, message };
}

/** The program as the public JSON model has it. */
export function toWireTool({ tool }: ReportHead): WireReport['tool'] {
  return { name: tool.name, version: tool.version, rules_hash: tool.rulesHash };
}

/** Four decimals: beyond them a score says nothing and floating point differs between machines. */
function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}

function milliseconds(value: number): number {
  return Math.max(0, Math.round(value * 100) / 100);
}

// Legal in JSON, but obeyed by terminals or unseen by readers: written as escapes, which every parser gives back.
const UNSAFE_IN_JSON =
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: each is meant by itself
  /[\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb]|\udb40[\udc00-\udfff]/g;

/** JSON text that is safe to print: invisible and control characters as `\u` escapes. Indented by `indent` spaces. */
export function safeJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(UNSAFE_IN_JSON, (found) => {
    let escaped = '';
    for (let at = 0; at < found.length; at++) escaped += `\\u${found.charCodeAt(at).toString(16).padStart(4, '0')}`;
    return escaped;
  });
}
