export { type Evidence, type Explanation, explain } from './explain.ts';
export { type Tokens, tokenize } from './features.ts';
export { loadModel, shippedWeightsPath } from './load.ts';
export {
  calibrate,
  decodeModel,
  type Model,
  type ModelHeader,
  prefixSums,
  type Scored,
  scoreRange,
  scoreText,
  type TokenRange,
} from './model.ts';
export { CERTAIN_PROBABILITY, loadOnnxScorer, type OnnxScore, type OnnxScorer } from './onnx.ts';
export { withoutQuotes } from './quotes.ts';
