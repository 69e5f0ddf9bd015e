import type { Config } from '../config/index.ts';
import { UserError } from '../core/errors.ts';
import { escapeVisible } from '../core/excerpt.ts';
import { addUsage, NO_USAGE } from '../core/provider.ts';
import { createScanner } from '../index.ts';
import { EXIT } from './exit-code.ts';
import { type Inputs, readDocumentsOf } from './inputs.ts';
import { type Io, write } from './io.ts';
import type { ScanFlags } from './program.ts';

/** `scan --estimate`: what the LLM layer would take at most for these inputs. Sends nothing. */
export async function printEstimate(inputs: Inputs, flags: ScanFlags, config: Config, io: Io): Promise<number> {
  const scanner = await createScanner({ config: withLlm(config, '--estimate'), env: io.env });
  let usage = NO_USAGE;
  let documents = 0;
  let failed = false;
  for await (const entry of readDocumentsOf(inputs, flags, config, io)) {
    if (entry.type === 'error') {
      failed = true;
      await write(io.stderr, `error: ${escapeVisible(entry.error.uri)}: ${escapeVisible(entry.error.message)}\n`);
    }
    if (entry.type !== 'document') continue;
    documents++;
    usage = addUsage(usage, scanner.estimate(entry.document));
  }
  const { calls, inputTokens, outputTokens, costUsd } = usage;
  await write(
    io.stdout,
    `${documents} documents: at most ${calls} calls, about ${inputTokens} input and ${outputTokens} output tokens, $${costUsd.toFixed(4)}\n`,
  );
  return failed ? EXIT.failed : EXIT.clean;
}

/** `scan --show-egress`: every request as it would be sent, and to whom. Sends nothing. */
export async function printEgress(inputs: Inputs, flags: ScanFlags, config: Config, io: Io): Promise<number> {
  const requests: string[] = [];
  const scanner = await createScanner({
    config: { ...withLlm(config, '--show-egress'), cache: { ...config.cache, enabled: false } },
    env: io.env,
    hold: true,
    onEgress: ({ provider, model, method, url, body }) => {
      requests.push(`${method} ${url} (${provider}, ${model})\n${escapeVisible(body, { keepBreaks: true })}\n\n`);
    },
  });
  let failed = false;
  for await (const entry of readDocumentsOf(inputs, flags, config, io)) {
    if (entry.type === 'error') {
      failed = true;
      await write(io.stderr, `error: ${escapeVisible(entry.error.uri)}: ${escapeVisible(entry.error.message)}\n`);
    }
    if (entry.type !== 'document') continue;
    await scanner.scanDocument(entry.document);
    for (const request of requests.splice(0)) await write(io.stdout, request);
  }
  return failed ? EXIT.failed : EXIT.clean;
}

function withLlm(config: Config, flag: string): Config {
  if (config.llm.enabled) return config;
  throw new UserError('usage', `${flag} is about the LLM layer: add --llm`);
}
