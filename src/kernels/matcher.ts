import {
  CONTEXT,
  FORM_BITS,
  LENGTH_BITS,
  MASK_SIZE,
  NEEDS_LEFT,
  NEEDS_RIGHT,
  NOWHERE,
  OP_ACCEPT,
  OP_ANY,
  OP_BEHIND,
  OP_BITS,
  OP_CHAR,
  OP_CHOOSE,
  OP_EDGE,
  OP_END,
  OP_FORK,
  OP_JUMP,
  OP_NOT_BEFORE,
  OP_NOT_NEXT,
  OP_RUN,
  OP_SET,
  OP_START,
  OPERATION,
  PLAN_AT_WORD,
  PLAN_BOUNDED,
  PLAN_FIRST,
  PLAN_FIRST_REF,
  PLAN_READS_PAIRS,
  PLAN_REF_COUNT,
  PLAN_RUN,
  PLAN_RUN_HI,
  PLAN_RUN_LENGTH,
  PLAN_RUN_LO,
  PLAN_SIZE,
  REF_COMPACT_HI,
  REF_COMPACT_LO,
  REF_HI,
  REF_LO,
  REF_MASK,
  REF_SET,
  REF_SIZE,
  STRETCH,
  TRY_COST,
} from '../rules/layout';
import { Bytes, Ints, reserve, Units } from './memory';

export { reserve };

/*
 * Finds where regexes may match. A kernel holds one program and the hits of one stretch of text at a time: `collect` runs the automaton
 * over it, `nextTry` goes from place to place at which a regex has to run.
 */

// The tables of the program: see `Program`.
let root = changetype<Ints>(0);
let rows = changetype<Ints>(0);
let table = changetype<Ints>(0);
let successors = changetype<Ints>(0);
let plans = changetype<Ints>(0);
let refs = changetype<Ints>(0);
let setLengths = changetype<Ints>(0);
let memberStart = changetype<Ints>(0);
let members = changetype<Ints>(0);
let gateStart = changetype<Ints>(0);
let gates = changetype<Ints>(0);
let gatedStart = changetype<Ints>(0);
let gated = changetype<Ints>(0);
let outlineStart = changetype<Ints>(0);
let outlines = changetype<Units>(0);
let masks = changetype<Bytes>(0);
let runMasks = changetype<Bytes>(0);
let space = 0;
let rowCount = 0;
let firstDeep = 0;
let firstOutput = 0;
let endingCount = 0;
let setCount = 0;
let patternCount = 0;
/** Units of the longest literal. */
let longest = 0;
/** Patterns whose gate is a run, by kind. */
let byRun = changetype<Ints>(0);
let byRunCount = 0;

/** The class of every UTF-16 unit. */
let classes = changetype<Units>(0);

/**
 * Moves are kept in a table once they were made, in rows as long as a line of the processor's cache where they take two bytes: a
 * row for each state's moves on the commonest symbols, and after all of these one for its moves on the next ones. State + 1; 0 where
 * the move has not been made yet. Most texts meet few of the states.
 */
let moves: usize = 0;
let narrow = false;
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
const FORM = (1 << FORM_BITS) - 1;

/** The most units of one stretch, with what is looked at on either side. */
const LONGEST = STRETCH + 2 * CONTEXT;

/** The units of the stretch, and one on either side; the one at `offset` of the text is `units[offset - base]`. */
let units = changetype<Units>(0);
let base = 0;
/** Where the stretch ends in the text, and the text itself. */
let end = 0;
let textLength = 0;
/** Matches start from here on, and before there. */
let from = 0;
let to = 0;

/** Fields of the entry of a state or a set, after the stamp of the stretch: its hits, and where they begin. */
const COUNT = 1;
const HEAD = 2;
/** A state's last node, or where what was reached of a set ends. */
const TAIL = 3;
/** The form that was last asked for of a state, and the first node that fits it. */
const ASKED = 4;
const FITTING = 5;
/** The entries of states are so many bits apart, and those of sets. */
const STATE_BITS = 3;
const SET_BITS = 2;

let stamp = 0;
let states = changetype<Ints>(0);
let sets = changetype<Ints>(0);
/** The states that were met, and 1 for each: small enough to stay near at hand while sets are counted. */
let met = changetype<Ints>(0);
let isMet = changetype<Bytes>(0);
let metCount = 0;
let gateStamps = changetype<Ints>(0);
let candidates = changetype<Ints>(0);
let candidateCount = 0;

/**
 * A place is noted once, however many literals end there: the places of one state are a chain of nodes in text order. Per node: its
 * state; the next one, or -1; where the literal ends; the white space before that that follows white space.
 */
let nodeStates = changetype<Ints>(0);
let nextNode = changetype<Ints>(0);
let ends = changetype<Ints>(0);
let excesses = changetype<Ints>(0);

/** What was hit of one set after the other: the first node of a literal in the chain of a state, the literal's form. */
let reached = 0;
let reachedNodes = changetype<Ints>(0);
let reachedForms = changetype<Ints>(0);

