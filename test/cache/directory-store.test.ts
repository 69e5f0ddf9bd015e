import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDirectoryStore, type DirectoryStore } from '../../src/cache/directory-store.ts';

const SECRET = Buffer.alloc(32, 7);
const HOUR = 60 * 60 * 1000;
let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'store-'));
});

afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** A store that sweeps on every write (`random` 0) or never (1). */
function open({ sweeps = false, maxBytes = 1e9, ttlMs = HOUR, secret = SECRET } = {}): DirectoryStore {
  return createDirectoryStore({ dir, maxBytes, ttlMs, secret, random: () => (sweeps ? 0 : 1) });
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

const onlyFile = () => filesIn(dir)[0] as string;

describe('directory store', () => {
  test('gives back what was set, to another store on the same folder too', () => {
    open().set('key', 'välue');
    expect(open().get('key')).toBe('välue');
    expect(open().get('other')).toBeUndefined();
  });

  test('keeps entries from other users: files 0600, folders 0700', () => {
    open().set('key', 'value');
    expect(statSync(onlyFile()).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(onlyFile())).mode & 0o777).toBe(0o700);
  });

  test.each([
    ['torn', () => writeFileSync(onlyFile(), 'val')],
    ['empty', () => writeFileSync(onlyFile(), '')],
    ['grown', () => appendFileSync(onlyFile(), 'x')],
    ['of another secret', () => open({ secret: Buffer.alloc(32, 8) }).set('key', 'forged')],
  ])('an entry that is %s is a miss and is removed', (_name, spoil) => {
    const store = open();
    store.set('key', 'value');
    spoil();
    expect(store.get('key')).toBeUndefined();
    expect(filesIn(dir)).toEqual([]);
  });

  test('an entry moved to the name of another is a miss', () => {
    const store = open();
    store.set('allowed', 'allow');
    const allowed = onlyFile();
    store.set('blocked', 'block');
    const blocked = filesIn(dir).find((path) => path !== allowed) as string;
    renameSync(allowed, blocked);
    expect(store.get('blocked')).toBeUndefined();
  });

  test('a folder or a link in the place of an entry is a miss, not an error', () => {
    const store = open();
    store.set('key', 'value');
    const path = onlyFile();
    rmSync(path);
    mkdirSync(path);
    expect(store.get('key')).toBeUndefined();
    store.set('key', 'value');
    expect(store.failedWrites).toBe(1);
  });

  test('writes that fail are counted, not thrown', () => {
    writeFileSync(join(dir, 'file'), '');
    const store = createDirectoryStore({ dir: join(dir, 'file', 'sub'), maxBytes: 1, ttlMs: 1, secret: SECRET });
    store.set('key', 'value');
    expect(store.get('key')).toBeUndefined();
    expect(store.failedWrites).toBe(1);
  });

  test('stays within its bytes and keeps the newest', () => {
    const store = open({ sweeps: true, maxBytes: 10_000 });
    for (let at = 0; at < 300; at++) {
      store.set(`key ${at}`, 'x'.repeat(100));
      expect(store.stats().bytes).toBeLessThanOrEqual(10_000);
    }
    expect(store.get('key 299')).toBe('x'.repeat(100));
    expect(store.get('key 0')).toBeUndefined();
  });

  test('sweeps what is too old and what a killed writer left', () => {
    const store = open();
    store.set('key', 'value');
    const shard = dirname(onlyFile());
    const stale = join(shard, 'dead.1.tmp');
    const fresh = join(shard, 'alive.1.tmp');
    writeFileSync(stale, '');
    writeFileSync(fresh, '');
    const past = new Date(Date.now() - 2 * HOUR);
    utimesSync(onlyFile(), past, past);
    utimesSync(stale, past, past);
    utimesSync(join(shard, readdirSync(shard).find((name) => !name.endsWith('.tmp')) as string), past, past);
    // A key of the same shard, so that its sweep is this one's.
    const name = `${shard.slice(-2)}${'0'.repeat(62)}`;
    open({ sweeps: true }).set(name, 'new');
    expect(filesIn(dir).sort()).toEqual([fresh, join(shard, name)].sort());
  });

  test('clear removes everything and says how much', () => {
    const store = open();
    for (let at = 0; at < 20; at++) store.set(String(at), 'x');
    expect(store.stats()).toMatchObject({ entries: 20 });
    expect(store.clear()).toBe(20);
    expect(filesIn(dir)).toEqual([]);
  });
});
