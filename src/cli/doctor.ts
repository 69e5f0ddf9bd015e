import { openVerdictCache } from '../cache/index.ts';
import { usesLocalModel } from '../config/index.ts';
import { UserError } from '../core/errors.ts';
import { VERSION } from '../core/version.ts';
import { createScanner } from '../index.ts';
import { checkProviders } from '../providers/index.ts';
import { loadContext } from './context.ts';
import { EXIT } from './exit-code.ts';
import { type Io, write } from './io.ts';

const EMBEDDED = { enabled: true, model: null };

interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** `doctor`: what is configured and whether it works; exit code 2 when something does not. */
export async function runDoctor(
  flags: { readonly config?: string; readonly providers?: boolean; readonly format: 'text' | 'json' },
  io: Io,
): Promise<number> {
  const { config, files } = await loadContext(flags.config === undefined ? {} : { config: flags.config }, io);
  const checks: Check[] = [
    { name: 'version', ok: true, detail: `prompt-sentinel ${VERSION}, Node ${process.versions.node}` },
    {
      name: 'config',
      ok: true,
      detail: files.map(({ path }) => path).join(', ') || 'none found: defaults are in force',
    },
    await attempt('rules', async () => {
      const scanner = await createScanner({ config: { ...config, classifier: EMBEDDED }, env: io.env });
      const detail = `${scanner.rules.length} rules, ${scanner.rulesHash.slice(0, 19)}…`;
      return detail;
    }),
    ...(usesLocalModel(config)
      ? [
          await attempt('model', async () => {
            await createScanner({ config, env: io.env });
            return `${config.classifier.model}: loads and answers`;
          }),
        ]
      : []),
    await attempt('cache', async () => {
      if (!config.cache.enabled) return 'off';
      const cache = await openVerdictCache(config.cache);
      const { entries, bytes } = await cache.stats();
      return `${cache.dir}: ${entries} entries, ${(bytes / 1024).toFixed(1)} KiB`;
    }),
    {
      name: 'llm',
      ok: true,
      detail: config.llm.enabled
        ? `on (${config.llm.mode}), asks ${config.llm.order.join(', then ')}`
        : 'off: nothing leaves this machine',
    },
  ];
  if (flags.providers) {
    for (const { name, status, model, message } of await checkProviders(config.llm, {
      env: io.env,
      offline: config.offline,
    })) {
      checks.push({ name, ok: status !== 'failed', detail: model ? `${model}: ${message}` : message });
    }
  }
  const failed = checks.some(({ ok }) => !ok);
  await write(
    io.stdout,
    flags.format === 'json'
      ? `${JSON.stringify(checks, null, 2)}\n`
      : checks.map(({ name, ok, detail }) => `${ok ? 'ok  ' : 'FAIL'}  ${name.padEnd(10)}  ${detail}\n`).join(''),
  );
  return failed ? EXIT.failed : EXIT.clean;
}

async function attempt(name: string, look: () => Promise<string>): Promise<Check> {
  try {
    return { name, ok: true, detail: await look() };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { name, ok: false, detail: error.message };
  }
}
