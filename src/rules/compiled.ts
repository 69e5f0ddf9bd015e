import { hashRules } from './hash.ts';
import type { Matcher } from './matcher.ts';
import type { Rule } from './rule.ts';
import type { TokenTable } from './token-table.ts';
import type { UnlessCheck } from './unless-check.ts';

/** Rules with the matcher of all their patterns. */
export interface CompiledRules {
  readonly rules: readonly Rule[];
  /** `sha256:…` over what the rules say. */
  readonly hash: string;
  /** Whether all of the rules are the program's own; left out where only looking at them tells. */
  readonly builtin?: boolean;
  /** Finds the patterns of all rules: those of the first rule, then of the second … */
  readonly matcher: Matcher;
  /** Looks for the regexes of the rules' `unless` before they are compiled. */
  readonly mayCancel: UnlessCheck;
  /** The rule of each of the matcher's patterns, and which of the rule's patterns it is. */
  readonly owners: readonly PatternOwner[];
  /** Where the `tokens` of all rules may stand: those of the first rule, then of the second … */
  readonly tokens: TokenTable;
  /** The rule of each of the tokens; they are counted on from the rule's patterns. */
  readonly tokenOwners: readonly PatternOwner[];
}

export interface PatternOwner {
  readonly rule: Rule;
  /** Index into `rule.patterns`, or for tokens what comes after those. */
  readonly index: number;
}

/** The owners of the patterns of some rules, in the order in which they are compiled. */
export function ownersOf(rules: readonly Rule[]): PatternOwner[] {
  return rules.flatMap((rule) => rule.patterns.map((_pattern, index) => ({ rule, index })));
}

/** The owners of the tokens of some rules, in the order in which they are compiled. */
export function tokenOwnersOf(rules: readonly Rule[]): PatternOwner[] {
  return rules.flatMap((rule) =>
    (rule.pii?.tokens ?? []).map((_token, index) => ({ rule, index: rule.patterns.length + index })),
  );
}

/** Some of the rules of a compiled part, without compiling anything. */
export function selectRules(part: CompiledRules, keep: (rule: Rule) => boolean): CompiledRules {
  const rules = part.rules.filter(keep);
  const kept = new Set(rules);
  let wanted: readonly boolean[] | undefined;
  return {
    rules,
    hash: hashRules(rules),
    get owners() {
      return part.owners;
    },
    tokens: part.tokens,
    mayCancel: part.mayCancel,
    get tokenOwners() {
      return part.tokenOwners;
    },
    matcher: {
      match: (text, guard) =>
        part.matcher.match(text, {
          run: (work, units) => (guard === undefined ? work() : guard.run(work, units)),
          admit: (pattern) => {
            wanted ??= part.owners.map(({ rule }) => kept.has(rule));
            return wanted[pattern] === true && (guard === undefined || guard.admit(pattern));
          },
        }),
    },
  };
}
