import {
  calibrate,
  type Evidence,
  explain,
  loadModel,
  type Model,
  prefixSums,
  scoreRange,
  scoreText,
  type TokenRange,
  type Tokens,
  tokenize,
  withoutQuotes,
} from '../classifier/index.ts';
import type { DetectInput, Detection, Detector } from '../core/detector.ts';
import { type Document, isOwnWords, type Region } from '../core/document.ts';
import { UserError } from '../core/errors.ts';
import type { Finding, Severity } from '../core/finding.ts';
import type { RuleInfo } from '../core/reporter.ts';
import type { View } from '../core/view.ts';

/** The one id under which the classifier reports. */
const CLASSIFIER_RULE_ID = 'classifier/injection-likelihood';

/** The rule that its findings stand under. */
export const CLASSIFIER_RULE: RuleInfo = {
  id: CLASSIFIER_RULE_ID,
  title: 'Reads like an instruction planted to take over the model',
  description:
    'The embedded classifier weighs words and short phrases over sliding windows. No single phrase stands behind it: the finding names the n-grams that carried the score and the stretch they stand in. Its model card says what it was trained on and where it fails.',
  category: 'instruction_override',
  severity: 'medium',
  confidence: 0.9,
  remediation: 'Read the marked stretch; if it is yours and harmless, reword it or raise the mode to permissive.',
  references: ['owasp:LLM01', 'atlas:AML.T0051'],
};

/** How many n-grams a finding names. */
const NAMED = 5;

/** Log-odds by which a decoded view must beat the plainer one: a finding is told the way it is seen most plainly. */
const VIEW_MARGIN = 0.25;

/** Log-odds that a text loses at most when only its quotes speak for an attack: teaching is not attacking. */
const QUOTE_HANDICAP = 1;

/** What the classifier layer can be told. */
export interface ClassifierDetectorOptions {
  /** A weights file instead of the shipped one. */
  readonly weightsPath?: string;
}

/** The best-scoring stretch of one view. */
interface Sighting {
  readonly view: View;
  readonly tokens: Tokens;
  readonly window: TokenRange;
  readonly raw: number;
}

/**
 * The classifier layer: the calibrated probability that a text is an attack, over the original text and every decoded view. Weights
 * are read on the first text; when they cannot be, the layer fails and the result is incomplete.
 */
export function createClassifierDetector(options: ClassifierDetectorOptions = {}): Detector {
  let model: Model | undefined;
  return {
    name: 'embedded',
    layer: 'classifier',
    detect: (input) => {
      try {
        model ??= loadModel(options.weightsPath);
      } catch (error) {
        return failed(error);
      }
      return detectEmbedded(model, input);
    },
  };
}

function failed(error: unknown): Detection {
  if (!(error instanceof UserError)) throw error;
  return { findings: [], failures: [{ code: error.code, message: error.message }] };
}

function detectEmbedded(model: Model, { document, normalized }: DetectInput): Detection {
  let best: Sighting | undefined;
  for (const view of normalized.views) {
    const sighting = scoreView(model, document, view);
    if (sighting !== undefined && (best === undefined || sighting.raw > best.raw + VIEW_MARGIN)) best = sighting;
  }
  if (best === undefined) return { findings: [], score: 0, notes: { classifier_score: 0 } };
  const score = calibrate(model.header, best.raw);
  const notes = { classifier_score: round(score) };
  const { strict, moderate, permissive } = model.header.thresholds;
  if (score < strict) return { findings: [], score, notes };
  const { region, evidence } = explain(model, best.view.text, best.tokens, best.window, NAMED);
  const severity: Severity = score >= permissive ? 'high' : score >= moderate ? 'medium' : 'low';
  return { findings: [finding(best.view, region, best, score, severity, evidence)], score, notes };
}

/** The stretches of a view that are judged: what the system or the assistant itself says is not, where others speak too. */
function scoreView(model: Model, document: Document, view: View): Sighting | undefined {
  const tokens = tokenize(view.text);
  const sums = prefixSums(model, tokens);
  let best: Sighting | undefined;
  for (const range of rangesOf(document, view, tokens)) {
    const { raw, window } = scoreRange(model.header, sums, range);
    if (best === undefined || raw > best.raw) best = { view, tokens, window, raw };
  }
  if (best !== undefined && document.segments.length < 2)
    best = { ...best, raw: discounted(model, view.text, best.raw) };
  if (best === undefined || view.via.length === 0 || document.segments.length < 2) return best;
  const middle = (best.window.from + best.window.to) >> 1;
  const start = best.tokens.starts[Math.min(middle, best.tokens.count - 1)] ?? 0;
  return isOwnWords(document.segments, view.toOriginal({ start, end: start + 1 }).start) ? undefined : best;
}

/** The score of a text that quotes: that of the rest, or its own less the handicap, whichever is more. */
function discounted(model: Model, text: string, raw: number): number {
  const rest = withoutQuotes(text);
  return rest === undefined ? raw : Math.min(raw, Math.max(scoreText(model, rest).raw, raw - QUOTE_HANDICAP));
}

function rangesOf(document: Document, view: View, tokens: Tokens): TokenRange[] {
  if (tokens.count === 0) return [];
  if (view.via.length > 0 || document.segments.length < 2) return [{ from: 0, to: tokens.count }];
  const ranges: TokenRange[] = [];
  let at = 0;
  for (const { region } of document.segments) {
    while (at < tokens.count && (tokens.starts[at] as number) < region.start) at++;
    const from = at;
    while (at < tokens.count && (tokens.starts[at] as number) < region.end) at++;
    if (!isOwnWords(document.segments, region.start) && at > from) ranges.push({ from, to: at });
  }
  return ranges;
}

function finding(
  view: View,
  region: Region,
  { tokens, window }: Sighting,
  score: number,
  severity: Severity,
  evidence: readonly Evidence[],
): Finding {
  const original = (part: Region): Region => (view.via.length === 0 ? part : view.toOriginal(part));
  const whole = original({
    start: tokens.starts[window.from] ?? 0,
    end: tokens.ends[Math.max(window.from, window.to - 1)] ?? 0,
  });
  return {
    ruleId: CLASSIFIER_RULE_ID,
    category: 'instruction_override',
    severity,
    confidence: score,
    source: 'classifier',
    description: CLASSIFIER_RULE.title,
    region: original(region),
    via: view.via,
    patterns: evidence.map(({ ngram }) => ngram),
    metadata: {
      window_start: whole.start,
      window_end: whole.end,
      shares: evidence.map(({ weight }) => round(weight)),
    },
  };
}

function round(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
