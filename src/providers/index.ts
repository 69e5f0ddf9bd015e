export { checkBaseUrl } from './base-url.ts';
export { type CheckOptions, checkProviders, type ProviderCheck } from './check.ts';
export { chunkText } from './chunks.ts';
export type { Egress } from './guarded-fetch.ts';
export { ANSWER_CATEGORIES, type AnswerCategory, type Judgement } from './judgement.ts';
export {
  DEFAULT_LLM,
  LLM_MODES,
  type LlmMode,
  type LlmOptions,
  mergeLlmConfig,
  PROVIDER_NAMES,
  type ProviderName,
} from './options.ts';
export { createPanel, type Panel, type PanelAnswer, type PanelOptions, type ProviderHealth } from './panel.ts';
export { type Piece, PROMPT_VERSION, type Question } from './prompt.ts';
export {
  mapRedaction,
  type Redact,
  type RedactedSpan,
  type Redaction,
  type RedactionMap,
  redactValues,
  type SensitiveValue,
} from './redaction.ts';
export { PROVIDERS, resolveProviders } from './registry.ts';
export type { ReplyStore } from './reply-store.ts';
