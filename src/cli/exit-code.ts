import type { FailOn } from '../config/index.ts';
import type { Summary } from '../core/reporter.ts';

/** The whole table; the same for every command and every format. */
export const EXIT = {
  /** Scanned everything, nothing at or above `--fail-on`. */
  clean: 0,
  /** Something at or above `--fail-on`. */
  found: 1,
  /** Not to be trusted: bad usage, unreadable input, a failed layer, nothing matched. */
  failed: 2,
  /** Ctrl-C. */
  interrupted: 130,
} as const;

/** The exit code of a finished scan. Where both 1 and 2 apply it is 1. */
export function scanExitCode(summary: Summary, failOn: FailOn, options: { readonly allowIncomplete: boolean }): number {
  if (failOn !== 'never' && summary.block > 0) return EXIT.found;
  if (failOn === 'review' && summary.review > 0) return EXIT.found;
  if (summary.errors > 0 || (summary.incomplete > 0 && !options.allowIncomplete)) return EXIT.failed;
  return EXIT.clean;
}
