import type { Keyv } from 'keyv';
import type { Json } from '../core/finding.ts';
import { createDirectoryStore, type DirectoryStats, type DirectoryStore } from './directory-store.ts';
import { cacheKey, loadCacheSecret } from './key.ts';
import { createMemoryCache } from './memory.ts';

export type { DirectoryStats } from './directory-store.ts';
export { cacheKey, loadCacheSecret } from './key.ts';

/** Where a cache is and how large and old it may grow. */
export interface VerdictCacheOptions {
  readonly dir: string;
  /** Bytes on disk; default 100 MB. */
  readonly maxBytes?: number;
  /** Milliseconds an entry is good for; default 30 days. */
  readonly ttlMs?: number;
  /** Entries kept in memory; default 1,000. */
  readonly memoryEntries?: number;
}

/** What a cache did in this process, and what lies on disk. */
export interface CacheStats extends DirectoryStats {
  readonly dir: string;
  readonly hits: number;
  readonly misses: number;
  /** Writes that were given up. */
  readonly failedWrites: number;
}

/** Verdicts by key, in memory and on disk. A fault of the cache is a miss, never an error. Values must hold no document text. */
export interface VerdictCache {
  readonly dir: string;
  /** The key of what can change a verdict (see {@link cacheKey}); undefined when the cache cannot be used. */
  key(parts: readonly (string | Uint8Array)[]): string | undefined;
  get(key: string): Promise<Json | undefined>;
  set(key: string, value: Json): Promise<void>;
  stats(): CacheStats;
  /** Removes every entry and returns how many there were on disk. */
  clear(): number;
  /** Why the cache cannot be used, where it cannot. */
  problem(): string | undefined;
}

export const DEFAULT_CACHE_BYTES = 100 * 1024 * 1024;
export const DEFAULT_CACHE_TTL_MS = 30 * 24 * 60 * 60 * 1000;
export const DEFAULT_MEMORY_ENTRIES = 1000;

/** The user's cache folder for this program, by the customs of the platform. */
export async function defaultCacheDir(): Promise<string> {
  const { default: envPaths } = await import('env-paths');
  return envPaths('prompt-sentinel', { suffix: '' }).cache;
}

/** The cache of a configuration: in the user's cache folder where none is named. */
export async function openVerdictCache(
  options: Omit<VerdictCacheOptions, 'dir'> & { readonly dir: string | null },
): Promise<VerdictCache> {
  return createVerdictCache({ ...options, dir: options.dir ?? (await defaultCacheDir()) });
}

interface Opened {
  readonly keyv: Keyv<Json>;
  readonly store: DirectoryStore;
}

/** Opens a cache lazily: the folder, its secret and keyv are touched on first use. */
export function createVerdictCache(options: VerdictCacheOptions): VerdictCache {
  const { dir, maxBytes = DEFAULT_CACHE_BYTES, ttlMs = DEFAULT_CACHE_TTL_MS } = options;
  const memory = createMemoryCache(options.memoryEntries ?? DEFAULT_MEMORY_ENTRIES);
  let secret: Buffer | undefined;
  let fault: string | undefined;
  let store: DirectoryStore | undefined;
  let opening: Promise<Opened | undefined> | undefined;
  let hits = 0;
  let misses = 0;

  function openStore(): DirectoryStore | undefined {
    if (store || fault !== undefined) return store;
    try {
      secret = loadCacheSecret(dir);
      store = createDirectoryStore({ dir, maxBytes, ttlMs, secret });
    } catch (error) {
      fault = error instanceof Error ? error.message : String(error);
    }
    return store;
  }

  async function open(): Promise<Opened | undefined> {
    const disk = openStore();
    if (!disk) return undefined;
    const { Keyv } = await import('keyv');
    const adapter = {
      opts: { url: '', dialect: 'directory' },
      get: async (key: string) => {
        const kept = memory.get(key);
        if (kept !== undefined) return kept;
        const found = disk.get(key);
        if (found !== undefined) memory.set(key, found);
        return found;
      },
      set: async (key: string, value: string) => {
        memory.set(key, value);
        disk.set(key, value);
      },
      delete: async (key: string) => {
        memory.delete(key);
        return disk.delete(key);
      },
      clear: async () => {
        memory.clear();
        disk.clear();
      },
      on: () => adapter,
    };
    const keyv = new Keyv<Json>({ store: adapter, ttl: ttlMs, useKeyPrefix: false, emitErrors: false });
    return { keyv, store: disk };
  }

  const opened = () => {
    opening ??= open();
    return opening;
  };

  return {
    dir,
    key(parts) {
      openStore();
      return secret && cacheKey(parts, secret);
    },
    async get(key) {
      const cache = await opened();
      let value: Json | undefined;
      try {
        value = await cache?.keyv.get<Json>(key);
      } catch {
        // Signed, and yet not what keyv wrote: another version's entry.
        memory.delete(key);
        cache?.store.delete(key);
      }
      if (value === undefined) misses++;
      else hits++;
      return value;
    },
    async set(key, value) {
      const cache = await opened();
      try {
        await cache?.keyv.set(key, value);
      } catch (error) {
        fault ??= error instanceof Error ? error.message : String(error);
      }
    },
    stats() {
      const disk = openStore();
      return {
        dir,
        hits,
        misses,
        failedWrites: disk?.failedWrites ?? 0,
        ...(disk?.stats() ?? { entries: 0, bytes: 0 }),
      };
    },
    clear() {
      memory.clear();
      return openStore()?.clear() ?? 0;
    },
    problem: () => fault,
  };
}
