import { classTable, moveOf, NEEDS_LEFT, NEEDS_RIGHT } from './automaton.ts';
import { isWord } from './fold.ts';
import { PLAN, PLAN_SIZE, type Program } from './plan.ts';

/**
 * Where literals stand in one stretch of text. A place is noted once, however many sets its literal is in: the places of
 * one state of the automaton are a chain of nodes in text order. Which sets were hit follows from the states that were
 * met, and the places of a set are listed when they are asked for. The arrays are used again for every stretch.
 */
export interface Hits {
  /** Patterns all of whose sets were hit. */
  readonly candidates: readonly number[];
  /** How often a set was hit, at most: word boundaries are looked at where its hits are listed. */
  count(set: number): number;
  /** Lists the hits of a set that was hit; `first(set)` to `last(set)` are then their places in the lists, in text order. */
  list(set: number): void;
  first(set: number): number;
  last(set: number): number;
  /** Where each listed literal starts; where it ends, without white space that follows white space. */
  readonly starts: Int32Array;
  readonly compactEnds: Int32Array;
}

/** Runs the automaton over stretches of text. */
export interface HitCollector extends Hits {
  collect(text: string, from: number, to: number): void;
}

/** Moves on symbols of classes below this, which are those of ASCII, are kept in a table once they were made. */
const KEPT_BITS = 6;
const KEPT_CLASSES = 1 << KEPT_BITS;

/** A literal's length, in the low bits of a key that sorts by node. Literals are cut long before this. */
const LENGTH_BITS = 6;

/** Fields of the entry of a state, or a set, after the stamp of the stretch: its hits, and its first node, or chain. */
const COUNT = 1;
const HEAD = 2;
/** Its last node, or chain. */
const TAIL = 3;

