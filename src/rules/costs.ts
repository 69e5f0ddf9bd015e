import { compileMatcher } from './compile.ts';
import { ownersOf } from './compiled.ts';
import { readLiteral } from './fold.ts';
import { createRuleGuard } from './guard.ts';
import { RUN_KINDS } from './literals.ts';
import type { Matcher } from './matcher.ts';
import { planPattern } from './program.ts';
import type { Rule } from './rule.ts';

/** What one pattern of a rule costs a scan. */
export interface PatternCost {
  readonly rule: Rule;
  /** Index into `rule.patterns`. */
  readonly index: number;
  /** What the engine looks for before it runs the regex: a few of the literals, a kind of run, or nothing. */
  readonly gate: 'literals' | 'run' | 'none';
  /** The literals, or the name of the kind of run; empty for `none`: the regex runs over every text whole. */
  readonly lookedFor: readonly string[];
  /** Microseconds for each 1,000 characters of ordinary prose, code and JSON, beyond what looking for literals costs. */
  readonly ordinary: number;
  /** The same on a text made of the rule's own examples and literals; infinite where it ran over the deadline. */
  readonly hostile: number;
}

/** Runs are timed on texts of about this size, in UTF-16 units. */
const SIZE = 32_000;
const DEADLINE_MS = 1000;
/** Runs of a pattern that is met often, after which V8 has compiled what all patterns share: the first would pay for it. */
const WARM_UPS = 60;

/** Measures every pattern of some rules, the costliest first. The figures depend on the machine: compare them with one another. */
export function ruleCosts(rules: readonly Rule[]): readonly PatternCost[] {
  const ordinary = repeat(ORDINARY, SIZE);
  const warm = compileMatcher([{ regex: 'the\\s{1,3}\\w{2,9}\\s{1,3}(?:of|is|to)\\b' }]);
  for (let run = 0; run < WARM_UPS; run++) warm.match(ordinary);
  const idle = compileMatcher([{ regex: '\\ue000\\ue001\\ue002' }]);
  const floor = timePerKilobyte(idle, ordinary);
  const costs = ownersOf(rules).map(({ rule, index }): PatternCost => {
    const source = rule.patterns[index] ?? { regex: '' };
    const { sets, run } = planPattern(source);
    const literals = sets.flatMap((set) => set.literals.map((literal) => readLiteral(literal).text));
    const matcher = compileMatcher([source]);
    const hostile = repeat([...rule.examples.match.map(({ text }) => text), ...literals].join(' '), SIZE);
    const overran = exceedsDeadline(rule, index, matcher, hostile);
    return {
      rule,
      index,
      gate: sets.length > 0 ? 'literals' : run >= 0 ? 'run' : 'none',
      lookedFor: sets.length > 0 ? literals : [RUN_KINDS[run]?.name ?? []].flat(),
      ordinary: Math.max(0, timePerKilobyte(matcher, ordinary) - floor),
      hostile: overran ? Number.POSITIVE_INFINITY : Math.max(0, timePerKilobyte(matcher, hostile) - floor),
    };
  });
  return costs.sort((a, b) => b.ordinary - a.ordinary);
}

function exceedsDeadline(rule: Rule, index: number, matcher: Matcher, text: string): boolean {
  const guard = createRuleGuard({ owners: [{ rule, index }] }, DEADLINE_MS);
  matcher.match(text, guard);
  return guard.takeFailures().length > 0;
}

/** The best of a few runs, since everything else on the machine only adds to it. */
function timePerKilobyte(matcher: Matcher, text: string): number {
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 4; run++) {
    const start = performance.now();
    matcher.match(text);
    best = Math.min(best, performance.now() - start);
  }
  return (best * 1000) / (text.length / 1000);
}

function repeat(text: string, size: number): string {
  // Through a buffer, which gives one flat string.
  return Buffer.from(`${text}\n`.repeat(Math.ceil(size / (text.length + 1)))).toString();
}

const ORDINARY = `The harbour office opens at nine. If you want to take the ferry, you should have your ticket ready and show it to the
crew; without one you will be asked to wait. All the rules are on the board, and any question that you have can be sent to the
address below. Please do not leave bags on the deck. Write to us when something is missing from this page, and we will add it.

## Getting started

Use the \`open\` function to read a file, then call \`close(handle)\`. The following example creates a new user and prints the
answer that the system gives; see https://example.org/docs/start for the list of all options (default: 10).

export function readSettings(path, options = {}) {
  const text = fs.readFileSync(path, 'utf8');
  if (text.length === 0) throw new Error('the file is empty: ' + path);
  return Object.entries(JSON.parse(text)).map(([key, value]) => ({ key, value: options[key] ?? value }));
}

{"id": 1024, "role": "user", "content": "Can you tell me how to change the time zone of my account, and what will happen to old messages?"}
{"id": 1025, "role": "assistant", "content": "Yes: open the settings, choose a zone and save. Your messages keep the time at which they were sent."}
`;
