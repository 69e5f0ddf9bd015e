import { type Literal, SPACE, unitsOf } from './fold.ts';
import { chanceOfSymbol, commonWords } from './frequency.ts';

/**
 * An Aho-Corasick automaton over folded UTF-16 units, as arrays that can be written to a file as they are.
 * A state keeps only the moves in which it differs from the state of its last symbol, and that one only those in which
 * it differs from the root; the rows of all states lie interleaved in one table.
 */
export interface Automaton {
  /** Pairs of a unit and its class; units that are not listed have class 0, which leads to the root. */
  readonly units: Uint16Array;
  /** Class of white space. */
  readonly space: number;
  /** The root's move for each class. */
  readonly root: Int32Array;
  /** Where the row of each state from which a literal goes on starts in the table; those come first. */
  readonly base: Int32Array;
  /** Pairs: the state whose slot it is, and the state that the move leads to. */
  readonly table: Int32Array;
  /** States before this one are the root and states of a single symbol: what they lack the root has. */
  readonly firstDeep: number;
  /** States from this one on end at least one literal. */
  readonly firstOutput: number;
  /** For each of those the state that moves on in its place: itself or, where no literal goes on, its longest suffix from which one does. */
  readonly successors: Int32Array;
}

/** An automaton and, for each of its states that end literals, which. */
export interface BuiltAutomaton {
  readonly automaton: Automaton;
  readonly outputs: readonly (readonly number[])[];
}

/** Builds the automaton that finds literals. They are folded, tidy and not empty. */
export function buildAutomaton(literals: readonly Literal[]): BuiltAutomaton {
  const { classes, units } = assignClasses(literals);
  const trie = buildTrie(literals, classes);
  const { rows, last, fail } = completeRows(trie);
  const successor = successorsOf(trie, fail);
  const order = numberStates(trie, visitsOf(rows, trie.moves[0] as Map<number, number>, classes, successor));
  const own = rows.map((row, state) => withoutFallback(row, state, rows[at(last, state)]));
  const { base, table } = packRows(own, order, classes.size + 1);
  const root = new Int32Array(classes.size + 1);
  for (const [unitClass, target] of trie.moves[0] ?? []) root[unitClass] = at(order.newId, target);
  const { oldId, newId, firstDeep, firstOutput } = order;
  const ending = oldId.subarray(firstOutput);
  const successors = ending.map((state) => at(newId, at(successor, state)));
  const outputs = Array.from(ending, (state) => trie.outputs[state] ?? []);
  const space = classes.get(SPACE) as number;
  return { automaton: { units, space, root, base, table, firstDeep, firstOutput, successors }, outputs };
}

/** The class of every UTF-16 unit, spread out of the automaton's pairs. */
export function classTable({ units }: Automaton): Uint16Array {
  const table = new Uint16Array(0x10000);
  for (let index = 0; index + 1 < units.length; index += 2) table[at(units, index)] = at(units, index + 1);
  return table;
}

function at(numbers: { readonly [index: number]: number }, index: number): number {
  return numbers[index] as number;
}

function assignClasses(literals: readonly Literal[]): { classes: Map<string, number>; units: Uint16Array } {
  const symbols = new Set<string>([SPACE]);
  for (const { text } of literals) for (const symbol of text.split('')) symbols.add(symbol);
  // Those that are met most come first: what a state does on them then lies side by side.
  const sorted = [...symbols].sort().sort((a, b) => chanceOfSymbol(b) - chanceOfSymbol(a));
  const classes = new Map(sorted.map((symbol, index) => [symbol, index + 1]));
  const pairs: number[] = [];
  for (const [symbol, unitClass] of classes) for (const unit of unitsOf(symbol)) pairs.push(unit, unitClass);
  return { classes, units: Uint16Array.from(pairs) };
}

interface Trie {
  /** Per state, its moves by class; the root is state 0. */
  readonly moves: Map<number, number>[];
  /** Per state, indices of literals. */
  readonly outputs: number[][];
  /** Per state, the number of symbols that lead to it. */
  readonly depths: number[];
}

function buildTrie(literals: readonly Literal[], classes: ReadonlyMap<string, number>): Trie {
  const trie: Trie = { moves: [new Map()], outputs: [[]], depths: [0] };
  for (const [literal, { text }] of literals.entries()) {
    let state = 0;
    for (const symbol of text.split('')) {
      const unitClass = classes.get(symbol) as number;
      const moves = trie.moves[state] as Map<number, number>;
      let next = moves.get(unitClass);
      if (next === undefined) {
        next = trie.moves.length;
        trie.moves.push(new Map());
        trie.outputs.push([]);
        trie.depths.push((trie.depths[state] as number) + 1);
        moves.set(unitClass, next);
      }
      state = next;
    }
    trie.outputs[state]?.push(literal);
  }
  return trie;
}

/**
 * Turns the trie's moves into all moves that differ from the root's, and adds the outputs of suffixes. Breadth first.
 * Per state also its longest suffix, and that of a single symbol.
 */
function completeRows(trie: Trie): {
  rows: readonly ReadonlyMap<number, number>[];
  last: Int32Array;
  fail: Int32Array;
} {
  const root = trie.moves[0] as Map<number, number>;
  const fail = new Int32Array(trie.moves.length);
  const rows: Map<number, number>[] = trie.moves.map(() => new Map());
  const last = new Int32Array(trie.moves.length);
  const queue: number[] = [...root.values()];
  for (let head = 0; head < queue.length; head++) {
    const state = queue[head] as number;
    const suffix = at(fail, state);
    const row = new Map(rows[suffix]);
    for (const [unitClass, next] of trie.moves[state] ?? []) {
      fail[next] = rows[suffix]?.get(unitClass) ?? root.get(unitClass) ?? 0;
      row.set(unitClass, next);
      last[next] = root.get(unitClass) ?? 0;
      queue.push(next);
    }
    rows[state] = row;
    trie.outputs[state]?.push(...(trie.outputs[suffix] ?? []));
  }
  return { rows, last, fail };
}

