import {
  chmodSync,
  closeSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { nodeCrypto } from '../core/builtin.ts';

const SECRET_FILE = 'secret';
const SECRET_BYTES = 32;

/**
 * The name that a verdict is kept under: HMAC-SHA-256 of the parts, in hex. The parts are everything that can change
 * the verdict, texts exactly as they are; each is length-prefixed, so that no two lists share a name.
 */
export function cacheKey(parts: readonly (string | Uint8Array)[], secret: Buffer): string {
  const hmac = nodeCrypto().createHmac('sha256', secret);
  for (const part of parts) {
    // UTF-16, because lone surrogates are all the same in UTF-8.
    hmac.update(`${typeof part === 'string' ? 's' : 'b'}${part.length}:`);
    if (typeof part === 'string') hmac.update(part, 'utf16le');
    else hmac.update(part);
  }
  return hmac.digest('hex');
}

/**
 * The user's own secret in the cache folder, made on first use (0600; processes that race agree on one). Throws when
 * the folder cannot be used or belongs to somebody else.
 */
export function loadCacheSecret(dir: string): Buffer {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const owner = process.getuid?.();
  if (owner !== undefined && statSync(dir).uid !== owner)
    throw new Error(`The cache folder ${dir} belongs to another user.`);
  const path = join(dir, SECRET_FILE);
  return readSecret(path) ?? createSecret(dir, path);
}

function createSecret(dir: string, path: string): Buffer {
  const temporary = join(dir, `${SECRET_FILE}.${process.pid}.${nodeCrypto().randomBytes(6).toString('hex')}.tmp`);
  const descriptor = openSync(temporary, 'wx', 0o600);
  try {
    writeSync(descriptor, nodeCrypto().randomBytes(SECRET_BYTES).toString('hex'));
  } finally {
    closeSync(descriptor);
  }
  try {
    // A link never replaces: whoever comes second takes the first one's secret.
    linkSync(temporary, path);
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    if (!exists || readSecret(path) === undefined) renameSync(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
  const secret = readSecret(path);
  if (!secret) throw new Error(`The cache secret ${path} could not be written.`);
  return secret;
}

function readSecret(path: string): Buffer | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
    if ((statSync(path).mode & 0o077) !== 0 && process.platform !== 'win32') chmodSync(path, 0o600);
  } catch {
    return undefined;
  }
  return /^[0-9a-f]{64}$/.test(text) ? Buffer.from(text, 'hex') : undefined;
}
