import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLedger } from '../../src/providers/ledger.ts';
import * as hostile from './hostile-server.ts';
import { llmFor, NEVER, panelFor, questionOf } from './panel-setup.ts';

let server: hostile.HostileServer;
let folder: string;

beforeEach(async () => {
  server = await hostile.startHostileServer();
  folder = await mkdtemp(join(tmpdir(), 'ledger-'));
});

afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const BUDGET = { hourlyUsd: null, dailyUsd: null, monthlyUsd: null };

test('no more calls are made than allowed, retries among them, and the rest is reported as not asked', async () => {
  server.behave(hostile.status(500), hostile.answers());
  const panel = panelFor({ anthropic: server }, { maxCalls: 3, retries: 1, breakerFailures: 9 });
  const all = [];
  for (let index = 0; index < 4; index++) all.push(await panel.ask(questionOf(`text ${index}`), 1, NEVER));
  expect(all.map(({ judgements, failures }) => failures[0]?.code ?? judgements[0]?.verdict)).toEqual([
    ...['benign', 'benign', 'llm_limit', 'llm_limit'],
  ]);
  expect(server.requests).toHaveLength(3);
  expect(panel.spent()).toMatchObject({ calls: 3, inputTokens: 1800, outputTokens: 100 });
});

test('requests that start together do not pass the limit of calls', async () => {
  const panel = panelFor({ anthropic: server }, { maxCalls: 5 });
  await Promise.all(Array.from({ length: 20 }, (_, index) => panel.ask(questionOf(`text ${index}`), 1, NEVER)));
  expect(server.requests).toHaveLength(5);
});

test('cost is bounded by what a request could take at worst', async () => {
  const panel = panelFor({ anthropic: server }, { maxCostUsd: 0.001 });
  const all = [];
  for (let index = 0; index < 12; index++) all.push(await panel.ask(questionOf(`text ${index}`), 1, NEVER));
  expect(all.at(-1)?.failures[0]?.code).toBe('llm_limit');
  expect(all[0]?.judgements).toHaveLength(1);
  expect(panel.spent().costUsd).toBeLessThanOrEqual(0.001);
  expect(panel.spent().costUsd).toBeCloseTo(server.requests.length * ((900 * 0.1 + 50 * 0.5) / 1e6), 9);
});

test('an answer that never came is counted with what was sent', async () => {
  server.behave(hostile.hangs);
  const panel = panelFor({ anthropic: server }, { timeoutMs: 150 });
  await panel.ask(questionOf('silence'), 1, NEVER);
  expect(panel.spent()).toMatchObject({ calls: 1, outputTokens: 0 });
  expect(panel.spent().inputTokens).toBeGreaterThan(500);
});

test('the estimate is close to what a usual call takes and sends nothing', () => {
  const panel = panelFor({ anthropic: server, openai: server });
  const one = panel.estimate(questionOf('word '.repeat(400)), 1);
  expect(one.calls).toBe(1);
  expect(one.inputTokens).toBeGreaterThan(1500);
  expect(one.inputTokens).toBeLessThan(3500);
  expect(panel.estimate(questionOf('word'), 2).calls).toBe(2);
  expect(server.requests).toEqual([]);
});

test('a budget holds over runs', async () => {
  const budgetFile = join(folder, 'state', 'budget.json');
  const ask = () =>
    panelFor({ anthropic: server }, { budget: { ...BUDGET, dailyUsd: 0.0011 } }, { budgetFile }).ask(
      questionOf('x'),
      1,
      NEVER,
    );
  const codes = [];
  for (let run = 0; run < 12; run++) codes.push((await ask()).failures[0]?.code ?? 'asked');
  expect(codes[0]).toBe('asked');
  expect(codes.at(-1)).toBe('llm_limit');
  const kept = JSON.parse(await readFile(budgetFile, 'utf8')) as { day: { usd: number } };
  expect(kept.day.usd).toBeCloseTo(server.requests.length * 0.000115, 9);
  expect(await readdir(join(folder, 'state'))).toEqual(['budget.json']);
});

test('windows of the budget begin anew by the clock', async () => {
  const file = join(folder, 'budget.json');
  let now = Date.parse('2026-11-23T10:59:00Z');
  const ledger = createLedger(file, { ...BUDGET, hourlyUsd: 1, dailyUsd: 1.5 }, () => now);
  await ledger.add(1);
  await expect(ledger.add(0.5)).rejects.toThrow('a hour is used up');
  now = Date.parse('2026-11-23T11:00:00Z');
  await ledger.add(0.5);
  await expect(ledger.add(0.1)).rejects.toThrow('a day is used up');
  now = Date.parse('2026-11-24T00:00:00Z');
  await ledger.add(1);
});

test('several writers at once lose nothing', async () => {
  const file = join(folder, 'budget.json');
  const ledgers = Array.from({ length: 4 }, () => createLedger(file, { ...BUDGET, monthlyUsd: 100 }));
  await Promise.all(ledgers.flatMap((ledger) => Array.from({ length: 15 }, () => ledger.add(0.25))));
  const kept = JSON.parse(await readFile(file, 'utf8')) as { month: { usd: number } };
  expect(kept.month.usd).toBeCloseTo(15, 9);
});

test('a lock that a dead process left is taken over', async () => {
  const file = join(folder, 'budget.json');
  await writeFile(`${file}.lock`, '');
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(`${file}.lock`, longAgo, longAgo);
  await createLedger(file, BUDGET).add(1);
  expect(await readdir(folder)).toEqual(['budget.json']);
});

test('a damaged budget file stops the asking instead of forgetting what was spent', async () => {
  const budgetFile = join(folder, 'budget.json');
  await writeFile(budgetFile, '{"version":1}');
  const panel = panelFor({ anthropic: server }, { budget: { ...BUDGET, dailyUsd: 1 } }, { budgetFile });
  const answer = await panel.ask(questionOf('x'), 1, NEVER);
  expect(answer.failures).toMatchObject([{ code: 'llm_limit', message: expect.stringContaining('cannot be read') }]);
  expect(server.requests).toEqual([]);
});

test('a limit in dollars on a model of unknown price is refused', () => {
  const unpriced = { openai: { baseUrl: 'https://example.invalid/v1', model: 'unheard-of' } };
  expect(() => panelFor({ openai: server }, { maxCostUsd: 1, providers: unpriced })).toThrow(/price of unheard-of/);
});

test('without a file of its own the budget is kept in the state folder of the user', async () => {
  const { env } = llmFor({ anthropic: server });
  const panel = panelFor(
    { anthropic: server },
    { budget: { ...BUDGET, dailyUsd: 1 } },
    { env: { ...env, XDG_STATE_HOME: folder } },
  );
  await panel.ask(questionOf('x'), 1, NEVER);
  expect(await readdir(join(folder, 'prompt-sentinel'))).toEqual(['llm-budget.json']);
});