/** Per state the longest of it and its suffixes from which a literal goes on: what one moves to the other does too. */
function successorsOf({ moves }: Trie, fail: Int32Array): Int32Array {
  return Int32Array.from(fail.keys(), (state) => {
    let successor = state;
    while (successor !== 0 && moves[successor]?.size === 0) successor = at(fail, successor);
    return successor;
  });
}

function withoutFallback(
  row: ReadonlyMap<number, number>,
  state: number,
  fallback: ReadonlyMap<number, number> | undefined,
): ReadonlyMap<number, number> {
  return state === 0 || fallback === undefined
    ? row
    : new Map([...row].filter(([unitClass, next]) => fallback.get(unitClass) !== next));
}

interface Order {
  readonly newId: Int32Array;
  readonly oldId: Int32Array;
  readonly firstDeep: number;
  readonly firstOutput: number;
  readonly firstLeaf: number;
}

/** How often in a million characters of ordinary text each state is met, roughly. */
function visitsOf(
  rows: readonly ReadonlyMap<number, number>[],
  root: ReadonlyMap<number, number>,
  classes: ReadonlyMap<string, number>,
  successor: Int32Array,
): Float64Array {
  const visits = new Float64Array(rows.length);
  const visit = (state: number, perMillion: number) => {
    visits[state] = (visits[state] as number) + perMillion;
  };
  for (const [symbol, unitClass] of classes) visit(root.get(unitClass) ?? 0, 1e6 * chanceOfSymbol(symbol));
  for (const [word, perMillion] of commonWords()) {
    let state = 0;
    for (const symbol of ` ${word} `) {
      const unitClass = classes.get(symbol) ?? 0;
      state = rows[state]?.get(unitClass) ?? root.get(unitClass) ?? 0;
      visit(state, perMillion);
      if (state === at(successor, state)) continue;
      state = at(successor, state);
      visit(state, perMillion);
    }
  }
  return visits;
}

/** Kinds of states in the order of their numbers, after the root and the states of a single symbol that end no literal. */
const DEEP = 2;
const ENDING = 3;
const LEAF = 4;

/**
 * Numbers the states so that those with outputs come after the others, last of all those from which no literal goes on. Among
 * each, those that are met oftenest come first: what a scan needs again and again then lies close together. The root and the
 * states of a single symbol come first of the others in any case.
 */
function numberStates({ moves, outputs, depths }: Trie, visits: Float64Array): Order {
  const kinds = outputs.map(({ length }, state) => {
    if (length > 0) return moves[state]?.size === 0 ? LEAF : ENDING;
    return Math.min(depths[state] as number, DEEP);
  });
  const kind = (state: number) => kinds[state] as number;
  const oldId = Int32Array.from(kinds.keys()).sort(
    (a, b) =>
      kind(a) - kind(b) ||
      (visits[b] as number) - (visits[a] as number) ||
      (depths[a] as number) - (depths[b] as number) ||
      a - b,
  );
  const newId = new Int32Array(oldId.length);
  oldId.forEach((state, id) => {
    newId[state] = id;
  });
  const firstOf = (least: number) => {
    const first = oldId.findIndex((state) => kind(state) >= least);
    return first < 0 ? oldId.length : first;
  };
  return { newId, oldId, firstDeep: firstOf(DEEP), firstOutput: firstOf(ENDING), firstLeaf: firstOf(LEAF) };
}

/** Lays the rows over one another so that no two use a slot; the widest rows choose first. */
function packRows(
  rows: readonly ReadonlyMap<number, number>[],
  order: Order,
  classCount: number,
): { base: Int32Array; table: Int32Array } {
  const base = new Int32Array(order.firstLeaf);
  const sorted = rows.map((row, state) => ({ state, moves: [...row].sort((a, b) => a[0] - b[0]) }));
  sorted.sort((a, b) => b.moves.length - a.moves.length || a.state - b.state);
  let table = new Int32Array(4096).fill(-1);
  let firstFree = 0;
  let used = classCount;
  let size = 0;
  let hint = 0;
  for (const { state, moves } of sorted) {
    const [first] = moves;
    if (state === 0 || first === undefined || at(order.newId, state) >= order.firstLeaf) continue;
    if (moves.length !== size) {
      size = moves.length;
      hint = 0;
    }
    while (table[2 * firstFree] !== -1) firstFree++;
    // Where a row of this size did not fit, the next one will hardly fit either.
    let start = Math.max(0, firstFree - first[0], hint);
    for (;;) {
      if (2 * (start + classCount) > table.length) table = enlarged(table);
      if (moves.every(([unitClass]) => table[2 * (start + unitClass)] === -1)) break;
      start++;
    }
    hint = start;
    const id = at(order.newId, state);
    base[id] = start;
    used = Math.max(used, start + classCount);
    for (const [unitClass, next] of moves) {
      table[2 * (start + unitClass)] = id;
      table[2 * (start + unitClass) + 1] = at(order.newId, next);
    }
    if (2 * (firstFree + 1) > table.length) table = enlarged(table);
  }
  return { base, table: table.slice(0, 2 * used) };
}

function enlarged(table: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(table.length * 2).fill(-1);
  larger.set(table);
  return larger;
}
