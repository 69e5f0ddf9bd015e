import { type Config, usesLocalModel } from '../config/index.ts';
import { now } from '../core/builtin.ts';
import { escapeVisible } from '../core/excerpt.ts';
import type { RenderOptions, ReportHead, ReportStream, Summary } from '../core/reporter.ts';
import type { ScanError } from '../core/result.ts';
import { createSummaryCounter } from '../core/summary.ts';
import { VERSION } from '../core/version.ts';
import { usefulThreads } from '../engine/index.ts';
import { createScanner, type Scanner } from '../index.ts';
import { type FormatName, reporters } from '../reporters/index.ts';
import { batches } from './batches.ts';
import { columnsOf, isTerminal, wantsColor } from './color.ts';
import { loadContext } from './context.ts';
import { EXIT, scanExitCode } from './exit-code.ts';
import { chooseInputs, type Inputs, lengthOf, type Outcome, type Pending, readDocumentsOf } from './inputs.ts';
import { type Io, isClosedPipe, write } from './io.ts';
import { type OutputChoice, openSink, pairOutputs, type Sink } from './outputs.ts';
import type { ScanFlags } from './program.ts';
import { createProgress } from './progress.ts';

/** The `scan` command: reads, judges, reports, and gives the exit code. */
export async function runScan(paths: readonly string[], flags: ScanFlags, io: Io): Promise<number> {
  const { config } = await loadContext(flags, io);
  const outputs = pairOutputs(flags.outputs);
  const inputs = chooseInputs(paths, flags, io);
  if (flags.estimate) return (await import('./llm-preview.ts')).printEstimate(inputs, flags, config, io);
  if (flags.showEgress) return (await import('./llm-preview.ts')).printEgress(inputs, flags, config, io);
  const scanner = await createScanner({ config, env: io.env, redact: flags.redact ?? false });
  for (const warning of scanner.warnings) await write(io.stderr, `warning: ${escapeVisible(warning)}\n`);
  const stopped = new AbortController();
  const interrupt = () => {
    stopped.abort(INTERRUPTED);
    // A scan that waits for a person to type would never notice.
    io.stdin.destroy();
  };
  io.on('SIGINT', interrupt);
  io.on('SIGTERM', interrupt);
  const progress = createProgress(io, flags.quiet ?? false);
  try {
    const reports = await openReports(outputs, scanner, flags, io);
    try {
      return await runInto(reports, { inputs, scanner, flags, io, config, stopped, progress });
    } catch (error) {
      await Promise.all(reports.map(({ sink }) => sink.discard()));
      throw error;
    }
  } finally {
    progress.stop();
    io.off('SIGINT', interrupt);
    io.off('SIGTERM', interrupt);
  }
}

const INTERRUPTED = 'interrupted';
const CLOSED_PIPE = 'closed pipe';

interface OpenReport {
  readonly stream: ReportStream;
  readonly sink: Sink;
  /** Whether a person reads it in the terminal, errors and all. */
  readonly onScreen: boolean;
}

interface Run {
  readonly inputs: Inputs;
  readonly scanner: Scanner;
  readonly flags: ScanFlags;
  readonly io: Io;
  readonly config: Config;
  readonly stopped: AbortController;
  readonly progress: ReturnType<typeof createProgress>;
}

async function openReports(
  outputs: readonly OutputChoice[],
  scanner: Scanner,
  flags: ScanFlags,
  io: Io,
): Promise<OpenReport[]> {
  const head: ReportHead = {
    tool: {
      name: 'prompt-sentinel',
      version: VERSION,
      // Only some formats print it, and it loads a module.
      get rulesHash() {
        return scanner.rulesHash;
      },
    },
    get rules() {
      return scanner.rules;
    },
  };
  const opened: OpenReport[] = [];
  try {
    for (const choice of outputs) {
      const options = await renderOptions(choice, flags, io);
      const reporter = await reporters[choice.format as FormatName]();
      opened.push({
        stream: reporter.stream(head, options),
        sink: await openSink(choice, io),
        onScreen: choice.path === undefined && choice.format === 'table' && isTerminal(io.stdout),
      });
    }
  } catch (error) {
    await Promise.all(opened.map(({ sink }) => sink.discard()));
    throw error;
  }
  return opened;
}

async function renderOptions(choice: OutputChoice, flags: ScanFlags, io: Io): Promise<RenderOptions> {
  const color = choice.path === undefined && choice.format === 'table' && wantsColor(io.stdout, io.env, flags.color);
  return {
    ...(color ? { paint: new (await import('chalk')).Chalk({ level: 1 }) } : {}),
    ...(choice.path === undefined ? { width: columnsOf(io.stdout) } : {}),
    showPii: flags.showPii ?? false,
    quiet: flags.quiet ?? false,
    verbose: flags.verbose ?? false,
    ...(flags.sarifCategory === undefined ? {} : { category: flags.sarifCategory }),
  };
}

