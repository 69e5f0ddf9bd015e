import { nodeVm } from '../core/builtin.ts';
import type { LayerFailure } from '../core/detector.ts';
import type { CompiledRules } from './compiled.ts';
import type { MatchGuard } from './matcher.ts';
import type { Rule } from './rule.ts';

/** How long the user's rules may run on one text of up to {@link DEADLINE_UNITS} units, in milliseconds; longer texts get more. */
export const DEADLINE_MS = 100;
export const DEADLINE_UNITS = 1 << 17;

/** Watches over the regexes of one compiled part for as long as a run lasts. */
export interface RuleGuard extends MatchGuard {
  /** Whether a rule may run; `false` is remembered as a failure of the present text. */
  admitRule(rule: Rule): boolean;
  /** What failed since the last call. */
  takeFailures(): readonly LayerFailure[];
}

/** The guard of a part that holds rules of the user's; the built-in ones are known to end. */
export function guardOf(part: CompiledRules): RuleGuard | undefined {
  return !part.builtin && part.rules.some(({ origin }) => origin !== 'builtin') ? createRuleGuard(part) : undefined;
}

/**
 * A guard that stops regexes at a deadline. What a regex will cost cannot be told from its form, so it is run inside a
 * `vm` call with a timeout; on a timeout the rule that took the longest is disabled for the rest of the run.
 */
export function createRuleGuard(part: Pick<CompiledRules, 'owners'>, deadline: number = DEADLINE_MS): RuleGuard {
  const disabled = new Set<Rule>();
  const failed = new Set<Rule>();
  const spent = new Map<Rule, number>();
  let current: Rule | undefined;
  let since = 0;

  const account = () => {
    const now = performance.now();
    if (current !== undefined) spent.set(current, (spent.get(current) ?? 0) + now - since);
    since = now;
  };
  const admitRule = (rule: Rule) => {
    if (disabled.has(rule)) {
      failed.add(rule);
      return false;
    }
    if (current !== rule) account();
    current = rule;
    return true;
  };
  return {
    admitRule,
    admit: (pattern) => {
      const owner = part.owners[pattern];
      return owner !== undefined && admitRule(owner.rule);
    },
    run(work, units) {
      const timeout = Math.ceil(deadline * Math.max(1, units / DEADLINE_UNITS));
      for (;;) {
        spent.clear();
        current = undefined;
        try {
          callWithin(work, timeout);
          return;
        } catch (error) {
          if ((error as { code?: unknown }).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
          account();
          const [slowest] = [...spent].sort((a, b) => b[1] - a[1]);
          if (slowest === undefined) throw error;
          disabled.add(slowest[0]);
          failed.add(slowest[0]);
        }
      }
    },
    takeFailures() {
      const failures = [...failed].map(toFailure);
      failed.clear();
      return failures;
    },
  };
}

function toFailure(rule: Rule): LayerFailure {
  return {
    code: 'rule_timeout',
    message: `the rule ${rule.id} of ${rule.origin} ran longer than ${DEADLINE_MS} ms and is disabled for this run; \`rules validate --cost\` tells which pattern is slow`,
  };
}

/** The script can only reach what it runs through the global object. */
const WORK = Symbol.for('prompt-sentinel.guarded-work');
let script: import('node:vm').Script | undefined;

/** Calls `work` and stops it after so many milliseconds with an error of code ERR_SCRIPT_EXECUTION_TIMEOUT. */
function callWithin(work: () => void, timeout: number): void {
  script ??= new (nodeVm().Script)('globalThis[Symbol.for("prompt-sentinel.guarded-work")]()');
  const holder = globalThis as { [WORK]?: (() => void) | undefined };
  holder[WORK] = work;
  try {
    script.runInThisContext({ timeout });
  } finally {
    holder[WORK] = undefined;
  }
}
