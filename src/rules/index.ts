export { type BuiltinPart, builtinRuleFiles, loadBuiltin } from './builtin.ts';
export { type CompiledRules, compileRules, type PatternOwner } from './compile.ts';
export { hashParts } from './hash.ts';
export { type LoadedRules, loadRuleFiles, parseRuleFiles, type RuleFile } from './load.ts';
export { compileMatcher, type Match, type Matcher, type PatternSource } from './matcher.ts';
export {
  appliesTo,
  type PiiRuleFields,
  patternName,
  RULE_KINDS,
  type Rule,
  type RuleExample,
  type RuleKind,
  type RulePattern,
  type RuleUnless,
} from './rule.ts';
export { createRuleSet, type RuleHit, type RuleScan, type RuleSet, type ScanScope } from './rule-set.ts';
export { type ExampleFailure, exampleDocument, testRules } from './test-rules.ts';
export { expandRulePaths } from './user-rules.ts';
export { faultAt, parseYaml, schemaErrors, type YamlSource } from './yaml-source.ts';
