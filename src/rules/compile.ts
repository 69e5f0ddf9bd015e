import { type CompiledRules, ownersOf } from './compiled.ts';
import { hashRules } from './hash.ts';
import { createMatcher, type Matcher, type PatternSource } from './matcher.ts';
import type { PackPart } from './pack.ts';
import { compileProgram } from './program.ts';
import type { Rule } from './rule.ts';

/** Compiles patterns. Throws SyntaxError on an invalid regex. */
export function compileMatcher(patterns: readonly PatternSource[]): Matcher {
  return createMatcher(compileProgram(patterns), () => patterns);
}

/** Compiles rules. Throws SyntaxError on an invalid regex: loading has checked them. */
export function compileRules(rules: readonly Rule[]): CompiledRules {
  const patterns = rules.flatMap((rule) => rule.patterns);
  return { rules, hash: hashRules(rules), matcher: compileMatcher(patterns), owners: ownersOf(rules) };
}

/** Compiles rules to what a pack holds of them. */
export function compilePart(name: string, rules: readonly Rule[]): PackPart {
  return { name, hash: hashRules(rules), rules, program: compileProgram(rules.flatMap((rule) => rule.patterns)) };
}
