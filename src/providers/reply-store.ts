import { readFile, rename, writeFile } from 'node:fs/promises';
import { nodeCrypto } from '../core/builtin.ts';
import { UserError } from '../core/errors.ts';
import type { Json } from '../core/finding.ts';
import type { Judgement } from './judgement.ts';
import { PROMPT_VERSION, type Question } from './prompt.ts';
import type { ProviderSetup } from './registry.ts';

/**
 * Where judgements are kept between runs; the verdict cache is one. `key` makes the name that parts are kept under, with
 * a secret of its own so that who reads the store cannot test guesses; undefined means that the store cannot be used.
 * Values hold no text. A failure of the store is a miss.
 */
export interface ReplyStore {
  key(parts: readonly string[]): string | undefined;
  get(key: string): Promise<Json | undefined>;
  set(key: string, value: Json): Promise<void>;
}

/** Everything a judgement depends on: version of the prompt, provider, model, kind, part, and the pieces as they are sent. */
export function judgementParts(question: Question, { name, model }: ProviderSetup): string[] {
  const { kind, pieces, part, parts } = question;
  return [
    'llm-judgement',
    PROMPT_VERSION,
    name,
    model,
    kind,
    `${part}/${parts}`,
    ...pieces.flatMap(({ role, text }) => [role, text]),
  ];
}

/** Name of a judgement in a cassette: a SHA-256 of a text that has no PII in it any more, the same on every machine. */
export function cassetteKey(question: Question, setup: ProviderSetup): string {
  return nodeCrypto()
    .createHash('sha256')
    .update(JSON.stringify(judgementParts(question, setup)))
    .digest('hex');
}

/** A kept judgement, checked again: stores are files, and files can be changed. Undefined when it does not fit a text of that length. */
export async function readJudgement(value: unknown, textLength: number): Promise<Judgement | undefined> {
  const { storedJudgementSchema } = await import('./schema.ts');
  const { success, data } = storedJudgementSchema.safeParse(value);
  return success && data.evidence.every(([start, end]) => start < end && end <= textLength) ? data : undefined;
}

/** Recorded answers in one JSON file that can be committed: hashes and offsets, no text. */
export interface Cassette {
  get(key: string): Judgement | undefined;
  set(key: string, judgement: Judgement): void;
  /** Writes what was set, sorted by key so that diffs are small. Atomic. */
  flush(): Promise<void>;
}

/** Opens a cassette. A missing file is empty when recording and else UserError `cassette`. */
export async function openCassette(file: string, recording: boolean): Promise<Cassette> {
  const entries = new Map<string, Judgement>(Object.entries(await readCassette(file, recording)));
  let dirty = false;
  let writing = Promise.resolve();
  return {
    get: (key) => entries.get(key),
    set: (key, judgement) => {
      entries.set(key, judgement);
      dirty = true;
    },
    flush: () => {
      writing = writing.then(async () => {
        if (!dirty) return;
        dirty = false;
        const sorted = Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
        const temporary = `${file}.${process.pid}.tmp`;
        await writeFile(
          temporary,
          `${JSON.stringify({ version: 1, prompt_version: PROMPT_VERSION, entries: sorted }, null, 2)}\n`,
        );
        await rename(temporary, file);
      });
      return writing;
    },
  };
}

async function readCassette(file: string, recording: boolean): Promise<Record<string, Judgement>> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (recording && (error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new UserError(
      'cassette',
      `the cassette cannot be read; record one with --llm=record`,
      { file },
      { cause: error },
    );
  }
  const { cassetteSchema } = await import('./schema.ts');
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new UserError(
      'cassette',
      'the cassette is not JSON; record it again with --llm=record',
      { file },
      { cause: error },
    );
  }
  const parsed = cassetteSchema.safeParse(content);
  if (!parsed.success) {
    const field = parsed.error.issues[0]?.path.join('.') ?? '';
    throw new UserError(
      'cassette',
      `the cassette is damaged at ${field || 'its top'}; record it again with --llm=record`,
      { file },
    );
  }
  // Answers to another prompt can never be asked for again: recording drops them.
  return parsed.data.prompt_version === PROMPT_VERSION ? parsed.data.entries : {};
}
