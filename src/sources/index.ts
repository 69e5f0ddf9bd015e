export { type CollectOptions, collectInputs } from './collect.ts';
export { type Input, inputFromBytes, type SourceEntry } from './input.ts';
export { readStdin } from './stdin.ts';
