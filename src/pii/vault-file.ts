import { readFile, rename, writeFile } from 'node:fs/promises';
import { nodeCrypto } from '../core/builtin.ts';
import { UserError } from '../core/errors.ts';
import { createVault, type Vault } from './pseudonym.ts';

/** A vault with the key that its stand-ins were made with, as a file keeps it. */
export interface VaultFile {
  readonly vault: Vault;
  /** Hexadecimal, 32 bytes. */
  readonly key: string;
}

/** Reads a vault file; a missing one is a new vault with a new key. Throws UserError on one that is no vault. */
export async function readVault(path: string): Promise<VaultFile> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return { vault: createVault(), key: nodeCrypto().randomBytes(32).toString('hex') };
    }
    throw new UserError('vault_unreadable', 'cannot read the vault', { file: path }, { cause: error });
  }
  const content = parse(text);
  if (content === undefined) {
    throw new UserError('vault_invalid', 'this is no vault that redact --vault has written', { file: path });
  }
  return { vault: createVault(Object.entries(content.entries)), key: content.key };
}

/** Writes a vault so that only its owner may read it, whole or not at all. */
export async function writeVault(path: string, { vault, key }: VaultFile): Promise<void> {
  const content = { version: 1, key, entries: Object.fromEntries(vault.entries) };
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  await rename(temporary, path);
}

function parse(text: string): { key: string; entries: Record<string, string> } | undefined {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof content !== 'object' || content === null) return undefined;
  const { version, key, entries } = content as { version?: unknown; key?: unknown; entries?: unknown };
  if (version !== 1 || typeof key !== 'string' || typeof entries !== 'object' || entries === null) return undefined;
  if (Object.values(entries).some((value) => typeof value !== 'string')) return undefined;
  return { key, entries: entries as Record<string, string> };
}