/** Where the hits of a set that were listed begin and end. */
let listStamps = changetype<Ints>(0);
let firstListed = changetype<Ints>(0);
let lastListed = changetype<Ints>(0);
/** The hits of sets that were listed, at the end of all memory. Fields of one: where the literal starts; its end in compact offsets; its marks. */
let hits = changetype<Ints>(0);
let listed = 0;
let listRoom = 0;
const HIT_SIZE = 3;
const HIT_START = 0;
const HIT_END = 1;
const HIT_MARKS = 2;

/** Where matches of the pattern at hand can start: sorted, apart from one another; from `lows[i]` to `highs[i]`, both inclusive. */
let lows = changetype<Ints>(0);
let highs = changetype<Ints>(0);
let ranges = 0;
let wideLows = changetype<Ints>(0);
let wideHighs = changetype<Ints>(0);
/** Ranges that lie apart are no more. */
const MOST_RANGES = STRETCH / 2 + 2;
/** The other sets of a pattern: it has so few. */
let others = changetype<Ints>(0);

/** Runs of the kind that was last looked for: pairs of where one starts and ends. */
let runs = changetype<Ints>(0);
let runCount = 0;
let runKind = -1;

/** Pairs for each pattern: the text in which it was last found, by number, and where that match ends. */
let lastEnds = changetype<Ints>(0);
let texts = 0;

/** Ways of an outline that are still to be tried, of which no step adds more than one: where to go on, from which unit, for how many units. */
let ways = changetype<Ints>(0);
/** A try of an outline ends after so many steps, undecided. */
const MAX_STEPS = 1500;
let left = 0;

/** Takes the program: the addresses of its tables and then its numbers, in the order of `src/rules/kernel.ts`. Gives where units are to be put. */
export function start(program: usize): usize {
  const words = changetype<Ints>(program);
  let next = 0;
  const unitPairs = changetype<Units>(words[next++]);
  root = changetype<Ints>(words[next++]);
  rows = changetype<Ints>(words[next++]);
  table = changetype<Ints>(words[next++]);
  successors = changetype<Ints>(words[next++]);
  plans = changetype<Ints>(words[next++]);
  refs = changetype<Ints>(words[next++]);
  setLengths = changetype<Ints>(words[next++]);
  memberStart = changetype<Ints>(words[next++]);
  members = changetype<Ints>(words[next++]);
  gateStart = changetype<Ints>(words[next++]);
  gates = changetype<Ints>(words[next++]);
  gatedStart = changetype<Ints>(words[next++]);
  gated = changetype<Ints>(words[next++]);
  outlineStart = changetype<Ints>(words[next++]);
  masks = changetype<Bytes>(words[next++]);
  runMasks = changetype<Bytes>(words[next++]);
  const unitCount = words[next++];
  space = words[next++];
  rowCount = words[next++];
  firstDeep = words[next++];
  firstOutput = words[next++];
  endingCount = words[next++];
  setCount = words[next++];
  patternCount = words[next++];
  const memberCount = words[next++];
  const outlineWords = words[next++];

  for (let set = 0; set < setCount; set++) longest = max(longest, setLengths[2 * set + 1]);
  classes = changetype<Units>(reserve(2 * 0x10000));
  for (let index = 0; index + 1 < unitCount; index += 2) classes[unitPairs[index]] = unitPairs[index + 1];
  narrow = firstOutput + endingCount < 0xffff;
  moves = reserve((rowCount * KEPT_CLASSES) << (narrow ? 1 : 2));
  states = ints(endingCount << STATE_BITS);
  sets = ints(setCount << SET_BITS);
  met = ints(endingCount);
  isMet = changetype<Bytes>(reserve(endingCount));
  gateStamps = ints(setCount);
  listStamps = ints(setCount);
  firstListed = ints(setCount);
  lastListed = ints(setCount);
  candidates = ints(patternCount);
  lastEnds = ints(2 * patternCount);
  reachedNodes = ints(memberCount);
  reachedForms = ints(memberCount);
  others = ints(16);
  outlines = changetype<Units>(reserve(2 * outlineWords));
  ways = ints(3 * MAX_STEPS);
  byRun = ints(patternCount);
  for (let kind = 0; byRunCount < patternCount && kind < 16; kind++) {
    for (let pattern = 0; pattern < patternCount; pattern++) {
      if (plans[pattern * PLAN_SIZE + PLAN_RUN] === kind) byRun[byRunCount++] = pattern;
    }
  }
  lows = ints(MOST_RANGES);
  highs = ints(MOST_RANGES);
  wideLows = ints(MOST_RANGES);
  wideHighs = ints(MOST_RANGES);
  runs = ints(LONGEST + 2);
  nodeStates = ints(LONGEST);
  nextNode = ints(LONGEST);
  ends = ints(LONGEST);
  excesses = ints(LONGEST);
  const place = reserve(2 * (LONGEST + 2));
  units = changetype<Units>(place);
  hits = ints(0);
  return place;
}

function ints(count: i32): Ints {
  return changetype<Ints>(reserve(count << 2));
}

