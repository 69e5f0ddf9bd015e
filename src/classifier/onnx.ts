import { existsSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import type { Region } from '../core/document.ts';
import { UserError } from '../core/errors.ts';

/** What the ONNX model says of a text, and the stretch that carried it. */
export interface OnnxScore {
  /** Probability of an attack, 0 to 1, as the model gives it. */
  readonly probability: number;
  /** The model's own name of the label. */
  readonly label: string;
  readonly region: Region;
}

/** A local text classifier: scores a text by overlapping pieces that fit its input. */
export interface OnnxScorer {
  score(text: string): Promise<OnnxScore>;
}

/** The share of @huggingface/transformers that is used. */
export interface TransformersModule {
  readonly env: { allowRemoteModels: boolean; allowLocalModels: boolean; localModelPath: string };
  pipeline(task: 'text-classification', model: string, options: object): Promise<TextClassifier>;
}

/** A text-classification pipeline: label and score of every class for one text. */
export type TextClassifier = (
  text: string,
  options: { readonly top_k: null },
) => Promise<readonly { readonly label: string; readonly score: number }[]>;

/** Characters of a piece and of the overlap: about 512 tokens, the input of the models this is for. */
const PIECE = 1600;
const OVERLAP = 400;
/** More text than this many pieces is sampled evenly. */
const MOST_PIECES = 64;
/** Names that models give to the harmless class. */
const HARMLESS = /^(?:benign|safe|legit(?:imate)?|negative|no[_ -]?injection|ok|clean|label_0)$/i;

/** What imports the optional package; a test brings its own. */
export type ImportTransformers = () => Promise<TransformersModule>;

// The name is a variable so that neither the compiler nor the bundler wants the package, which only the user installs.
const PACKAGE: string = '@huggingface/transformers';
const importTransformers: ImportTransformers = async () => (await import(PACKAGE)) as TransformersModule;

/**
 * Loads an ONNX text classifier from a local folder (config.json, tokenizer.json, onnx/model.onnx); nothing is downloaded.
 * Throws UserError `classifier_model` when the folder is none, or @huggingface/transformers is not installed or cannot load it.
 */
export async function loadOnnxScorer(path: string, load: ImportTransformers = importTransformers): Promise<OnnxScorer> {
  const folder = resolve(path);
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new UserError(
      'classifier_model',
      `no folder at ${path}: --model wants the folder of an ONNX text classifier`,
    );
  }
  let transformers: TransformersModule;
  try {
    transformers = await load();
  } catch (error) {
    throw new UserError(
      'classifier_model',
      `--model needs the package ${PACKAGE}, which is not installed: run npm install ${PACKAGE}`,
      undefined,
      { cause: error },
    );
  }
  transformers.env.allowRemoteModels = false;
  transformers.env.allowLocalModels = true;
  transformers.env.localModelPath = dirname(folder);
  let classify: TextClassifier;
  try {
    classify = await transformers.pipeline('text-classification', basename(folder), { local_files_only: true });
  } catch (error) {
    throw new UserError(
      'classifier_model',
      `${path} cannot be loaded as a text classifier (${error instanceof Error ? error.message : String(error)})`,
      undefined,
      { cause: error },
    );
  }
  return { score: (text) => scorePieces(classify, text) };
}

async function scorePieces(classify: TextClassifier, text: string): Promise<OnnxScore> {
  let worst: OnnxScore = { probability: 0, label: '', region: { start: 0, end: text.length } };
  for (const region of pieces(text)) {
    const classes = await classify(text.slice(region.start, region.end), { top_k: null });
    let probability = 0;
    let label = '';
    let heaviest = -1;
    for (const { label: name, score } of classes) {
      if (HARMLESS.test(name)) continue;
      probability += score;
      if (score > heaviest) {
        heaviest = score;
        label = name;
      }
    }
    probability = Math.min(1, probability);
    if (probability > worst.probability) worst = { probability, label, region };
  }
  return worst;
}

/** Overlapping pieces that cover the text, or an even sample of them when there are too many. */
export function pieces(text: string): Region[] {
  const all: Region[] = [];
  for (let start = 0; ; start += PIECE - OVERLAP) {
    const end = Math.min(text.length, start + PIECE);
    all.push({ start, end });
    if (end === text.length) break;
  }
  if (all.length <= MOST_PIECES) return all;
  const step = (all.length - 1) / (MOST_PIECES - 1);
  return Array.from({ length: MOST_PIECES }, (_, index) => all[Math.round(index * step)] as Region);
}
