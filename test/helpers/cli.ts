import { spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Io } from '../../src/cli/io.ts';
import { main } from '../../src/cli/main.ts';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const BIN = join(ROOT, 'bin', 'prompt-sentinel.js');

/** What a command line did. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd: string;
  readonly stdin?: string | Buffer;
  readonly env?: Readonly<Record<string, string>>;
  /** Whether standard output is a terminal. */
  readonly onTerminal?: boolean;
}

/** An environment that holds nothing of the machine's: no keys, no config, no colours. */
export function cleanEnv(cwd: string, env: Readonly<Record<string, string>> = {}): Record<string, string> {
  const home = join(cwd, '.home');
  return {
    PATH: process.env.PATH ?? '',
    HOME: home,
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_CACHE_HOME: join(home, 'cache'),
    ...env,
  };
}

/** Runs a command line in this process. */
export async function runInProcess(
  argv: readonly string[],
  { cwd, stdin = '', env, onTerminal = false }: RunOptions,
): Promise<Outcome> {
  const out = collector();
  const err = collector();
  const io = Object.assign(new EventEmitter(), {
    stdin: Object.assign(Readable.from(stdin.length === 0 ? [] : [Buffer.from(stdin)]), { isTTY: false }),
    stdout: Object.assign(out.stream, { isTTY: onTerminal }),
    stderr: err.stream,
    env: cleanEnv(cwd, env),
    cwd: () => cwd,
  });
  const code = await main(argv, io as unknown as Io);
  return { code, stdout: out.text(), stderr: err.text() };
}

/** Runs the built bin as its own process. */
export function runBin(argv: readonly string[], { cwd, stdin = '', env }: RunOptions): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [BIN, ...argv], { cwd, env: cleanEnv(cwd, env), stdio: 'pipe' });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk;
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (signal) reject(new Error(`killed by ${signal}`));
      else resolve({ code: code ?? -1, stdout, stderr });
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(stdin);
  });
}

/** A fresh folder that is gone after `use`. */
export async function inTempFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'prompt-sentinel-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function collector(): { stream: PassThrough; text: () => string } {
  const stream = new PassThrough({ highWaterMark: 1 << 26 });
  let text = '';
  stream.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  return { stream, text: () => text + (stream.read()?.toString() ?? '') };
}
