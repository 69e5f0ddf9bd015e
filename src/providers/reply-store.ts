import { createHash, createHmac } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { UserError } from '../core/errors.ts';
import type { Judgement } from './judgement.ts';
import { PROMPT_VERSION, type Question } from './prompt.ts';
import type { ProviderSetup } from './registry.ts';

/** Where judgements are kept between runs. Values are JSON without text; a failure of the store is a miss. */
export interface ReplyStore {
  get(key: string): Promise<string | undefined> | string | undefined;
  set(key: string, value: string): Promise<void> | void;
}

/**
 * Name of a judgement: the text as it is sent, roles, kind, part, version of the prompt, provider and model. With a
 * secret it is an HMAC, so that who reads the store cannot test guesses; without one (cassettes) a SHA-256 of a text
 * that has no PII in it any more.
 */
export function judgementKey(question: Question, { name, model }: ProviderSetup, secret: string | null): string {
  const { kind, pieces, part, parts } = question;
  const content = JSON.stringify([
    PROMPT_VERSION,
    name,
    model,
    kind,
    part,
    parts,
    pieces.map(({ role, text }) => [role, text]),
  ]);
  return (secret === null ? createHash('sha256') : createHmac('sha256', secret)).update(content).digest('hex');
}

/** A kept judgement, checked again: stores are files, and files can be changed. Undefined when it does not fit a text of that length. */
export async function parseJudgement(value: string, textLength: number): Promise<Judgement | undefined> {
  const { storedJudgementSchema } = await import('./schema.ts');
  try {
    const judgement = storedJudgementSchema.parse(JSON.parse(value));
    return judgement.evidence.every(([start, end]) => start < end && end <= textLength) ? judgement : undefined;
  } catch {
    return undefined;
  }
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