async function runInto(reports: readonly OpenReport[], run: Run): Promise<number> {
  const { config, flags, io, stopped, progress } = run;
  const started = now();
  const counter = createSummaryCounter({ cacheUsed: config.cache.enabled });
  const errors: ScanError[] = [];
  const emit = async (make: (stream: ReportStream) => string) => {
    for (const { stream, sink } of reports) {
      const text = make(stream);
      if (text !== '') await sink.write(text);
    }
  };
  const fail = async (error: ScanError) => {
    errors.push(error);
    counter.addError();
    progress.stop();
    if (reports.some(({ onScreen }) => onScreen)) return;
    await write(io.stderr, `error: ${escapeVisible(error.uri)}: ${escapeVisible(error.message)}\n`);
  };

  let interrupted = false;
  let closed = false;
  try {
    await emit((stream) => stream.begin());
    let scanned = 0;
    for await (const outcome of scanAll(run)) {
      if (stopped.signal.aborted) break;
      if (outcome.type === 'skipped') counter.addSkipped();
      else if (outcome.type === 'error') await fail(outcome.error);
      else {
        counter.add(outcome.result);
        await emit((stream) => stream.document(outcome.result));
        progress.update(++scanned);
      }
    }
    if (scanned === 0 && errors.length === 0 && !stopped.signal.aborted && !flags.passOnNoFiles) {
      await fail({
        uri: '.',
        code: 'no_input',
        message: 'nothing was scanned: no input matched (--pass-on-no-files makes that a pass)',
      });
    }
  } catch (error) {
    if (isClosedPipe(error)) closed = true;
    else if (error !== INTERRUPTED) throw error;
  }
  interrupted = stopped.signal.reason === INTERRUPTED;
  if (interrupted)
    await fail({ uri: '.', code: 'interrupted', message: 'interrupted: what was done so far is reported' });
  const summary = { ...counter.summary(now() - started), ...(config.llm.enabled ? { llm: run.scanner.spent() } : {}) };
  const code = interrupted
    ? EXIT.interrupted
    : scanExitCode(summary, config.failOn, { allowIncomplete: flags.allowIncomplete ?? false });
  progress.stop();
  if (closed) {
    await Promise.all(reports.map(({ sink }) => sink.discard()));
    stopped.abort(CLOSED_PIPE);
    return code === EXIT.clean ? EXIT.failed : code;
  }
  await warnIncomplete(summary, flags, io);
  try {
    await emit((stream) => stream.end({ errors, summary }));
  } catch (error) {
    if (!isClosedPipe(error)) throw error;
  }
  await Promise.all(reports.map(({ sink }) => sink.close()));
  return code;
}

async function warnIncomplete({ incomplete }: Summary, flags: ScanFlags, io: Io): Promise<void> {
  if (incomplete === 0) return;
  const documents = `${incomplete} ${incomplete === 1 ? 'document is' : 'documents are'} incomplete: a layer failed (the report says which)`;
  await write(io.stderr, `${flags.allowIncomplete ? 'warning' : 'error'}: ${documents}\n`);
}

/**
 * Characters from which worker threads are started. A thread takes about half a second of CPU time until its code runs at full speed:
 * two processors break even at 3 MB. With more of them it was not measured.
 */
const WORKERS_PAY_FROM = 4_000_000;

/** Every document of every input, judged, in input order. */
async function* scanAll(run: Run): AsyncIterable<Outcome> {
  const { config, scanner, stopped } = run;
  const { signal } = stopped;
  const judge = async (entry: Pending): Promise<Outcome> =>
    entry.type === 'document'
      ? { type: 'result', result: await scanner.scanDocument(entry.document, { signal }) }
      : entry;
  // A local model has threads of its own, and every worker would load another copy.
  const isAlone = usesLocalModel(config);
  async function* judgeAll(entries: AsyncIterable<Pending> | Iterable<Pending>): AsyncIterable<Outcome> {
    for await (const batch of batches(entries)) {
      signal.throwIfAborted();
      if (isAlone) for (const entry of batch) yield await judge(entry);
      else yield* await Promise.all(batch.map(judge));
    }
  }
  if (config.llm.enabled) {
    // Waiting for a network is worth doing several at once.
    const { pMapIterable } = await import('p-map');
    yield* pMapIterable(readDocumentsOf(run.inputs, run.flags, config, run.io), judge, {
      concurrency: config.concurrency,
      backpressure: config.concurrency * 4,
    });
    return;
  }
  const entries = readDocumentsOf(run.inputs, run.flags, config, run.io)[Symbol.asyncIterator]();
  // Files are read ahead until it is clear whether there is enough for workers; who pipes texts in waits for answers.
  const ahead: Pending[] | undefined = run.inputs.paths.includes('-') ? undefined : [];
  let characters = 0;
  for (let next = await entries.next(); !next.done; next = await entries.next()) {
    signal.throwIfAborted();
    characters += lengthOf(next.value);
    if (characters >= WORKERS_PAY_FROM) {
      const all = joined([...(ahead ?? []), next.value], entries);
      if (isAlone || usefulThreads() < 2) yield* judgeAll(all);
      else {
        const { scanPooled } = await import('./pooled-scan.ts');
        yield* scanPooled(all, { config, scanner, signal, redact: run.flags.redact ?? false });
      }
      return;
    }
    if (ahead) ahead.push(next.value);
    else yield await judge(next.value);
  }
  yield* judgeAll(ahead ?? []);
}

async function* joined<T>(first: readonly T[], rest: AsyncIterator<T>): AsyncIterable<T> {
  yield* first;
  yield* { [Symbol.asyncIterator]: () => rest };
}
