import { setMaxListeners } from 'node:events';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { BulkheadPolicy, CircuitBreakerPolicy } from 'cockatiel';
import type { LayerFailure } from '../core/detector.ts';
import { UserError } from '../core/errors.ts';
import { addUsage, type ClassifyRequest, type LlmUsage, NO_USAGE, type Provider } from '../core/provider.ts';
import { readAnswer } from './answer.ts';
import { estimateRequest, estimateTokens, usageOf, worstCost } from './cost.ts';
import type { Egress } from './guarded-fetch.ts';
import type { Judgement } from './judgement.ts';
import { createLedger, hasBudget } from './ledger.ts';
import { createMeter, type Meter } from './meter.ts';
import type { LlmOptions, ProviderName } from './options.ts';
import { createMarks, INSTRUCTIONS, inputText, type Marks, marksText, type Question } from './prompt.ts';
import { ERROR_KINDS, ProviderError, toProviderError } from './provider-error.ts';
import { type Dialect, noProviderError, PROVIDERS, type ProviderSetup, resolveProviders } from './registry.ts';
import {
  type Cassette,
  cassetteKey,
  judgementParts,
  openCassette,
  type ReplyStore,
  readJudgement,
} from './reply-store.ts';

/** What a panel is made from. */
export interface PanelOptions {
  readonly llm: LlmOptions;
  /** Keys and addresses of providers are read from it, nothing else. */
  readonly env: NodeJS.ProcessEnv;
  /** No socket is opened: whatever is not kept is reported as not asked. */
  readonly offline?: boolean;
  /** Judgements of earlier runs. */
  readonly replies?: ReplyStore;
  /** Where the budget over all runs is kept; by default `llm-budget.json` in the user's state folder. */
  readonly budgetFile?: string;
  /** Told of every request before it is sent, exactly as it is sent. */
  readonly onEgress?: (egress: Egress) => void;
  /** Show requests, send none. */
  readonly hold?: boolean;
  /** Instead of those of config and environment. */
  readonly setups?: readonly ProviderSetup[];
}

/** What a panel says of one question. */
export interface PanelAnswer {
  /** Of different providers; fewer than asked for when `failures` says why. */
  readonly judgements: readonly Judgement[];
  readonly failures: readonly LayerFailure[];
  readonly usage: LlmUsage;
  /** How many of the judgements were kept from an earlier run. */
  readonly kept: number;
}

/** State of one provider. */
export interface ProviderHealth {
  readonly name: ProviderName;
  readonly model: string;
  readonly host: string;
  /** `ready`; `resting` while its breaker is open; `probing` while one request tests it; `stopped` until the user mends something. */
  readonly state: 'ready' | 'resting' | 'probing' | 'stopped';
  readonly calls: number;
  readonly failures: number;
  readonly lastError: string | null;
}

/** Asks providers: one policy of retries, breakers and failover, one deadline, one meter. */
export interface Panel {
  readonly setups: readonly ProviderSetup[];
  /** Reads the cassette, where there is one; rejects with UserError `cassette` when it cannot be used. */
  open(): Promise<void>;
  /** Asks for so many judgements by different providers. Rejects only with what `signal` was aborted with. */
  ask(question: Question, opinions: number, signal: AbortSignal): Promise<PanelAnswer>;
  /** What asking would take, by the first providers of the order; sends nothing. */
  estimate(question: Question, opinions: number): LlmUsage;
  health(): ProviderHealth[];
  /** What all questions took so far. */
  spent(): LlmUsage;
}

/** Longest wait before a retry while another provider could be asked instead. */
const PATIENCE_MS = 2000;

interface Member {
  readonly setup: ProviderSetup;
  readonly provider: () => Promise<Provider>;
  breaker: CircuitBreakerPolicy | undefined;
  calls: number;
  failures: number;
  lastError: string | null;
  /** A refused key or an unknown model: asked no more. */
  stopped: ProviderError | undefined;
}

interface Context {
  readonly options: PanelOptions;
  readonly members: readonly Member[];
  readonly meter: Meter;
  readonly cassette: Promise<Cassette | null>;
  readonly resilience: () => Promise<Resilience>;
  inFlight: number;
}

