export { combineRisk } from './combine.ts';
export { type CreateOptions, createConfiguredScanner, type Scanner } from './create.ts';
export { createScanPool, type ScanPool, usefulThreads } from './pool.ts';
export { createRuleTester } from './rule-tester.ts';
export { type LoadedRules, loadRules } from './rules.ts';
