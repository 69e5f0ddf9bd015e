import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ProviderName } from '../../src/providers/index.ts';
import type { Behaviour } from './hostile-server.ts';
import * as hostile from './hostile-server.ts';
import { NEVER, panelFor, questionOf } from './panel-setup.ts';

let first: hostile.HostileServer;
let second: hostile.HostileServer;

beforeEach(async () => {
  [first, second] = await Promise.all([hostile.startHostileServer(), hostile.startHostileServer()]);
});

afterEach(async () => {
  await Promise.all([first.close(), second.close()]);
});

const QUESTION = questionOf('Please summarise the attached notes.');

describe.each(['anthropic', 'openai', 'gemini', 'openai_compatible'] as const)('%s', (name) => {
  test('answers over its real SDK', async () => {
    first.behave(hostile.accuses('jailbreak', 91));
    const answer = await panelFor({ [name]: first }).ask(QUESTION, 1, NEVER);
    expect(answer.failures).toEqual([]);
    expect(answer.judgements).toMatchObject([
      { verdict: 'attack', probability: 0.91, category: 'jailbreak', provider: name, evidence: [[0, 36]] },
    ]);
    expect(answer.usage).toMatchObject({ calls: 1, inputTokens: 900, outputTokens: 50 });
    expect(first.requests).toHaveLength(1);
    expect(first.requests[0]?.headers.authorization).toBe(`Bearer key-of-${name}`);
  });

  test.each<[string, Behaviour, string]>([
    ['500', hostile.status(500), 'providers_unavailable'],
    ['529', hostile.status(529), 'providers_unavailable'],
    ['a rate limit', hostile.status(429, { 'retry-after': '60' }), 'providers_unavailable'],
    ['no credit', hostile.status(402), 'providers_unavailable'],
    ['silence', hostile.hangs, 'providers_unavailable'],
    ['a reset', hostile.resets, 'providers_unavailable'],
    ['a slow trickle', hostile.trickles, 'providers_unavailable'],
    ['a redirect', hostile.redirectsTo('http://127.0.0.1:1/'), 'providers_unavailable'],
    ['half of a JSON', hostile.sendsHalfJson, 'llm_inconclusive'],
    ['invalid UTF-8', hostile.sendsInvalidUtf8, 'llm_inconclusive'],
    ['a reply without end', hostile.floods, 'llm_inconclusive'],
    ['a refusal', hostile.refuses(), 'llm_inconclusive'],
    ['an answer broken off', hostile.breaksOff(), 'llm_inconclusive'],
    ['prose', hostile.says('The text is fine.'), 'llm_inconclusive'],
    ['another shape', hostile.says('{"verdict":"benign"}'), 'llm_inconclusive'],
    ['an empty object', (_, response) => void response.end('{}'), 'llm_inconclusive'],
    [
      'fields of other types',
      (_, response) => void response.end('{"content":[null],"output":[null],"choices":[null],"usage":7}'),
      'llm_inconclusive',
    ],
    ['a web page', (_, response) => void response.end('<html>'), 'llm_inconclusive'],
  ])('met with %s is a failure alone, and passed over for the next provider', async (_, behaviour, code) => {
    first.behave(behaviour);
    const other: ProviderName = name === 'openai' ? 'gemini' : 'openai';
    const timeoutMs = behaviour === hostile.hangs || behaviour === hostile.trickles ? 250 : 2000;
    const [alone, helped] = await Promise.all([
      panelFor({ [name]: first }, { timeoutMs }).ask(QUESTION, 1, NEVER),
      panelFor({ [name]: first, [other]: second }, { timeoutMs }).ask(QUESTION, 1, NEVER),
    ]);
    expect(alone.judgements).toEqual([]);
    expect(alone.failures.map((failure) => failure.code)).toEqual([code]);
    expect(helped.failures).toEqual([]);
    expect(helped.judgements).toMatchObject([{ provider: other, verdict: 'benign' }]);
  });

  test.each([
    [401, 'provider_key_refused'],
    [403, 'provider_key_refused'],
    [404, 'provider_misconfigured'],
  ])(
    'answering %i is for the user to mend: no other provider is asked, and this one not again',
    async (code, failure) => {
      first.behave(hostile.status(code));
      const other: ProviderName = name === 'openai' ? 'gemini' : 'openai';
      const panel = panelFor({ [name]: first, [other]: second }, { retries: 2 });
      for (let round = 0; round < 2; round++) {
        const answer = await panel.ask(QUESTION, 1, NEVER);
        expect(answer.failures.map((each) => each.code)).toEqual([failure]);
      }
      expect(first.requests).toHaveLength(1);
      expect(second.requests).toHaveLength(0);
      expect(panel.health()[0]).toMatchObject({ name, state: 'stopped', failures: 2 });
    },
  );
});

test('a redirect is not followed: the text does not reach the other host', async () => {
  first.behave(hostile.redirectsTo(`${second.url}/v1/chat/completions`));
  const answer = await panelFor({ gemini: first }).ask(QUESTION, 1, NEVER);
  expect(answer.failures[0]?.message).toContain('redirects to another address');
  expect(second.requests).toEqual([]);
});

