import { readFile } from 'node:fs/promises';
import { UserError } from '../core/errors.ts';
import type { Category } from '../core/finding.ts';
import type { PiiRuleFields, Rule, RuleExample, RulePattern } from './rule.ts';
import type { PatternRuleInput, PiiRuleInput, SignalRuleInput } from './schema.ts';
import { faultAt, parseYaml, schemaErrors } from './yaml-source.ts';

/** A rule file's text and the name that errors show. */
export interface RuleFile {
  readonly path: string;
  readonly text: string;
}

/** What came of reading rule files. A file with an error adds no rules; the others are not touched by it. */
export interface LoadedRules {
  readonly rules: readonly Rule[];
  readonly errors: readonly UserError[];
  /** Patterns that may run long, as `file:line:column: …`; they are still used, under a deadline. */
  readonly warnings: readonly string[];
}

/** Reads, checks and joins rule files. Faults of files are in `errors`; nothing is thrown for them. */
export async function loadRuleFiles(paths: readonly string[], origin?: 'builtin'): Promise<LoadedRules> {
  const unreadable: UserError[] = [];
  const files: RuleFile[] = [];
  for (const path of paths) {
    try {
      files.push({ path, text: await readFile(path, 'utf8') });
    } catch (error) {
      unreadable.push(
        new UserError(
          'rule_file_unreadable',
          `cannot read the rule file: ${reasonOf(error)}`,
          { file: path },
          { cause: error },
        ),
      );
    }
  }
  const loaded = await parseRuleFiles(files, origin);
  return { ...loaded, errors: [...unreadable, ...loaded.errors] };
}

/** Checks and joins the texts of rule files. `origin` defaults to each file's path. */
export async function parseRuleFiles(files: readonly RuleFile[], origin?: 'builtin'): Promise<LoadedRules> {
  const rules: Rule[] = [];
  const errors: UserError[] = [];
  const warnings: string[] = [];
  const seen = new Map<string, string>();
  for (const file of files) {
    const parsed = await parseRuleFile(file, origin ?? file.path, seen);
    errors.push(...parsed.errors);
    warnings.push(...parsed.warnings);
    if (parsed.errors.length > 0) continue;
    for (const rule of parsed.rules) for (const id of [rule.id, ...rule.aliases]) seen.set(id, file.path);
    rules.push(...parsed.rules);
  }
  return { rules, errors, warnings };
}

async function parseRuleFile(file: RuleFile, origin: string, seen: ReadonlyMap<string, string>): Promise<LoadedRules> {
  const { ruleFileFrameSchema, schemaFor } = await import('./schema.ts');
  const { describeRiskyRepetition, isEndless } = await import('./repetition.ts');
  const errors: UserError[] = [];
  const warnings: string[] = [];
  const rules: Rule[] = [];
  const source = await parseYaml(file.path, file.text, 'rule_file_invalid');
  if (!('content' in source)) return { rules, errors: source, warnings };
  const frame = ruleFileFrameSchema.safeParse(source.content);
  if (!frame.success) {
    const known = Object.keys(ruleFileFrameSchema.shape);
    return { rules, errors: schemaErrors(source, frame.error.issues, () => known), warnings };
  }
  const here = new Set<string>();
  frame.data.rules.forEach((raw, index) => {
    const schema = schemaFor(raw);
    const parsed = schema.safeParse(raw);
    const path = ['rules', index];
    if (!parsed.success) {
      const known = Object.keys(schema.shape);
      errors.push(...schemaErrors(source, parsed.error.issues, (at) => (at.length === 0 ? known : NESTED_KEYS), path));
      return;
    }
    const rule = toRule(parsed.data, frame.data.category, origin);
    for (const id of [rule.id, ...rule.aliases]) {
      const other = seen.get(id) ?? (here.has(id) ? file.path : undefined);
      if (other !== undefined)
        errors.push(faultAt(source, [...path, 'id'], `the id ${id} is already used in ${other}`));
      here.add(id);
    }
    const lists = { patterns: rule.patterns, unless: rule.unless, tokens: rule.pii?.tokens ?? [] };
    for (const [list, sources] of Object.entries(lists)) {
      sources.forEach(({ regex, flags = 'i' }, position) => {
        const field = [...path, list, position, 'regex'];
        const fault = faultOfRegex(regex, flags);
        if (fault !== undefined) {
          errors.push(faultAt(source, field, fault));
          return;
        }
        if (list === 'tokens' && isEndless(regex, flags)) {
          errors.push(faultAt(source, field, 'a token has an end: give the repetition a bound, as in \\d{2,9}'));
          return;
        }
        const risk = describeRiskyRepetition(regex, flags);
        if (risk !== undefined) warnings.push(faultAt(source, field, risk).message);
      });
    }
    rules.push(rule);
  });
  return { rules, errors, warnings };
}

