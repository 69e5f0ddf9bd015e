import {
  closeSync,
  type Dirent,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { nodeCrypto } from '../core/builtin.ts';

/** How a directory store is bounded. */
export interface DirectoryStoreOptions {
  readonly dir: string;
  /** Bytes of all entries together; the oldest go when there are more. */
  readonly maxBytes: number;
  /** Entries older than this are swept. */
  readonly ttlMs: number;
  /** Signs every entry: one that another hand wrote, moved or tore is a miss. */
  readonly secret: Buffer;
  /** 0 to 1; replaced in tests. */
  readonly random?: () => number;
}

/** What lies in the folder. */
export interface DirectoryStats {
  readonly entries: number;
  readonly bytes: number;
}

/** A file a key: many processes may use it at once, and a kill leaves no torn entry. No method throws. */
export interface DirectoryStore {
  get(key: string): string | undefined;
  set(key: string, value: string): void;
  delete(key: string): boolean;
  /** Removes every entry and returns how many there were. */
  clear(): number;
  stats(): DirectoryStats;
  /** Writes that were given up: a full disk, a read-only folder. */
  readonly failedWrites: number;
}

/** Above this age a temporary file belongs to no living writer. */
const STALE_TEMPORARY_MS = 10 * 60 * 1000;

// One write in this many looks whether its shard has grown beyond its share.
const SWEEP_ONE_IN = 64;

const SHARDS = 256;

// Swept down to this share of the limit, so that the next sweep is not due at once.
const SWEEP_TO = 0.7;

// AES-256-GCM: what a result says of a text is nobody else's, and a changed entry does not decrypt.
const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

interface Entry {
  readonly path: string;
  readonly size: number;
  readonly modified: number;
}

/** Opens the store; the folder is made on the first write. */
export function createDirectoryStore(options: DirectoryStoreOptions): DirectoryStore {
  const { dir, maxBytes, ttlMs, secret, random = Math.random } = options;
  let failedWrites = 0;

  const { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } = nodeCrypto();
  const cipherKey = createHmac('sha256', secret).update('cache entries').digest();

  const nameOf = (key: string) => (/^[0-9a-f]{64}$/.test(key) ? key : createHash('sha256').update(key).digest('hex'));

  function seal(name: string, value: string): Buffer {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(CIPHER, cipherKey, iv).setAAD(Buffer.from(name));
    const body = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), body]);
  }

  /** Throws when the content is not what was sealed under this name. */
  function unseal(name: string, content: Buffer): string {
    const tag = content.subarray(IV_BYTES, IV_BYTES + TAG_BYTES);
    const decipher = createDecipheriv(CIPHER, cipherKey, content.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(name))
      .setAuthTag(tag);
    return decipher.update(content.subarray(IV_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
  }

  function write(name: string, content: Buffer): void {
    const shard = join(dir, name.slice(0, 2));
    const temporary = join(shard, `${name.slice(0, 8)}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`);
    let descriptor: number;
    try {
      descriptor = openSync(temporary, 'wx', 0o600);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
      mkdirSync(shard, { recursive: true, mode: 0o700 });
      descriptor = openSync(temporary, 'wx', 0o600);
    }
    try {
      try {
        for (let at = 0; at < content.length; ) at += writeSync(descriptor, content, at);
      } finally {
        closeSync(descriptor);
      }
      renameOver(temporary, join(shard, name));
    } catch (error) {
      remove(temporary);
      throw error;
    }
  }

  function entriesOf(shard: string): Entry[] {
    const folder = join(dir, shard);
    const entries: Entry[] = [];
    for (const { name } of list(folder)) {
      const path = join(folder, name);
      try {
        const { size, mtimeMs } = statSync(path);
        entries.push({ path, size, modified: mtimeMs });
      } catch {
        // Gone since it was listed: another process swept it.
      }
    }
    return entries;
  }

  const shards = () =>
    list(dir).flatMap((entry) => (entry.isDirectory() && /^[0-9a-f]{2}$/.test(entry.name) ? entry.name : []));

  /** Removes what is too old; returns the rest. */
  function expire(shard: string, now: number): Entry[] {
    return entriesOf(shard).filter(({ path, modified }) => {
      const limit = path.endsWith('.tmp') ? STALE_TEMPORARY_MS : ttlMs;
      return now - modified <= limit || !remove(path);
    });
  }

  function sweep(shard: string): void {
    const now = Date.now();
    const own = expire(shard, now);
    if (sizeOf(own) <= maxBytes / SHARDS) return;
    const all = shards().flatMap((each) => (each === shard ? own : expire(each, now)));
    let bytes = sizeOf(all);
    if (bytes <= maxBytes) return;
    all.sort((a, b) => a.modified - b.modified);
    for (const { path, size } of all) {
      if (bytes <= maxBytes * SWEEP_TO) break;
      if (remove(path)) bytes -= size;
    }
  }

  return {
    get(key) {
      const name = nameOf(key);
      const path = join(dir, name.slice(0, 2), name);
      let content: Buffer;
      try {
        content = readFileSync(path);
      } catch {
        return undefined;
      }
      try {
        return unseal(name, content);
      } catch {
        remove(path);
        return undefined;
      }
    },
    set(key, value) {
      const name = nameOf(key);
      try {
        write(name, seal(name, value));
      } catch {
        failedWrites++;
        return;
      }
      if (random() * SWEEP_ONE_IN < 1) sweep(name.slice(0, 2));
    },
    delete(key) {
      const name = nameOf(key);
      return remove(join(dir, name.slice(0, 2), name));
    },
    clear() {
      let removed = 0;
      for (const shard of shards()) {
        for (const { path } of entriesOf(shard)) if (remove(path) && !path.endsWith('.tmp')) removed++;
      }
      return removed;
    },
    stats() {
      const entries = shards().flatMap((shard) => entriesOf(shard).filter(({ path }) => !path.endsWith('.tmp')));
      return { entries: entries.length, bytes: sizeOf(entries) };
    },
    get failedWrites() {
      return failedWrites;
    },
  };
}

/** Renames, once more where Windows refuses because the target is being read. */
function renameOver(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!['EPERM', 'EACCES', 'EBUSY'].includes(codeOf(error))) throw error;
    renameSync(from, to);
  }
}

function remove(path: string): boolean {
  try {
    rmSync(path);
    return true;
  } catch {
    return false;
  }
}

function list(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function sizeOf(entries: readonly Entry[]): number {
  return entries.reduce((sum, { size }) => sum + size, 0);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
