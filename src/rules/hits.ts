import { type Automaton, classTable, moveOf } from './automaton.ts';
import { isWord } from './fold.ts';
import { FORM_BITS, LENGTH_BITS, NEEDS_LEFT, NEEDS_RIGHT, type Program } from './plan.ts';

/**
 * Where literals stand in one stretch of text. A place is noted once, however many literals end there: the places of one
 * state of the automaton are a chain of nodes in text order. Which patterns are worth a look follows from the states that
 * were met, and the literals that end there and gate them; all else is asked for. The arrays are used again for every
 * stretch.
 */
export interface Hits {
  /** Patterns whose first set was hit. */
  readonly candidates: readonly number[];
  /** How often a set was hit, at most: word boundaries are looked at where its hits are listed. */
  count(set: number): number;
  /** Lists the hits of a set; `first(set)` to `last(set)` are then their places in the lists, in text order. */
  list(set: number): void;
  /**
   * Marks those of the listed hits from `from` to `to` that have a hit of another set near them, in compact offsets from
   * `least` to `most` after theirs: `marks` from 0 on are raised from `mark - 1` to `mark`. Gives how many were.
   */
  markNear(set: number, from: number, to: number, least: number, most: number, marks: Int32Array, mark: number): number;
  first(set: number): number;
  last(set: number): number;
  /** Where each listed literal starts; where it ends, without white space that follows white space. */
  readonly starts: Int32Array;
  readonly compactEnds: Int32Array;
  /** The UTF-16 units of the stretch, and one on either side; the one at `offset` of the text is `units[offset - base]`. */
  readonly units: Uint16Array;
  readonly base: number;
  /** Where the stretch ends in the text. */
  readonly end: number;
  /** The class of every UTF-16 unit. */
  readonly classes: Uint16Array;
}

/** Runs the automaton over stretches of text. */
export interface HitCollector extends Hits {
  collect(text: string, from: number, to: number): void;
}

/**
 * Moves are kept in a table once they were made, in rows as long as a line of the processor's cache where they take two bytes: a
 * row for each state's moves on the commonest symbols, and after all of these one for its moves on the next ones.
 */
const ROW_BITS = 5;
const ROW = 1 << ROW_BITS;
const KEPT_CLASSES = 2 * ROW;
/** The states that most texts meet, those that end no literal and others, and the units from which a text meets many of them. */
const COMMON_STATES = 2048;
const COMMON_ENDINGS = 1024;
const MEETS_MANY = 4096;
/** Bytes that a processor takes from memory at once. */
const LINE = 64;

const LENGTH = (1 << LENGTH_BITS) - 1;

/** Lists are long enough for most files from the start: what first happens late is compiled again by V8. */
const AMPLE = 1 << 14;

const FORM = (1 << FORM_BITS) - 1;

/** Fields of the entry of a state or a set, after the stamp of the stretch: its hits, and where they begin. */
const COUNT = 1;
const HEAD = 2;
/** A state's last node, or where what was reached of a set ends. */
const TAIL = 3;
/** The form that was last asked for of a state, and the first node that fits it. */
const ASKED = 4;
const FITTING = 5;
/** The entries of states are so many bits apart. */
const STATE_BITS = 3;

