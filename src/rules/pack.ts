import type { Automaton } from './automaton.ts';
import { type CompiledRules, ownersOf, tokenOwnersOf } from './compiled.ts';
import { createMatcher } from './matcher.ts';
import type { Program } from './plan.ts';
import type { Rule } from './rule.ts';
import type { TokenTable } from './token-table.ts';
import { createUnlessCheck } from './unless-check.ts';

/** Changes whenever what is written, or what the engine does with it, changes: older packs are then compiled anew. */
export const PACK_VERSION = 7;

/**
 * Rules and their compiled program as bytes: a line of JSON that tells where the sections are, then the sections, each
 * at a multiple of eight. Numbers are little-endian arrays that are used in place. The regexes, and what only people read
 * of the rules, are sections of their own, parsed when they are first asked for.
 */
export interface PackHead {
  readonly format: 'prompt-sentinel-rules';
  readonly version: number;
  readonly parts: readonly PartHead[];
}

interface PartHead {
  readonly name: string;
  readonly hash: string;
  readonly firstDeep: number;
  readonly firstOutput: number;
  readonly space: number;
  readonly sections: Readonly<Record<SectionName, readonly [offset: number, length: number]>>;
}

const INT32_SECTIONS = [
  'root',
  'base',
  'table',
  'plans',
  'refs',
  'setLengths',
  'memberStart',
  'members',
  'gateStart',
  'gates',
  'gatedStart',
  'gated',
  'outlineStart',
] as const;
const TOKEN_SECTIONS = ['digits', 'mixed', 'leadSlots', 'leads', 'firsts', 'bounded'] as const;
const SECTIONS = [
  ...INT32_SECTIONS,
  ...TOKEN_SECTIONS,
  'units',
  'outlines',
  'masks',
  'runMasks',
  'rules',
  'patterns',
  'texts',
] as const;
type SectionName = (typeof SECTIONS)[number];

/** Rules and the program that their patterns were compiled to. */
export interface PackPart {
  readonly name: string;
  readonly hash: string;
  readonly rules: readonly Rule[];
  readonly program: Program;
  readonly tokens: TokenTable;
}

/** The fields of a rule that are needed when its literals are met. */
const PATTERN_FIELDS = ['patterns', 'unless'] as const;
/** The fields of a rule that no scan needs. */
const TEXT_FIELDS = ['description', 'languages', 'references', 'remediation', 'examples', 'notes'] as const;

/** Writes parts to bytes; the same parts always give the same bytes. */
export function serializePack(parts: readonly PackPart[]): Buffer {
  const chunks: Uint8Array[] = [];
  let offset = 0;
  const heads = parts.map((part): PartHead => {
    const sections: Partial<Record<SectionName, readonly [number, number]>> = {};
    for (const section of SECTIONS) {
      const bytes = bytesOf(section, part);
      sections[section] = [offset, bytes.length];
      chunks.push(bytes, new Uint8Array(padding(bytes.length)));
      offset += bytes.length + padding(bytes.length);
    }
    const { firstDeep, firstOutput, space } = part.program.automaton;
    return {
      name: part.name,
      hash: part.hash,
      firstDeep,
      firstOutput,
      space,
      sections: sections as PartHead['sections'],
    };
  });
  const head: PackHead = { format: 'prompt-sentinel-rules', version: PACK_VERSION, parts: heads };
  const text = JSON.stringify(head);
  const line = Buffer.from(`${text}${' '.repeat(padding(Buffer.byteLength(text) + 1))}\n`);
  return Buffer.concat([line, ...chunks]);
}

function padding(length: number): number {
  return (8 - (length % 8)) % 8;
}

function bytesOf(section: SectionName, { rules, program, tokens }: PackPart): Uint8Array {
  const { automaton } = program;
  switch (section) {
    case 'rules':
      return Buffer.from(JSON.stringify(rules.map(coreOf)));
    case 'patterns':
      return Buffer.from(JSON.stringify(rules.map((rule) => PATTERN_FIELDS.map((field) => rule[field]))));
    case 'texts':
      return Buffer.from(JSON.stringify(rules.map((rule) => TEXT_FIELDS.map((field) => rule[field] ?? null))));
    case 'units':
    case 'root':
    case 'base':
    case 'table':
      return rawBytes(automaton[section]);
    case 'digits':
    case 'mixed':
    case 'leadSlots':
    case 'leads':
    case 'firsts':
    case 'bounded':
      return rawBytes(tokens[section]);
    default:
      return rawBytes(program[section]);
  }
}

type CoreRule = Omit<Rule, (typeof PATTERN_FIELDS)[number] | (typeof TEXT_FIELDS)[number]>;

function coreOf(rule: Rule): CoreRule {
  const core: Partial<Record<keyof Rule, unknown>> = { ...rule };
  for (const field of [...PATTERN_FIELDS, ...TEXT_FIELDS]) delete core[field];
  return core as CoreRule;
}