interface Resilience {
  readonly cockatiel: typeof import('cockatiel');
  readonly gate: BulkheadPolicy;
}

/**
 * A panel of the providers that are configured. Throws UserError: `no_provider`, `no_model`, `base_url`, `no_cassette`,
 * `no_price` (a limit in dollars with a model whose price is not known).
 */
export function createPanel(options: PanelOptions): Panel {
  const { llm } = options;
  const setups = options.setups ?? resolveProviders(llm, options.env);
  if (setups.length === 0) throw noProviderError();
  if (llm.mode !== 'live' && llm.cassette === null) {
    throw new UserError('no_cassette', `--llm=${llm.mode} needs a cassette: set llm.cassette or --llm-cassette <file>`);
  }
  const budgeted = hasBudget(llm.budget);
  const unpriced = setups.find(({ priced }) => !priced);
  if (unpriced && (budgeted || llm.maxCostUsd !== null)) {
    throw new UserError(
      'no_price',
      `a limit in dollars is set, but the price of ${unpriced.model} is not known; set llm.providers.${unpriced.name}.price`,
    );
  }
  const ledger = budgeted ? createLedger(options.budgetFile ?? defaultBudgetFile(options.env), llm.budget) : null;
  const cassette =
    llm.cassette !== null && llm.mode !== 'live' ? openCassette(llm.cassette, llm.mode === 'record') : null;
  // Whoever asks awaits it; until then a fault of the file is not an unhandled rejection.
  cassette?.catch(() => undefined);
  const context: Context = {
    options,
    members: setups.map((setup) => createMember(setup, options)),
    meter: createMeter({ maxCalls: llm.maxCalls, maxCostUsd: llm.maxCostUsd, ledger }),
    cassette: cassette ?? Promise.resolve(null),
    resilience: once(async () => {
      const cockatiel = await import('cockatiel');
      return { cockatiel, gate: cockatiel.bulkhead(llm.concurrency, Number.POSITIVE_INFINITY) };
    }),
    inFlight: 0,
  };
  return {
    setups,
    open: async () => void (await context.cassette),
    ask: (question, opinions, signal) => askPanel(context, question, opinions, signal),
    estimate: (question, opinions) => {
      const marks = createMarks();
      const request = buildRequest(question, marks, llm.maxOutputTokens, {});
      return setups
        .slice(0, opinions)
        .map((setup) => estimateRequest(setup, request))
        .reduce(addUsage, NO_USAGE);
    },
    health: () => context.members.map(healthOf),
    spent: () => context.meter.spent(),
  };
}

function defaultBudgetFile(env: NodeJS.ProcessEnv): string {
  const folder = env.XDG_STATE_HOME || env.LOCALAPPDATA || join(homedir(), '.local', 'state');
  return join(folder, 'prompt-sentinel', 'llm-budget.json');
}

function createMember(setup: ProviderSetup, { llm, offline = false, onEgress, hold = false }: PanelOptions): Member {
  const connection = { ...setup, apiKey: setup.apiKey ?? '', timeoutMs: llm.timeoutMs, offline, onEgress, hold };
  const provider = once(() => PROVIDERS[setup.name].connect(connection));
  return { setup, provider, breaker: undefined, calls: 0, failures: 0, lastError: null, stopped: undefined };
}

