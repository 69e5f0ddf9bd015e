import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createDocument } from '../core/document.ts';
import { UserError } from '../core/errors.ts';
import { escapeVisible } from '../core/excerpt.ts';
import { createScanner } from '../index.ts';
import { EXIT } from './exit-code.ts';
import { type Io, write } from './io.ts';

/** What one rule did on labelled records. */
interface RuleRecord {
  /** Attacks it found. */
  caught: number;
  /** Attacks that no other rule found. */
  only: number;
  /** Benign records it fired on. */
  wrong: number;
  /** Benign records that no other rule fired on: what leaving the rule out would win. */
  wrongOnly: number;
}

interface LabelledRecord {
  readonly text: string;
  readonly malicious: boolean;
}

/** `rules stats`: for each rule what it found, alone and only, and what it got wrong, worst precision last. */
export async function printRuleStats(
  files: readonly string[],
  { format }: { readonly format: 'text' | 'json' },
  io: Io,
): Promise<number> {
  const { DEFAULT_CONFIG } = await import('../config/index.ts');
  const off = { ...DEFAULT_CONFIG.cache, enabled: false };
  const scanner = await createScanner({ config: { ...DEFAULT_CONFIG, strategy: 'heuristic_only', cache: off } });
  const stats = new Map<string, RuleRecord>();
  let attacks = 0;
  let benign = 0;
  for (const file of files) {
    for (const { text, malicious } of await readRecords(file, io)) {
      if (malicious) attacks++;
      else benign++;
      const { findings } = await scanner.scanDocument(createDocument({ text, role: 'user' }));
      const fired = [...new Set(findings.filter(({ source }) => source === 'heuristic').map(({ ruleId }) => ruleId))];
      for (const id of fired) {
        const record = stats.get(id) ?? { caught: 0, only: 0, wrong: 0, wrongOnly: 0 };
        stats.set(id, record);
        record[malicious ? 'caught' : 'wrong']++;
        if (fired.length === 1) record[malicious ? 'only' : 'wrongOnly']++;
      }
    }
  }
  const rows = [...stats].sort(([, a], [, b]) => b.only - b.wrong - (a.only - a.wrong) || b.caught - a.caught);
  const silent = scanner.rules.filter(
    ({ id, category }) => !stats.has(id) && category !== 'pii' && category !== 'secret',
  ).length;
  if (format === 'json') {
    await write(
      io.stdout,
      `${JSON.stringify({ attacks, benign, silent, rules: rows.map(([id, record]) => ({ id, ...record })) }, null, 2)}\n`,
    );
    return EXIT.clean;
  }
  const cell = (value: number) => String(value).padStart(7);
  const lines = rows.map(
    ([id, { caught, only, wrong, wrongOnly }]) => `${cell(caught)}${cell(only)}${cell(wrong)}${cell(wrongOnly)}  ${id}`,
  );
  await write(
    io.stdout,
    `${attacks} attacks, ${benign} benign records; ${silent} rules did not fire.\n\n caught   only  wrong   only  rule\n${lines.join('\n')}\n`,
  );
  return EXIT.clean;
}

async function readRecords(file: string, io: Io): Promise<LabelledRecord[]> {
  const content = await readFile(resolve(io.cwd(), file), 'utf8').catch((error: Error) => {
    throw new UserError('unreadable', `cannot read it: ${error.message}`, { file });
  });
  return content.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const fail = (message: string) => new UserError('dataset_invalid', message, { file, line: index + 1 });
    let record: { readonly text?: unknown; readonly label?: unknown };
    try {
      record = JSON.parse(line);
    } catch (error) {
      throw fail(escapeVisible(String(error)));
    }
    if (typeof record.text !== 'string') throw fail('a record needs a string "text"');
    if (record.label === undefined) return [];
    if (record.label !== 'malicious' && record.label !== 'benign') throw fail('"label" is malicious or benign');
    return [{ text: record.text, malicious: record.label === 'malicious' }];
  });
}