function rawBytes(array: Int32Array | Uint16Array | Uint8Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** Reads packed parts, all `builtin` or not; rules and matchers are made at first use. Throws Error on bytes that are no pack of this version. */
export function loadPack(bytes: Uint8Array, builtin = false): ReadonlyMap<string, CompiledRules> {
  const lineEnd = bytes.indexOf(10);
  if (lineEnd < 0) throw new Error('not a rule pack');
  const head: unknown = JSON.parse(decode(bytes.subarray(0, lineEnd)));
  if (!isPackHead(head)) throw new Error('not a rule pack of this version');
  // Arrays are used in place, which needs the sections at multiples of eight in memory too.
  const aligned = bytes.byteOffset % 8 === 0 ? bytes : Uint8Array.from(bytes);
  return new Map(head.parts.map((part) => [part.name, loadPart(part, aligned, lineEnd + 1, builtin)]));
}

function isPackHead(head: unknown): head is PackHead {
  const { format, version } = (head ?? {}) as Partial<PackHead>;
  return format === 'prompt-sentinel-rules' && version === PACK_VERSION;
}

function loadPart(head: PartHead, bytes: Uint8Array, start: number, builtin: boolean): CompiledRules {
  const section = (name: SectionName) => {
    const [offset, length] = head.sections[name];
    if (start + offset + length > bytes.length) throw new Error('the rule pack is cut short');
    return bytes.subarray(start + offset, start + offset + length);
  };
  const int32 = (name: SectionName) => {
    const { buffer, byteOffset, byteLength } = section(name);
    return new Int32Array(buffer, byteOffset, byteLength / 4);
  };
  const uint16 = (name: SectionName) => {
    const { buffer, byteOffset, byteLength } = section(name);
    return new Uint16Array(buffer, byteOffset, byteLength / 2);
  };
  const automaton: Automaton = {
    units: uint16('units'),
    space: head.space,
    root: int32('root'),
    base: int32('base'),
    table: int32('table'),
    firstDeep: head.firstDeep,
    firstOutput: head.firstOutput,
  };
  const program: Program = {
    automaton,
    plans: int32('plans'),
    refs: int32('refs'),
    setLengths: int32('setLengths'),
    memberStart: int32('memberStart'),
    members: int32('members'),
    gateStart: int32('gateStart'),
    gates: int32('gates'),
    gatedStart: int32('gatedStart'),
    gated: int32('gated'),
    outlineStart: int32('outlineStart'),
    outlines: uint16('outlines'),
    masks: section('masks'),
    runMasks: section('runMasks'),
  };
  const tokens: TokenTable = {
    digits: int32('digits'),
    mixed: int32('mixed'),
    leadSlots: int32('leadSlots'),
    leads: int32('leads'),
    firsts: int32('firsts'),
    bounded: int32('bounded'),
  };
  const texts = [section('rules'), section('patterns'), section('texts')] as const;
  const rules = once(() => loadRules(...texts));
  const owners = once(() => ownersOf(rules()));
  const tokenOwners = once(() => tokenOwnersOf(rules()));
  const matcher = createMatcher(
    program,
    once(() => rules().flatMap((rule) => rule.patterns)),
  );
  return {
    get rules() {
      return rules();
    },
    hash: head.hash,
    builtin,
    matcher,
    mayCancel: createUnlessCheck(program, rules),
    tokens,
    get owners() {
      return owners();
    },
    get tokenOwners() {
      return tokenOwners();
    },
  };
}

type PatternFields = readonly [Rule['patterns'], Rule['unless']];
type TextFields = readonly [
  description: string,
  languages: Rule['languages'],
  references: Rule['references'],
  remediation: string,
  examples: Rule['examples'],
  notes: string | null,
];

function loadRules(core: Uint8Array, patterns: Uint8Array, texts: Uint8Array): readonly Rule[] {
  const cores: readonly CoreRule[] = JSON.parse(decode(core));
  const patternsOf = once((): readonly PatternFields[] => JSON.parse(decode(patterns)));
  const textsOf = once((): readonly TextFields[] => JSON.parse(decode(texts)));
  return cores.map((fields, index): Rule => {
    const search = () => patternsOf()[index] as PatternFields;
    const text = () => textsOf()[index] as TextFields;
    const rule: Omit<Rule, 'notes'> & { readonly notes: string | undefined } = {
      ...fields,
      get patterns() {
        return search()[0];
      },
      get unless() {
        return search()[1];
      },
      get description() {
        return text()[0];
      },
      get languages() {
        return text()[1];
      },
      get references() {
        return text()[2];
      },
      get remediation() {
        return text()[3];
      },
      get examples() {
        return text()[4];
      },
      get notes() {
        return text()[5] ?? undefined;
      },
    };
    return rule as Rule;
  });
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function decode(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
