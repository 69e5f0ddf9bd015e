import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  checkBaseUrl,
  checkProviders,
  DEFAULT_LLM,
  type Egress,
  PROVIDER_NAMES,
  resolveProviders,
} from '../../src/providers/index.ts';
import { noProviderError } from '../../src/providers/registry.ts';
import * as hostile from './hostile-server.ts';
import { llmFor, NEVER, panelFor, questionOf } from './panel-setup.ts';

let server: hostile.HostileServer;

beforeEach(async () => {
  server = await hostile.startHostileServer();
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

describe.each(PROVIDER_NAMES)('%s', (name) => {
  test('shows exactly what it sends, to whom, and no key', async () => {
    const shown: Egress[] = [];
    await panelFor({ [name]: server }, {}, { onEgress: (egress) => void shown.push(egress) }).ask(
      questionOf('hello'),
      1,
      NEVER,
    );
    expect(shown).toEqual([
      {
        provider: name,
        model: expect.any(String),
        method: 'POST',
        url: `${server.url}${server.requests[0]?.path}`,
        body: server.requests[0]?.body,
      },
    ]);
    expect(JSON.stringify(shown)).not.toContain('key-of');
  });

  test('held, it shows and sends nothing, and the layer says so', async () => {
    const shown: Egress[] = [];
    const panel = panelFor({ [name]: server }, {}, { onEgress: (egress) => void shown.push(egress), hold: true });
    const answer = await panel.ask(questionOf('hello'), 1, NEVER);
    expect(shown[0]?.body).toContain('hello');
    expect(answer.failures).toMatchObject([{ code: 'llm_not_sent' }]);
    expect(answer.usage.calls).toBe(0);
    expect(server.requests).toEqual([]);
  });

  test('offline, it opens no socket', async () => {
    const answer = await panelFor({ [name]: server }, {}, { offline: true }).ask(questionOf('hello'), 1, NEVER);
    expect(answer.failures).toMatchObject([{ code: 'offline' }]);
    expect(server.requests).toEqual([]);
  });

  test('takes nothing from the environment of the process and writes no log', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const spies = [
      log,
      ...(['debug', 'info', 'warn', 'error'] as const).map((level) =>
        vi.spyOn(console, level).mockImplementation(() => undefined),
      ),
    ];
    for (const sdk of ['ANTHROPIC', 'OPENAI']) {
      vi.stubEnv(`${sdk}_LOG`, 'debug');
      vi.stubEnv(`${sdk}_BASE_URL`, 'http://127.0.0.1:1');
      vi.stubEnv(`${sdk}_API_KEY`, 'other-key');
      vi.stubEnv(`${sdk}_CUSTOM_HEADERS`, 'x-leak: from-env');
    }
    vi.stubEnv('ANTHROPIC_AUTH_TOKEN', 'other-token');
    vi.stubEnv('OPENAI_ORG_ID', 'org-env');
    vi.stubEnv('OPENAI_PROJECT_ID', 'project-env');
    await panelFor({ [name]: server }).ask(questionOf('hello'), 1, NEVER);
    const headers = JSON.stringify(server.requests[0]?.headers);
    expect(headers).toContain(`key-of-${name}`);
    expect(headers).not.toMatch(/other-key|other-token|from-env|org-env|project-env/);
    expect(spies.flatMap((spy) => spy.mock.calls)).toEqual([]);
    for (const spy of spies) spy.mockRestore();
  });

  test('asks for no sampling parameters, tools or storage, and holds the model to the schema', async () => {
    await panelFor({ [name]: server }).ask(questionOf('hello'), 1, NEVER);
    const body = JSON.parse(server.requests[0]?.body ?? '{}') as Record<string, unknown>;
    for (const field of ['temperature', 'top_p', 'top_k', 'tools', 'stream']) expect(body).not.toHaveProperty(field);
    expect(body.store ?? false).toBe(false);
    expect(JSON.stringify(body)).toContain('"json_schema"');
    expect(JSON.stringify(body)).toContain('"additionalProperties":false');
  });

  test('is checked without paying for a completion', async () => {
    server.behave(
      (_, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{"id":"m","data":[]}'),
    );
    const { llm, env } = llmFor({ [name]: server });
    const impatient = { ...llm, timeoutMs: 60 };
    expect(await checkProviders(llm, { env })).toMatchObject([{ name, status: 'ok' }]);
    expect(server.requests.map(({ method }) => method)).toEqual(['GET']);
    server.behave(hostile.status(401));
    expect(await checkProviders(llm, { env })).toMatchObject([
      { status: 'failed', message: expect.stringContaining('key is not accepted') },
    ]);
    server.behave(hostile.hangs);
    expect(await checkProviders(impatient, { env })).toMatchObject([
      { status: 'failed', message: expect.stringContaining('in time') },
    ]);
    const requests = server.requests.length;
    expect(await checkProviders(llm, { env, offline: true })).toMatchObject([
      { status: 'failed', message: expect.stringContaining('offline') },
    ]);
    expect(server.requests).toHaveLength(requests);
  });
});

test('a compatible server is held to the schema as it can be', async () => {
  const bodies = [];
  for (const structured of ['json_object', 'none'] as const) {
    const providers = { openai_compatible: { baseUrl: `${server.url}/v1`, model: 'local', structured } };
    const answer = await panelFor({ openai_compatible: server }, { providers }).ask(questionOf('hello'), 1, NEVER);
    expect(answer.judgements).toHaveLength(1);
    bodies.push(JSON.parse(server.requests.at(-1)?.body ?? '{}') as Record<string, unknown>);
  }
  expect(bodies.map((body) => body.response_format)).toEqual([{ type: 'json_object' }, undefined]);
  for (const body of bodies) expect(JSON.stringify(body)).toContain('JSON Schema');
});

test('providers that are not configured are named with what to set', async () => {
  const checks = await checkProviders(DEFAULT_LLM, { env: {} });
  expect(checks.map(({ status }) => status)).toEqual(PROVIDER_NAMES.map(() => 'not_configured'));
  expect(checks[0]?.message).toContain('ANTHROPIC_API_KEY');
});

test('without a provider the error says what to set', () => {
  expect(noProviderError()).toMatchObject({
    code: 'no_provider',
    message: expect.stringMatching(/ANTHROPIC_API_KEY.*OPENAI_API_KEY.*GEMINI_API_KEY.*OPENAI_COMPATIBLE_BASE_URL/),
  });
});

test('the order of the config decides, and providers without a key are passed over', () => {
  const llm = { ...DEFAULT_LLM, order: ['gemini', 'openai', 'anthropic'] as const };
  const setups = resolveProviders(llm, { ANTHROPIC_API_KEY: 'a', GEMINI_API_KEY: 'g' });
  expect(setups.map(({ name, dialect }) => [name, dialect])).toEqual([
    ['gemini', 'openai_chat'],
    ['anthropic', 'anthropic'],
  ]);
});

test('OpenAI itself is asked by the Responses API, another server under its name by Chat Completions', () => {
  const dialects = [{}, { OPENAI_BASE_URL: 'https://gateway.example/v1' }].map(
    (more) => resolveProviders({ ...DEFAULT_LLM, order: ['openai'] }, { OPENAI_API_KEY: 'k', ...more })[0]?.dialect,
  );
  expect(dialects).toEqual(['openai_responses', 'openai_chat']);
});

test('a compatible server on this machine needs no key, one elsewhere does', () => {
  const names = ['http://localhost:11434/v1', 'https://models.example/v1'].map((baseUrl) =>
    resolveProviders({ ...DEFAULT_LLM, providers: { openai_compatible: { baseUrl, model: 'm' } } }, {}).map(
      ({ name }) => name,
    ),
  );
  expect(names).toEqual([['openai_compatible'], []]);
});

test.each(['https://api.example.com/v1', 'http://127.0.0.1:11434/v1', 'http://localhost:8000', 'http://[::1]:1234/v1'])(
  '%s may be asked',
  (address) => {
    expect(checkBaseUrl('openai', address)).toBe(address);
  },
);

test.each([
  'http://api.example.com/v1',
  'http://192.168.1.5:8000/v1',
  'http://127.0.0.1.example.com/',
  'https://169.254.169.254/latest',
  'https://2852039166/latest',
  'https://[::ffff:169.254.169.254]/',
  'https://[fe80::1]/v1',
  'https://[fd00:ec2::254]/',
  'https://metadata.google.internal/',
  'https://metadata.google.internal./',
  'https://100.100.100.200/',
  'https://user:secret@api.example.com/v1',
  'https://api.example.com/v1?key=secret',
  'file:///etc/passwd',
  'ftp://localhost/',
  'no address',
])('%s may not be asked', (address) => {
  expect(() => checkBaseUrl('openai', address)).toThrow(expect.objectContaining({ code: 'base_url' }));
});
