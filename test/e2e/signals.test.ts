import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BIN, cleanEnv, inTempFolder } from '../helpers/cli.ts';

const RECORD = `${JSON.stringify({ text: 'The committee met on Tuesday and agreed on the budget.' })}\n`;

function start(folder: string, argv: readonly string[]) {
  const child = spawn(process.execPath, [BIN, ...argv], {
    cwd: folder,
    env: cleanEnv(folder),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => undefined);
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk;
  });
  const closed = new Promise<{ code: number | null; signal: string | null; stderr: string }>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, stderr }));
  });
  return { child, closed };
}

test('Ctrl-C ends with 130 and reports what was done', async () => {
  await inTempFolder(async (folder) => {
    const { child, closed } = start(folder, ['scan', '-', '--input-format', 'jsonl', '-f', 'json']);
    let stdout = '';
    child.stdin.write(RECORD.repeat(50));
    child.stdout.on('data', (chunk: Buffer) => {
      if (stdout === '') child.kill('SIGINT');
      stdout += chunk;
    });
    const { code, stderr } = await closed;
    expect(code).toBe(130);
    expect(stderr).toContain('interrupted');
    const report = JSON.parse(stdout);
    expect(report.errors).toContainEqual(expect.objectContaining({ code: 'interrupted' }));
    expect(report.results.length).toBe(report.summary.documents);
  });
});

test('a reader that goes away ends the scan without a word', async () => {
  await inTempFolder(async (folder) => {
    writeFileSync(join(folder, 'many.jsonl'), RECORD.repeat(50_000));
    const { child, closed } = start(folder, ['scan', 'many.jsonl', '-f', 'ndjson']);
    child.stdout.once('data', () => child.stdout.destroy());
    const { code, signal, stderr } = await closed;
    expect(signal).toBeNull();
    expect(stderr).toBe('');
    expect(code).toBe(2);
  });
});
