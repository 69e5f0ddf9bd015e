import type { Io } from './io.ts';

/**
 * Whether to colour a stream: `--color` and `--no-color`, then FORCE_COLOR, NO_COLOR, CLICOLOR_FORCE, `TERM=dumb`, then
 * whether it is a terminal.
 */
export function wantsColor(stream: NodeJS.WritableStream, env: Io['env'], flag: boolean | undefined): boolean {
  if (flag !== undefined) return flag;
  const force = env.FORCE_COLOR;
  if (force !== undefined && force !== '') return force !== '0' && force !== 'false';
  if (env.NO_COLOR) return false;
  if (env.CLICOLOR_FORCE && env.CLICOLOR_FORCE !== '0') return true;
  if (env.TERM === 'dumb') return false;
  return isTerminal(stream);
}

/** Whether a person looks at the stream. */
export function isTerminal(stream: NodeJS.WritableStream): boolean {
  return 'isTTY' in stream && stream.isTTY === true;
}

/** The terminal's width; 100 where there is none. */
export function columnsOf(stream: NodeJS.WritableStream): number {
  return 'columns' in stream && typeof stream.columns === 'number' && stream.columns > 0 ? stream.columns : 100;
}
