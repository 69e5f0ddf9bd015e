import type { Config } from '../config/index.ts';
import type { Document } from '../core/document.ts';
import type { ScanResult } from '../core/result.ts';
import { createScanPool, usefulThreads } from '../engine/index.ts';
import type { Scanner } from '../index.ts';
import { BATCH_CHARACTERS, batches } from './batches.ts';
import { lengthOf, type Outcome, type Pending } from './inputs.ts';
import { optimizeLess } from './optimization.ts';

/** Batches of more characters are left to the workers, so that this thread is there when they need the next ones. */
const LONG_BATCH = 4 * BATCH_CHARACTERS;

interface PooledRun {
  readonly config: Config;
  readonly redact: boolean;
  /** The scanner of this thread. */
  readonly scanner: Scanner;
  readonly signal: AbortSignal;
}

/** A long scan, or the rest of it, in input order: on worker threads, and on this one while they have enough to do. */
export async function* scanPooled(entries: AsyncIterable<Pending>, run: PooledRun): AsyncIterable<Outcome> {
  const { config, redact, scanner, signal } = run;
  const { pMapIterable } = await import('p-map');
  const pool = await createScanPool({ config, redact }, usefulThreads() - 1);
  const optimizeAsBefore = optimizeLess();
  const judge = async (batch: readonly Pending[]): Promise<readonly Outcome[]> => {
    const documents = batch.flatMap((entry) => (entry.type === 'document' ? entry.document : []));
    const isHere = pool.isFull() && batch.reduce((sum, entry) => sum + lengthOf(entry), 0) <= LONG_BATCH;
    const judged = isHere ? await judgeHere(documents, scanner, signal) : await pool.scan(documents, signal);
    const results = judged[Symbol.iterator]();
    return batch.map((entry) =>
      entry.type === 'document' ? { type: 'result', result: results.next().value as ScanResult } : entry,
    );
  };
  try {
    // One more than the pool takes is for this thread; what comes later in the input may be done before it.
    const concurrency = pool.concurrency + 1;
    const outcomes = pMapIterable(batches(entries), judge, { concurrency, backpressure: 8 * concurrency });
    for await (const batch of outcomes) yield* batch;
  } finally {
    await pool.close();
    optimizeAsBefore();
  }
}

async function judgeHere(
  documents: readonly Document[],
  scanner: Scanner,
  signal: AbortSignal,
): Promise<readonly ScanResult[]> {
  const results = await Promise.all(documents.map((document) => scanner.scanDocument(document, { signal })));
  // Signals and messages from workers have waited.
  await new Promise((done) => setImmediate(done));
  return results;
}
