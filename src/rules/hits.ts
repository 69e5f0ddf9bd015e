import { type Automaton, classTable, NEEDS_LEFT, NEEDS_RIGHT } from './automaton.ts';
import { isWord } from './fold.ts';
import { PLAN, PLAN_SIZE, type Program } from './plan.ts';

/**
 * The places in one stretch of text where literals of sets end, as one chain of nodes a set, in text order. The arrays
 * are used again for every stretch.
 */
export interface Hits {
  /** Patterns all of whose sets were hit. */
  readonly candidates: readonly number[];
  count(set: number): number;
  /** First node of a set's chain; only for sets that were hit. */
  first(set: number): number;
  /** Next node, or -1. */
  next(node: number): number;
  start(node: number): number;
  /** Where the literal ends, without white space that follows white space. */
  compactEnd(node: number): number;
}

/** Runs the automaton over stretches of text. */
export interface HitCollector extends Hits {
  collect(text: string, from: number, to: number): void;
}

/** A collector for one program. It holds the hits of one stretch at a time. */
export function createHitCollector(program: Program): HitCollector {
  const { automaton, plans, userStart, users } = program;
  const { base, table, space, firstDeep, firstOutput, outputStart, outputs } = automaton;
  const pairs = pairTable(automaton);
  const classOf = classTable(automaton);
  const setCount = userStart.length - 1;
  const stamps = new Int32Array(setCount);
  const counts = new Int32Array(setCount);
  const heads = new Int32Array(setCount);
  const tails = new Int32Array(setCount);
  const patternStamps = new Int32Array(plans.length / PLAN_SIZE);
  const patternCounts = new Int32Array(plans.length / PLAN_SIZE);
  const candidates: number[] = [];
  let stamp = 0;
  let size = 0;
  let starts = new Int32Array(1024);
  let ends = new Int32Array(1024);
  let nexts = new Int32Array(1024);

  const touch = (set: number) => {
    stamps[set] = stamp;
    counts[set] = 0;
    const last = userStart[set + 1] as number;
    for (let index = userStart[set] as number; index < last; index++) {
      const pattern = users[index] as number;
      if (patternStamps[pattern] !== stamp) {
        patternStamps[pattern] = stamp;
        patternCounts[pattern] = plans[pattern * PLAN_SIZE + PLAN.refCount] as number;
      }
      const missing = (patternCounts[pattern] as number) - 1;
      patternCounts[pattern] = missing;
      if (missing === 0) candidates.push(pattern);
    }
  };
  const record = (text: string, state: number, end: number, excess: number) => {
    const last = outputStart[state - firstOutput + 1] as number;
    for (let index = outputStart[state - firstOutput] as number; index < last; index += 3) {
      const set = outputs[index] as number;
      const edges = outputs[index + 2] as number;
      if (edges !== 0) {
        if ((edges & NEEDS_LEFT) !== 0 && isWord(text.charCodeAt(end - (outputs[index + 1] as number) - 1))) continue;
        if ((edges & NEEDS_RIGHT) !== 0 && isWord(text.charCodeAt(end))) continue;
      }
      if (size === starts.length) {
        starts = grown(starts);
        ends = grown(ends);
        nexts = grown(nexts);
      }
      if (stamps[set] !== stamp) {
        touch(set);
        heads[set] = size;
      } else {
        nexts[tails[set] as number] = size;
      }
      tails[set] = size;
      counts[set] = (counts[set] as number) + 1;
      starts[size] = end - (outputs[index + 1] as number);
      ends[size] = end - excess;
      nexts[size] = -1;
      size++;
    }
  };
  return {
    candidates,
    collect(text, from, to) {
      stamp++;
      size = 0;
      candidates.length = 0;
      // Copies, since a program has several collectors and what they close over is then read anew at every step.
      const classes = classOf;
      const starts = base;
      const slots = table;
      const shallow = pairs;
      const deepFrom = firstDeep;
      const outputsFrom = firstOutput;
      const spaceClass = space;
      let state = 0;
      let previous = 0;
      let excess = 0;
      for (let index = from; index < to; index++) {
        const unitClass = classes[text.charCodeAt(index)] as number;
        if (unitClass === spaceClass && previous === spaceClass) excess++;
        const slot = state < deepFrom ? 0 : ((starts[state] as number) + unitClass) << 1;
        if (slot !== 0 && slots[slot] === state) state = slots[slot + 1] as number;
        else if ((previous | unitClass) < PAIR_CLASSES) state = shallow[(previous << PAIR_BITS) | unitClass] as number;
        else state = shallowMove(automaton, previous, unitClass);
        previous = unitClass;
        if (state >= outputsFrom) record(text, state, index + 1, excess);
      }
    },
    count: (set) => (stamps[set] === stamp ? (counts[set] as number) : 0),
    first: (set) => heads[set] as number,
    next: (node) => nexts[node] as number,
    start: (node) => starts[node] as number,
    compactEnd: (node) => ends[node] as number,
  };
}

/** Classes below this, which are those of ASCII, have their moves in one small table. */
const PAIR_BITS = 6;
const PAIR_CLASSES = 1 << PAIR_BITS;

/** The state after two symbols where no longer literal goes on: what most of a text is read with. */
function pairTable(automaton: Automaton): Int32Array {
  const pairs = new Int32Array(PAIR_CLASSES * PAIR_CLASSES);
  const classes = Math.min(PAIR_CLASSES, automaton.root.length);
  for (let previous = 0; previous < classes; previous++) {
    for (let next = 0; next < classes; next++) {
      pairs[(previous << PAIR_BITS) | next] = shallowMove(automaton, previous, next);
    }
  }
  return pairs;
}

function shallowMove({ root, base, table }: Automaton, previous: number, next: number): number {
  const state = root[previous] as number;
  const slot = ((base[state] as number) + next) << 1;
  return state !== 0 && table[slot] === state ? (table[slot + 1] as number) : (root[next] as number);
}

function grown(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}
