import { UserError } from '../core/errors.ts';
import { escapeVisible } from '../core/excerpt.ts';
import type { Io } from './io.ts';

/** An error as the user reads it: what they can mend in one line a fault, a defect with a request to report it. */
export function describeError(error: unknown, env: Io['env']): string {
  if (error instanceof UserError) {
    return error.message
      .split('\n')
      .map((line) => `error: ${escapeVisible(line)}\n`)
      .join('');
  }
  const short = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const detail = env.PROMPT_SENTINEL_DEBUG && error instanceof Error ? (error.stack ?? short) : short;
  return `error: this is a defect of prompt-sentinel, please report it: ${escapeVisible(detail, { keepBreaks: true })}\n`;
}
