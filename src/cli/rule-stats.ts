import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createDocument, DOCUMENT_KINDS, type DocumentKind, ROLES, type Role } from '../core/document.ts';
import { UserError } from '../core/errors.ts';
import { escapeVisible } from '../core/excerpt.ts';
import type { Finding } from '../core/finding.ts';
import { REVIEW_RISK } from '../core/risk.ts';
import { combineRisk } from '../engine/index.ts';
import { createScanner } from '../index.ts';
import { EXIT } from './exit-code.ts';
import { type Io, write } from './io.ts';

/** What one rule did on the records of one label. */
interface Count {
  /** Records it fired on. */
  fired: number;
  /** Records that it sends to review by itself, in the default mode and with rules only. */
  alone: number;
  /** Records that the rules would allow without it. */
  only: number;
}

interface RuleRecord {
  readonly attacks: Count;
  readonly benign: Count;
}

interface LabelledRecord {
  readonly text: string;
  readonly malicious: boolean;
  readonly role: Role;
  readonly kind?: DocumentKind;
}

const noCount = (): Count => ({ fired: 0, alone: 0, only: 0 });

/**
 * `rules stats`: for each rule what it found, alone and only, and what it got wrong, the most useful first; then the rules that
 * cost more than they bring. Records are judged in the default mode by the rules alone.
 */
export async function printRuleStats(
  files: readonly string[],
  { format }: { readonly format: 'text' | 'json' },
  io: Io,
): Promise<number> {
  const { DEFAULT_CONFIG } = await import('../config/index.ts');
  const off = { ...DEFAULT_CONFIG.cache, enabled: false };
  const scanner = await createScanner({ config: { ...DEFAULT_CONFIG, strategy: 'heuristic_only', cache: off } });
  const reviewed = (findings: readonly Finding[]) => combineRisk({ findings }) >= REVIEW_RISK.moderate;
  const stats = new Map<string, RuleRecord>();
  const records = { attacks: 0, benign: 0 };
  const flagged = { attacks: 0, benign: 0 };
  for (const file of files) {
    for (const { text, malicious, role, kind } of await readRecords(file, io)) {
      const label = malicious ? 'attacks' : 'benign';
      records[label]++;
      const document = createDocument({ text, role, ...(kind === undefined ? {} : { kind }) });
      const findings = (await scanner.scanDocument(document)).findings.filter(({ source }) => source === 'heuristic');
      const review = reviewed(findings);
      if (review) flagged[label]++;
      for (const id of new Set(findings.map(({ ruleId }) => ruleId))) {
        const record = stats.get(id) ?? { attacks: noCount(), benign: noCount() };
        stats.set(id, record);
        record[label].fired++;
        if (reviewed(findings.filter(({ ruleId }) => ruleId === id))) record[label].alone++;
        if (review && !reviewed(findings.filter(({ ruleId }) => ruleId !== id))) record[label].only++;
      }
    }
  }
  const gain = ({ attacks, benign }: RuleRecord) => attacks.only - benign.only;
  const rows = [...stats].sort(([, a], [, b]) => gain(b) - gain(a) || b.attacks.fired - a.attacks.fired);
  const costly = rows.filter(([, record]) => gain(record) < 0).map(([id]) => id);
  const silent = scanner.rules
    .filter(({ id, category }) => !stats.has(id) && category !== 'pii' && category !== 'secret')
    .map(({ id }) => id);
  if (format === 'json') {
    const rules = rows.map(([id, record]) => ({ id, ...record }));
    await write(io.stdout, `${JSON.stringify({ records, flagged, rules, costly, silent }, null, 2)}\n`);
    return EXIT.clean;
  }
  const cells = (counts: readonly number[]) => counts.map((count) => String(count).padStart(7)).join('');
  const line = ([id, { attacks, benign }]: (typeof rows)[number]) =>
    `${cells([attacks.fired, attacks.alone, attacks.only])}  ${cells([benign.fired, benign.alone, benign.only])}  ${id}`;
  const share = (label: 'attacks' | 'benign') =>
    records[label] === 0 ? 'none' : `${flagged[label]} (${((100 * flagged[label]) / records[label]).toFixed(1)} %)`;
  await write(
    io.stdout,
    [
      `${records.attacks} attacks, ${share('attacks')} not allowed; ${records.benign} benign records, ${share('benign')} not allowed.`,
      'fired: it fired · alone: it would do by itself · only: the record would be allowed without it',
      '',
      '     attacks              benign',
      '  fired  alone   only    fired  alone   only  rule',
      ...rows.map(line),
      '',
      ...(costly.length === 0
        ? ['No rule costs more than it brings.']
        : ['Cost more than they bring (narrow, demote or remove them, and say why in their notes):']),
      ...costly.map((id) => `  ${id}`),
      `${silent.length} rules did not fire.`,
      '',
    ].join('\n'),
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
    let record: { readonly text?: unknown; readonly label?: unknown; readonly role?: unknown; readonly kind?: unknown };
    try {
      record = JSON.parse(line);
    } catch (error) {
      throw fail(escapeVisible(String(error)));
    }
    if (typeof record.text !== 'string') throw fail('a record needs a string "text"');
    if (record.label === undefined) return [];
    if (record.label !== 'malicious' && record.label !== 'benign') throw fail('"label" is malicious or benign');
    const role = ROLES.find((name) => name === (record.role ?? 'user'));
    if (role === undefined) throw fail(`"role" is one of ${ROLES.join(', ')}`);
    const kind = DOCUMENT_KINDS.find((name) => name === record.kind);
    if (kind === undefined && record.kind !== undefined) throw fail(`"kind" is one of ${DOCUMENT_KINDS.join(', ')}`);
    return [
      { text: record.text, malicious: record.label === 'malicious', role, ...(kind === undefined ? {} : { kind }) },
    ];
  });
}
