import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { FAIL_ON, INPUT_FORMATS, STRATEGY_CHOICES } from '../config/index.ts';
import { ROLES } from '../core/document.ts';
import { MODES } from '../core/verdict.ts';
import { VERSION } from '../core/version.ts';
import { REDACTIONS } from '../pii/index.ts';
import { reporters } from '../reporters/index.ts';
import { EXIT } from './exit-code.ts';
import type { Io } from './io.ts';
import type { OutputFlag } from './outputs.ts';

const REPORT_FORMATS = Object.keys(reporters);

/** The commands that have enough options to be worth leaving out. */
const COMMANDS: readonly string[] = ['scan', 'redact', 'rules'];

const EXAMPLES = `
Examples:
  prompt-sentinel scan prompts/                     scan a folder
  prompt-sentinel scan -p "Ignore all rules"        scan a text
  cat chat.jsonl | prompt-sentinel scan - --input-format jsonl --format ndjson
  prompt-sentinel scan . -f table -f sarif -o out.sarif
  prompt-sentinel rules show instruction-override/ignore-previous

Exit codes: 0 clean, 1 something at or above --fail-on, 2 not to be trusted (usage, config, rules, unreadable input,
a failed layer, nothing to scan), 130 interrupted.`;

/** Parses a command line, runs its command and gives the exit code. Usage errors are code 2, whatever commander says. */
export async function runProgram(argv: readonly string[], io: Io): Promise<number> {
  let exitCode: number = EXIT.clean;
  const done = (code: number) => {
    exitCode = code;
  };
  const program = buildProgram(io, done, argv[0]);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.code === 'commander.helpDisplayed' ||
      error.code === 'commander.version' ||
      (error.code === 'commander.help' && error.exitCode === 0)
      ? EXIT.clean
      : EXIT.failed;
  }
}

/**
 * The whole command line as commander knows it; also read by the generator of the command reference. Where the first word
 * is known and names a command, the others get no options: describing them all costs a start some milliseconds.
 */
export function buildProgram(io: Io, done: (code: number) => void, first?: string): Command {
  const only = first !== undefined && COMMANDS.includes(first) ? first : undefined;
  const wanted = (name: string) => only === undefined || only === name;
  const program = new Command('prompt-sentinel')
    .description('Scans prompts, prompt templates and agent files: allow, review or block, with exact reasons.')
    .version(VERSION, '-V, --version')
    .helpCommand(true)
    .showHelpAfterError('(run with --help for usage)')
    .addHelpText('after', EXAMPLES)
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
    })
    .exitOverride();
  const command = (parent: Command, name: string, description: string) =>
    parent.command(name).description(description).copyInheritedSettings(parent).exitOverride();

  const scan = command(
    program,
    'scan [paths...]',
    'scan files, folders, globs, stdin (-) or texts given with --prompt',
  );
  if (wanted('scan')) addScan(scan, io, done);

  const redact = command(program, 'redact [paths...]', 'print, or write back, texts with PII and secrets replaced');
  if (wanted('redact')) addRedact(redact, io, done);

  const rules = command(program, 'rules', 'browse, check and test the rules');
  if (wanted('rules')) addRules(rules, (name, description) => command(rules, name, description), io, done);

  const cache = command(program, 'cache', 'the verdict cache');
  for (const [name, description] of [
    ['stats', 'how many verdicts are kept, and how large they are'],
    ['clear', 'forget all verdicts'],
    ['path', 'where they are kept'],
  ] as const) {
    command(cache, name, description)
      .option('--cache-dir <dir>', 'folder of the cache')
      .action(async (options) => done(await (await import('./cache.ts')).runCache(name, options, io)));
  }

  command(program, 'doctor', 'what is configured: config file, rules, cache, providers')
    .option('--config <file>', 'config file to read instead of the one found')
    .option('--providers', 'ask each configured LLM provider whether it answers')
    .addOption(new Option('-f, --format <format>', 'output format').choices(['text', 'json']).default('text'))
    .action(async (options) => done(await (await import('./doctor.ts')).runDoctor(options, io)));

  return program;
}

/** Options of commands that build a scanner. */
export interface ScannerFlags {
  readonly mode?: (typeof MODES)[number];
  readonly strategy?: (typeof STRATEGY_CHOICES)[number];
  readonly rules?: readonly string[];
  readonly builtinRules?: boolean;
  readonly disableRule?: readonly string[];
  readonly config?: string | boolean;
  readonly model?: string;
  readonly classifier?: boolean;
  readonly pii?: boolean;
  readonly redact?: boolean;
  readonly llm?: string | boolean;
  readonly llmCassette?: string;
  readonly maxCalls?: number;
  readonly maxCost?: number;
  readonly offline?: boolean;
  readonly cache?: boolean;
  readonly cacheDir?: string;
  readonly concurrency?: number;
}

