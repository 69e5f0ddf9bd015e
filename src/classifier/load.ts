import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../core/errors.ts';
import { decodeModel, type Model } from './model.ts';

let shipped: Model | undefined;

/** Where the package's own weights lie: `rules/classifier/weights.bin` beside its package.json. */
export function shippedWeightsPath(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const candidate = join(folder, 'rules', 'classifier', 'weights.bin');
    if (existsSync(candidate)) return candidate;
    const parent = dirname(folder);
    if (parent === folder) return candidate;
    folder = parent;
  }
}

/** The model of a file, or the shipped one, which is read once. Throws UserError `classifier_weights` when it cannot be read. */
export function loadModel(path?: string): Model {
  if (path === undefined && shipped !== undefined) return shipped;
  const file = path ?? shippedWeightsPath();
  let model: Model;
  try {
    model = decodeModel(readFileSync(file));
  } catch (error) {
    throw new UserError(
      'classifier_weights',
      `the classifier's weights cannot be read (${error instanceof Error ? error.message : String(error)}): ` +
        'give the path of a weights file, or install the package again',
      { file },
      { cause: error },
    );
  }
  if (path === undefined) shipped = model;
  return model;
}
