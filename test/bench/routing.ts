import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDocument, createScanner, type DocumentKind, type Role, type Strategy } from '../../src/index.ts';
import { printTable } from './measure.ts';

interface Labelled {
  readonly text: string;
  readonly role?: Role;
  readonly kind?: DocumentKind;
  readonly malicious: boolean;
}

/** The galleries, mixed as traffic is: of 1,000 prompts about one in ten is an attack. */
function traffic(root: string): Labelled[] {
  const read = (side: 'benign' | 'attacks') => {
    const folder = join(root, 'test', 'fixtures', side);
    return readdirSync(folder)
      .filter((file) => file.endsWith('.jsonl'))
      .flatMap((file) => readFileSync(join(folder, file), 'utf8').trim().split('\n'))
      .map((line): Labelled => ({ ...JSON.parse(line), malicious: side === 'attacks' }));
  };
  const benign = read('benign');
  const attacks = read('attacks').filter((_, index) => index % 4 === 0);
  return [
    ...Array.from({ length: 1000 - attacks.length }, (_, index) => benign[index % benign.length] as Labelled),
    ...attacks,
  ];
}

/**
 * What each strategy asks of an LLM, and what asking less costs: nothing is sent; a judge that is always right stands in
 * for the answers, so the difference between the rows is what routing loses and nothing else.
 */
export async function benchRouting(root: string): Promise<void> {
  const texts = traffic(root);
  const rows = [];
  for (const strategy of ['heuristic_only', 'balanced', 'comprehensive'] as const satisfies readonly Strategy[]) {
    let calls = 0;
    const scanner = await createScanner({
      strategy,
      cache: { enabled: false },
      llm: { enabled: true, order: ['anthropic'] },
      env: { ANTHROPIC_API_KEY: 'held' },
      hold: true,
      onEgress: () => {
        calls++;
      },
    });
    let missed = 0;
    let wronged = 0;
    for (const { malicious, ...init } of texts) {
      const before = calls;
      const { verdict } = await scanner.scanDocument(createDocument(init));
      const flagged = calls > before ? malicious : verdict !== 'allow';
      if (malicious && !flagged) missed++;
      if (!malicious && flagged) wronged++;
    }
    const attacks = texts.filter(({ malicious }) => malicious).length;
    rows.push({
      strategy,
      calls,
      'attacks missed': missed,
      of: attacks,
      'benign flagged': wronged,
      'right, %': (100 * (texts.length - missed - wronged)) / texts.length,
    });
  }
  printTable('1,000 prompts and a judge that is always right', rows);
}