async function askPanel(
  context: Context,
  question: Question,
  opinions: number,
  signal: AbortSignal,
): Promise<PanelAnswer> {
  signal.throwIfAborted();
  // Every part of a long text listens; that is no leak.
  setMaxListeners(0, signal);
  const kept = await lookUp(context, question, opinions);
  const missing = opinions - kept.length;
  if (missing <= 0) return { judgements: kept, failures: [], usage: NO_USAGE, kept: kept.length };
  const { mode } = context.options.llm;
  if (mode === 'replay') {
    const failure = {
      code: 'cassette_missing',
      message:
        'The cassette has no answer for this text (or only for another prompt version or model). Record it with --llm=record and commit the file.',
    };
    return { judgements: kept, failures: [failure], usage: NO_USAGE, kept: kept.length };
  }
  const claimed = new Set(kept.map(({ provider }) => provider));
  const spent: LlmUsage[] = [];
  const count = (usage: LlmUsage) => spent.push(usage);
  const { gate } = await context.resilience();
  context.inFlight++;
  try {
    const asked = await raceAbort(
      signal,
      gate.execute(() =>
        Promise.all(Array.from({ length: missing }, () => askOne(context, question, claimed, count, signal))),
      ),
    );
    const judgements = asked.flatMap(({ judgement }) => judgement ?? []);
    await Promise.all(judgements.map((judgement) => keep(context, question, judgement)));
    return {
      judgements: [...kept, ...judgements],
      failures: asked.flatMap(({ failures }) => failures),
      usage: spent.reduce(addUsage, NO_USAGE),
      kept: kept.length,
    };
  } finally {
    context.inFlight--;
    if (context.inFlight === 0) await (await context.cassette)?.flush();
  }
}

/** Kept judgements of any provider of the order, the first of it first: an answer stands, whoever gave it. */
async function lookUp(
  { options, members, cassette }: Context,
  question: Question,
  opinions: number,
): Promise<Judgement[]> {
  const found: Judgement[] = [];
  const {
    llm: { mode },
    replies,
  } = options;
  const tape = await cassette;
  const length = textOf(question).length;
  for (const { setup } of members) {
    if (found.length >= opinions) break;
    let kept: unknown;
    if (mode === 'replay') kept = tape?.get(cassetteKey(question, setup));
    else if (mode === 'live' && replies) {
      const key = replies.key(judgementParts(question, setup));
      if (key !== undefined) kept = await attempt(() => replies.get(key));
    }
    const judgement = kept === undefined ? undefined : await readJudgement(kept, length);
    if (judgement) found.push(judgement);
  }
  return found;
}

async function keep({ options, members, cassette }: Context, question: Question, judgement: Judgement): Promise<void> {
  const setup = members.find((member) => member.setup.name === judgement.provider)?.setup;
  if (!setup) return;
  const { llm, replies } = options;
  if (llm.mode === 'record') (await cassette)?.set(cassetteKey(question, setup), judgement);
  const key = replies?.key(judgementParts(question, setup));
  if (replies && key !== undefined) await attempt(() => replies.set(key, { ...judgement }));
}

/** A store that fails is a miss. */
async function attempt<T>(work: () => Promise<T> | T): Promise<T | undefined> {
  try {
    return await work();
  } catch {
    return undefined;
  }
}

interface Asked {
  readonly judgement?: Judgement;
  readonly failures: readonly LayerFailure[];
}

/** One judgement: provider after provider within one deadline, none that is claimed already. */
async function askOne(
  context: Context,
  question: Question,
  claimed: Set<ProviderName>,
  count: (usage: LlmUsage) => void,
  signal: AbortSignal,
): Promise<Asked> {
  const { llm } = context.options;
  let until = performance.now() + llm.deadlineMs;
  const errors: ProviderError[] = [];
  for (;;) {
    const free = context.members.filter(({ setup }) => !claimed.has(setup.name));
    const member = free[0];
    if (!member || performance.now() >= until) break;
    claimed.add(member.setup.name);
    // Loading an SDK is this program's own time, not the provider's.
    const loading = performance.now();
    await Promise.all([member.provider(), answerJsonSchemas[member.setup.dialect](), import('cockatiel')]);
    until += performance.now() - loading;
    const others = free.length - 1;
    // Each provider that is left has its share of the time, so that a silent one cannot use up the others'.
    const phase = deriveSignal(signal, (until - performance.now()) / (others + 1));
    try {
      const judgement = await raceAbort(
        phase.signal,
        askMember(context, member, question, others > 0, count, phase.signal),
      );
      return { judgement, failures: [] };
    } catch (thrown) {
      signal.throwIfAborted();
      const error = phase.signal.aborted ? timeoutOf(member.setup.name) : toProviderError(member.setup.name, thrown);
      note(member, error);
      errors.push(error);
      if (!ERROR_KINDS[error.kind].failover) break;
    } finally {
      phase.dispose();
    }
  }
  return { failures: [failureOf(errors)] };
}

