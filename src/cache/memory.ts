/** The most recently used values by key. */
export interface MemoryCache {
  get(key: string): string | undefined;
  set(key: string, value: string): void;
  delete(key: string): boolean;
  clear(): void;
}

/** Keeps at most `maxEntries`; the least recently used goes first. */
export function createMemoryCache(maxEntries: number): MemoryCache {
  const values = new Map<string, string>();
  return {
    get(key) {
      const value = values.get(key);
      if (value === undefined) return undefined;
      values.delete(key);
      values.set(key, value);
      return value;
    },
    set(key, value) {
      values.delete(key);
      values.set(key, value);
      if (values.size > maxEntries) values.delete(values.keys().next().value as string);
    },
    delete: (key) => values.delete(key),
    clear: () => values.clear(),
  };
}