/** A collector for one program. It holds the hits of one stretch at a time. */
export function createHitCollector(program: Program): HitCollector {
  const { automaton, plans, userStart, users } = program;
  const { space, firstOutput, outputStart, outputs } = automaton;
  const classOf = classTable(automaton);
  const stateCount = automaton.base.length;
  // State + 1 by state and class; 0 where the move has not been made yet. Most texts meet few of the states.
  const moves = new (stateCount < 0xffff ? Uint16Array : Int32Array)(stateCount << KEPT_BITS);
  const ending = outputStart.length - 1;
  const states = new Int32Array(ending << 2);
  const met = new Int32Array(ending);
  const setCount = userStart.length - 1;
  const sets = new Int32Array(setCount << 2);
  const patterns = new Int32Array((plans.length / PLAN_SIZE) << 1);
  const listStamps = new Int32Array(setCount);
  const firstListed = new Int32Array(setCount);
  const lastListed = new Int32Array(setCount);
  const candidates: number[] = [];
  let stamp = 0;
  let metCount = 0;

  /** Per node: the next one, or -1; where the literal ends; the white space before that that is not counted. */
  let nodes = 0;
  let nextNode = new Int32Array(256);
  let ends = new Int32Array(256);
  let excesses = new Int32Array(256);

  /** Chains of states as a set's: the set's next one, or -1; the first node; where in `outputs` the literal is told. */
  let chains = 0;
  let nextChain = new Int32Array(256);
  let chainNode = new Int32Array(256);
  let chainOutput = new Int32Array(256);

  let listed = 0;
  let keys = new Int32Array(256);
  let subject = '';
  const hits = {
    candidates,
    count: (set: number) => (sets[set << 2] === stamp ? (sets[(set << 2) + COUNT] as number) : 0),
    list,
    first: (set: number) => firstListed[set] as number,
    last: (set: number) => lastListed[set] as number,
    starts: new Int32Array(256),
    compactEnds: new Int32Array(256),
    collect,
  };

  /** The node, or the first one after it in its chain, whose literal has the boundaries that it needs; -1 where there is none. */
  function fittingNode(node: number, length: number, edges: number): number {
    if (edges === 0) return node;
    for (let at = node; at >= 0; at = nextNode[at] as number) {
      const end = ends[at] as number;
      if ((edges & NEEDS_LEFT) !== 0 && isWord(subject.charCodeAt(end - length - 1))) continue;
      if ((edges & NEEDS_RIGHT) !== 0 && isWord(subject.charCodeAt(end))) continue;
      return at;
    }
    return -1;
  }

  function list(set: number): void {
    if (listStamps[set] === stamp) return;
    listStamps[set] = stamp;
    const most = sets[(set << 2) + COUNT] as number;
    if (most > keys.length) keys = new Int32Array(2 * most);
    let count = 0;
    let latest = 0;
    let sorted = true;
    for (let chain = sets[(set << 2) + HEAD] as number; chain >= 0; chain = nextChain[chain] as number) {
      const output = chainOutput[chain] as number;
      const length = outputs[output + 1] as number;
      const edges = outputs[output + 2] as number;
      // Nodes are numbered in text order.
      for (let node = chainNode[chain] as number; node >= 0; ) {
        const key = (node << LENGTH_BITS) | length;
        if (key < latest) sorted = false;
        latest = key;
        keys[count++] = key;
        node = fittingNode(nextNode[node] as number, length, edges);
      }
    }
    if (!sorted) sortFirst(keys, count);
    while (listed + count > hits.starts.length) {
      hits.starts = grown(hits.starts);
      hits.compactEnds = grown(hits.compactEnds);
    }
    firstListed[set] = listed;
    const { starts, compactEnds } = hits;
    for (let index = 0; index < count; index++) {
      const key = keys[index] as number;
      const node = key >> LENGTH_BITS;
      starts[listed] = (ends[node] as number) - (key & ((1 << LENGTH_BITS) - 1));
      compactEnds[listed++] = (ends[node] as number) - (excesses[node] as number);
    }
    lastListed[set] = listed;
  }

  function note(state: number, end: number, excess: number): void {
    if (nodes === ends.length) {
      nextNode = grown(nextNode);
      ends = grown(ends);
      excesses = grown(excesses);
    }
    const entry = state << 2;
    if (states[entry] === stamp) {
      nextNode[states[entry + TAIL] as number] = nodes;
      states[entry + COUNT] = (states[entry + COUNT] as number) + 1;
    } else {
      states[entry] = stamp;
      states[entry + COUNT] = 1;
      states[entry + HEAD] = nodes;
      met[metCount++] = state;
    }
    states[entry + TAIL] = nodes;
    nextNode[nodes] = -1;
    ends[nodes] = end;
    excesses[nodes] = excess;
    nodes++;
  }

  /** Hangs the chains of the states that were met on the sets, and finds the patterns that miss none of theirs. */
  function share(): void {
    for (let index = 0; index < metCount; index++) {
      const state = met[index] as number;
      const last = outputStart[state + 1] as number;
      for (let output = outputStart[state] as number; output < last; output += 3) {
        const set = outputs[output] as number;
        const edges = outputs[output + 2] as number;
        const node = fittingNode(states[(state << 2) + HEAD] as number, outputs[output + 1] as number, edges);
        if (node < 0) continue;
        if (chains === nextChain.length) {
          nextChain = grown(nextChain);
          chainNode = grown(chainNode);
          chainOutput = grown(chainOutput);
        }
        const entry = set << 2;
        if (sets[entry] !== stamp) {
          sets[entry] = stamp;
          sets[entry + COUNT] = 0;
          sets[entry + HEAD] = chains;
          meet(set);
        } else {
          nextChain[sets[entry + TAIL] as number] = chains;
        }
        sets[entry + COUNT] = (sets[entry + COUNT] as number) + (states[(state << 2) + COUNT] as number);
        nextChain[chains] = -1;
        chainNode[chains] = node;
        chainOutput[chains] = output;
        sets[entry + TAIL] = chains++;
      }
    }
  }

  function meet(set: number): void {
    const last = userStart[set + 1] as number;
    for (let index = userStart[set] as number; index < last; index++) {
      const pattern = users[index] as number;
      const entry = pattern << 1;
      if (patterns[entry] !== stamp) {
        patterns[entry] = stamp;
        patterns[entry + 1] = plans[pattern * PLAN_SIZE + PLAN.refCount] as number;
      }
      const left = (patterns[entry + 1] as number) - 1;
      patterns[entry + 1] = left;
      if (left === 0) candidates.push(pattern);
    }
  }

  function collect(text: string, from: number, to: number): void {
    stamp++;
    nodes = 0;
    chains = 0;
    metCount = 0;
    listed = 0;
    subject = text;
    candidates.length = 0;
    // Copies, since a program has several collectors and what they close over is then read anew at every step.
    const classes = classOf;
    const kept = moves;
    const outputsFrom = firstOutput;
    const spaceClass = space;
    let state = 0;
    let previous = 0;
    let excess = 0;
    for (let index = from; index < to; index++) {
      const unitClass = classes[text.charCodeAt(index)] as number;
      if (unitClass === spaceClass && previous === spaceClass) excess++;
      if (unitClass < KEPT_CLASSES) {
        const slot = (state << KEPT_BITS) | unitClass;
        state = (kept[slot] as number) - 1;
        if (state < 0) {
          state = moveOf(automaton, slot >> KEPT_BITS, previous, unitClass);
          kept[slot] = state + 1;
        }
      } else {
        state = moveOf(automaton, state, previous, unitClass);
      }
      previous = unitClass;
      if (state >= outputsFrom) note(state - outputsFrom, index + 1, excess);
    }
    share();
  }

  return hits;
}

/** Sorts the first so many of some numbers, which are a few sorted lists one after the other. */
function sortFirst(numbers: Int32Array, count: number): void {
  if (count > 24) {
    numbers.subarray(0, count).sort();
    return;
  }
  for (let index = 1; index < count; index++) {
    const number = numbers[index] as number;
    let at = index;
    for (; at > 0 && (numbers[at - 1] as number) > number; at--) numbers[at] = numbers[at - 1] as number;
    numbers[at] = number;
  }
}

function grown(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}
