import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileMatcher } from '../../src/rules/index.ts';
import { measure, megabytesPerSecond, printTable } from './measure.ts';
import { syntheticPatterns } from './rules.ts';
import type { TextSource } from './texts.ts';

/** The same patterns on the same file by ripgrep and YARA, where they are installed; wall time with their start-up. */
export function benchOtherTools(source: TextSource): void {
  // Neither knows lookbehind; YARA knows no groups that do not capture.
  const patterns = syntheticPatterns(250).filter(({ regex }) => !regex.includes('(?<'));
  const text = source(1_000_000);
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const file = join(folder, 'text.txt');
    writeFileSync(file, text);
    writeFileSync(join(folder, 'patterns'), patterns.map(({ regex }) => regex).join('\n'));
    const strings = patterns.map(
      ({ regex }, index) => `$p${index} = /${regex.replaceAll('(?:', '(').replaceAll('/', '\\/')}/ nocase`,
    );
    writeFileSync(join(folder, 'rules.yar'), `rule bench { strings: ${strings.join('\n')} condition: any of them }`);
    const engine = compileMatcher(patterns);
    const ours = measure(() => engine.match(text), 3, 1);
    const rows = [{ tool: 'engine', ms: ours, 'MB/s': megabytesPerSecond(text.length, ours) }];
    for (const [tool, args] of [
      ['rg', ['-j1', '-U', '-c', '-i', '-f', join(folder, 'patterns'), file]],
      ['yara', ['-s', join(folder, 'rules.yar'), file]],
    ] as const) {
      const start = performance.now();
      const { error, status, stderr } = spawnSync(tool, args, { encoding: 'utf8', timeout: 60_000 });
      if (error !== undefined || (status !== 0 && !(tool === 'rg' && status === 1))) {
        console.log(`${tool}: left out (${error?.message ?? stderr.split('\n')[0]})`);
        continue;
      }
      const ms = performance.now() - start;
      rows.push({ tool, ms, 'MB/s': megabytesPerSecond(text.length, ms) });
    }
    printTable(`${patterns.length} synthetic patterns on 1 MB, beside other tools`, rows);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
