import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeModule } from '../core/builtin.ts';
import type { Region } from '../core/document.ts';
import { UserError } from '../core/errors.ts';

/** What the ONNX model says of a stretch of text, and where in it the piece is that says so. */
export interface OnnxScore {
  /** Probability of an attack, 0 to 1, as the model gives it. */
  readonly probability: number;
  /** The model's own name of the class, empty where there was nothing to read. */
  readonly label: string;
  readonly region: Region;
}

/** A local text classifier: scores a text by overlapping pieces that fit its input. */
export interface OnnxScorer {
  /** Name of its folder. */
  readonly name: string;
  /** Changes when a file of the model does: names, sizes and times of change. */
  readonly stamp: string;
  /**
   * The worst piece of a region of a text; no piece is left out, but the first that is certain ends the search. Throws when
   * the model fails or gives no probabilities, and what the signal was aborted with.
   */
  score(text: string, within: Region, signal: AbortSignal): Promise<OnnxScore>;
}

/** The share of @huggingface/transformers that is used. */
export interface TransformersModule {
  readonly env: Partial<typeof LOCAL_ONLY>;
  pipeline(task: 'text-classification', model: string, options: object): Promise<TextClassifier>;
}

/** Every class of a model with its score. */
type Classes = readonly { readonly label: string; readonly score: number }[];

/** A text-classification pipeline. */
export interface TextClassifier {
  (text: string, options: { readonly top_k: null }): Promise<Classes>;
  readonly tokenizer: { readonly model_max_length?: number; encode(text: string): { readonly length: number } };
  readonly model: { readonly config: { readonly max_position_embeddings?: number } };
}

/** Settings of the package under which it reads files of this machine alone, keeps none, and prints no texts when it fails. */
const LOCAL_ONLY = {
  allowRemoteModels: false,
  allowLocalModels: true,
  useFSCache: false,
  fetch: (): Promise<never> => Promise.reject(new Error('a local model is read from its folder alone')),
  logLevel: 50,
};

/** Tokens of a piece at most, as the models this is for were trained; the model's own bound where that is less. */
const MOST_TOKENS = 512;
/** Characters of a piece and of its overlap with the next; one that is too many tokens is halved. */
const PIECE = 1600;
const OVERLAP = 400;
/** The share of a piece that both its halves hold. */
const SHARED = 0.25;
/** A piece of so few characters is not halved again, whatever the tokenizer makes of it. */
const SHORTEST = 8;
/** From here on every mode blocks, and more pieces would change nothing. */
export const CERTAIN_PROBABILITY = 0.99;

/** How far single precision may put a probability, or the sum of a few, from what it is. */
const ROUNDING = 0.001;

/** Names that models give to the harmless class, and the first of two classes that are only numbered. */
const HARMLESS =
  /^(?:benign|safe|legit(?:imate)?|normal|clean|harmless|ok|(?:no|not|non)[_ -]?(?:an?[_ -])?(?:injection|jailbreak|attack|malicious|harmful)|(?:label_)?0)$/i;
const NUMBERED = /^(?:label_)?\d+$/i;

/** What weights are called, the first choice first. */
const USUAL_NAMES = ['model', 'model_quantized', 'model_int8', 'model_fp16'];

/** What loads the optional package; a test brings its own. */
export type LoadTransformers = () => TransformersModule;

const PACKAGE = '@huggingface/transformers';
const CODE = 'classifier_model';

/**
 * Loads an ONNX text classifier from a local folder (config.json, tokenizer.json, tokenizer_config.json, and weights in it or in
 * onnx/), and runs it once. Nothing is downloaded. Throws UserError `classifier_model` when the folder is none or lacks a file,
 * @huggingface/transformers is not installed, or what it loads does not work or has classes of which none is known as harmless.
 */