function timeoutOf(name: string): ProviderError {
  return new ProviderError('timeout', `${name} did not answer in time.`, { maybeBilled: true });
}

function note(member: Member, error: ProviderError): void {
  if (error.kind === 'circuit_open' || error.kind === 'limit' || error.kind === 'held') return;
  member.failures++;
  member.lastError = error.message;
  if (error.kind === 'refused_key' || error.kind === 'misconfigured') member.stopped = error;
}

const CODES: Partial<Record<ProviderError['kind'], string>> = {
  refused_key: 'provider_key_refused',
  misconfigured: 'provider_misconfigured',
  limit: 'llm_limit',
  offline: 'offline',
  held: 'llm_not_sent',
};

function failureOf(errors: readonly ProviderError[]): LayerFailure {
  const last = errors.at(-1);
  if (!last)
    return {
      code: 'no_second_provider',
      message: 'Two opinions were asked for, but there is no other provider. Configure a second one.',
    };
  const message = [...new Set(errors.map((error) => error.message))].join(' ');
  const inconclusive = errors.every(({ kind }) => kind === 'invalid_reply');
  return { code: CODES[last.kind] ?? (inconclusive ? 'llm_inconclusive' : 'providers_unavailable'), message };
}

/** One provider: retries around its breaker around single attempts. */
async function askMember(
  context: Context,
  member: Member,
  question: Question,
  others: boolean,
  count: (usage: LlmUsage) => void,
  signal: AbortSignal,
): Promise<Judgement> {
  if (member.stopped) throw member.stopped;
  const { llm } = context.options;
  const { cockatiel } = await context.resilience();
  const { name } = member.setup;
  member.breaker ??= cockatiel.circuitBreaker(
    cockatiel.handleWhen((error) => error instanceof ProviderError && ERROR_KINDS[error.kind].breaker),
    { halfOpenAfter: llm.breakerResetMs, breaker: new cockatiel.ConsecutiveBreaker(llm.breakerFailures) },
  );
  const breaker = member.breaker;
  const started = performance.now();
  const shareMs = llm.deadlineMs;
  const waitOf = (error: ProviderError, retries: number) =>
    error.retryAfterMs ?? llm.retryDelayMs * 2 ** retries * (0.5 + Math.random() / 2);
  const worthRetrying = (error: Error) => {
    if (!(error instanceof ProviderError) || !ERROR_KINDS[error.kind].retry || signal.aborted) return false;
    if (error.kind === 'timeout' && others) return false;
    const wait = error.retryAfterMs ?? 0;
    return wait <= (others ? PATIENCE_MS : shareMs - (performance.now() - started));
  };
  const retry = cockatiel
    .retry(cockatiel.handleWhen(worthRetrying), {
      maxAttempts: llm.retries,
      backoff: new cockatiel.DelegateBackoff<import('cockatiel').IRetryBackoffContext<unknown>>(
        ({ attempt, result }) =>
          'error' in result && result.error instanceof ProviderError
            ? waitOf(result.error, attempt - 1)
            : llm.retryDelayMs,
      ),
    })
    // The deadline's timer keeps the process up; a wait that outlives it must not.
    .dangerouslyUnref();
  return retry.execute(async () => {
    // While one request probes a provider that was down, the others go elsewhere if they can.
    if (others && breaker.state === cockatiel.CircuitState.HalfOpen) throw resting(name);
    try {
      return await breaker.execute(() => attemptOnce(context, member, question, count, signal));
    } catch (error) {
      throw cockatiel.isBrokenCircuitError(error) ? resting(name) : error;
    }
  }, signal);
}

function resting(name: string): ProviderError {
  return new ProviderError('circuit_open', `${name} failed several times in a row and is not asked for a while.`);
}

