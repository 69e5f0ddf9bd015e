import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nodeCrypto } from '../core/builtin.ts';

/** So many compiled rule sets are kept; the oldest go first. */
const MAX_ENTRIES = 32;
const NAME = /^rules-[0-9a-f]{64}\.pack$/;
const CHECKSUM_LENGTH = 32;

/** The bytes that were kept under a key, or `undefined` where there are none or they are not what was written. */
export async function readCompiled(folder: string, key: string): Promise<Uint8Array | undefined> {
  let bytes: Buffer;
  try {
    bytes = await readFile(pathOf(folder, key));
  } catch {
    return undefined;
  }
  const body = bytes.subarray(CHECKSUM_LENGTH);
  return checksum(body).equals(bytes.subarray(0, CHECKSUM_LENGTH)) ? body : undefined;
}

/** Keeps bytes under a key, for this user only. A folder that cannot be written to is no error: it is a cache. */
export async function writeCompiled(folder: string, key: string, bytes: Uint8Array): Promise<void> {
  const path = pathOf(folder, key);
  const temporary = `${path}.${nodeCrypto().randomBytes(6).toString('hex')}.tmp`;
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(temporary, Buffer.concat([checksum(bytes), bytes]), { mode: 0o600, flag: 'wx' });
    await rename(temporary, path);
    await sweep(folder);
  } catch {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

function pathOf(folder: string, key: string): string {
  return join(folder, `rules-${nodeCrypto().createHash('sha256').update(key).digest('hex')}.pack`);
}

function checksum(bytes: Uint8Array): Buffer {
  return nodeCrypto().createHash('sha256').update(bytes).digest();
}

async function sweep(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => NAME.test(name));
  if (names.length <= MAX_ENTRIES) return;
  const aged = await Promise.all(names.map(async (name) => ({ name, time: (await stat(join(folder, name))).mtimeMs })));
  aged.sort((a, b) => b.time - a.time);
  for (const { name } of aged.slice(MAX_ENTRIES)) await rm(join(folder, name), { force: true });
}
