import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

/** Read in this order in each folder: the later line wins, so `.promptsentinelignore` can take back what git ignores. */
const IGNORE_FILES = ['.gitignore', '.promptsentinelignore'] as const;

interface Ruleset {
  test(path: string): { readonly ignored: boolean; readonly unignored: boolean };
}

/** Answers whether a path is ignored, by the ignore files of its folder and of every folder above it up to the root. */
export interface IgnoreFiles {
  /** `path` is absolute; `isFolder` because `build/` matches folders only. Does not look at the parents' verdicts. */
  ignores(path: string, isFolder: boolean): Promise<boolean>;
  /** Whether the path or any folder above it, up to the root, is ignored. */
  ignoresDeep(path: string, isFolder: boolean): Promise<boolean>;
}

/**
 * Reads ignore files as they are needed. The root of a path is its git work tree, else `base` where the path is inside
 * it; with `fixed`, `base` is the root whatever lies above it.
 */
export function createIgnoreFiles(base: string, { fixed = false }: { readonly fixed?: boolean } = {}): IgnoreFiles {
  const rulesets = new Map<string, Ruleset | null>();
  const roots = new Map<string, string | undefined>();

  async function rulesetOf(folder: string): Promise<Ruleset | null> {
    const known = rulesets.get(folder);
    if (known !== undefined) return known;
    const texts: string[] = [];
    if (isWorkTree(folder)) texts.push(readOptional(join(folder, '.git', 'info', 'exclude')));
    for (const name of IGNORE_FILES) texts.push(readOptional(join(folder, name)));
    const text = texts.filter(Boolean).join('\n');
    let ruleset: Ruleset | null = null;
    if (text) {
      const { default: ignore } = await import('ignore');
      ruleset = ignore({ ignoreCase: false }).add(text);
    }
    rulesets.set(folder, ruleset);
    return ruleset;
  }

  function workTreeOf(folder: string): string | undefined {
    if (roots.has(folder)) return roots.get(folder);
    const parent = dirname(folder);
    const root = isWorkTree(folder) ? folder : parent === folder ? undefined : workTreeOf(parent);
    roots.set(folder, root);
    return root;
  }

  function rootOf(folder: string): string {
    if (fixed) return base;
    return workTreeOf(folder) ?? (isInside(folder, base) ? base : folder);
  }

  async function ignores(path: string, isFolder: boolean): Promise<boolean> {
    const start = dirname(path);
    const root = rootOf(start);
    for (let folder = start; ; folder = dirname(folder)) {
      const ruleset = await rulesetOf(folder);
      if (ruleset) {
        const verdict = ruleset.test(relative(folder, path).split(sep).join('/') + (isFolder ? '/' : ''));
        if (verdict.ignored) return true;
        if (verdict.unignored) return false;
      }
      if (folder === root || folder === dirname(folder)) return false;
    }
  }

  return {
    ignores,
    async ignoresDeep(path, isFolder) {
      // A root is above its own rules.
      if (rootOf(path) === path) return false;
      const root = rootOf(dirname(path));
      const chain: string[] = [];
      for (
        let folder = dirname(path);
        folder.length > root.length && folder !== dirname(folder);
        folder = dirname(folder)
      ) {
        chain.push(folder);
      }
      for (const folder of chain.reverse()) if (await ignores(folder, true)) return true;
      return ignores(path, isFolder);
    },
  };
}

function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

function isWorkTree(folder: string): boolean {
  return existsSync(join(folder, '.git'));
}

function readOptional(path: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/^\ufeff/, '');
  } catch {
    return '';
  }
}
