export { redactionDiff } from './diff.ts';
export { createPiiEngine, type PiiEngine, type PiiMatch } from './engine.ts';
export { importCustomPiiRules } from './import.ts';
export { MASK_STYLES, maskValue } from './mask.ts';
export { DEFAULT_PII, type PiiOptions, REDACTIONS, type RedactionMode } from './options.ts';
export { createVault, restore } from './pseudonym.ts';
export { createRedactor, type Redactable, type Redactor } from './redact.ts';
export { sensitiveRegions } from './sensitive.ts';
export { readVault, type VaultFile, writeVault } from './vault-file.ts';