/** The keys of the small objects inside a rule, for "did you mean". */
const NESTED_KEYS = [
  ...['regex', 'flags', 'name', 'scope', 'roles', 'kinds', 'match', 'no_match', 'text', 'role', 'kind'],
  ...['words', 'required', 'standalone', 'window', 'mask', 'label', 'hash_prefix'],
];

/** A longer regex, or one with deeper brackets, is refused: walking its syntax tree recurses. */
const MAX_REGEX_LENGTH = 20_000;
const MAX_REGEX_DEPTH = 100;

function faultOfRegex(regex: string, flags: string): string | undefined {
  if (regex.length > MAX_REGEX_LENGTH) return `the regular expression is longer than ${MAX_REGEX_LENGTH} characters`;
  if (bracketDepth(regex) > MAX_REGEX_DEPTH)
    return `the regular expression has brackets deeper than ${MAX_REGEX_DEPTH} levels`;
  try {
    new RegExp(regex, `${flags}g`);
    return undefined;
  } catch (error) {
    return `the regular expression is not valid: ${reasonOf(error)}`;
  }
}

/** The deepest nesting of opening brackets; escapes are skipped, and brackets in classes count too. */
function bracketDepth(regex: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < regex.length; at++) {
    const unit = regex[at];
    if (unit === '\\') at++;
    else if (unit === '(' || unit === '[') deepest = Math.max(deepest, ++depth);
    else if ((unit === ')' || unit === ']') && depth > 0) depth--;
  }
  return deepest;
}

function toRule(input: PatternRuleInput | SignalRuleInput | PiiRuleInput, category: Category, origin: string): Rule {
  const isPii = input.kind === 'pii';
  const signal = 'signal' in input ? (input as SignalRuleInput).signal : undefined;
  const { patterns = [], unless = [] } = input as Partial<PatternRuleInput>;
  return {
    id: input.id,
    kind: isPii ? 'pii' : signal === undefined ? 'pattern' : 'signal',
    category: input.category ?? category,
    title: input.title,
    description: input.description,
    severity: input.severity,
    confidence: input.confidence,
    patterns: patterns.map(toPattern),
    ...(signal === undefined ? {} : { signal }),
    unless: unless.map(({ regex, flags, scope = 'near' }) => ({
      regex,
      ...(flags === undefined ? {} : { flags }),
      scope,
    })),
    appliesTo: {
      ...(input.applies_to?.roles ? { roles: input.applies_to.roles } : {}),
      ...(input.applies_to?.kinds ? { kinds: input.applies_to.kinds } : {}),
    },
    languages: input.languages ?? [],
    references: input.references ?? [],
    remediation: input.remediation ?? '',
    examples: {
      match: (input.examples?.match ?? []).map(toExample),
      noMatch: (input.examples?.no_match ?? []).map(toExample),
    },
    aliases: input.aliases ?? [],
    ...(input.notes === undefined ? {} : { notes: input.notes }),
    ...(isPii ? { pii: piiFields(input as PiiRuleInput) } : {}),
    origin,
  };
}

function toPattern({ regex, flags, name }: NonNullable<PatternRuleInput['patterns']>[number]): RulePattern {
  return { regex, ...(flags === undefined ? {} : { flags }), ...(name === undefined ? {} : { name }) };
}

type ExampleInput = NonNullable<NonNullable<PatternRuleInput['examples']>['match']>[number];

function toExample(example: ExampleInput): RuleExample {
  if (typeof example === 'string') return { text: example };
  const { text, role, kind } = example;
  return { text, ...(role === undefined ? {} : { role }), ...(kind === undefined ? {} : { kind }) };
}

function piiFields(input: PiiRuleInput): PiiRuleFields {
  const {
    id: _id,
    kind: _kind,
    category: _category,
    title: _title,
    description: _description,
    severity: _severity,
    confidence: _confidence,
    patterns: _patterns,
    unless: _unless,
    applies_to: _appliesTo,
    languages: _languages,
    references: _references,
    remediation: _remediation,
    examples: _examples,
    aliases: _aliases,
    notes: _notes,
    tokens,
    ...fields
  } = input;
  return tokens === undefined ? fields : { ...fields, tokens: tokens.map(toPattern) };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
