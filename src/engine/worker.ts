import type { ScanResult } from '../core/result.ts';
import { createConfiguredScanner } from './create.ts';
import type { WorkerTask } from './pool.ts';

/** Judges a batch of documents; the results leave their documents where they came from. Called by the pool. */
export async function scanBatch({ documents, setup }: WorkerTask): Promise<Omit<ScanResult, 'document'>[]> {
  scanner ??= createConfiguredScanner(setup.config, { redact: setup.redact });
  const { scanDocument } = await scanner;
  const results = await Promise.all(documents.map((document) => scanDocument(document)));
  return results.map(({ document: _, ...result }) => result);
}

let scanner: ReturnType<typeof createConfiguredScanner> | undefined;
