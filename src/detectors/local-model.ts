import { CERTAIN_PROBABILITY, loadOnnxScorer, type OnnxScore, type OnnxScorer } from '../classifier/index.ts';
import type { DetectInput, Detection, Detector } from '../core/detector.ts';
import { type Document, isOwnWords, type Region } from '../core/document.ts';
import type { Finding } from '../core/finding.ts';
import type { RuleInfo } from '../core/reporter.ts';
import type { View } from '../core/view.ts';

/** The rule that its findings stand under. */
export const LOCAL_MODEL_RULE: RuleInfo = {
  id: 'classifier/local-model',
  title: 'A local model calls it an attack',
  description:
    'The ONNX text classifier that the user named with --model gives its probability, and fusion takes it as it is: nobody calibrated it here, and the false-positive rates of the modes do not hold for it. The finding names the class and the shortest stretch that the model still says so of; what the model was trained on and where it fails, its own model card tells.',
  category: 'instruction_override',
  severity: 'medium',
  confidence: 0.9,
  remediation: 'Read the marked stretch; if it is yours and harmless, reword it or scan it without --model.',
  references: ['owasp:LLM01', 'atlas:AML.T0051'],
};

/** From which probability on the model is reported: where it prefers an attack to the harmless class. */
const REPORTED = 0.5;
/** From which probability on a finding is of high severity. */
const HIGH = 0.9;
/** A finding's region is not narrowed below this many characters. */
const NARROWEST = 40;
/** What a part must keep of the whole's probability to stand for it. */
const KEPT = 0.9;

/** Where the model is surest of an attack. */
interface Sighting extends OnnxScore {
  readonly view: View;
}

/**
 * A classifier layer that asks the ONNX model in a folder, about the text and every decoded view. `stamp` changes when a file
 * of the model does. Throws UserError when the model cannot be loaded.
 */
export async function loadLocalModelDetector(
  path: string,
  load = loadOnnxScorer,
): Promise<{ readonly detector: Detector; readonly stamp: string }> {
  const model = await load(path);
  const detector: Detector = {
    name: 'local model',
    layer: 'classifier',
    detect: (input, signal) => detect(model, input, signal),
  };
  return { detector, stamp: model.stamp };
}

async function detect(
  model: OnnxScorer,
  { document, normalized }: DetectInput,
  signal: AbortSignal,
): Promise<Detection> {
  let best: Sighting | undefined;
  for (const view of normalized.views) {
    for (const stretch of stretchesOf(document, view)) {
      const sighting = { ...(await model.score(view.text, stretch, signal)), view };
      if (isOwnPart(document, sighting)) continue;
      if (best === undefined || sighting.probability > best.probability) best = sighting;
    }
    if (best !== undefined && best.probability >= CERTAIN_PROBABILITY) break;
  }
  const score = best?.probability ?? 0;
  const notes = { classifier_score: round(score), classifier_model: model.name };
  if (best === undefined || score < REPORTED) return { findings: [], score, notes };
  return { findings: [finding(model, best, await narrowed(model, best, signal))], score, notes };
}

/** The stretches of a view that are judged: what the system or the assistant itself says is not, where others speak too. */
function stretchesOf({ segments }: Document, { text, via }: View): readonly Region[] {
  if (via.length > 0 || segments.length < 2) return [{ start: 0, end: text.length }];
  return segments.flatMap(({ region }) => (isOwnWords(segments, region.start) ? [] : region));
}

/** Whether what was seen in a decoded view stands in the system's or the assistant's own words. */
function isOwnPart({ segments }: Document, { view, region: { start, end } }: Sighting): boolean {
  if (view.via.length === 0 || segments.length < 2 || end === start) return false;
  const middle = (start + end) >> 1;
  return isOwnWords(segments, view.toOriginal({ start: middle, end: middle + 1 }).start);
}

/** The piece, halved for as long as one half alone is nearly as sure. */
async function narrowed(
  model: OnnxScorer,
  { view, region, probability }: Sighting,
  signal: AbortSignal,
): Promise<Region> {
  let narrow = region;
  while (narrow.end - narrow.start > NARROWEST) {
    const middle = wordStart(view.text, (narrow.start + narrow.end) >> 1);
    if (middle <= narrow.start || middle >= narrow.end) break;
    const halves = [
      { start: narrow.start, end: middle },
      { start: middle, end: narrow.end },
    ];
    let surest: OnnxScore | undefined;
    for (const half of halves) {
      const score = { ...(await model.score(view.text, half, signal)), region: half };
      if (surest === undefined || score.probability > surest.probability) surest = score;
    }
    if (surest === undefined || surest.probability < KEPT * probability) break;
    narrow = surest.region;
  }
  return narrow;
}

/** The start of the next word from a place on; the place itself in a text without spaces nearby. */
function wordStart(text: string, at: number): number {
  const space = text.slice(at, at + NARROWEST).search(/\s/);
  return space < 0 ? at : at + space + 1;
}

function finding(model: OnnxScorer, { view, region, probability, label }: Sighting, narrow: Region): Finding {
  const original = (part: Region): Region => (view.via.length === 0 ? part : view.toOriginal(part));
  const piece = original(region);
  return {
    ruleId: LOCAL_MODEL_RULE.id,
    category: 'instruction_override',
    severity: probability >= HIGH ? 'high' : 'medium',
    confidence: probability,
    source: 'classifier',
    description: `The local model ${model.name} calls it ${label}`,
    region: original(narrow),
    via: view.via,
    patterns: [],
    metadata: { model: model.name, label, window_start: piece.start, window_end: piece.end },
  };
}

function round(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
