import { randomUUID } from 'node:crypto';
import { realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Config } from '../config/index.ts';
import { createDocument } from '../core/document.ts';
import { UserError } from '../core/errors.ts';
import { escapeVisible } from '../core/excerpt.ts';
import { loadRules } from '../engine/index.ts';
import { decode } from '../formats/index.ts';
import { normalize } from '../normalize/index.ts';
import {
  createPiiEngine,
  createRedactor,
  type RedactionMode,
  type Redactor,
  readVault,
  redactionDiff,
  restore,
  type VaultFile,
  writeVault,
} from '../pii/index.ts';
import { collectInputs } from '../sources/index.ts';
import { loadContext } from './context.ts';
import { EXIT } from './exit-code.ts';
import { type Io, write } from './io.ts';
import type { ScannerFlags } from './program.ts';

/** Options of `redact`. */
export interface RedactFlags extends ScannerFlags {
  /** How values are replaced; default the configuration's `pii.redaction`. */
  readonly style?: RedactionMode;
  /** Change the files in place instead of printing them. */
  readonly write?: boolean;
  /** Print what would change as a unified diff. */
  readonly diff?: boolean;
  /** File that keeps what each pseudonym stands for. */
  readonly vault?: string;
  /** Put the values of the vault back. */
  readonly restore?: boolean;
  /** Only these types. */
  readonly type?: readonly string[];
  readonly maxFileSize?: number;
}

/**
 * The `redact` command: prints, or writes back, texts with their PII and secrets replaced. The code is 1 where the style
 * is `reject` and something was found, 2 where an input could not be read or written.
 */
export async function runRedact(paths: readonly string[], flags: RedactFlags, io: Io): Promise<number> {
  checkFlags(paths, flags, io);
  const { config } = await loadContext(flags, io);
  const vaultPath = flags.vault === undefined ? undefined : resolve(io.cwd(), flags.vault);
  const vault = vaultPath === undefined ? undefined : await readVault(vaultPath);
  const change = flags.restore ? restoring(vault) : await redacting(config, flags, vault, io);
  let code: number = EXIT.clean;
  let inputs = 0;
  for await (const entry of collectInputs({
    paths: paths.length > 0 ? paths : ['-'],
    cwd: io.cwd(),
    stdin: io.stdin,
    inputFormat: 'text',
    maxFileSize: flags.maxFileSize ?? config.input.maxFileSize,
  })) {
    if (entry.type === 'skipped') continue;
    if (entry.type === 'error') {
      code = EXIT.failed;
      await write(io.stderr, `error: ${escapeVisible(entry.error.uri)}: ${escapeVisible(entry.error.message)}\n`);
      continue;
    }
    inputs++;
    const decoded = decode(entry.bytes ?? (await readAll(entry.stream())));
    const changed = change(decoded.text, entry.uri);
    if (changed.rejected) {
      if (code === EXIT.clean) code = EXIT.found;
      await write(io.stderr, `${escapeVisible(entry.uri)}: rejected: it contains ${changed.types.join(', ')}\n`);
      continue;
    }
    if (flags.diff) await write(io.stdout, changed.diff);
    else if (!flags.write) await write(io.stdout, changed.text);
    if (!flags.write || changed.text === decoded.text) continue;
    if (decoded.flags.length > 0) {
      code = EXIT.failed;
      await write(io.stderr, `error: ${escapeVisible(entry.uri)}: not UTF-8, so it is not written back\n`);
      continue;
    }
    await replaceFile(resolve(io.cwd(), entry.uri), `${decoded.bom ? '\ufeff' : ''}${changed.text}`);
    await write(io.stderr, `${escapeVisible(entry.uri)}: ${changed.count} replaced\n`);
  }
  if (vault !== undefined && vaultPath !== undefined && !flags.restore) await writeVault(vaultPath, vault);
  if (inputs === 0 && code === EXIT.clean) {
    throw new UserError('no_input', 'nothing to redact: no file matched');
  }
  return code;
}

async function readAll(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

function checkFlags(paths: readonly string[], flags: RedactFlags, io: Io): void {
  if (paths.length === 0 && io.stdin.isTTY) {
    throw new UserError('usage', 'nothing to redact: name files or folders, or pipe a text in');
  }
  if (flags.write && (paths.length === 0 || paths.includes('-'))) {
    throw new UserError('usage', '--write changes files; standard input can only be printed');
  }
  if (flags.vault !== undefined && !flags.restore && flags.style !== 'pseudonym') {
    throw new UserError('usage', '--vault keeps pseudonyms: add --style pseudonym');
  }
  if (flags.restore && flags.vault === undefined) {
    throw new UserError('usage', '--restore puts back what a vault keeps: name it with --vault');
  }
}

/** What becomes of one text. */
interface Changed {
  readonly text: string;
  readonly diff: string;
  readonly count: number;
  readonly types: readonly string[];
  readonly rejected: boolean;
}

type Change = (text: string, name: string) => Changed;

function restoring(vault: VaultFile | undefined): Change {
  return (text) => {
    const restored = vault === undefined ? text : restore(text, vault.vault);
    return { text: restored, diff: '', count: restored === text ? 0 : 1, types: [], rejected: false };
  };
}

async function redacting(config: Config, flags: RedactFlags, vault: VaultFile | undefined, io: Io): Promise<Change> {
  const engine = createPiiEngine({ ...config.pii, enabled: true, rules: (await loadRules(config)).pii });
  const wanted = flags.type === undefined ? undefined : new Set(flags.type);
  for (const type of wanted ?? []) {
    if (!engine.types.includes(type)) {
      throw new UserError('usage', `there is no type ${type}; there are ${engine.types.join(', ')}`);
    }
  }
  const key = vault?.key ?? io.env.PROMPT_SENTINEL_PII_KEY;
  const redactor: Redactor = createRedactor({
    mode: flags.style ?? config.pii.redaction,
    ...(key ? { key } : {}),
    ...(vault ? { vault: vault.vault } : {}),
  });
  return (text, name) => {
    const found = engine
      .detectNormalized(normalize(createDocument({ text })))
      .filter(({ type }) => wanted === undefined || wanted.has(type));
    const { text: redacted, replacements, rejected } = redactor.redact(text, found);
    return {
      text: redacted,
      diff: flags.diff ? redactionDiff(name, text, replacements) : '',
      count: replacements.length,
      types: [...new Set(found.map(({ type }) => type))].sort(),
      rejected,
    };
  };
}

/** Writes a file whole or not at all, with the rights that it had; a link stays a link. */
async function replaceFile(path: string, text: string): Promise<void> {
  const target = await realpath(path);
  const temporary = join(dirname(target), `.${randomUUID()}.tmp`);
  try {
    await writeFile(temporary, text, { mode: (await stat(target)).mode });
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
