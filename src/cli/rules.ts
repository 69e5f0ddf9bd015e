import { readFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { UserError } from '../core/errors.ts';
import { escapeVisible } from '../core/excerpt.ts';
import { plural } from '../core/plural.ts';
import { createRuleTester } from '../engine/index.ts';
import {
  builtinRuleFiles,
  expandRulePaths,
  type LoadedRules,
  loadRuleFiles,
  parseRuleFiles,
  patternName,
  type Rule,
  ruleCosts,
  testRules,
} from '../rules/index.ts';
import { EXIT } from './exit-code.ts';
import { type Io, write } from './io.ts';

interface RuleSourceFlags {
  readonly rules?: readonly string[];
  readonly builtinRules?: boolean;
}

interface FormatFlag {
  readonly format: 'text' | 'json';
}

/** `rules list`: one line a rule, or JSON. */
export async function listRules(
  flags: RuleSourceFlags & FormatFlag & { readonly category?: string },
  io: Io,
): Promise<number> {
  const rules = (await readRules(flags, io)).filter(({ category }) => !flags.category || category === flags.category);
  if (rules.length === 0 && flags.category) {
    throw new UserError('usage', `no rule has the category ${flags.category}`);
  }
  if (flags.format === 'json') return print(io, `${JSON.stringify(rules.map(toJson), null, 2)}\n`);
  const width = Math.max(...rules.map(({ id }) => id.length));
  const lines = rules.map(
    ({ id, severity, confidence, title }) =>
      `${id.padEnd(width)}  ${severity.padEnd(8)}  ${confidence.toFixed(2)}  ${title}`,
  );
  return print(
    io,
    `${lines.join('\n')}\n\n${rules.length} rules. "prompt-sentinel rules show <id>" prints one with its examples.\n`,
  );
}

/** `rules show <id>`: the rule's page. */
export async function showRule(id: string, flags: FormatFlag, io: Io): Promise<number> {
  const rules = await readRules({}, io);
  const rule = rules.find((candidate) => candidate.id === id || candidate.aliases.includes(id));
  if (!rule) {
    const { nearest } = await import('../core/errors.ts');
    const near = nearest(
      id,
      rules.map((candidate) => candidate.id),
    );
    throw new UserError('unknown_rule', `there is no rule ${id}${near ? `; did you mean ${near}?` : ''}`);
  }
  return print(io, flags.format === 'json' ? `${JSON.stringify(toJson(rule), null, 2)}\n` : rulePage(rule));
}

/** `rules validate`: faults with file, line, column and field; exit code 2 when there is one. */
export async function validateRules(
  files: readonly string[],
  flags: { readonly cost?: boolean },
  io: Io,
): Promise<number> {
  const { count, loaded } = await readRuleFiles(files, io);
  const { rules, errors, warnings } = loaded;
  for (const warning of warnings) await write(io.stderr, `warning: ${escapeVisible(warning)}\n`);
  for (const error of errors) await write(io.stderr, `error: ${escapeVisible(error.message)}\n`);
  if (flags.cost) {
    const rows = ruleCosts(rules).map(({ rule, index, gate, lookedFor, ordinary, hostile }) => {
      const by = gate === 'none' ? 'nothing: it runs over every text' : lookedFor.slice(0, 4).join(' ');
      return `${ordinary.toFixed(3).padStart(9)}  ${hostile.toFixed(2).padStart(9)}  ${patternId(rule, index)}  ${escapeVisible(by)}`;
    });
    await write(io.stdout, `    µs/KB    hostile  pattern, and what is looked for first\n${rows.join('\n')}\n`);
  }
  if (errors.length > 0) return EXIT.failed;
  return print(
    io,
    `${plural(rules.length, 'rule')} in ${plural(count, 'file')} ${rules.length === 1 ? 'is' : 'are'} valid.\n`,
  );
}

/** `rules test`: runs every rule's examples; exit code 1 when one fails, 2 when a file is at fault. */
export async function runRuleTests(files: readonly string[], io: Io): Promise<number> {
  const { rules, errors } = (await readRuleFiles(files, io)).loaded;
  for (const error of errors) await write(io.stderr, `error: ${escapeVisible(error.message)}\n`);
  const failures = testRules(rules, createRuleTester(rules));
  const examples = rules.reduce((sum, rule) => sum + rule.examples.match.length + rule.examples.noMatch.length, 0);
  for (const { ruleId, expected, text } of failures) {
    const wanted = expected === 'match' ? 'should fire and did not' : 'fired and should not';
    await write(io.stdout, `${ruleId}: ${wanted}: ${escapeVisible(text.slice(0, 200))}\n`);
  }
  await write(
    io.stdout,
    `${examples - failures.length} of ${plural(examples, 'example')} of ${plural(rules.length, 'rule')} hold.\n`,
  );
  return errors.length > 0 ? EXIT.failed : failures.length > 0 ? EXIT.found : EXIT.clean;
}

async function readRules({ rules: paths = [], builtinRules = true }: RuleSourceFlags, io: Io): Promise<Rule[]> {
  const own = paths.length > 0 ? await expandRulePaths(paths.map((path) => resolve(io.cwd(), path))) : [];
  const builtin = builtinRules ? await loadRuleFiles(await builtinRuleFiles(), 'builtin') : { rules: [], errors: [] };
  const user = await loadRuleFiles(own);
  const [first] = [...builtin.errors, ...user.errors];
  if (first) throw first;
  return [...builtin.rules, ...user.rules];
}

/** The rule files that were named, or the built-in ones; faults are told by the path as the user sees it. */
async function readRuleFiles(
  files: readonly string[],
  io: Io,
): Promise<{ readonly count: number; readonly loaded: LoadedRules }> {
  if (files.length === 0) {
    const paths = await builtinRuleFiles();
    return { count: paths.length, loaded: await loadRuleFiles(paths, 'builtin') };
  }
  const paths = await expandRulePaths(files.map((file) => resolve(io.cwd(), file)));
  const texts = paths.map(async (path) => ({ path: relative(io.cwd(), path), text: await readFile(path, 'utf8') }));
  return { count: paths.length, loaded: await parseRuleFiles(await Promise.all(texts)) };
}

function patternId(rule: Rule, index: number): string {
  return rule.patterns.length === 1 ? rule.id : `${rule.id} ${patternName(rule, index)}`;
}

function rulePage(rule: Rule): string {
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? '' : `\n${title}\n${lines.map((line) => `  ${line}`).join('\n')}\n`;
  const applies = [
    ...(rule.appliesTo.roles ? [`roles: ${rule.appliesTo.roles.join(', ')}`] : []),
    ...(rule.appliesTo.kinds ? [`kinds: ${rule.appliesTo.kinds.join(', ')}`] : []),
  ];
  const examples = (list: Rule['examples']['match']) => list.map(({ text }) => escapeVisible(text));
  return (
    `${rule.id}\n${rule.title}\n` +
    `${rule.category} · ${rule.severity} · confidence ${rule.confidence} · ${rule.origin}\n` +
    section('What and why', rule.description.trim().split('\n')) +
    section('Applies to', applies) +
    section(
      'Patterns',
      rule.patterns.map(({ regex, name }) => (name ? `${name}: ${regex}` : regex)),
    ) +
    section('Signal', rule.signal ? [rule.signal] : []) +
    section(
      'Not when',
      rule.unless.map(({ regex, scope }) => `${scope}: ${regex}`),
    ) +
    section('Fires on', examples(rule.examples.match)) +
    section('Does not fire on', examples(rule.examples.noMatch)) +
    section('What to do', rule.remediation ? rule.remediation.trim().split('\n') : []) +
    section('References', rule.references) +
    section('Notes', rule.notes ? rule.notes.trim().split('\n') : [])
  );
}

/** The rule in the words of its YAML. */
function toJson({ appliesTo, examples, origin, ...rule }: Rule): Record<string, unknown> {
  return { ...rule, applies_to: appliesTo, examples: { match: examples.match, no_match: examples.noMatch }, origin };
}

async function print(io: Io, text: string): Promise<number> {
  await write(io.stdout, text);
  return EXIT.clean;
}