/** One request, paid for out of the meter, and its answer checked. */
async function attemptOnce(
  context: Context,
  member: Member,
  question: Question,
  count: (usage: LlmUsage) => void,
  signal: AbortSignal,
): Promise<Judgement> {
  const { options, meter } = context;
  const { setup } = member;
  const marks = createMarks();
  const request = buildRequest(question, marks, options.llm.maxOutputTokens, await answerJsonSchemas[setup.dialect]());
  const provider = await member.provider();
  if (signal.aborted) throw timeoutOf(setup.name);
  const unsent = options.offline === true || options.hold === true;
  const settle = unsent ? async () => undefined : await meter.reserve(worstCost(setup, request));
  const timeout = deriveSignal(signal, options.llm.timeoutMs);
  let used = usageOf(setup, 0, 0);
  try {
    member.calls += unsent ? 0 : 1;
    const reply = await raceAbort(timeout.signal, provider.classify(request, timeout.signal));
    // Servers that do not count are counted for, or a limit in dollars would never be reached.
    const inputTokens = reply.inputTokens || estimateRequest(setup, request).inputTokens;
    used = usageOf(setup, inputTokens, reply.outputTokens || estimateTokens(reply.text, setup.model));
    return await readAnswer(reply, textOf(question), marks, setup);
  } catch (thrown) {
    const error = timeout.signal.aborted ? timeoutOf(setup.name) : toProviderError(setup.name, thrown);
    // An answer that never came may have been paid for all the same.
    if (used.inputTokens === 0 && error.maybeBilled)
      used = usageOf(setup, estimateRequest(setup, request).inputTokens, 0);
    throw error;
  } finally {
    timeout.dispose();
    if (!unsent) count(used);
    await settle(used);
  }
}

/** What is sent for a question. */
function buildRequest(
  question: Question,
  marks: Marks,
  maxOutputTokens: number,
  schema: ClassifyRequest['schema'],
): ClassifyRequest {
  return {
    instructions: INSTRUCTIONS,
    marks: marksText(marks),
    input: inputText(question, marks),
    schema,
    maxOutputTokens,
  };
}

function textOf({ pieces }: Question): string {
  return pieces.map(({ text }) => text).join('');
}

/** The answer's schema in the dialect of each SDK: its own helper knows what its API takes. Made once a dialect. */
const answerJsonSchemas: Readonly<Record<Dialect, () => Promise<ClassifyRequest['schema']>>> = {
  anthropic: once(async () => {
    const [{ answerSchema }, { zodOutputFormat }] = await Promise.all([
      import('./schema.ts'),
      import('@anthropic-ai/sdk/helpers/zod'),
    ]);
    return zodOutputFormat(answerSchema).schema;
  }),
  openai_responses: once(openAiJsonSchema),
  openai_chat: once(openAiJsonSchema),
};

async function openAiJsonSchema(): Promise<ClassifyRequest['schema']> {
  const [{ answerSchema }, { zodTextFormat }] = await Promise.all([
    import('./schema.ts'),
    import('openai/helpers/zod'),
  ]);
  return zodTextFormat(answerSchema, 'judgement').schema;
}

function healthOf({ setup, breaker, stopped, calls, failures, lastError }: Member): ProviderHealth {
  const state = stopped ? 'stopped' : breaker?.state === 1 ? 'resting' : breaker?.state === 2 ? 'probing' : 'ready';
  return { name: setup.name, model: setup.model, host: hostOf(setup), state, calls, failures, lastError };
}

/** Host and port of a provider's address. */
function hostOf({ baseUrl }: Pick<ProviderSetup, 'baseUrl'>): string {
  return baseUrl === '' ? '' : new URL(baseUrl).host;
}

/** A signal that follows `parent` and fires by itself after so many milliseconds. Dispose of it, or the parent keeps it. */
function deriveSignal(parent: AbortSignal, milliseconds: number): { signal: AbortSignal; dispose(): void } {
  const controller = new AbortController();
  const abort = () => controller.abort(parent.reason);
  if (parent.aborted) abort();
  parent.addEventListener('abort', abort, { once: true });
  const timer = setTimeout(() => controller.abort(new Error('deadline')), milliseconds);
  return {
    signal: controller.signal,
    dispose: () => {
      clearTimeout(timer);
      parent.removeEventListener('abort', abort);
    },
  };
}

/** The promise, or a rejection as soon as the signal fires, whatever the promise still waits for. */
async function raceAbort<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    if (stop) signal.removeEventListener('abort', stop);
  }
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