/** A collector for one program. It holds the hits of one stretch at a time. */
export function createHitCollector(program: Program): HitCollector {
  const { automaton, memberStart, members, gateStart, gates, gatedStart, gated } = program;
  const classes = classTable(automaton);
  const ending = gateStart.length - 1;
  // State + 1 by state and class; 0 where the move has not been made yet. Most texts meet few of the states.
  const Moves = automaton.firstOutput + ending < 0xffff ? Uint16Array : Int32Array;
  const moves = new Moves(automaton.base.length * KEPT_CLASSES);
  const states = new Int32Array(ending << STATE_BITS);
  const met = new Int32Array(ending);
  /** 1 for those that were met: small enough to stay near at hand while sets are counted. */
  const isMet = new Uint8Array(ending);
  const setCount = memberStart.length - 1;
  const sets = new Int32Array(setCount << 2);
  const gateStamps = new Int32Array(setCount);
  const listStamps = new Int32Array(setCount);
  const firstListed = new Int32Array(setCount);
  const lastListed = new Int32Array(setCount);
  const candidates: number[] = [];
  let stamp = 0;
  /** What {@link readAhead} has seen. */
  let seen = 0;
  let metCount = 0;

  /** Per node: its state; the next one, or -1; where the literal ends; the white space before that that is not counted. */
  let nodes = 0;
  let nodeStates = new Int32Array(256);
  let nextNode = new Int32Array(256);
  let ends = new Int32Array(256);
  let excesses = new Int32Array(256);

  /** What was hit of one set after the other: the first node of a literal in the chain of a state, the literal's form. */
  let reached = 0;
  let reachedNodes = new Int32Array(AMPLE);
  let reachedForms = new Int32Array(AMPLE);

  let listed = 0;
  let keys = new Int32Array(AMPLE);
  const hits = {
    candidates,
    count,
    list,
    markNear,
    first: (set: number) => firstListed[set] as number,
    last: (set: number) => lastListed[set] as number,
    starts: new Int32Array(AMPLE),
    compactEnds: new Int32Array(AMPLE),
    units: new Uint16Array(0),
    base: 0,
    end: 0,
    classes,
    collect,
  };

  /** The node, or the first one after it in its chain, whose literal has the edges that its form needs; -1 where there is none. */
  function fittingNode(node: number, form: number): number {
    if (form <= LENGTH) return node;
    const { units, base } = hits;
    for (let at = node; at >= 0; at = nextNode[at] as number) {
      const end = (ends[at] as number) - base;
      if ((form & NEEDS_LEFT) !== 0 && isWord(units[end - (form & LENGTH) - 1] as number)) continue;
      if ((form & NEEDS_RIGHT) !== 0 && isWord(units[end] as number)) continue;
      return at;
    }
    return -1;
  }

  /** The first node of a state whose literal has the edges that its form needs. */
  function firstFitting(state: number, form: number): number {
    const entry = state << STATE_BITS;
    if (form <= LENGTH) return states[entry + HEAD] as number;
    if (states[entry + ASKED] === form) return states[entry + FITTING] as number;
    const node = fittingNode(states[entry + HEAD] as number, form);
    states[entry + ASKED] = form;
    states[entry + FITTING] = node;
    return node;
  }

  function count(set: number): number {
    const entry = set << 2;
    if (sets[entry] === stamp) return sets[entry + COUNT] as number;
    const from = memberStart[set] as number;
    const to = memberStart[set + 1] as number;
    while (reached + to - from > reachedNodes.length) {
      reachedNodes = grown(reachedNodes);
      reachedForms = grown(reachedForms);
    }
    let sum = 0;
    sets[entry] = stamp;
    sets[entry + HEAD] = reached;
    for (let index = from; index < to; index++) {
      const member = members[index] as number;
      const state = member >> FORM_BITS;
      if (isMet[state] === 0) continue;
      const node = firstFitting(state, member & FORM);
      if (node < 0) continue;
      sum += states[(state << STATE_BITS) + COUNT] as number;
      reachedNodes[reached] = node;
      reachedForms[reached++] = member & FORM;
    }
    sets[entry + TAIL] = reached;
    sets[entry + COUNT] = sum;
    return sum;
  }

  function list(set: number): void {
    if (listStamps[set] === stamp) return;
    listStamps[set] = stamp;
    const most = count(set);
    if (most > keys.length) keys = new Int32Array(2 * most);
    let size = 0;
    let latest = 0;
    let sorted = true;
    const to = sets[(set << 2) + TAIL] as number;
    for (let index = sets[(set << 2) + HEAD] as number; index < to; index++) {
      const form = reachedForms[index] as number;
      // Nodes are numbered in text order.
      for (let node = reachedNodes[index] as number; node >= 0; node = fittingNode(nextNode[node] as number, form)) {
        const key = (node << LENGTH_BITS) | (form & LENGTH);
        if (key < latest) sorted = false;
        latest = key;
        keys[size++] = key;
      }
    }
    if (!sorted) sortFirst(keys, size);
    while (listed + size > hits.starts.length) {
      hits.starts = grown(hits.starts);
      hits.compactEnds = grown(hits.compactEnds);
    }
    firstListed[set] = listed;
    const { starts, compactEnds } = hits;
    for (let index = 0; index < size; index++) {
      const key = keys[index] as number;
      const node = key >> LENGTH_BITS;
      starts[listed] = (ends[node] as number) - (key & LENGTH);
      compactEnds[listed++] = (ends[node] as number) - (excesses[node] as number);
    }
    lastListed[set] = listed;
  }

  function markNear(
    set: number,
    from: number,
    to: number,
    least: number,
    most: number,
    marks: Int32Array,
    mark: number,
  ): number {
    count(set);
    const { compactEnds } = hits;
    let marked = 0;
    const reachedTo = sets[(set << 2) + TAIL] as number;
    for (let index = sets[(set << 2) + HEAD] as number; index < reachedTo; index++) {
      const form = reachedForms[index] as number;
      // Both are in text order: the hits before `hit` are marked as far as this chain can mark them.
      let hit = from;
      for (let node = reachedNodes[index] as number; node >= 0 && hit < to; ) {
        const end = (ends[node] as number) - (excesses[node] as number);
        while (hit < to && (compactEnds[hit] as number) + most < end) hit++;
        for (; hit < to && (compactEnds[hit] as number) + least <= end; hit++) {
          if (marks[hit - from] !== mark - 1) continue;
          marks[hit - from] = mark;
          marked++;
        }
        node = fittingNode(nextNode[node] as number, form);
      }
    }
    return marked;
  }

  /** Makes chains of the nodes of each state. */
  function chain(): void {
    for (let node = 0; node < nodes; node++) {
      const state = nodeStates[node] as number;
      const entry = state << STATE_BITS;
      if (states[entry] === stamp) {
        nextNode[states[entry + TAIL] as number] = node;
        states[entry + COUNT] = (states[entry + COUNT] as number) + 1;
      } else {
        states[entry] = stamp;
        states[entry + COUNT] = 1;
        states[entry + HEAD] = node;
        states[entry + ASKED] = 0;
        met[metCount++] = state;
        isMet[state] = 1;
      }
      states[entry + TAIL] = node;
      nextNode[node] = -1;
    }
  }

  /** Finds the patterns that are gated by literals of the states that were met. */
  function findCandidates(): void {
    for (let index = 0; index < metCount; index++) {
      const state = met[index] as number;
      const last = gateStart[state + 1] as number;
      for (let at = gateStart[state] as number; at < last; at++) {
        const gate = gates[at] as number;
        const set = gate >> FORM_BITS;
        if (gateStamps[set] === stamp) continue;
        if (firstFitting(state, gate & FORM) < 0) continue;
        gateStamps[set] = stamp;
        const lastGated = gatedStart[set + 1] as number;
        for (let pattern = gatedStart[set] as number; pattern < lastGated; pattern++) {
          candidates.push(gated[pattern] as number);
        }
      }
    }
  }

  /** Copies the stretch, and what stands beside it or 0, to `units`. */
  function copyUnits(text: string, from: number, to: number): void {
    const length = to - from + 2;
    if (hits.units.length < length) hits.units = new Uint16Array(2 * length);
    const { units } = hits;
    const { buffer, byteOffset, byteLength } = units;
    units[0] = 0;
    units[length - 1] = 0;
    Buffer.from(buffer, byteOffset, byteLength).write(
      text.slice(Math.max(0, from - 1), to + 1),
      from > 0 ? 0 : 2,
      'utf16le',
    );
    hits.base = from - 1;
    hits.end = to;
  }

  function collect(text: string, from: number, to: number): void {
    stamp++;
    metCount = 0;
    reached = 0;
    listed = 0;
    candidates.length = 0;
    isMet.fill(0);
    copyUnits(text, from, to);
    if (to - from >= nodeStates.length) {
      const length = 2 * (to - from);
      nodeStates = new Int32Array(length);
      nextNode = new Int32Array(length);
      ends = new Int32Array(length);
      excesses = new Int32Array(length);
    }
    const { units, base } = hits;
    if (to - from >= MEETS_MANY) {
      const ending = automaton.firstOutput << ROW_BITS;
      seen = readAhead(moves, 0, COMMON_STATES << ROW_BITS, seen);
      seen = readAhead(moves, ending, ending + (COMMON_ENDINGS << ROW_BITS), seen);
      seen = readAhead(states, 0, COMMON_ENDINGS << STATE_BITS, seen);
    }
    const run: RunState = { state: 0, previous: 0, excess: 0, count: 0 };
    for (let at = 1; at < to - base; at += BLOCK) {
      const end = Math.min(to - base, at + BLOCK);
      runBlock(automaton, classes, moves, units, at, end, base, run, nodeStates, ends, excesses);
    }
    nodes = run.count;
    chain();
    findCandidates();
  }

  return hits;
}