export async function loadOnnxScorer(path: string, load: LoadTransformers = loadTransformers): Promise<OnnxScorer> {
  const folder = resolve(path);
  const weights = findWeights(folder);
  const transformers = load();
  Object.assign(transformers.env, LOCAL_ONLY);
  let classify: TextClassifier;
  let labels: string[];
  try {
    // An absolute path is never taken for the name of a model to look up elsewhere.
    classify = await transformers.pipeline('text-classification', folder, {
      local_files_only: true,
      subfolder: weights.subfolder,
      model_file_name: weights.name,
      dtype: 'fp32',
      device: 'cpu',
    });
    const classes = await classify('hello', { top_k: null });
    requireProbabilities(classes);
    labels = classes.map(({ label }) => label);
  } catch (error) {
    throw new UserError(CODE, `${path} cannot be loaded as a text classifier (${messageOf(error)})`, undefined, {
      cause: error,
    });
  }
  const attacks = attackLabels(labels, path);
  return {
    name: basename(folder),
    stamp: stampOf(folder),
    score: (text, within, signal) => scorePieces(classify, attacks, text, within, signal),
  };
}

/**
 * A copy of the package that nobody else in this process has, so that its settings are no one else's: installed beside
 * prompt-sentinel or in a folder above it, in NODE_PATH, or among Node's global packages. Never from the working directory:
 * what is scanned must not bring code. Throws UserError `classifier_model`.
 */
export function loadTransformers(startingFrom: readonly string[] = packagePlaces()): TransformersModule {
  const require = nodeModule().createRequire(import.meta.url);
  let file: string;
  try {
    file = require.resolve(PACKAGE, { paths: [...startingFrom] });
  } catch (error) {
    throw new UserError(
      CODE,
      `a local model needs the package ${PACKAGE}, which is not installed beside prompt-sentinel: run npm install ${PACKAGE} ` +
        `where prompt-sentinel is installed (npm install -g for a global one), or npx -p prompt-sentinel -p ${PACKAGE} prompt-sentinel …`,
      undefined,
      { cause: error },
    );
  }
  const shared = require.cache[file];
  delete require.cache[file];
  try {
    return require(file) as TransformersModule;
  } catch (error) {
    throw new UserError(
      CODE,
      `the package ${PACKAGE} is installed (${file}) but does not load: ${messageOf(error)}`,
      undefined,
      { cause: error },
    );
  } finally {
    if (shared) require.cache[file] = shared;
    else delete require.cache[file];
  }
}

/** Where prompt-sentinel is, and where Node's global packages are. */
function packagePlaces(): string[] {
  const binaries = dirname(process.execPath);
  return [
    dirname(fileURLToPath(import.meta.url)),
    process.platform === 'win32' ? binaries : join(binaries, '..', 'lib'),
  ];
}

/** The weights of a model folder, without `.onnx`: those in full where there are several. Throws UserError. */
function findWeights(folder: string): { readonly subfolder: string; readonly name: string } {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new UserError(CODE, `no folder at ${folder}: a local model is a folder with an ONNX text classifier`);
  }
  for (const file of ['config.json', 'tokenizer.json', 'tokenizer_config.json']) {
    if (!existsSync(join(folder, file))) {
      throw new UserError(CODE, `${folder} has no ${file}: a local model is a folder with an ONNX text classifier`);
    }
  }
  for (const subfolder of ['onnx', '']) {
    const names = filesOf(join(folder, subfolder)).flatMap((name) => name.match(/^(.+)\.onnx$/)?.[1] ?? []);
    const name = names.length > 1 ? USUAL_NAMES.find((usual) => names.includes(usual)) : names[0];
    if (name !== undefined) return { subfolder, name };
    if (names.length > 1)
      throw new UserError(CODE, `${join(folder, subfolder)} holds several models: call the one to use model.onnx`);
  }
  throw new UserError(CODE, `${folder} has no model.onnx, neither in itself nor in onnx/`);
}

function filesOf(folder: string): string[] {
  return existsSync(folder) && statSync(folder).isDirectory() ? readdirSync(folder).sort() : [];
}

