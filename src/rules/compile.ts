import { hashRules } from './hash.ts';
import { compileMatcher, type Matcher, type PatternSource } from './matcher.ts';
import type { Rule } from './rule.ts';

/** Rules with the matcher of all their patterns. */
export interface CompiledRules {
  readonly rules: readonly Rule[];
  /** `sha256:…` over what the rules say. */
  readonly hash: string;
  /** Finds the patterns of all rules: those of the first rule, then of the second … */
  readonly matcher: Matcher;
  /** The rule of each of the matcher's patterns, and which of the rule's patterns it is. */
  readonly owners: readonly PatternOwner[];
}

export interface PatternOwner {
  readonly rule: Rule;
  /** Index into `rule.patterns`. */
  readonly index: number;
}

/** Compiles rules. Throws SyntaxError on an invalid regex: loading has checked them. */
export function compileRules(rules: readonly Rule[]): CompiledRules {
  const patterns: PatternSource[] = rules.flatMap((rule) => rule.patterns);
  return { rules, hash: hashRules(rules), matcher: compileMatcher(patterns), owners: ownersOf(rules) };
}

/** The owners of the patterns of some rules, in the order in which they are compiled. */
export function ownersOf(rules: readonly Rule[]): PatternOwner[] {
  return rules.flatMap((rule) => rule.patterns.map((_pattern, index) => ({ rule, index })));
}
