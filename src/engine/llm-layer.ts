import type { VerdictCache } from '../cache/index.ts';
import type { Config } from '../config/index.ts';
import type { RuleInfo } from '../core/reporter.ts';
import { createLlmDetector, LLM_RULES, type LlmDetector } from '../detectors/llm.ts';
import type { PiiEngine } from '../pii/index.ts';
import { PROMPT_VERSION, redactValues, resolveProviders } from '../providers/index.ts';
import type { CreateOptions } from './create.ts';

/** The LLM layer, the rules it reports under, and which models judge. */
export interface LlmLayer {
  readonly detector: LlmDetector;
  readonly rules: readonly RuleInfo[];
  readonly judges: string;
}

/** Opens the LLM layer; `pii` finds what must not leave the machine. Throws UserError where no provider is configured. */
export async function loadLlm(
  config: Config,
  options: CreateOptions,
  pii: () => PiiEngine,
  cache: VerdictCache | null,
): Promise<LlmLayer> {
  const env = options.env ?? {};
  const detector = createLlmDetector({
    llm: config.llm,
    env,
    redact: (text) => redactValues(text, pii().detect(text)),
    offline: config.offline,
    ...(options.onEgress ? { onEgress: options.onEgress } : {}),
    ...(options.hold === undefined ? {} : { hold: options.hold }),
    ...(cache ? { replies: cache } : {}),
  });
  await detector.open();
  const judges = resolveProviders(config.llm, env).map(({ name, model, baseUrl }) => [name, model, baseUrl]);
  return { detector, rules: LLM_RULES, judges: JSON.stringify([PROMPT_VERSION, judges]) };
}