/** Begins another text, of so many units. */
export function begin(length: i32): void {
  texts++;
  textLength = length;
}

/**
 * Collects what stands in `[first, last)` of the text, whose units are in place, for matches that start in `[least, most)`; tells whether there
 * may be any.
 */
export function collect(first: i32, last: i32, least: i32, most: i32): bool {
  stamp++;
  metCount = 0;
  reached = 0;
  listed = 0;
  candidateCount = 0;
  candidate = -1;
  range = 0;
  ranges = 0;
  runKind = -1;
  base = first - 1;
  end = last;
  from = least;
  to = most;
  memory.fill(changetype<usize>(isMet), 0, endingCount);
  if (narrow) run<u16>(last - base);
  else run<i32>(last - base);
  findCandidates();
  return candidateCount + byRunCount > 0;
}

/**
 * Runs the automaton over the units. A processor waits for nearly every move, as the next one depends on it: two halves of the text are read
 * side by side. Where the second begins the state follows from the units before, as many as the longest literal has.
 */
function run<Move>(last: i32): void {
  if (last > MEETS_MANY) readAhead<Move>();
  const middle = (last + 1) >> 1;
  let index2 = max(1, middle - longest);
  let state2 = 0;
  let previous2 = 0;
  for (; index2 < middle; index2++) {
    const unitClass2 = classes[units[index2]];
    state2 = Moves.next<Move>(state2, previous2, unitClass2);
    previous2 = unitClass2;
    if (state2 >= firstOutput) state2 = successors[state2 - firstOutput];
  }
  let excess2 = 0;
  let count2 = middle;
  let index = 1;
  let state = 0;
  let previous = 0;
  let excess = 0;
  let count = 0;
  for (; index2 < last; index++, index2++) {
    const unitClass2 = classes[units[index2]];
    excess2 += i32(unitClass2 === space) & i32(previous2 === space);
    state2 = Moves.next<Move>(state2, previous2, unitClass2);
    previous2 = unitClass2;
    // Literals that end too often are not looked for, so that this is foreseen.
    if (state2 >= firstOutput) state2 = addNode(count2++, state2, index2, excess2);
    // The first half may be shorter by one.
    if (index === middle) break;
    const unitClass = classes[units[index]];
    excess += i32(unitClass === space) & i32(previous === space);
    state = Moves.next<Move>(state, previous, unitClass);
    previous = unitClass;
    if (state >= firstOutput) state = addNode(count++, state, index, excess);
  }
  chain(0, count, 0);
  chain(middle, count2, excess);
}

/** Notes that literals end at a unit, and gives the state that goes on. */
function addNode(node: i32, state: i32, index: i32, excess: i32): i32 {
  nodeStates[node] = state - firstOutput;
  ends[node] = index + base + 1;
  excesses[node] = excess;
  return successors[state - firstOutput];
}

/** Moves as they are kept, in numbers of two bytes or four. A class, since only methods can be told to be put where they are called. */
class Moves {
  /** The state after a symbol, given the symbol before it; the state is one from which a literal goes on. */
  @inline
  static next<Move>(state: i32, previous: i32, unitClass: i32): i32 {
    if (unitClass >= KEPT_CLASSES) return moveFrom(state, previous, unitClass);
    const row = unitClass < ROW ? 0 : (rowCount - 1) << ROW_BITS;
    const slot = moves + <usize>(row + (state << ROW_BITS) + unitClass) * sizeof<Move>();
    let next = <i32>load<Move>(slot);
    if (next === 0) {
      next = moveFrom(state, previous, unitClass) + 1;
      store<Move>(slot, <Move>next);
    }
    return next - 1;
  }
}

function moveFrom(state: i32, previous: i32, next: i32): i32 {
  if (state >= firstDeep) {
    const slot = (rows[state] + next) << 1;
    if (table[slot] === state) return table[slot + 1];
  }
  const single = root[previous];
  if (single === 0 || single >= rowCount) return root[next];
  const slot = (rows[single] + next) << 1;
  return table[slot] === single ? table[slot + 1] : root[next];
}

/** What {@link readAhead} has seen: the compiler leaves out what nobody asks for. */
export let seen = 0;

/**
 * Reads the states that most texts meet line by line, which the processor does ahead of time. What else is done to a text drives them from
 * its cache, and it would wait for each line by itself: most of what running the automaton over a file takes.
 */
function readAhead<Move>(): void {
  const size: i32 = rowCount << (ROW_BITS + 1);
  readLines(moves, min(size, COMMON_STATES << ROW_BITS) * sizeof<Move>());
  const ending = firstOutput << ROW_BITS;
  readLines(
    moves + <usize>ending * sizeof<Move>(),
    (min(size, ending + (COMMON_ENDINGS << ROW_BITS)) - ending) * sizeof<Move>(),
  );
  readLines(changetype<usize>(states), (min(endingCount, COMMON_ENDINGS) << STATE_BITS) * sizeof<i32>());
}

function readLines(at: usize, bytes: i32): void {
  for (let offset = 0; offset < bytes; offset += LINE) seen |= load<i32>(at + offset);
}