/**
 * Reads a part of an array line by line, which the processor does ahead of time. What else is done to a text drives it from its
 * cache, and it would wait for each line by itself: most of what running the automaton over a file takes. Returns what was seen
 * so far and is in the part, for V8 leaves out what nobody asks for.
 */
function readAhead(array: Uint16Array | Int32Array, from: number, to: number, seenBefore: number): number {
  const last = Math.min(to, array.length);
  const step = LINE / array.BYTES_PER_ELEMENT;
  let seen = seenBefore;
  for (let at = from; at < last; at += step) seen |= array[at] as number;
  return seen;
}

/** Where a run over one block of units ends and the next goes on. */
interface RunState {
  state: number;
  /** Class of the unit before. */
  previous: number;
  /** White space so far that follows white space. */
  excess: number;
  /** Nodes so far. */
  count: number;
}

/** Units are run over in blocks, since code that V8 compiles inside of a long loop is thrown away when that ends. */
const BLOCK = 1024;

/**
 * Runs the automaton over a block of units and writes a node for each state that ends a literal: that state, where it
 * ended, and the white space until there that follows white space.
 */
function runBlock(
  automaton: Automaton,
  classes: Uint16Array,
  moves: Uint16Array | Int32Array,
  units: Uint16Array,
  from: number,
  to: number,
  base: number,
  run: RunState,
  states: Int32Array,
  ends: Int32Array,
  excesses: Int32Array,
): void {
  const { space, firstOutput, successors } = automaton;
  let { state, previous, excess, count } = run;
  for (let index = from; index < to; index++) {
    const unitClass = classes[units[index] as number] as number;
    excess += +(unitClass === space) & +(previous === space);
    const slot =
      unitClass < KEPT_CLASSES
        ? ((state << ROW_BITS) | (unitClass & (ROW - 1))) + (unitClass < ROW ? 0 : moves.length >> 1)
        : -1;
    const next = slot < 0 ? 0 : (moves[slot] as number);
    if (next > 0) {
      state = next - 1;
    } else {
      state = moveOf(automaton, state, previous, unitClass);
      if (slot >= 0) moves[slot] = state + 1;
    }
    previous = unitClass;
    // Literals that end too often are not looked for, so that this is foreseen.
    if (state >= firstOutput) {
      states[count] = state - firstOutput;
      ends[count] = index + base + 1;
      excesses[count++] = excess;
      state = successors[state - firstOutput] as number;
    }
  }
  run.state = state;
  run.previous = previous;
  run.excess = excess;
  run.count = count;
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

/** A copy twice as long. */
export function grown(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}
