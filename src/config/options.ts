import type { Role } from '../core/document.ts';
import type { Mode, Strategy, Verdict } from '../core/verdict.ts';
import { INPUT_FORMATS, type InputFormat } from '../formats/index.ts';
import { DEFAULT_PII, type PiiOptions } from '../pii/index.ts';
import { DEFAULT_LLM, type LlmOptions } from '../providers/index.ts';

export { INPUT_FORMATS, type InputFormat };

export const FAIL_ON = ['block', 'review', 'never'] as const satisfies readonly (Verdict | 'never')[];
export type FailOn = (typeof FAIL_ON)[number];

/** What the user may ask for as `--strategy`: one of the four, or leave it to the router. */
export const STRATEGY_CHOICES = ['auto', 'heuristic_only', 'balanced', 'comprehensive', 'paranoid'] as const;
export type StrategyChoice = 'auto' | Strategy;

export interface RuleOptions {
  /** Rule files or folders that add to the built-in corpus. */
  readonly paths: readonly string[];
  readonly builtin: boolean;
  /** Ids of rules that are left out. */
  readonly disable: readonly string[];
}

export interface InputOptions {
  readonly format: InputFormat;
  /** Field of a JSONL record that holds the text; null takes `text`, `prompt` or `content`. */
  readonly textField: string | null;
  /** Who speaks in inputs that do not say so themselves; null leaves it to the format. */
  readonly role: Role | null;
  /** Bytes; a larger file is an error, a JSONL file is streamed and has no limit. */
  readonly maxFileSize: number;
}

export interface ClassifierOptions {
  readonly enabled: boolean;
  /** A local ONNX text classifier that stands in for the embedded one; needs @huggingface/transformers. */
  readonly model: string | null;
}

export interface CacheOptions {
  readonly enabled: boolean;
  /** Null takes the user's cache folder. */
  readonly dir: string | null;
  readonly maxBytes: number;
  readonly ttlMs: number;
}

/** Everything a scan can be told, resolved and frozen. */
export interface Config {
  readonly mode: Mode;
  readonly strategy: StrategyChoice;
  readonly failOn: FailOn;
  readonly rules: RuleOptions;
  readonly input: InputOptions;
  readonly classifier: ClassifierOptions;
  readonly pii: PiiOptions;
  readonly llm: LlmOptions;
  readonly cache: CacheOptions;
  /** Documents in work at once. */
  readonly concurrency: number;
  /** Any socket is an error. */
  readonly offline: boolean;
}

/** Whether a local ONNX model stands in for the embedded classifier. */
export function usesLocalModel({ classifier }: Pick<Config, 'classifier'>): boolean {
  return classifier.enabled && classifier.model !== null;
}

const MIB = 1024 * 1024;
const DAY_MS = 24 * 60 * 60 * 1000;

export const DEFAULT_CONFIG: Config = Object.freeze<Config>({
  mode: 'moderate',
  strategy: 'auto',
  failOn: 'block',
  rules: { paths: [], builtin: true, disable: [] },
  input: { format: 'auto', textField: null, role: null, maxFileSize: 10 * MIB },
  classifier: { enabled: true, model: null },
  pii: DEFAULT_PII,
  llm: DEFAULT_LLM,
  cache: { enabled: true, dir: null, maxBytes: 64 * MIB, ttlMs: 30 * DAY_MS },
  concurrency: 8,
  offline: false,
});
