import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createDocument } from '../../src/core/document.ts';
import type { Json } from '../../src/core/finding.ts';
import { createLlmDetector } from '../../src/detectors/llm.ts';
import { DEFAULT_LLM } from '../../src/providers/index.ts';

/** How well the LLM layer hides the latency of its server, and what a warm reply cache saves. */
export interface LlmBench {
  readonly prompts: number;
  readonly latencyMs: number;
  readonly runs: readonly {
    readonly concurrency: number;
    /** `prompts × latency ÷ concurrency`, in milliseconds. */
    readonly idealMs: number;
    readonly coldMs: number;
    /** The same prompts again, from the reply cache. */
    readonly warmMs: number;
    readonly requests: number;
  }[];
}

const NEVER = new AbortController().signal;

/** 1,000 prompts against a server on loopback that takes 200 ms to answer, by the real SDK, at several concurrencies. */
export async function benchLlm(
  prompts = 1000,
  latencyMs = 200,
  concurrencies: readonly number[] = [16, 64],
): Promise<LlmBench> {
  let requests = 0;
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => {
      body += part;
    });
    request.on('end', () => {
      requests++;
      const ticket = /ticket is ([0-9a-f]{8})/.exec(body)?.[1];
      const content = JSON.stringify({ ticket, evidence: [], category: 'none', verdict: 'benign', probability: 2 });
      const message = { role: 'assistant', content, refusal: null };
      const completion = {
        ...{ id: 'c', object: 'chat.completion', created: 1, model: 'bench' },
        choices: [{ index: 0, finish_reason: 'stop', message }],
        usage: { prompt_tokens: 900, completion_tokens: 40, total_tokens: 940 },
      };
      setTimeout(() => {
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(completion));
      }, latencyMs);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  const documents = Array.from({ length: prompts }, (_, index) =>
    createDocument({
      text: `Prompt ${index}: summarise the minutes of meeting ${index} in three lines.`,
      role: 'user',
    }),
  );
  const runs: LlmBench['runs'][number][] = [];
  try {
    for (const concurrency of concurrencies) {
      const kept = new Map<string, Json>();
      const detector = createLlmDetector({
        llm: {
          ...DEFAULT_LLM,
          enabled: true,
          concurrency,
          order: ['openai_compatible'],
          providers: { openai_compatible: { baseUrl, model: 'bench' } },
        },
        env: {},
        redact: (text) => ({ text, spans: [] }),
        replies: {
          key: (parts) => parts.join('\0'),
          get: async (key) => kept.get(key),
          set: async (key, value) => void kept.set(key, value),
        },
      });
      const askAll = async (): Promise<number> => {
        const started = performance.now();
        const answers = await Promise.all(
          documents.map((document) =>
            detector.detect(
              { document, normalized: { views: [], signals: [], truncated: false }, findings: [], opinions: 1 },
              NEVER,
            ),
          ),
        );
        const failed = answers.find(({ failures }) => failures !== undefined);
        if (failed) throw new Error(failed.failures?.[0]?.message ?? 'the layer failed');
        return performance.now() - started;
      };
      // The SDK's own start-up is not what is measured.
      await detector.detect(
        {
          document: createDocument({ text: 'warm up' }),
          normalized: { views: [], signals: [], truncated: false },
          findings: [],
          opinions: 1,
        },
        NEVER,
      );
      requests = 0;
      const coldMs = await askAll();
      const asked = requests;
      const warmMs = await askAll();
      if (requests !== asked) throw new Error('the warm run asked again');
      runs.push({
        concurrency,
        idealMs: Math.ceil(prompts / concurrency) * latencyMs,
        coldMs,
        warmMs,
        requests: asked,
      });
    }
  } finally {
    server.closeAllConnections();
    server.close();
  }
  return { prompts, latencyMs, runs };
}
