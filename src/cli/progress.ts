import { plural } from '../core/plural.ts';
import { isTerminal } from './color.ts';
import type { Io } from './io.ts';

/** Shows that a long scan goes on. */
export interface Progress {
  update(documents: number): void;
  stop(): void;
}

/** A scan shorter than this shows nothing. */
const DELAY_MS = 400;
const SILENT: Progress = { update: () => undefined, stop: () => undefined };

/** A spinner on stderr; nothing at all where stderr is no terminal, in CI, or when `--quiet` was asked for. */
export function createProgress(io: Io, quiet: boolean): Progress {
  if (quiet || io.env.CI || !isTerminal(io.stderr)) return SILENT;
  let latest = 0;
  let spinner: { text: string; stop(): unknown } | undefined;
  let stopped = false;
  const timer = setTimeout(async () => {
    const { default: ora } = await import('ora');
    if (!stopped) spinner = ora({ stream: io.stderr, text: describe(latest), discardStdin: false }).start();
  }, DELAY_MS);
  timer.unref();
  return {
    update(documents) {
      latest = documents;
      if (spinner) spinner.text = describe(documents);
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
      spinner?.stop();
    },
  };
}

function describe(documents: number): string {
  return `Scanning … ${plural(documents, 'document')}`;
}
