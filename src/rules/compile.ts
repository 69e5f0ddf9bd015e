import { compileTokens } from './compile-tokens.ts';
import { type CompiledRules, ownersOf, tokenOwnersOf } from './compiled.ts';
import { hashRules } from './hash.ts';
import { createKernel } from './kernel.ts';
import { createMatcher, type Matcher, type PatternSource } from './matcher.ts';
import type { PackPart } from './pack.ts';
import { compileProgram } from './program.ts';
import type { Rule, RulePattern } from './rule.ts';
import { createUnlessCheck, unlessSources } from './unless-check.ts';

/** Compiles patterns. Throws SyntaxError on an invalid regex. */
export function compileMatcher(patterns: readonly PatternSource[]): Matcher {
  const program = compileProgram(patterns);
  return createMatcher(program, () => patterns, createKernel(program));
}

/** Compiles rules. Throws SyntaxError on an invalid regex: loading has checked them. */
export function compileRules(rules: readonly Rule[]): CompiledRules {
  const patterns = rules.flatMap((rule) => rule.patterns);
  const program = compileProgram(patterns, unlessSources(rules));
  const kernel = createKernel(program);
  return {
    rules,
    hash: hashRules(rules),
    matcher: createMatcher(program, () => patterns, kernel),
    mayCancel: createUnlessCheck(program, () => rules, kernel),
    owners: ownersOf(rules),
    tokens: compileTokens(tokensOf(rules)),
    tokenOwners: tokenOwnersOf(rules),
  };
}

/** Compiles rules to what a pack holds of them. */
export function compilePart(name: string, rules: readonly Rule[]): PackPart {
  const patterns = rules.flatMap((rule) => rule.patterns);
  const program = compileProgram(patterns, unlessSources(rules));
  return { name, hash: hashRules(rules), rules, program, tokens: compileTokens(tokensOf(rules)) };
}

function tokensOf(rules: readonly Rule[]): readonly RulePattern[] {
  return rules.flatMap((rule) => rule.pii?.tokens ?? []);
}
