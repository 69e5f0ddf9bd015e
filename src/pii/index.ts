export { redactionDiff } from './diff.ts';
export { createPiiEngine, type PiiEngine, type PiiEngineOptions, type PiiMatch } from './engine.ts';
export { type ImportedRule, type ImportedRules, importCustomPiiRules } from './import.ts';
export { MASK_STYLES, type MaskStyle, maskValue } from './mask.ts';
export {
  DEFAULT_PII,
  PII_ACTIONS,
  type PiiAction,
  type PiiOptions,
  REDACTIONS,
  type RedactionMode,
} from './options.ts';
export { createVault, restore, type Vault } from './pseudonym.ts';
export {
  createRedactor,
  type Redactable,
  type Redacted,
  type Redactor,
  type RedactorOptions,
  type Replacement,
} from './redact.ts';
export { loadPiiEngine, sensitiveRegions } from './sensitive.ts';
export { VALIDATOR_NAMES } from './validators.ts';
export { readVault, type VaultFile, writeVault } from './vault-file.ts';
