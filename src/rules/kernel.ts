import { type KernelBase, type KernelNumber, startKernel } from '../core/kernel.ts';
import { CONTEXT, PLAN_SIZE, STRETCH } from './layout.ts';
import type { Program } from './plan.ts';

/** What `src/kernels/matcher.ts` exports; it says what each does. */
interface Exports extends KernelBase {
  readonly start: (program: number) => number;
  readonly begin: (length: number) => void;
  readonly collect: (first: number, last: number, least: number, most: number) => number;
  readonly nextTry: () => number;
  readonly nextStart: (low: number) => number;
  readonly setLastEnd: (end: number) => void;
  readonly skipPattern: () => void;
  readonly firstMet: (regex: number, from: number, length: number) => number;
  readonly pattern: KernelNumber;
  readonly place: KernelNumber;
  readonly high: KernelNumber;
  readonly outlined: KernelNumber;
}

/** Runs a program over one text at a time, and tells where its regexes have to run. */
export interface MatchKernel extends Omit<Exports, keyof KernelBase | 'start' | 'begin' | 'collect' | 'firstMet'> {
  /** Begins another text. */
  begin(text: string): void;
  /** Looks at the stretch of the text in which matches start from `from` on, and before `to`; tells whether there may be any. */
  collect(from: number, to: number): boolean;
  /** The first offset from `from` on at which the outline of a regex is met in a text of up to {@link STRETCH} units, or -1. */
  firstMet(regex: number, text: string, from?: number): number;
}

/** A kernel for the users of one program, who take turns. */
export function createKernel(program: Program): () => MatchKernel {
  let kernel: MatchKernel | undefined;
  return () => {
    kernel ??= startMatcher(program);
    return kernel;
  };
}

function startMatcher(program: Program): MatchKernel {
  const exports: Exports = startKernel('matcher', {
    readOutlines: (place) => putBytes(exports, place, program.outlines),
  });
  const unitsAt = exports.start(placeProgram(exports, program));
  let bytes = Buffer.alloc(0);
  let text = '';

  /** Copies units of the text, and what stands beside them or 0, to where the kernel reads them. */
  const copyUnits = (from: number, to: number) => {
    // The memory has another buffer once it has grown.
    if (bytes.buffer !== exports.memory.buffer) {
      bytes = Buffer.from(exports.memory.buffer, unitsAt, 2 * (STRETCH + 2 * CONTEXT + 2));
    }
    const before = from > 0 ? 0 : 2;
    const written = bytes.write(text.slice(Math.max(0, from - 1), to + 1), before, 'utf16le');
    if (before > 0) bytes.writeUint16LE(0, 0);
    if (to === text.length) bytes.writeUint16LE(0, before + written);
  };

  return {
    begin(subject) {
      text = subject;
      exports.begin(text.length);
    },
    collect(from, to) {
      const first = Math.max(0, from - CONTEXT);
      const last = Math.min(text.length, to + CONTEXT);
      copyUnits(first, last);
      return exports.collect(first, last, from, to) !== 0;
    },
    firstMet(regex, subject, from = 0) {
      text = subject;
      copyUnits(0, text.length);
      return exports.firstMet(regex, from, text.length);
    },
    nextTry: exports.nextTry,
    nextStart: exports.nextStart,
    setLastEnd: exports.setLastEnd,
    skipPattern: exports.skipPattern,
    pattern: exports.pattern,
    place: exports.place,
    high: exports.high,
    outlined: exports.outlined,
  };
}

/** Puts a program into the memory of a kernel and gives the address of the list that tells where its tables are. */
function placeProgram(exports: Exports, program: Program): number {
  const { automaton, plans, members, gateStart, memberStart, outlineStart } = program;
  const tables = [
    automaton.units,
    automaton.root,
    automaton.base,
    automaton.table,
    automaton.successors,
    plans,
    program.refs,
    program.setLengths,
    memberStart,
    members,
    gateStart,
    program.gates,
    program.gatedStart,
    program.gated,
    outlineStart,
    program.masks,
    program.runMasks,
  ];
  const places = tables.map(({ byteLength }) => exports.reserve(byteLength));
  const list = Int32Array.of(
    ...places,
    automaton.units.length,
    automaton.space,
    automaton.base.length,
    automaton.firstDeep,
    automaton.firstOutput,
    gateStart.length - 1,
    memberStart.length - 1,
    plans.length / PLAN_SIZE,
    members.length,
    outlineStart.at(-1) ?? 0,
  );
  const listAt = exports.reserve(list.byteLength);
  for (const [index, table] of tables.entries()) putBytes(exports, places[index] as number, table);
  putBytes(exports, listAt, list);
  return listAt;
}

function putBytes({ memory }: Exports, place: number, array: Int32Array | Uint16Array | Uint8Array): void {
  new Uint8Array(memory.buffer, place).set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
}