function stampOf(folder: string): string {
  return ['', 'onnx']
    .flatMap((subfolder) => filesOf(join(folder, subfolder)).map((name) => join(folder, subfolder, name)))
    .map((file) => {
      const { size, mtimeMs } = statSync(file);
      return `${file}:${size}:${mtimeMs}`;
    })
    .join('|');
}

/** The classes that are attacks: all but the harmless ones, which must be known. Throws UserError. */
function attackLabels(labels: readonly string[], path: string): ReadonlySet<string> {
  const attacks = labels.filter((label) => !HARMLESS.test(label));
  const unnamed = labels.length > 2 && labels.every((label) => NUMBERED.test(label));
  if (attacks.length === 0 || attacks.length === labels.length || unnamed) {
    throw new UserError(
      CODE,
      `the classes of ${path} are ${labels.join(', ')}, and which of them is harmless cannot be told: name it SAFE or BENIGN ` +
        'and the others by what they find, in id2label of its config.json',
    );
  }
  return new Set(attacks);
}

async function scorePieces(
  classify: TextClassifier,
  attacks: ReadonlySet<string>,
  text: string,
  within: Region,
  signal: AbortSignal,
): Promise<OnnxScore> {
  const { tokenizer, model } = classify;
  const bounds = [tokenizer.model_max_length ?? 0, model.config.max_position_embeddings ?? 0];
  const mostTokens = Math.min(MOST_TOKENS, ...bounds.filter((bound) => bound > 0));
  const fits = (piece: string): boolean => tokenizer.encode(piece).length <= mostTokens;
  let worst: OnnxScore = { probability: 0, label: '', region: within };
  for (const region of pieces(text, within, fits)) {
    signal.throwIfAborted();
    const piece = text.slice(region.start, region.end);
    if (piece.trim() === '') continue;
    const score = { ...judge(await classify(piece, { top_k: null }), attacks), region };
    if (worst.label === '' || score.probability > worst.probability) worst = score;
    if (worst.probability >= CERTAIN_PROBABILITY) break;
  }
  return worst;
}

/** The probability that it is one of the attacks, and the likeliest of them. Classes that do not exclude one another are not added up. */
function judge(
  classes: Classes,
  attacks: ReadonlySet<string>,
): { readonly probability: number; readonly label: string } {
  requireProbabilities(classes);
  let total = 0;
  let sum = 0;
  let heaviest = { label: '', score: -1 };
  for (const { label, score } of classes) {
    total += score;
    if (!attacks.has(label)) continue;
    sum += score;
    if (score > heaviest.score) heaviest = { label, score };
  }
  if (heaviest.label === '') throw new Error('the model names classes that it did not have when it was loaded');
  const exclusive = Math.abs(total - 1) <= ROUNDING;
  return { probability: Math.min(1, exclusive ? sum : heaviest.score), label: heaviest.label };
}

function requireProbabilities(classes: Classes): void {
  const odd = classes.find(({ score }) => !(score >= 0 && score <= 1 + ROUNDING));
  if (odd) throw new Error(`the model gives ${odd.score} for ${odd.label}, not a probability`);
}

/** Overlapping pieces that cover a region of the text, in order; each fits the model's input. */
export function* pieces(text: string, within: Region, fits: (piece: string) => boolean): Iterable<Region> {
  for (let start = within.start; ; ) {
    const end = start + PIECE >= within.end ? within.end : uncut(text, start + PIECE);
    yield* halved(text, { start, end }, fits);
    if (end === within.end) return;
    start = uncut(text, end - OVERLAP);
  }
}

function* halved(text: string, { start, end }: Region, fits: (piece: string) => boolean): Iterable<Region> {
  const length = end - start;
  if (length <= SHORTEST || fits(text.slice(start, end))) {
    yield { start, end };
    return;
  }
  const reach = Math.ceil(length * (0.5 + SHARED / 2));
  yield* halved(text, { start, end: uncut(text, start + reach) }, fits);
  yield* halved(text, { start: uncut(text, end - reach), end }, fits);
}

/** The place itself, or the one before where it would cut a character in two. */
function uncut(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
