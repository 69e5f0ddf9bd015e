import { now } from './builtin.ts';

/**
 * Gives the event loop a turn where the last one is so many milliseconds ago: signals, timers and messages wait for it while
 * much is done synchronously.
 */
export function createTurns(everyMs: number): () => Promise<void> {
  let last = now();
  return async () => {
    if (now() - last < everyMs) return;
    await new Promise((done) => setImmediate(done));
    last = now();
  };
}
