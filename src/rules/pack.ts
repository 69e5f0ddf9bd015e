import type { Automaton } from './automaton.ts';
import { type CompiledRules, ownersOf, tokenOwnersOf } from './compiled.ts';
import { createKernel } from './kernel.ts';
import { createMatcher } from './matcher.ts';
import type { Program } from './plan.ts';
import type { Rule } from './rule.ts';
import type { TokenTable } from './token-table.ts';
import { createUnlessCheck } from './unless-check.ts';

/** Changes whenever what is written, or what the engine does with it, changes: older packs are then compiled anew. */
export const PACK_VERSION = 11;

/**
 * Rules and their compiled program as bytes: how many of them every scan needs, in eight; a line of JSON that tells where the
 * sections are; then the sections, each at a multiple of eight. Numbers are little-endian arrays that are used in place. What is
 * asked for when literals are met, and what only people read of the rules, stands at the end and may be read later.
 */
export interface PackHead {
  readonly format: 'prompt-sentinel-rules';
  readonly version: number;
  /** Bytes of all sections. */
  readonly size: number;
  readonly parts: readonly PartHead[];
}

/** Bytes at the start of a pack that {@link earlyLength} reads. */
export const PACK_PREFIX = 8;

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
  'successors',
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
const TOKEN_SECTIONS = ['digits', 'mixed', 'leadSlots', 'leads', 'firsts', 'befores', 'prefixes', 'bounded'] as const;
const EARLY_SECTIONS = [...INT32_SECTIONS, ...TOKEN_SECTIONS, 'units', 'masks', 'runMasks', 'rules'] as const;
const LATE_SECTIONS = ['outlines', 'patterns', 'texts'] as const;
type SectionName = (typeof EARLY_SECTIONS | typeof LATE_SECTIONS)[number];

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
  let size = 0;
  const places = parts.map((): Partial<Record<SectionName, readonly [number, number]>> => ({}));
  const add = (names: readonly SectionName[]) => {
    for (const [index, part] of parts.entries()) {
      for (const name of names) {
        const bytes = bytesOf(name, part);
        (places[index] as (typeof places)[number])[name] = [size, bytes.length];
        chunks.push(bytes, new Uint8Array(padding(bytes.length)));
        size += bytes.length + padding(bytes.length);
      }
    }
  };
  add(EARLY_SECTIONS);
  const early = size;
  add(LATE_SECTIONS);
  const heads = parts.map(({ name, hash, program }, index): PartHead => {
    const { firstDeep, firstOutput, space } = program.automaton;
    return { name, hash, firstDeep, firstOutput, space, sections: places[index] as PartHead['sections'] };
  });
  const head: PackHead = { format: 'prompt-sentinel-rules', version: PACK_VERSION, size, parts: heads };
  const text = JSON.stringify(head);
  const line = Buffer.from(`${text}${' '.repeat(padding(Buffer.byteLength(text) + 1))}\n`);
  const prefix = Buffer.alloc(PACK_PREFIX);
  prefix.writeUInt32LE(PACK_PREFIX + line.length + early);
  return Buffer.concat([prefix, line, ...chunks]);
}

/** How many bytes from its start a pack is used without the rest; told by its first {@link PACK_PREFIX}. */
export function earlyLength(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, PACK_PREFIX).getUint32(0, true);
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
    case 'successors':
      return rawBytes(automaton[section]);
    case 'digits':
    case 'mixed':
    case 'leadSlots':
    case 'leads':
    case 'firsts':
    case 'befores':
    case 'prefixes':
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

/** How a pack is read. */
export interface PackOptions {
  /** Whether its rules are the shipped ones. */
  readonly builtin?: boolean;
  /** Gives what follows the bytes at hand, which are no fewer than {@link earlyLength}. */
  readonly rest?: () => Uint8Array;
}

/** Reads packed parts; rules and matchers are made at first use. Throws Error on bytes that are no pack of this version. */
export function loadPack(
  bytes: Uint8Array,
  { builtin = false, rest }: PackOptions = {},
): ReadonlyMap<string, CompiledRules> {
  const lineEnd = bytes.indexOf(10, PACK_PREFIX);
  if (lineEnd < 0) throw new Error('not a rule pack');
  const head: unknown = JSON.parse(decode(bytes.subarray(PACK_PREFIX, lineEnd)));
  if (!isPackHead(head)) throw new Error('not a rule pack of this version');
  const start = lineEnd + 1;
  // Arrays are used in place, which needs the sections at multiples of eight in memory too.
  const early = aligned(bytes).subarray(start);
  const late = once(() => aligned(rest?.() ?? bytes.subarray(bytes.length)));
  if (rest === undefined && early.length < head.size) throw new Error('the rule pack is cut short');
  const bytesAt = (offset: number, length: number) => {
    if (offset + length <= early.length) return early.subarray(offset, offset + length);
    if (early.length + late().length !== head.size) throw new Error('the rule pack changed while it was read');
    return late().subarray(offset - early.length, offset - early.length + length);
  };
  return new Map(head.parts.map((part) => [part.name, loadPart(part, bytesAt, builtin)]));
}

function aligned(bytes: Uint8Array): Uint8Array {
  return bytes.byteOffset % 8 === 0 ? bytes : Uint8Array.from(bytes);
}

function isPackHead(head: unknown): head is PackHead {
  const { format, version } = (head ?? {}) as Partial<PackHead>;
  return format === 'prompt-sentinel-rules' && version === PACK_VERSION;
}

function loadPart(
  head: PartHead,
  bytesAt: (offset: number, length: number) => Uint8Array,
  builtin: boolean,
): CompiledRules {
  const section = (name: SectionName) => bytesAt(...head.sections[name]);
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
    successors: int32('successors'),
    firstDeep: head.firstDeep,
    firstOutput: head.firstOutput,
  };
  const outlines = once(() => uint16('outlines'));
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
    get outlines() {
      return outlines();
    },
    masks: section('masks'),
    runMasks: section('runMasks'),
  };
  const tokens: TokenTable = {
    digits: int32('digits'),
    mixed: int32('mixed'),
    leadSlots: int32('leadSlots'),
    leads: int32('leads'),
    firsts: int32('firsts'),
    befores: int32('befores'),
    prefixes: int32('prefixes'),
    bounded: int32('bounded'),
  };
  const rules = once(() => loadRules(section));
  const owners = once(() => ownersOf(rules()));
  const tokenOwners = once(() => tokenOwnersOf(rules()));
  const kernel = createKernel(program);
  const patterns = once(() => rules().flatMap((rule) => rule.patterns));
  const matcher = createMatcher(program, patterns, kernel);
  return {
    get rules() {
      return rules();
    },
    hash: head.hash,
    builtin,
    matcher,
    mayCancel: createUnlessCheck(program, rules, kernel),
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

function loadRules(section: (name: SectionName) => Uint8Array): readonly Rule[] {
  const parsed = (name: SectionName) => JSON.parse(decode(section(name)));
  const cores: readonly CoreRule[] = parsed('rules');
  const patternsOf = once((): readonly PatternFields[] => parsed('patterns'));
  const textsOf = once((): readonly TextFields[] => parsed('texts'));
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
