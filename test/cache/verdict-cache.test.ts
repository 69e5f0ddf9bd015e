import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  cacheKey,
  createVerdictCache,
  defaultCacheDir,
  loadCacheSecret,
  type VerdictCache,
} from '../../src/cache/index.ts';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'cache-'));
});

afterEach(() => {
  vi.useRealTimers();
  rmSync(dir, { recursive: true, force: true });
});

function keyOf(cache: VerdictCache, ...parts: string[]): string {
  const key = cache.key(parts);
  if (key === undefined) throw new Error(cache.problem());
  return key;
}

const everyFile = () =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'secret')
    .map((entry) => join(entry.parentPath, entry.name));

describe('verdict cache', () => {
  test('gives back what was set, to another process too, and counts', async () => {
    const first = createVerdictCache({ dir });
    const key = keyOf(first, 'text', 'rules');
    expect(await first.get(key)).toBeUndefined();
    await first.set(key, { verdict: 'block', findings: [] });
    const second = createVerdictCache({ dir });
    expect(keyOf(second, 'text', 'rules')).toBe(key);
    expect(await second.get(key)).toEqual({ verdict: 'block', findings: [] });
    expect(first.stats()).toMatchObject({ dir, entries: 1, hits: 0, misses: 1, failedWrites: 0 });
    expect(second.stats()).toMatchObject({ hits: 1, misses: 0 });
  });

  test('memory answers when the file is gone, and forgets the least recently used', async () => {
    const cache = createVerdictCache({ dir, memoryEntries: 2 });
    const [a, b, c] = ['a', 'b', 'c'].map((part) => keyOf(cache, part)) as [string, string, string];
    await cache.set(a, 1);
    await cache.set(b, 2);
    expect(await cache.get(a)).toBe(1);
    await cache.set(c, 3);
    for (const path of everyFile()) rmSync(path);
    expect([await cache.get(a), await cache.get(b), await cache.get(c)]).toEqual([1, undefined, 3]);
  });

  test('entries expire', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const cache = createVerdictCache({ dir, ttlMs: 1000 });
    const key = keyOf(cache, 'a');
    await cache.set(key, 1);
    vi.advanceTimersByTime(999);
    expect(await createVerdictCache({ dir, ttlMs: 1000 }).get(key)).toBe(1);
    vi.advanceTimersByTime(2);
    expect(await cache.get(key)).toBeUndefined();
  });

  test('a corrupt entry is a miss', async () => {
    const cache = createVerdictCache({ dir });
    const key = keyOf(cache, 'a');
    await cache.set(key, 1);
    for (const path of everyFile()) writeFileSync(path, '{"value":2}');
    expect(await createVerdictCache({ dir }).get(key)).toBeUndefined();
  });

  test('names and contents of files hold nothing of the text', async () => {
    const cache = createVerdictCache({ dir });
    await cache.set(keyOf(cache, 'jane@example.com'), { verdict: 'review' });
    for (const path of everyFile()) expect(path + readFileSync(path, 'latin1')).not.toContain('jane');
  });

  test('a folder that cannot be used makes every look-up a miss and says why', async () => {
    writeFileSync(join(dir, 'file'), '');
    const cache = createVerdictCache({ dir: join(dir, 'file') });
    expect(cache.key(['a'])).toBeUndefined();
    await cache.set('a', 1);
    expect(await cache.get('a')).toBeUndefined();
    expect(cache.problem()).toBeTruthy();
    expect(cache.clear()).toBe(0);
  });

  test('clear empties memory and disk, and keeps the secret', async () => {
    const cache = createVerdictCache({ dir });
    const key = keyOf(cache, 'a');
    await cache.set(key, 1);
    expect(cache.clear()).toBe(1);
    expect(await cache.get(key)).toBeUndefined();
    expect(existsSync(join(dir, 'secret'))).toBe(true);
  });

  test('the default folder is the user’s, not the repository’s', async () => {
    expect(await defaultCacheDir()).toMatch(/prompt-sentinel/);
    expect((await defaultCacheDir()).startsWith(process.cwd())).toBe(false);
  });
});

describe('cache key', () => {
  const secret = Buffer.alloc(32, 1);

  test('differs for every difference of text, also of case and of lone surrogates', () => {
    const keys = ['a', 'A', 'a ', '\ud800', '\ud801', '\ufffd', 'é', 'e\u0301'].map((text) => cacheKey([text], secret));
    expect(new Set(keys).size).toBe(keys.length);
    expect(cacheKey(['a'], Buffer.alloc(32, 2))).not.toBe(cacheKey(['a'], secret));
  });

  test('is the same for the same parts only', () => {
    const parts = fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.uint8Array()), { maxLength: 4 });
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        const same = JSON.stringify(a) === JSON.stringify(b);
        expect(cacheKey(a, secret) === cacheKey(b, secret)).toBe(same);
      }),
    );
    expect(cacheKey(['ab', 'c'], secret)).not.toBe(cacheKey(['a', 'bc'], secret));
  });

  test('the secret is the user’s own, made once and mended', () => {
    const made = loadCacheSecret(dir);
    expect(made).toHaveLength(32);
    expect(loadCacheSecret(dir)).toEqual(made);
    expect(statSync(join(dir, 'secret')).mode & 0o777).toBe(0o600);
    chmodSync(join(dir, 'secret'), 0o644);
    expect(loadCacheSecret(dir)).toEqual(made);
    expect(statSync(join(dir, 'secret')).mode & 0o777).toBe(0o600);
    writeFileSync(join(dir, 'secret'), 'torn');
    expect(loadCacheSecret(dir)).not.toEqual(made);
    expect(readdirSync(dir)).toEqual(['secret']);
  });
});
