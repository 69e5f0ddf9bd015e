/** A seeded generator of numbers in [0, 1) (mulberry32), so that two trainings give the same weights. */
export interface Random {
  next(): number;
  /** An integer in [0, limit). */
  below(limit: number): number;
  pick<T>(items: readonly T[]): T;
  chance(probability: number): boolean;
  shuffle(items: Int32Array): void;
}

/** Makes a {@link Random} from an integer seed. */
export function createRandom(seed: number): Random {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    next,
    below,
    pick: <T>(items: readonly T[]): T => items[below(items.length)] as T,
    chance: (probability) => next() < probability,
    shuffle: (items) => {
      for (let index = items.length - 1; index > 0; index--) {
        const other = below(index + 1);
        const kept = items[index] as number;
        items[index] = items[other] as number;
        items[other] = kept;
      }
    },
  };
}
