import type { Region } from '../core/document.ts';
import { loadBuiltin } from '../rules/index.ts';
import { createPiiEngine, type PiiEngine } from './engine.ts';
import type { PiiOptions } from './options.ts';

/** The engine over the built-in rules. */
export async function loadPiiEngine(options: Partial<PiiOptions> = {}): Promise<PiiEngine> {
  return createPiiEngine({ ...options, rules: await loadBuiltin('pii') });
}

/** The regions of a text that must be masked where it is printed: sorted, none overlapping another. */
export function sensitiveRegions(engine: PiiEngine, text: string): Region[] {
  return engine.detect(text).map(({ start, end }) => ({ start, end }));
}
