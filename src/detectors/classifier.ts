import {
  calibrate,
  createScorer,
  type Evidence,
  explain,
  loadModel,
  type Model,
  QUOTE_HANDICAP,
  quotedPhrases,
  type Scorer,
  scorePlainly,
  type TokenRange,
  type Tokens,
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

/** What the classifier layer can be told. */
export interface ClassifierDetectorOptions {
  /** A weights file instead of the shipped one. */
  readonly weightsPath?: string;
}

/** The best-scoring stretch of one view, and the text in which it was judged: the view's own, disguises blanked. */
interface Sighting {
  readonly view: View;
  readonly text: string;
  readonly window: TokenRange;
  readonly raw: number;
}

/**
 * The classifier layer: the calibrated probability that a text is an attack, over the original text and every decoded view. Weights
 * are read on the first text; when they cannot be, the layer fails and the result is incomplete.
 */
export function createClassifierDetector(options: ClassifierDetectorOptions = {}): Detector {
  let embedded: { model: Model; scorer: Scorer } | undefined;
  return {
    name: 'embedded',
    layer: 'classifier',
    detect: (input) => {
      try {
        if (embedded === undefined) {
          const model = loadModel(options.weightsPath);
          embedded = { model, scorer: createScorer(model) };
        }
        return detectEmbedded(embedded.model, embedded.scorer, input);
      } catch (error) {
        return failed(error);
      }
    },
  };
}

function failed(error: unknown): Detection {
  if (!(error instanceof UserError)) throw error;
  return { findings: [], failures: [{ code: error.code, message: error.message }] };
}

function detectEmbedded(model: Model, scorer: Scorer, { document, normalized }: DetectInput): Detection {
  let best: Sighting | undefined;
  for (const view of normalized.views) {
    best =
      scoreView(
        model,
        scorer,
        document,
        view,
        best === undefined ? Number.NEGATIVE_INFINITY : best.raw + VIEW_MARGIN,
      ) ?? best;
  }
  if (best === undefined) return { findings: [], score: 0, notes: { classifier_score: 0 } };
  const score = calibrate(model.header, best.raw);
  const notes = { classifier_score: round(score) };
  const { strict, moderate, permissive } = model.header.thresholds;
  if (score < strict) return { findings: [], score, notes };
  const tokens = scorer.read(best.text);
  const { region, evidence } = explain(model, best.text, tokens, best.window, NAMED);
  const severity: Severity = score >= permissive ? 'high' : score >= moderate ? 'medium' : 'low';
  return { findings: [finding(best.view, region, tokens, best.window, score, severity, evidence)], score, notes };
}

/**
 * The best stretch of a view, undefined where its score does not reach beyond `least`. What the system or the assistant itself says is not
 * judged where others speak too.
 */
function scoreView(model: Model, scorer: Scorer, document: Document, view: View, least: number): Sighting | undefined {
  const text = undisguised(view);
  const tokens = scorer.read(text);
  let best: Sighting | undefined;
  for (const range of rangesOf(document, view, tokens)) {
    const { raw, window } = scorer.score(range);
    if (best === undefined || raw > best.raw) best = { view, text, window, raw };
  }
  if (best === undefined || !(best.raw > least)) return undefined;
  if (document.segments.length < 2) {
    const raw = discounted(model, scorer, text, tokens.quotes, best.raw);
    return raw > least ? { ...best, raw } : undefined;
  }
  if (view.via.length === 0) return best;
  const middle = (best.window.from + best.window.to) >> 1;
  const start = tokens.starts[Math.min(middle, tokens.count - 1)] ?? 0;
  return isOwnWords(document.segments, view.toOriginal({ start, end: start + 1 }).start) ? undefined : best;
}

/** What words are made of, and so what may be half of a disguised one. */
const PART_OF_WORD = /[\p{L}\p{N}\p{M}]/u;
/** How far a half word is followed. */
const HALF_WORD = 48;
/** How far two disguised stretches may be apart, and how much may stand there besides blanks: the other view keeps 240 characters around them. */
const BETWEEN = 240;
const LITTLE = 48;

/**
 * The text of a view with the stretches blanked that another view undoes, with the parts of words that touch them and what little stands
 * between them: letters apart, escapes and digits look like attacks whatever they spell, and what they spell is judged in the other view.
 */
function undisguised({ text, undone }: View): string {
  if (undone === undefined || undone.length === 0) return text;
  let rest = '';
  let at = 0;
  for (const region of undone) {
    if (region.end <= at) continue;
    let { start, end } = region;
    while (start > at && region.start - start < HALF_WORD && PART_OF_WORD.test(text.charAt(start - 1))) start--;
    while (end < text.length && end - region.end < HALF_WORD && PART_OF_WORD.test(text.charAt(end))) end++;
    start = Math.max(start, at);
    if (rest.length > 0 && isLittle(text.slice(at, start))) start = at;
    rest += text.slice(at, start) + ' '.repeat(end - start);
    at = end;
  }
  return rest + text.slice(at);
}

/** Whether what stands between two disguised stretches says nothing by itself: no words, or few. */
function isLittle(text: string): boolean {
  return !PART_OF_WORD.test(text) || (text.length <= BETWEEN && text.replace(/\s+/g, '').length <= LITTLE);
}

/** The score of a text that quotes: that of the rest, or its own less the handicap, whichever is more. */
function discounted(model: Model, scorer: Scorer, text: string, foreign: boolean, raw: number): number {
  const phrases = quotedPhrases(text, foreign);
  if (phrases === undefined) return raw;
  // Whether a final sigma ends a word depends on the marks around it: such a text is read again as it is without them.
  const outside = text.includes('\u03a3') ? undefined : scorer.scoreOutside(phrases);
  const rest = outside ?? scorePlainly(model, withoutQuotes(text) as string);
  return Math.min(raw, Math.max(rest, raw - QUOTE_HANDICAP));
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
  tokens: Tokens,
  window: TokenRange,
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
