import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createVerdictCache } from '../../src/cache/index.ts';

/** What one use of the cache costs, in microseconds of CPU, and how it stays within its bounds. */
export interface CacheFigures {
  readonly setMicros: number;
  /** From disk, by a process that has not seen the entry. */
  readonly coldGetMicros: number;
  readonly missMicros: number;
  readonly memoryGetMicros: number;
  /** HMAC of a 2 KB text. */
  readonly keyMicros: number;
  /** Milliseconds to open the cache and get one entry. */
  readonly openMillis: number;
  /** Bytes on disk after writing four times the limit, over the limit. */
  readonly fill: number;
}

const VALUE = {
  verdict: 'allow',
  riskScore: 0.02,
  findings: [],
  layers: ['heuristic', 'classifier', 'pii'],
  padding: 'x'.repeat(400),
};
const BOUND = 2 * 1024 * 1024;

/** Measures the cache in a temporary folder with `entries` entries. */
export async function benchCache(entries = 2000): Promise<CacheFigures> {
  const dir = mkdtempSync(join(tmpdir(), 'prompt-sentinel-bench-'));
  try {
    const cache = createVerdictCache({ dir, memoryEntries: entries });
    const text = 'a prompt of ordinary length. '.repeat(70);
    const keys: string[] = [];
    const keyMicros = await micros(entries, async (at) => {
      keys.push(cache.key([text, String(at)]) ?? '');
    });
    const keyAt = (at: number) => keys[at] as string;
    const setMicros = await micros(entries, (at) => cache.set(keyAt(at), VALUE));
    const memoryGetMicros = await micros(entries, async (at) => void (await cache.get(keyAt(at))));
    const opened = performance.now();
    const cold = createVerdictCache({ dir, memoryEntries: 1 });
    await cold.get(keyAt(0));
    const openMillis = performance.now() - opened;
    const coldGetMicros = await micros(entries, async (at) => void (await cold.get(keyAt(at))));
    const missMicros = await micros(entries, async (at) => void (await cold.get(keyAt(at).replace(/^./, 'g'))));
    const bounded = createVerdictCache({ dir: join(dir, 'bounded'), maxBytes: BOUND });
    const rounds = Math.ceil((BOUND * 4) / JSON.stringify(VALUE).length);
    for (let at = 0; at < rounds; at++) await bounded.set(bounded.key([String(at)]) ?? '', VALUE);
    return {
      setMicros,
      coldGetMicros,
      missMicros,
      memoryGetMicros,
      keyMicros,
      openMillis,
      fill: bounded.stats().bytes / BOUND,
    };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function micros(count: number, run: (at: number) => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  for (let at = 0; at < count; at++) await run(at);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}
