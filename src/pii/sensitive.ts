import type { Region } from '../core/document.ts';
import type { PiiEngine } from './engine.ts';

/** The regions of a text that must be masked where it is printed: sorted, none overlapping another. */
export function sensitiveRegions(engine: PiiEngine, text: string): Region[] {
  return engine.detect(text).map(({ start, end }) => ({ start, end }));
}
