import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createVerdictCache } from '../../src/cache/index.ts';

const WRITERS = 8;
let dir: string;
let writer: string;

/** Writes `<name> 0`, `<name> 1` … and prints each number once it is kept; ends after `count` or never. */
const WRITER_SOURCE = `
import { writeSync } from 'node:fs';
import { createVerdictCache } from './cache.js';
const [, , dir, name, count] = process.argv;
const cache = createVerdictCache({ dir });
for (let at = 0; at < Number(count); at++) {
  await cache.set(cache.key([name, String(at)]), { name, at, padding: 'x'.repeat(at % 500) });
  await cache.set(cache.key(['shared', String(at % 10)]), { at });
  writeSync(1, at + '\\n');
}
`;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'processes-'));
  const bundle = await rolldown({
    input: fileURLToPath(new URL('../../src/cache/index.ts', import.meta.url)),
    platform: 'node',
  });
  await bundle.write({ dir: join(dir, 'bin'), format: 'esm', entryFileNames: 'cache.js' });
  await bundle.close();
  writer = join(dir, 'bin', 'writer.mjs');
  writeFileSync(join(dir, 'bin', 'package.json'), '{"type":"module"}');
  writeFileSync(writer, WRITER_SOURCE);
});

afterAll(() => rmSync(dir, { recursive: true, force: true }));

interface Run {
  readonly child: ChildProcess;
  /** How many sets the writer said were kept, once it has ended. */
  readonly kept: Promise<number>;
}

function start(cacheDir: string, name: string, count: number): Run {
  const child = spawn(process.execPath, [writer, cacheDir, name, String(count)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const kept = new Promise<number>((resolve) => child.on('close', () => resolve(output.split('\n').length - 1)));
  return { child, kept };
}

/** What of the kept sets another process cannot read. */
async function lost(cacheDir: string, kept: readonly number[]): Promise<string[]> {
  const cache = createVerdictCache({ dir: cacheDir, memoryEntries: 0 });
  const missing: string[] = [];
  for (const [writerNumber, count] of kept.entries()) {
    for (let at = 0; at < count; at++) {
      const name = `writer ${writerNumber}`;
      const value = await cache.get(cache.key([name, String(at)]) ?? '');
      if (JSON.stringify(value) !== JSON.stringify({ name, at, padding: 'x'.repeat(at % 500) }))
        missing.push(`${name} ${at}`);
    }
  }
  return missing;
}

describe('many processes', () => {
  test('eight writers that start at once agree on a secret and lose nothing', async () => {
    const cacheDir = join(dir, 'eight');
    const runs = Array.from({ length: WRITERS }, (_, at) => start(cacheDir, `writer ${at}`, 60));
    const kept = await Promise.all(runs.map((run) => run.kept));
    expect(kept).toEqual(Array.from({ length: WRITERS }, () => 60));
    expect(await lost(cacheDir, kept)).toEqual([]);
    expect(createVerdictCache({ dir: cacheDir }).stats()).toMatchObject({ entries: WRITERS * 60 + 10 });
  });

  test('writers that are killed lose nothing that they had kept and leave no torn entry', async () => {
    const cacheDir = join(dir, 'killed');
    mkdirSync(cacheDir);
    const runs = Array.from({ length: WRITERS }, (_, at) => start(cacheDir, `writer ${at}`, 1e9));
    await Promise.all(
      runs.map(({ child }, at) => {
        let bytes = 0;
        return new Promise<void>((resolve) => {
          child.stdout?.on('data', (text: string) => {
            bytes += text.length;
            if (bytes > 60 + at * 10) resolve();
          });
        }).then(() => child.kill('SIGKILL'));
      }),
    );
    const kept = await Promise.all(runs.map((run) => run.kept));
    expect(Math.min(...kept)).toBeGreaterThan(0);
    expect(await lost(cacheDir, kept)).toEqual([]);
  });
});
