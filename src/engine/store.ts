import type { Config } from '../config/index.ts';
import type { Document } from '../core/document.ts';
import type { Json } from '../core/finding.ts';
import type { ScanResult } from '../core/result.ts';
import { VERSION } from '../core/version.ts';

/** A scan result without its document: offsets and masks, never text. */
export type StoredResult = Omit<ScanResult, 'document' | 'cached' | 'modifiedText' | 'durationMs'>;

/** Keeps results by text and by everything that can change the verdict. A failure of the store is a miss. */
export interface ResultStore {
  get(document: Document): Promise<StoredResult | undefined>;
  set(result: ScanResult): Promise<void>;
}

/** Where results are kept: the verdict cache, or a test's stand-in. */
export interface Shelf {
  key(parts: readonly string[]): string | undefined;
  get(key: string): Promise<Json | undefined>;
  set(key: string, value: Json): Promise<void>;
}

/**
 * Results on a shelf, keyed by text, roles, kind, rules, program version, the whole configuration and which models judge. A small text is
 * cheaper to scan than to look up, so where no model judges (an LLM, a local one) only texts from files are kept; the shelf is
 * opened for the first text that is kept.
 */
export function createResultStore(
  openShelf: () => Promise<Shelf>,
  config: Config,
  rulesHash: () => string,
  judges: string,
): ResultStore {
  const { cache: _, concurrency: __, failOn: ___, ...deciding } = config;
  const setting = JSON.stringify(deciding);
  const keep = (document: Document) => document.source === 'file' || judges !== '';
  const keyOf = (shelf: Shelf, { text, kind, format, segments, encodingFlags }: Document) =>
    shelf.key([
      VERSION,
      rulesHash(),
      setting,
      judges,
      kind,
      format,
      JSON.stringify(segments),
      encodingFlags.join(),
      text,
    ]);
  return {
    async get(document) {
      if (!keep(document)) return undefined;
      const shelf = await openShelf();
      const key = keyOf(shelf, document);
      const stored = key === undefined ? undefined : await shelf.get(key);
      // Signed by the cache and keyed by version: what comes back is what was put there.
      return stored as StoredResult | undefined;
    },
    async set(result) {
      const { document, cached: _, modifiedText: __, durationMs: ___, ...stored } = result;
      if (!keep(document) || revealsText(result)) return;
      const shelf = await openShelf();
      const key = keyOf(shelf, document);
      if (key !== undefined) await shelf.set(key, JSON.parse(JSON.stringify(stored)) as Json);
    },
  };
}

/** Whether a finding carries hidden text of the document: such results are made anew each time. */
function revealsText({ findings }: ScanResult): boolean {
  return findings.some(({ metadata }) => metadata?.revealed !== undefined);
}
