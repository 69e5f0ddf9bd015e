import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, printTable } from './measure.ts';
import { textSources } from './texts.ts';

const BIN = join(process.cwd(), 'bin', 'prompt-sentinel.js');
/** Prints the CPU time and the peak memory of the process that loads it, on file descriptor 3. */
const PROBE = `data:text/javascript,process.on('exit',()=>{const u=process.resourceUsage();process.getBuiltinModule('node:fs').writeSync(3,JSON.stringify([u.userCPUTime+u.systemCPUTime,u.maxRSS]))})`;

interface Run {
  /** Milliseconds of CPU time. */
  readonly cpu: number;
  /** Milliseconds. */
  readonly wall: number;
  /** Megabytes. */
  readonly rss: number;
}

function run(args: readonly string[], cwd?: string): Run {
  const started = performance.now();
  const { output, error } = spawnSync(process.execPath, ['--import', PROBE, ...args], {
    ...(cwd === undefined ? {} : { cwd }),
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  if (error) throw error;
  const [micros, kilobytes] = JSON.parse(String(output[3])) as [number, number];
  return { cpu: micros / 1000, wall: performance.now() - started, rss: kilobytes / 1024 };
}

/** Whole processes by CPU time, as ratios to a Node that does nothing, taken in turns. */
export function benchStartUp(rounds = 15): void {
  const commands: Readonly<Record<string, readonly string[]>> = {
    'node -e 0': ['-e', '0'],
    '--version': [BIN, '--version'],
    'scan -p hello, heuristic_only': [BIN, 'scan', '-p', 'hello', '--strategy', 'heuristic_only', '--no-cache'],
    'scan -p hello': [BIN, 'scan', '-p', 'hello', '--no-cache'],
    'scan -p <a sentence>': [
      BIN,
      'scan',
      '-p',
      'Please summarise the minutes of the meeting on Tuesday.',
      '--no-cache',
    ],
  };
  const times = new Map<string, number[]>();
  for (let round = 0; round < rounds; round++) {
    for (const [name, args] of Object.entries(commands)) times.set(name, [...(times.get(name) ?? []), run(args).cpu]);
  }
  const floor = median(times.get('node -e 0') ?? []);
  printTable(
    'start-up, CPU time of the process',
    [...times].map(([command, values]) => ({ command, ms: median(values), ratio: median(values) / floor })),
  );
}

/** Characters of each file of the tree. */
const FILE_CHARACTERS = 10_000;

/** A tree of 2,000 files and 20 MB end to end, cold and from the cache; and a long JSONL, for memory. */
export function benchScans(root: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const sources = Object.values(textSources(root));
    const perSource = 2000 / sources.length;
    const long = sources.map((source) => source(perSource * FILE_CHARACTERS));
    for (let index = 0; index < 2000; index++) {
      // Each file is a stretch of its own: a text met twice would come from the cache even when that is cold.
      const start = Math.floor(index / sources.length) * FILE_CHARACTERS;
      const text = `File ${index}\n${(long[index % sources.length] as string).slice(start, start + FILE_CHARACTERS)}`;
      mkdirSync(join(folder, 'tree', String(index % 20)), { recursive: true });
      writeFileSync(join(folder, 'tree', String(index % 20), `${index}.md`), text);
    }
    const record = JSON.stringify({ text: (sources[0] as (size: number) => string)(1000) });
    const records = openSync(join(folder, 'long.jsonl'), 'w');
    for (let written = 0; written < 200_000_000; written += 1000 * (record.length + 1))
      writeSync(records, `${record}\n`.repeat(1000));
    closeSync(records);
    const cache = ['--cache-dir', join(folder, 'cache')];
    const scan = (...args: string[]) => run([BIN, 'scan', '--fail-on', 'never', ...args], folder);
    const rows = [
      { scan: '2,000 files, 20 MB, no cache', mb: 20, ...scan('tree', '--no-cache') },
      { scan: 'the same, rules and PII only', mb: 20, ...scan('tree', '--no-cache', '--strategy', 'heuristic_only') },
      { scan: 'the same, cold cache', mb: 20, ...scan('tree', ...cache) },
      { scan: 'the same, warm cache', mb: 20, ...scan('tree', ...cache) },
      { scan: '200 MB JSONL', mb: 200, ...scan('long.jsonl', '-f', 'ndjson') },
    ];
    printTable(
      'whole scans',
      rows.map(({ scan: name, mb, cpu, wall, rss }) => ({
        scan: name,
        'MB/s': mb / (wall / 1000),
        'CPU s': cpu / 1000,
        'peak MB': rss,
      })),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
