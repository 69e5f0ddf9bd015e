export { type Evidence, type Explanation, explain } from './explain.ts';
export type { Tokens } from './features.ts';
export { loadModel, shippedWeightsPath } from './load.ts';
export {
  calibrate,
  createScorer,
  decodeModel,
  type Model,
  type ModelHeader,
  type Scored,
  type Scorer,
  scorePlainly,
  type TokenRange,
} from './model.ts';
export { CERTAIN_PROBABILITY, loadOnnxScorer, type OnnxScore, type OnnxScorer } from './onnx.ts';
export { QUOTE_HANDICAP, quotedPhrases, withoutQuotes } from './quotes.ts';
