import { createPiiEngine, type PiiEngine, type PiiOptions } from '../../src/pii/index.ts';
import { builtinRuleFiles, compileRules, loadRuleFiles, type Rule } from '../../src/rules/index.ts';

const files = await builtinRuleFiles('pii');
const loaded = await loadRuleFiles(files, 'builtin');
if (loaded.errors.length > 0) throw new AggregateError(loaded.errors, loaded.errors.join('\n'));

/** The rules of rules/pii, as their files say them. */
export const piiRules: readonly Rule[] = loaded.rules;

const compiled = compileRules(piiRules);

/** One engine over the built-in rules with the options given. */
export function engineWith(options: Partial<PiiOptions> = {}): PiiEngine {
  return createPiiEngine({ ...options, rules: compiled });
}

/** The engine with everything at its default. */
export const engine: PiiEngine = engineWith();

/** What an engine finds, as `type:value`. */
export function found(text: string, using: PiiEngine = engine): string[] {
  return using.detect(text).map(({ type, start, end }) => `${type}:${text.slice(start, end)}`);
}