/** Makes chains of the nodes of each state, from one node to another; so much more white space stands before them. */
function chain(first: i32, last: i32, excess: i32): void {
  for (let node = first; node < last; node++) {
    excesses[node] = excesses[node] + excess;
    const state = nodeStates[node];
    const entry = state << STATE_BITS;
    if (states[entry] === stamp) {
      nextNode[states[entry + TAIL]] = node;
      states[entry + COUNT] = states[entry + COUNT] + 1;
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
    const state = met[index];
    const last = gateStart[state + 1];
    for (let at = gateStart[state]; at < last; at++) {
      const gate = gates[at];
      const set = gate >> FORM_BITS;
      if (gateStamps[set] === stamp) continue;
      if (firstFitting(state, gate & FORM) < 0) continue;
      gateStamps[set] = stamp;
      const lastGated = gatedStart[set + 1];
      for (let pattern = gatedStart[set]; pattern < lastGated; pattern++) candidates[candidateCount++] = gated[pattern];
    }
  }
}

/** The node, or the first one after it in its chain, whose literal has the edges that its form needs; -1 where there is none. */
function fittingNode(node: i32, form: i32): i32 {
  if (form <= LENGTH) return node;
  for (let at = node; at >= 0; at = nextNode[at]) {
    const end = ends[at] - base;
    if ((form & NEEDS_LEFT) !== 0 && isWord(units[end - (form & LENGTH) - 1])) continue;
    if ((form & NEEDS_RIGHT) !== 0 && isWord(units[end])) continue;
    return at;
  }
  return -1;
}

/** The first node of a state whose literal has the edges that its form needs. */
function firstFitting(state: i32, form: i32): i32 {
  const entry = state << STATE_BITS;
  if (form <= LENGTH) return states[entry + HEAD];
  if (states[entry + ASKED] === form) return states[entry + FITTING];
  const node = fittingNode(states[entry + HEAD], form);
  states[entry + ASKED] = form;
  states[entry + FITTING] = node;
  return node;
}

/** How often a set was hit, at most: word boundaries are looked at where its hits are listed. */
function countHits(set: i32): i32 {
  const entry = set << SET_BITS;
  if (sets[entry] === stamp) return sets[entry + COUNT];
  const last = memberStart[set + 1];
  const head = reached;
  let sum = 0;
  for (let index = memberStart[set]; index < last; index++) {
    const member = members[index];
    const state = member >> FORM_BITS;
    if (isMet[state] === 0) continue;
    const node = firstFitting(state, member & FORM);
    if (node < 0) continue;
    sum += states[(state << STATE_BITS) + COUNT];
    reachedNodes[reached] = node;
    reachedForms[reached++] = member & FORM;
  }
  sets[entry] = stamp;
  sets[entry + COUNT] = sum;
  sets[entry + HEAD] = head;
  sets[entry + TAIL] = reached;
  return sum;
}

/** Lists the hits of a set in text order. */
function listHits(set: i32): void {
  if (listStamps[set] === stamp) return;
  makeRoom(countHits(set));
  const first = listed * HIT_SIZE;
  let at = first;
  let latest = 0;
  let sorted = true;
  const tail = sets[(set << SET_BITS) + TAIL];
  for (let index = sets[(set << SET_BITS) + HEAD]; index < tail; index++) {
    const form = reachedForms[index];
    // Nodes are numbered in text order.
    for (let node = reachedNodes[index]; node >= 0; node = fittingNode(nextNode[node], form)) {
      const key = (node << LENGTH_BITS) | (form & LENGTH);
      if (key < latest) sorted = false;
      latest = key;
      hits[at] = key;
      at += HIT_SIZE;
    }
  }
  if (!sorted) sortKeys(first, at);
  firstListed[set] = listed;
  for (let hit = first; hit < at; hit += HIT_SIZE) {
    const key = hits[hit];
    const node = key >> LENGTH_BITS;
    hits[hit + HIT_START] = ends[node] - (key & LENGTH);
    hits[hit + HIT_END] = ends[node] - excesses[node];
  }
  listed = at / HIT_SIZE;
  lastListed[set] = listed;
  listStamps[set] = stamp;
}

/** Makes room for so many more hits: nothing lies behind them in memory. */
function makeRoom(count: i32): void {
  const missing = listed + count - listRoom;
  if (missing <= 0) return;
  const more = max(missing, max(1024, listRoom));
  reserve(more * HIT_SIZE * sizeof<i32>());
  listRoom += more;
}

/** Sorts keys, which are a few sorted lists one after the other, by insertion where they are few and by a heap where they are many. */
function sortKeys(first: i32, last: i32): void {
  const count = (last - first) / HIT_SIZE;
  if (count > 24) {
    for (let at = count / 2 - 1; at >= 0; at--) sink(first, at, count);
    for (let size = count - 1; size > 0; size--) {
      const largest = hits[first];
      hits[first] = hits[first + size * HIT_SIZE];
      hits[first + size * HIT_SIZE] = largest;
      sink(first, 0, size);
    }
    return;
  }
  for (let index = first + HIT_SIZE; index < last; index += HIT_SIZE) {
    const key = hits[index];
    let at = index;
    for (; at > first && hits[at - HIT_SIZE] > key; at -= HIT_SIZE) hits[at] = hits[at - HIT_SIZE];
    hits[at] = key;
  }
}

/** Lets a key of a heap sink to its place. */
function sink(first: i32, place: i32, size: i32): void {
  let at = place;
  const key = hits[first + at * HIT_SIZE];
  for (let child = 2 * at + 1; child < size; child = 2 * at + 1) {
    if (child + 1 < size && hits[first + (child + 1) * HIT_SIZE] > hits[first + child * HIT_SIZE]) child++;
    if (hits[first + child * HIT_SIZE] <= key) break;
    hits[first + at * HIT_SIZE] = hits[first + child * HIT_SIZE];
    at = child;
  }
  hits[first + at * HIT_SIZE] = key;
}

/**
 * Marks those of the listed hits from `first` to `last` that have a hit of another set near them, in compact offsets from
 * `least` to `most` after theirs: their marks are raised from `mark - 1` to `mark`. Gives how many were.
 */
function markNear(set: i32, first: i32, last: i32, least: i32, most: i32, mark: i32): i32 {
  countHits(set);
  let marked = 0;
  const tail = sets[(set << SET_BITS) + TAIL];
  for (let index = sets[(set << SET_BITS) + HEAD]; index < tail; index++) {
    const form = reachedForms[index];
    // Both are in text order: the hits before `hit` are marked as far as this chain can mark them.
    let hit = first;
    for (let node = reachedNodes[index]; node >= 0 && hit < last; ) {
      const end = ends[node] - excesses[node];
      while (hit < last && hits[hit + HIT_END] + most < end) hit += HIT_SIZE;
      for (; hit < last && hits[hit + HIT_END] + least <= end; hit += HIT_SIZE) {
        if (hits[hit + HIT_MARKS] !== mark - 1) continue;
        hits[hit + HIT_MARKS] = mark;
        marked++;
      }
      node = fittingNode(nextNode[node], form);
    }
  }
  return marked;
}

/** Finds the ranges in which matches of a pattern can start from the hits of its sets. */
function rangesByHits(pattern: i32): void {
  ranges = 0;
  const plan = pattern * PLAN_SIZE;
  const first = plans[plan + PLAN_FIRST_REF] * REF_SIZE;
  const last = first + plans[plan + PLAN_REF_COUNT] * REF_SIZE;
  const driver = driverOf(first, last);
  if (driver < 0) return;
  listHits(refs[driver + REF_SET]);
  if (last - first > REF_SIZE && !markAll(first, last, driver)) return;
  addAround(driver, (last - first) / REF_SIZE - 1);
  if (ranges === 0) return;
  let narrowest = first;
  for (let ref = first; ref < last; ref += REF_SIZE) if (spanOf(ref) < spanOf(narrowest)) narrowest = ref;
  if (spanOf(narrowest) < spanOf(driver)) keepAround(narrowest);
}

function spanOf(ref: i32): i32 {
  return refs[ref + REF_HI] - refs[ref + REF_LO];
}

/** The set whose hits leave the least to look through; -1 where one of them has none. */
function driverOf(first: i32, last: i32): i32 {
  let driver = first;
  let cheapest = Infinity;
  for (let ref = first; ref < last; ref += REF_SIZE) {
    const count = countHits(refs[ref + REF_SET]);
    if (count === 0) return -1;
    const width = refs[ref + REF_COMPACT_HI] - refs[ref + REF_COMPACT_LO];
    const cost = <f64>count * <f64>(TRY_COST + width);
    if (cost < cheapest) {
      cheapest = cost;
      driver = ref;
    }
  }
  return driver;
}

/** Marks the driver's hits that have hits of each other set near them; `false` where there are none. */
function markAll(first: i32, last: i32, driver: i32): bool {
  const driving = refs[driver + REF_SET];
  const firstHit = firstListed[driving] * HIT_SIZE;
  const lastHit = lastListed[driving] * HIT_SIZE;
  for (let hit = firstHit; hit < lastHit; hit += HIT_SIZE) hits[hit + HIT_MARKS] = 0;
  let asked = 0;
  for (let ref = first; ref < last; ref += REF_SIZE) {
    if (ref === driver) continue;
    // The rarer first: where it rules out all hits the next need not be looked at.
    const count = countHits(refs[ref + REF_SET]);
    let at = asked++;
    for (; at > 0 && countHits(refs[others[at - 1] + REF_SET]) > count; at--) others[at] = others[at - 1];
    others[at] = ref;
  }
  const compactLo = refs[driver + REF_COMPACT_LO];
  const compactHi = refs[driver + REF_COMPACT_HI];
  const length = setLengths[2 * driving + 1];
  for (let index = 0; index < asked; index++) {
    const ref = others[index];
    const set = refs[ref + REF_SET];
    const least = refs[ref + REF_COMPACT_LO] - compactHi - length;
    const most = refs[ref + REF_COMPACT_HI] - compactLo + setLengths[2 * set + 1];
    if (markNear(set, firstHit, lastHit, least, most, index + 1) === 0) return false;
  }
  return true;
}

/** Adds the starts that the driver's hits allow, of those that have so many marks. */
function addAround(driver: i32, marked: i32): void {
  const driving = refs[driver + REF_SET];
  const lastHit = lastListed[driving] * HIT_SIZE;
  const lo = refs[driver + REF_LO];
  const hi = refs[driver + REF_HI];
  const compactHi = refs[driver + REF_COMPACT_HI];
  const mask = refs[driver + REF_MASK] * MASK_SIZE;
  let walkedFrom = -1;
  let walkedTo = -1;
  for (let hit = firstListed[driving] * HIT_SIZE; hit < lastHit; hit += HIT_SIZE) {
    const start = hits[hit + HIT_START];
    if (start - lo < from || start - hi >= to) continue;
    if (marked > 0 && hits[hit + HIT_MARKS] !== marked) continue;
    let low = max(0, start - hi);
    const high = min(start - lo, to - 1);
    if (low < start && lo >= 0) {
      // What an earlier hit has walked over is not walked again.
      const stop = max(low, walkedFrom <= start ? walkedFrom : 0);
      let walked = walkBack(start, stop, compactHi, mask);
      if (walked === walkedFrom && walkedFrom > low) walked = walkedTo;
      walkedFrom = start;
      walkedTo = max(walked, low);
      low = walkedTo;
    }
    if (low < from) low = from;
    if (low <= high) addRange(low, high);
  }
}

/** Back over what can stand before a literal, to `stop` or as many units as the budget is, white space after white space not counted. */
function walkBack(start: i32, stop: i32, budget: i32, mask: i32): i32 {
  let left = budget;
  let walked = start;
  while (walked > stop) {
    const unit = units[walked - 1 - base];
    if (mask >= 0 && masks[mask + min(unit, 128)] === 0) break;
    if (walked < 2 || !isBlank(unit) || !isBlank(units[walked - 2 - base])) {
      if (left === 0) break;
      left--;
    }
    walked--;
  }
  return walked;
}

/** Cuts the ranges down to the starts that hits of another set, whose place in a match is told better, allow. */
function keepAround(ref: i32): void {
  const wide = ranges;
  const oldLows = lows;
  const oldHighs = highs;
  lows = wideLows;
  highs = wideHighs;
  wideLows = oldLows;
  wideHighs = oldHighs;
  ranges = 0;
  const lo = refs[ref + REF_LO];
  const hi = refs[ref + REF_HI];
  const set = refs[ref + REF_SET];
  // Hits are in the order of their ends: a later one can start so much earlier.
  const slack = setLengths[2 * set + 1] - setLengths[2 * set];
  listHits(set);
  const last = lastListed[set] * HIT_SIZE;
  let range = 0;
  for (let hit = firstListed[set] * HIT_SIZE; hit < last; hit += HIT_SIZE) {
    const start = hits[hit + HIT_START];
    while (range < wide && wideHighs[range] < start - hi - slack) range++;
    if (range === wide) break;
    for (let next = range; next < wide && wideLows[next] <= start - lo; next++) {
      const low = max(start - hi, wideLows[next]);
      const high = min(start - lo, wideHighs[next]);
      if (low <= high) addRange(low, high);
    }
  }
}

/** Adds a range, keeping the lists sorted; they are nearly in order already. */
function addRange(low: i32, high: i32): void {
  let index = ranges;
  while (index > 0 && lows[index - 1] > low) index--;
  if (index > 0 && low <= highs[index - 1] + 1) {
    index--;
    if (high <= highs[index]) return;
    highs[index] = high;
  } else {
    move(lows, index + 1, index, ranges);
    move(highs, index + 1, index, ranges);
    lows[index] = low;
    highs[index] = high;
    ranges++;
  }
  let next = index + 1;
  while (next < ranges && lows[next] <= highs[index] + 1) {
    if (highs[next] > highs[index]) highs[index] = highs[next];
    next++;
  }
  if (next === index + 1) return;
  move(lows, index + 1, next, ranges);
  move(highs, index + 1, next, ranges);
  ranges -= next - index - 1;
}

/** Moves the numbers from `first` to `last` to another place of their array. */
function move(array: Ints, target: i32, first: i32, last: i32): void {
  if (first === last) return;
  const at = changetype<usize>(array);
  memory.copy(at + ((<usize>target) << 2), at + ((<usize>first) << 2), (<usize>(last - first)) << 2);
}

/** Finds the ranges in which matches of a pattern can start from runs of its kind. */
function rangesByRuns(pattern: i32): void {
  ranges = 0;
  const plan = pattern * PLAN_SIZE;
  const kind = plans[plan + PLAN_RUN];
  if (kind !== runKind) findRuns(kind);
  const length = plans[plan + PLAN_RUN_LENGTH];
  const lo = plans[plan + PLAN_RUN_LO];
  const hi = plans[plan + PLAN_RUN_HI];
  for (let run = 0; run < runCount; run += 2) {
    if (runs[run + 1] - runs[run] < length) continue;
    const low = max(from, runs[run] - hi);
    const high = min(to - 1, runs[run + 1] - length - lo);
    if (low <= high) addRange(low, high);
  }
}

/** Finds all runs of a kind that are as long as some pattern asks for; skips where it can. */
function findRuns(kind: i32): void {
  runCount = 0;
  runKind = kind;
  let shortest = i32.MAX_VALUE;
  for (let index = 0; index < byRunCount; index++) {
    const plan = byRun[index] * PLAN_SIZE;
    if (plans[plan + PLAN_RUN] === kind) shortest = min(shortest, plans[plan + PLAN_RUN_LENGTH]);
  }
  const mask = kind * MASK_SIZE;
  const last = end - base;
  let start = 1;
  while (start + shortest <= last) {
    let at = start + shortest - 1;
    while (at >= start && runMasks[mask + min(units[at], 128)] === 1) at--;
    if (at >= start) {
      start = at + 1;
      continue;
    }
    let end = start + shortest;
    while (end < last && runMasks[mask + min(units[end], 128)] === 1) end++;
    runs[runCount] = start + base;
    runs[runCount + 1] = end + base;
    runCount += 2;
    start = end + 1;
  }
}

/** The pattern that is tried, and the range that is: where it may match next, and the last place where it may. */
export let pattern = 0;
export let place = 0;
export let high = 0;
/** Whether it is an outline that says so. */
export let outlined = false;
/** Index of the pattern among the candidates and then those by runs, and of the next of its ranges. */
let candidate = -1;
let range = 0;

/** Goes on to the next range in which a regex has to run, and tells whether there is one. */
export function nextTry(): bool {
  do {
    while (range < ranges) {
      const low = max(lows[range], lastEnd());
      high = min(highs[range], textLength - 1);
      range++;
      if (nextStart(low) <= high) return true;
    }
  } while (nextPattern());
  return false;
}

/** Finds the ranges of the next pattern that may match, and tells whether there is one. */
function nextPattern(): bool {
  candidate++;
  range = 0;
  ranges = 0;
  if (candidate >= candidateCount + byRunCount) return false;
  if (candidate < candidateCount) {
    pattern = candidates[candidate];
    rangesByHits(pattern);
  } else {
    pattern = byRun[candidate - candidateCount];
    rangesByRuns(pattern);
  }
  // Units beyond the stretch are not at hand.
  const isWhole = base < 0 && end === textLength;
  outlined =
    outlineStart[pattern] !== outlineStart[pattern + 1] && (isWhole || plans[pattern * PLAN_SIZE + PLAN_BOUNDED] === 1);
  return true;
}

/** Leaves out what is left of the pattern that is tried. */
export function skipPattern(): void {
  range = ranges;
}

/** Notes that the pattern that is tried was found, and where that match ends. */
export function setLastEnd(end: i32): void {
  lastEnds[2 * pattern] = texts;
  lastEnds[2 * pattern + 1] = end;
}

function lastEnd(): i32 {
  return lastEnds[2 * pattern] === texts ? lastEnds[2 * pattern + 1] : 0;
}

/** The first place of the range from `low` on at which the pattern that is tried may match, or one beyond the range. */
export function nextStart(low: i32): i32 {
  const plan = pattern * PLAN_SIZE;
  const mask = plans[plan + PLAN_FIRST] * MASK_SIZE;
  const atWord = plans[plan + PLAN_AT_WORD] === 1;
  const readsPairs = plans[plan + PLAN_READS_PAIRS] === 1;
  for (place = low; place <= high; place++) {
    const at = place - base;
    const unit = units[at];
    if (mask >= 0 && masks[mask + min(unit, 128)] === 0) continue;
    if (atWord && isWord(units[at - 1])) continue;
    if (readsPairs && (unit & 0xfc00) === 0xdc00 && (units[at - 1] & 0xfc00) === 0xd800) continue;
    if (!outlined || mayMatch(pattern, at)) break;
  }
  return place;
}

/** The first offset from `from` on at which the outline of a regex is met, of the patterns or after them, in a text of so many units; or -1. */
export function firstMet(regex: i32, from: i32, length: i32): i32 {
  base = -1;
  textLength = length;
  for (let offset = from; offset <= length; offset++) if (mayMatch(regex, offset + 1)) return offset;
  return -1;
}

/** Has the host put the outlines in place: most texts need none. */
declare function readOutlines(place: usize): void;
let hasOutlines = false;

function mayMatch(regex: i32, unit: i32): bool {
  if (!hasOutlines) {
    readOutlines(changetype<usize>(outlines));
    hasOutlines = true;
  }
  const start = outlineStart[regex];
  left = MAX_STEPS;
  return meets(start, start, unit, 1, 0);
}

/**
 * Whether the outline of the regex that begins at `first` is met at `from`, its part that begins at `start`, one `step` after the other. The
 * ways before `bottom` are a caller's.
 */
function meets(first: i32, start: i32, from: i32, step: i32, bottom: i32): bool {
  const side = step < 0 ? -1 : 0;
  let at = start;
  let unit = from;
  let depth = bottom;
  while (left-- > 0) {
    const word = outlines[at++];
    const argument = word >> OP_BITS;
    switch (word & OPERATION) {
      case OP_ACCEPT:
        return true;
      case OP_CHAR:
        if (classes[units[unit + side]] !== argument) break;
        unit += step;
        continue;
      case OP_SET:
        if (!isIn(argument, units[unit + side])) break;
        unit += step;
        continue;
      case OP_ANY:
        unit += step;
        continue;
      case OP_RUN: {
        const least = outlines[at];
        const most = min(outlines[at + 1], step < 0 ? unit : textLength - base - unit);
        at += 2;
        let count = 0;
        let next = unit + side;
        while (count < most && isIn(argument, units[next])) {
          count++;
          next += step;
        }
        if (count < least) break;
        left -= count >> 2;
        unit += step * least;
        if (count === least) continue;
        ways[depth] = at;
        ways[depth + 1] = unit;
        ways[depth + 2] = count - least + 1;
        depth += 3;
        break;
      }
      case OP_JUMP:
        at = first + outlines[at];
        continue;
      case OP_FORK:
        ways[depth] = first + outlines[at++];
        ways[depth + 1] = unit;
        ways[depth + 2] = 1;
        depth += 3;
        continue;
      case OP_CHOOSE: {
        const otherwise = outlines[at++];
        const unitClass = classes[units[unit + side]];
        const last = at + 2 * argument;
        while (at < last && outlines[at] !== unitClass) at += 2;
        if (at === last) {
          if (otherwise === NOWHERE) break;
          at = first + otherwise;
          continue;
        }
        at = first + outlines[at + 1];
        if (otherwise === NOWHERE) continue;
        ways[depth] = first + otherwise;
        ways[depth + 1] = unit;
        ways[depth + 2] = 1;
        depth += 3;
        continue;
      }
      case OP_EDGE:
        if (isEdge(unit) === (argument === 1)) break;
        continue;
      case OP_START:
        if (unit + base !== 0 && !(argument === 1 && isLineEnd(units[unit - 1]))) break;
        continue;
      case OP_END:
        if (unit + base !== textLength && !(argument === 1 && isLineEnd(units[unit]))) break;
        continue;
      case OP_NOT_NEXT:
        if (isIn(argument, units[unit])) break;
        continue;
      case OP_NOT_BEFORE:
        if (isIn(argument, units[unit - 1])) break;
        continue;
      default: {
        if (!meets(first, at + 1, unit, (word & OPERATION) === OP_BEHIND ? -1 : 1, depth)) break;
        at += 1 + outlines[at];
        continue;
      }
    }
    // On to the next way, where what comes first can be met.
    for (;;) {
      if (depth === bottom) return left < 0;
      at = ways[depth - 3];
      unit = ways[depth - 2];
      let count = ways[depth - 1];
      if (count > 1) {
        const next = outlines[at];
        const argument = next >> OP_BITS;
        const before = unit;
        if ((next & OPERATION) === OP_CHAR) {
          for (; count > 0 && classes[units[unit + side]] !== argument; count--) unit += step;
        } else if (next === OP_EDGE) {
          for (; count > 0 && !isEdge(unit); count--) unit += step;
        } else if ((next & OPERATION) === OP_SET) {
          for (; count > 0 && !isIn(argument, units[unit + side]); count--) unit += step;
        }
        left -= abs(unit - before) >> 2;
      }
      if (count > 1) {
        ways[depth - 2] = unit + step;
        ways[depth - 1] = count - 1;
      } else {
        depth -= 3;
      }
      if (count > 0) break;
    }
  }
  return true;
}

function isIn(mask: i32, unit: i32): bool {
  return masks[mask * MASK_SIZE + min(unit, 128)] === 1;
}

function isEdge(unit: i32): bool {
  return isWord(units[unit - 1]) !== isWord(units[unit]);
}

function isLineEnd(unit: i32): bool {
  return unit === 10 || unit === 13 || unit === 0x2028 || unit === 0x2029;
}

/** Word characters of ASCII; the few others that a regex may take for one are not needed here. */
function isWord(unit: i32): bool {
  return <u32>((unit | 32) - 97) < 26 || <u32>(unit - 48) < 10 || unit === 95;
}

/** Whether a UTF-16 unit may be white space; true also for control characters, which costs nothing but a wider search. */
function isBlank(unit: i32): bool {
  if (unit <= 0x20) return true;
  if (unit < 0xa0 || (unit > 0x3000 && unit !== 0xfeff)) return false;
  if (unit >= 0x2000 && unit <= 0x200a) return true;
  return (
    unit === 0xa0 ||
    unit === 0x1680 ||
    unit === 0x2028 ||
    unit === 0x2029 ||
    unit === 0x202f ||
    unit === 0x205f ||
    unit === 0x3000 ||
    unit === 0xfeff
  );
}
