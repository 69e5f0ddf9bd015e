import type { Document } from '../core/document.ts';
import type { ScanResult } from '../core/result.ts';

/** A scan result without its document: what may be kept. It holds offsets and masks, never text. */
export type StoredResult = Omit<ScanResult, 'document' | 'cached'>;

/** Keeps results by text and by everything that can change the verdict. A failure of the store is a miss. */
export interface ResultStore {
  get(document: Document): Promise<StoredResult | undefined>;
  set(result: ScanResult): Promise<void>;
}
