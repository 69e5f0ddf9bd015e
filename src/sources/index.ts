export { type CollectOptions, collectInputs } from './collect.ts';
export type { SourceEntry } from './input.ts';
