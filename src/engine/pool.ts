import type { Config } from '../config/index.ts';
import type { Document } from '../core/document.ts';
import type { ScanResult } from '../core/result.ts';

/** What a worker's scanner is made from. */
export interface WorkerSetup {
  readonly config: Config;
  readonly redact: boolean;
}

/** What a worker is asked: a batch, and how to judge it. */
export interface WorkerTask {
  readonly documents: readonly Document[];
  readonly setup: WorkerSetup;
}

/** Scanners in worker threads. */
export interface ScanPool {
  /** How many batches keep all threads busy: while one is judged the next is on its way. */
  readonly concurrency: number;
  /** Whether the pool has as many batches. */
  isFull(): boolean;
  /** Judges documents, in order. Rejects with what the signal was aborted with. */
  scan(documents: readonly Document[], signal: AbortSignal): Promise<readonly ScanResult[]>;
  close(): Promise<void>;
}

/** Worker threads that pay on this machine; 1 where there is but one processor. */
export function usefulThreads(): number {
  return Math.min(process.getBuiltinModule('node:os').availableParallelism(), 8);
}

const BATCHES_PER_THREAD = 2;

/** Starts a pool. The LLM layer must be off: its limits hold for one process. */
export async function createScanPool(setup: WorkerSetup, threads = usefulThreads()): Promise<ScanPool> {
  const { Tinypool } = await import('tinypool');
  const pool = new Tinypool({
    filename: new URL('./worker.js', import.meta.url).href,
    minThreads: threads,
    maxThreads: threads,
    concurrentTasksPerWorker: BATCHES_PER_THREAD,
    idleTimeout: 60_000,
    // A worker's heap would otherwise grow to what the machine has room for; scanning keeps little.
    resourceLimits: { maxYoungGenerationSizeMb: 4 },
  });
  const concurrency = threads * BATCHES_PER_THREAD;
  let batches = 0;
  return {
    concurrency,
    isFull: () => batches >= concurrency,
    async scan(documents, signal) {
      signal.throwIfAborted();
      batches++;
      // The pool's own signal would keep a thread from getting its next batch early; closing the pool ends what runs.
      const parts = await new Promise<Omit<ScanResult, 'document'>[]>((resolve, reject) => {
        const abort = () => reject(signal.reason);
        signal.addEventListener('abort', abort);
        pool
          .run({ documents, setup }, { name: 'scanBatch' })
          .then(resolve, reject)
          .finally(() => {
            batches--;
            signal.removeEventListener('abort', abort);
          });
      });
      return parts.map((part, index) => ({ ...part, document: documents[index] as Document }));
    },
    close: () => pool.destroy(),
  };
}
