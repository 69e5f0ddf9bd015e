import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BudgetOptions } from './options.ts';
import { ProviderError } from './provider-error.ts';

/** Keeps what was spent, over runs and processes. */
export interface Ledger {
  /** Adds dollars to the current hour, day and month; throws ProviderError `limit` and adds nothing where a budget would be passed. */
  add(usd: number): Promise<void>;
  /** Gives back what was set aside and not spent; never refuses. */
  giveBack(usd: number): Promise<void>;
}

const WINDOWS = ['hour', 'day', 'month'] as const;
type WindowName = (typeof WINDOWS)[number];
type Windows = Record<WindowName, { window: string; usd: number }>;

/** A lock older than this was left by a process that died: it is held for a few file operations. */
const STALE_LOCK_MS = 10_000;
const LOCK_WAIT_MS = 15_000;
const LOCK_POLL_MS = 8;

/** A ledger in one file, changed under a lock and replaced whole. Windows are of UTC. `now` is the time in milliseconds. */
export function createLedger(file: string, budget: BudgetOptions, now: () => number = Date.now): Ledger {
  const limits = { hour: budget.hourlyUsd, day: budget.dailyUsd, month: budget.monthlyUsd };
  const change = async (usd: number, mayRefuse: boolean) =>
    withLock(`${file}.lock`, async () => {
      const windows = current(await read(file), now());
      for (const name of WINDOWS) {
        const limit = limits[name];
        if (mayRefuse && limit !== null && windows[name].usd + usd > limit) {
          throw new ProviderError(
            'limit',
            `The budget of $${limit} a ${name} is used up; the text was not asked about.`,
          );
        }
      }
      for (const name of WINDOWS) windows[name].usd = Math.max(0, windows[name].usd + usd);
      const temporary = `${file}.${process.pid}.tmp`;
      await writeFile(temporary, `${JSON.stringify({ version: 1, ...windows })}\n`, { mode: 0o600 });
      await rename(temporary, file);
    });
  return { add: (usd) => change(usd, true), giveBack: (usd) => change(-usd, false) };
}

/** Whether any budget is set. */
export function hasBudget({ hourlyUsd, dailyUsd, monthlyUsd }: BudgetOptions): boolean {
  return hourlyUsd !== null || dailyUsd !== null || monthlyUsd !== null;
}

function current(stored: Windows | undefined, now: number): Windows {
  const stamp = new Date(now).toISOString();
  const names = { hour: stamp.slice(0, 13), day: stamp.slice(0, 10), month: stamp.slice(0, 7) };
  const windowOf = (name: WindowName) => {
    const before = stored?.[name];
    return before?.window === names[name] ? { ...before } : { window: names[name], usd: 0 };
  };
  return { hour: windowOf('hour'), day: windowOf('day'), month: windowOf('month') };
}

async function read(file: string): Promise<Windows | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unreadable(file, error);
  }
  const { ledgerSchema } = await import('./schema.ts');
  try {
    return ledgerSchema.parse(JSON.parse(text));
  } catch (error) {
    // To begin anew would be to forget what was spent.
    throw unreadable(file, error);
  }
}

function unreadable(file: string, cause: unknown): ProviderError {
  const message = `The budget file ${file} cannot be read; nothing is asked while it is unknown what was spent. Mend or delete it.`;
  return new ProviderError('limit', message, { cause });
}

async function withLock<T>(lock: string, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(lock), { recursive: true });
  const until = Date.now() + LOCK_WAIT_MS;
  for (;;) {
    try {
      await (await open(lock, 'wx', 0o600)).close();
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw unreadable(lock, error);
      if (Date.now() > until) throw unreadable(lock, error);
      const age = await stat(lock).then(
        ({ mtimeMs }) => Date.now() - mtimeMs,
        () => 0,
      );
      if (age > STALE_LOCK_MS) await rm(lock, { force: true });
      else await sleep(LOCK_POLL_MS * (0.5 + Math.random()));
    }
  }
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}