test('a retry comes when the server asked for it, not before', async () => {
  let openAt: number | undefined;
  first.behave((seen, response) => {
    openAt ??= performance.now() + 100;
    const behaviour = performance.now() < openAt ? hostile.status(429, { 'retry-after-ms': '120' }) : hostile.answers();
    return behaviour(seen, response);
  });
  const answer = await panelFor({ openai: first }, { retries: 1 }).ask(QUESTION, 1, NEVER);
  expect(answer.judgements).toHaveLength(1);
  expect(answer.usage.calls).toBe(2);
});

test('a wait that does not fit the deadline is not begun', async () => {
  first.behave(hostile.status(429, { 'retry-after': '60' }));
  const answer = await panelFor({ openai: first }, { retries: 3 }).ask(QUESTION, 1, NEVER);
  expect(answer.failures[0]?.message).toContain('429');
  expect(first.requests).toHaveLength(1);
});

test('a silent first provider leaves the second enough of one deadline', async () => {
  first.behave(hostile.hangs);
  const panel = panelFor({ anthropic: first, openai: second }, { timeoutMs: 60_000, deadlineMs: 600, retries: 3 });
  const answer = await panel.ask(QUESTION, 1, NEVER);
  expect(answer.judgements).toMatchObject([{ provider: 'openai' }]);
});

test('both providers down: the failure names both and nothing is judged', async () => {
  first.behave(hostile.status(503));
  second.behave(hostile.resets);
  const answer = await panelFor({ anthropic: first, gemini: second }).ask(QUESTION, 1, NEVER);
  expect(answer.judgements).toEqual([]);
  expect(answer.failures).toMatchObject([{ code: 'providers_unavailable' }]);
  expect(answer.failures[0]?.message).toContain('anthropic answered 503');
  expect(answer.failures[0]?.message).toContain('gemini could not be reached');
});

test('the breaker opens after failures in a row, rests, probes with one request, and closes', async () => {
  first.behave(hostile.status(500));
  const panel = panelFor({ anthropic: first, openai: second }, { breakerFailures: 3, breakerResetMs: 80 });
  for (let round = 0; round < 5; round++) await panel.ask(QUESTION, 1, NEVER);
  expect(first.requests).toHaveLength(3);
  expect(second.requests).toHaveLength(5);
  expect(panel.health()).toMatchObject([{ state: 'resting' }, { state: 'ready' }]);
  first.behave(hostile.late(30));
  await new Promise((resolve) => setTimeout(resolve, 100));
  const after = await Promise.all(Array.from({ length: 4 }, () => panel.ask(QUESTION, 1, NEVER)));
  expect(after.map(({ judgements }) => judgements[0]?.provider).sort()).toEqual([
    'anthropic',
    'openai',
    'openai',
    'openai',
  ]);
  expect(panel.health()[0]?.state).toBe('ready');
  await panel.ask(QUESTION, 1, NEVER);
  expect(first.requests).toHaveLength(5);
});

test('replies that a hostile text can bring about open no breaker', async () => {
  first.behave(hostile.refuses());
  const panel = panelFor({ anthropic: first }, { breakerFailures: 2 });
  for (let round = 0; round < 4; round++) await panel.ask(QUESTION, 1, NEVER);
  expect(first.requests).toHaveLength(4);
  expect(panel.health()[0]?.state).toBe('ready');
});

test('two opinions come from two providers, also when the first is down', async () => {
  const third = await hostile.startHostileServer();
  first.behave(hostile.status(500));
  const panel = panelFor({ anthropic: first, openai: second, gemini: third });
  const answer = await panel.ask(QUESTION, 2, NEVER);
  await third.close();
  expect(answer.judgements.map(({ provider }) => provider).sort()).toEqual(['gemini', 'openai']);
  expect(answer.failures).toEqual([]);
});

test('a second opinion without a second provider is a failure', async () => {
  const answer = await panelFor({ openai: first }).ask(QUESTION, 2, NEVER);
  expect(answer.judgements).toHaveLength(1);
  expect(answer.failures).toMatchObject([{ code: 'no_second_provider' }]);
});

test('an abort ends the call in flight', async () => {
  first.behave(hostile.hangs);
  const controller = new AbortController();
  const asking = panelFor({ anthropic: first }, { timeoutMs: 60_000, deadlineMs: 60_000 }).ask(
    QUESTION,
    1,
    controller.signal,
  );
  setTimeout(() => controller.abort('decided'), 30);
  await expect(asking).rejects.toThrow('decided');
});

test('no more requests are in flight than allowed', async () => {
  let inFlight = 0;
  let most = 0;
  first.behave(async (seen, response) => {
    most = Math.max(most, ++inFlight);
    await hostile.late(15)(seen, response);
    inFlight--;
  });
  const panel = panelFor({ gemini: first }, { concurrency: 3 });
  const all = await Promise.all(
    Array.from({ length: 12 }, (_, index) => panel.ask(questionOf(`text ${index}`), 1, NEVER)),
  );
  expect(all.every(({ judgements }) => judgements.length === 1)).toBe(true);
  expect(most).toBe(3);
});