/** Options of `scan`. */
export interface ScanFlags extends ScannerFlags {
  readonly prompt?: readonly string[];
  readonly outputs: readonly OutputFlag[];
  readonly failOn?: (typeof FAIL_ON)[number];
  readonly stdinFilename?: string;
  readonly inputFormat?: (typeof INPUT_FORMATS)[number];
  readonly textField?: string;
  readonly role?: (typeof ROLES)[number];
  readonly maxFileSize?: number;
  readonly glob?: boolean;
  readonly ignore?: boolean;
  readonly forceExclude?: boolean;
  readonly passOnNoFiles?: boolean;
  readonly allowIncomplete?: boolean;
  readonly showPii?: boolean;
  readonly showEgress?: boolean;
  readonly estimate?: boolean;
  readonly sarifCategory?: string;
  readonly color?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

function addScan(scan: Command, io: Io, done: (code: number) => void): void {
  const outputs: OutputFlag[] = [];
  scan
    .option('-p, --prompt <text>', 'a text to scan (repeatable)', collect)
    .addOption(
      new Option(
        '-f, --format <format>',
        `report format: ${REPORT_FORMATS.join(', ')} (repeatable; default table)`,
      ).argParser((value: string) => {
        if (!REPORT_FORMATS.includes(value)) {
          throw new InvalidArgumentError(`Allowed choices are ${REPORT_FORMATS.join(', ')}.`);
        }
        outputs.push({ kind: 'format', value });
      }),
    )
    .addOption(
      new Option('-o, --output <file>', 'write the report of the -f before it to a file (repeatable)').argParser(
        (value: string) => {
          outputs.push({ kind: 'output', value });
        },
      ),
    )
    .addOption(
      new Option('--fail-on <verdict>', 'verdict from which on the exit code is 1 (default block)').choices(FAIL_ON),
    );
  addScannerOptions(scan)
    .option('--stdin-filename <name>', 'name of what comes from stdin: decides its format and its path in reports')
    .addOption(
      new Option('--input-format <format>', 'how inputs are read (default auto: by name)').choices(INPUT_FORMATS),
    )
    .option('--text-field <name>', 'field of a JSONL record that holds the text')
    .addOption(new Option('--role <role>', 'who speaks, where the input does not say so').choices(ROLES))
    .option('--max-file-size <bytes>', 'a larger file is an error (default 10485760)', wholeNumber)
    .option('--no-glob', 'take every path literally')
    .option('--no-ignore', 'do not read .gitignore and .promptsentinelignore')
    .option('--force-exclude', 'leave out ignored files even when they are named')
    .option('--pass-on-no-files', 'exit 0 when no input matched (for hooks)')
    .option('--allow-incomplete', 'exit 0 although a layer could not do all of its work')
    .option('--show-pii', 'print PII and secrets as they are')
    .option('--show-egress', 'print exactly what would be sent to which LLM provider, and send nothing')
    .option('--estimate', 'print calls, tokens and cost of the LLM layer, and send nothing')
    .option('--sarif-category <name>', 'category of the SARIF run, for several uploads of one commit')
    .option('--color', 'colour the table (default: where stdout is a terminal)')
    .option('--no-color', 'do not colour')
    .option('-q, --quiet', 'print only what fails')
    .option('-v, --verbose', 'print allowed documents, layers and the router’s reason too')
    .action(async (paths: string[], options) =>
      done(await (await import('./scan.ts')).runScan(paths, { ...options, outputs }, io)),
    );
}

function addRedact(redact: Command, io: Io, done: (code: number) => void): void {
  redact
    .addOption(new Option('--style <style>', 'how values are replaced (default mask)').choices(REDACTIONS))
    .option('--type <name>', 'only this type (repeatable)', collect)
    .option('-w, --write', 'change the files instead of printing them')
    .option('--diff', 'print what would change')
    .option('--vault <file>', 'keep what each pseudonym stands for')
    .option('--restore', 'put back the values of the vault')
    .option('--rules <path>', 'rule file or folder that adds to the built-in rules (repeatable)', collect)
    .option('--no-builtin-rules', 'leave out the built-in rules')
    .option('--config <file>', 'config file to read instead of the one found')
    .option('--no-config', 'read no config file')
    .option('--max-file-size <bytes>', 'a larger file is an error (default 10485760)', wholeNumber)
    .action(async (paths: string[], options) =>
      done(await (await import('./redact.ts')).runRedact(paths, options, io)),
    );
}

/** Adds the options that every command with a scanner has. */
function addScannerOptions(command: Command): Command {
  return command
    .addOption(new Option('--mode <mode>', 'how strict the thresholds are (default moderate)').choices(MODES))
    .addOption(
      new Option('--strategy <strategy>', 'which layers run (default auto: the router chooses)').choices(
        STRATEGY_CHOICES,
      ),
    )
    .option('--rules <path>', 'rule file or folder that adds to the built-in rules (repeatable)', collect)
    .option('--no-builtin-rules', 'leave out the built-in rules')
    .option('--disable-rule <id>', 'leave out one rule (repeatable)', collect)
    .option('--config <file>', 'config file to read instead of the one found')
    .option('--no-config', 'read no config file')
    .option('--no-classifier', 'leave out the classifier')
    .option('--model <folder>', 'a local ONNX text classifier in place of the embedded one')
    .option('--no-pii', 'leave out the PII layer')
    .option('--redact', 'put the text with PII replaced into the report (modified_prompt)')
    .option('--llm [mode]', 'ask the configured LLM providers; record or replay uses --llm-cassette')
    .option('--no-llm', 'never ask an LLM')
    .option('--llm-cassette <file>', 'replies recorded with --llm=record, used alone with --llm=replay')
    .option('--max-calls <n>', 'LLM calls at most', wholeNumber)
    .option('--max-cost <usd>', 'dollars at most', positiveNumber)
    .option('--offline', 'make any socket an error')
    .option('--no-cache', 'neither read nor write the verdict cache')
    .option('--cache-dir <dir>', 'folder of the verdict cache')
    .option('--concurrency <n>', 'documents in work at once (default 8)', wholeNumber);
}

function addRules(
  rules: Command,
  command: (name: string, description: string) => Command,
  io: Io,
  done: (code: number) => void,
): void {
  const source = (target: Command) =>
    target
      .option('--rules <path>', 'rule file or folder that adds to the built-in rules (repeatable)', collect)
      .option('--no-builtin-rules', 'leave out the built-in rules');
  const format = () => new Option('-f, --format <format>', 'output format').choices(['text', 'json']).default('text');
  source(command('list', 'list the rules'))
    .option('--category <name>', 'only this category')
    .addOption(format())
    .action(async (options) => done(await (await import('./rules.ts')).listRules(options, io)));
  source(command('show <id>', 'one rule: what, why, examples, what to do'))
    .addOption(format())
    .action(async (id: string, options) => done(await (await import('./rules.ts')).showRule(id, options, io)));
  command('validate [files...]', 'check rule files (default: the built-in rules)')
    .option('--cost', 'print what each rule costs, and which have no literal to search for')
    .action(async (files: string[], options) =>
      done(await (await import('./rules.ts')).validateRules(files, options, io)),
    );
  command('test [files...]', 'run the examples of rule files (default: the built-in rules)').action(
    async (files: string[]) => done(await (await import('./rules.ts')).runRuleTests(files, io)),
  );
  command('stats <datasets...>', 'what each rule finds, alone and only, and gets wrong in labelled records')
    .addOption(format())
    .action(async (files: string[], options) =>
      done(await (await import('./rule-stats.ts')).printRuleStats(files, options, io)),
    );
  command('import <file>', 'turn custom_pii_rules of the original PromptSentinel into a rule file')
    .option('-o, --output <file>', 'write it to a file')
    .action(async (file: string, options) =>
      done(await (await import('./rule-import.ts')).importRules(file, options, io)),
    );
  rules.action(() => rules.help({ error: true }));
}

function collect(value: string, previous: readonly string[] | undefined): string[] {
  return [...(previous ?? []), value];
}

function wholeNumber(value: string): number {
  const parsed = Number(value);
  if (!Number.isSafeInteger(parsed) || parsed < 1) throw new InvalidArgumentError('It takes a whole number above 0.');
  return parsed;
}

function positiveNumber(value: string): number {
  const parsed = Number(value);
  if (!Number.isFinite(parsed) || parsed <= 0) throw new InvalidArgumentError('It takes a number above 0.');
  return parsed;
}
