export { BUILTIN_PARTS, type BuiltinPart, loadBuiltin } from './builtin.ts';
export { builtinRuleFiles, compileBuiltin } from './builtin-source.ts';
export { compileMatcher, compilePart, compileRules } from './compile.ts';
export { compileTokens } from './compile-tokens.ts';
export { type CompiledRules, type PatternOwner, selectRules } from './compiled.ts';
export { type PatternCost, ruleCosts } from './costs.ts';
export { guardOf, type RuleGuard } from './guard.ts';
export { hashParts } from './hash.ts';
export { type LoadedRules, loadRuleFiles, parseRuleFiles, type RuleFile } from './load.ts';
export type { Match, Matcher, MatchGuard, PatternSource } from './matcher.ts';
export { loadPack, type PackPart, serializePack } from './pack.ts';
export {
  appliesTo,
  type PiiRuleFields,
  patternName,
  type Rule,
  type RuleExample,
  type RuleKind,
  type RulePattern,
  type RuleUnless,
} from './rule.ts';
export { createRuleSet, type RuleHit, type RuleScan, type RuleSet, type ScanScope } from './rule-set.ts';
export { type ExampleFailure, testRules } from './test-rules.ts';
export { LEAD_CLASSES, type TokenTable } from './token-table.ts';
export { expandRulePaths, loadUserRules, type UserRules } from './user-rules.ts';
export { faultAt, parseYaml, schemaErrors, type YamlSource } from './yaml-source.ts';
