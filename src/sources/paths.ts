import { type Dirent, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { createTurns } from '../core/turns.ts';
import type { CollectOptions } from './collect.ts';
import { openFile, unreadable } from './file.ts';
import { createIgnoreFiles, type IgnoreFiles } from './ignore-files.ts';
import type { SourceEntry } from './input.ts';
import { readStdin } from './stdin.ts';

/** The default of `maxFileSize`. */
const DEFAULT_MAX_FILE_SIZE = 10 * 1024 * 1024;

// Never entered: repositories keep history and other people's code here.
const SKIPPED_FOLDERS = new Set(['.git', '.hg', '.svn', 'node_modules']);

const GLOB_CHARACTERS = /[*?[\]{}()!]/;

// The event loop gets a turn this often, so that Ctrl-C and timers work while files are read synchronously.
const YIELD_EVERY_MS = 25;

interface Walk {
  readonly options: CollectOptions;
  readonly ignoreFiles: IgnoreFiles | undefined;
  /** Absolute paths already yielded, so that `scan a a/b` reads `a/b` once. */
  readonly seen: Set<string>;
  /** Links to places inside this real path are followed. */
  readonly containment: string;
  readonly open: (path: string | Buffer, uri: string) => SourceEntry;
}

/** Yields what the paths of {@link CollectOptions} stand for, in their order. */
export async function* collectPaths(options: CollectOptions): AsyncIterable<SourceEntry> {
  const cwd = resolve(options.cwd);
  const maxFileSize = options.maxFileSize ?? DEFAULT_MAX_FILE_SIZE;
  const streams = (name: string) =>
    options.inputFormat === 'jsonl' || (isRecordFile(name) && (options.inputFormat ?? 'auto') === 'auto');
  const walk: Walk = {
    options: { ...options, cwd },
    ignoreFiles: options.noIgnore ? undefined : createIgnoreFiles(cwd),
    seen: new Set(),
    containment: tryRealpath(cwd) ?? cwd,
    open: (path, uri) => openFile(path, uri, { maxFileSize, streamed: streams(uri) }),
  };
  const takeTurn = createTurns(YIELD_EVERY_MS);
  for (const path of options.paths) {
    if (path === '-') {
      const name = options.stdinFilename;
      if (walk.seen.has('-')) continue;
      walk.seen.add('-');
      yield await readStdin(options.stdin ?? emptyStream(), { name, streamed: streams(name ?? ''), maxFileSize });
      continue;
    }
    for await (const entry of collectPath(path, walk)) {
      yield entry;
      await takeTurn();
    }
  }
}

/** Whether a file of this name holds one record a line. */
function isRecordFile(name: string): boolean {
  return /\.(?:jsonl|ndjson)$/i.test(name);
}

async function* collectPath(path: string, walk: Walk): AsyncIterable<SourceEntry> {
  const { cwd, noGlob } = walk.options;
  const absolute = resolve(cwd, path);
  const uri = uriOf(absolute, cwd);
  let stats: Stats | undefined;
  try {
    stats = statSync(absolute);
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
    if (!missing) {
      yield unreadable(uri, error);
      return;
    }
  }
  if (!stats) {
    if (!noGlob && GLOB_CHARACTERS.test(path)) yield* collectGlob(path, walk);
    else yield notFound(uri);
    return;
  }
  if (walk.options.forceExclude && (await isExcluded(absolute, stats.isDirectory(), walk))) {
    yield { type: 'skipped', uri, reason: 'ignored' };
  } else if (stats.isDirectory()) {
    const real = tryRealpath(absolute) ?? absolute;
    // A folder outside the working directory is a root of its own, for links and for ignore files.
    const inside = isInside(real, walk.containment);
    const ignoreFiles = walk.ignoreFiles && (await ignoreFilesOf(absolute, inside, walk.ignoreFiles));
    const folderWalk = { ...walk, ignoreFiles, containment: inside ? walk.containment : real };
    yield* collectFolder(absolute, folderWalk, real, new Set([real]));
  } else {
    yield* once(absolute, walk, () => walk.open(absolute, uri));
  }
}

/** A named folder is scanned even where it is ignored: then only the ignore files inside it count. */
async function ignoreFilesOf(folder: string, inside: boolean, ignoreFiles: IgnoreFiles): Promise<IgnoreFiles> {
  const own = inside ? ignoreFiles : createIgnoreFiles(folder);
  return (await own.ignoresDeep(folder, true)) ? createIgnoreFiles(folder, { fixed: true }) : own;
}

function notFound(uri: string): SourceEntry {
  const message = 'no such file or folder; to scan a text, pass it with --prompt';
  return { type: 'error', error: { uri, code: 'not_found', message } };
}

async function* collectGlob(pattern: string, walk: Walk): AsyncIterable<SourceEntry> {
  const { cwd } = walk.options;
  const { default: fastGlob } = await import('fast-glob');
  const found = await fastGlob(sep === '\\' ? pattern.replaceAll('\\', '/') : pattern, {
    cwd,
    dot: true,
    onlyFiles: false,
    unique: true,
    followSymbolicLinks: false,
    suppressErrors: true,
    ignore: [...SKIPPED_FOLDERS].flatMap((folder) => [`**/${folder}/**`, `**/${folder}`]),
  });
  const containment = globContainment(pattern, walk);
  let matched = false;
  for (const path of found.sort(compareNames)) {
    const absolute = resolve(cwd, path);
    let stats: Stats;
    try {
      stats = statSync(absolute);
    } catch {
      continue;
    }
    // A folder stands for itself only: `prompts/*` is its files, `prompts/**` walks by its own stars.
    if (stats.isDirectory()) continue;
    matched = true;
    const uri = uriOf(absolute, cwd);
    const real = tryRealpath(absolute) ?? absolute;
    if (await isExcluded(absolute, false, walk)) yield { type: 'skipped', uri, reason: 'ignored' };
    else if (!isInside(real, containment)) yield { type: 'skipped', uri, reason: 'symlink' };
    else if (!stats.isFile()) yield { type: 'skipped', uri, reason: 'special' };
    else yield* once(absolute, walk, () => walk.open(absolute, uri));
  }
  if (!matched) {
    const message = `No file matches ${pattern}. To scan a text, pass it with --prompt.`;
    yield { type: 'error', error: { uri: pattern, code: 'no_match', message } };
  }
}

/** What a glob's links may lead to: the working directory, or the folder outside it that the pattern starts with. */
function globContainment(pattern: string, walk: Walk): string {
  const { cwd } = walk.options;
  const parts = pattern.split(/[\\/]/);
  const fixed = parts.slice(
    0,
    parts.findIndex((part) => GLOB_CHARACTERS.test(part)),
  );
  const base = resolve(cwd, `${fixed.join('/')}/`.replace(/^\/$/, pattern.startsWith('/') ? '/' : '.'));
  return isInside(base, cwd) ? walk.containment : (tryRealpath(base) ?? base);
}

/** Walks a folder; `rootReal` is the real path of the folder the user named, `visited` the linked folders entered so far. */
async function* collectFolder(
  folder: string,
  walk: Walk,
  rootReal: string,
  visited: Set<string>,
): AsyncIterable<SourceEntry> {
  const { cwd } = walk.options;
  let entries: Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    yield unreadable(uriOf(folder, cwd), error);
    return;
  }
  entries.sort((a, b) => compareNames(a.name, b.name));
  const rawNames = entries.some(({ name }) => name.includes('\ufffd')) ? invalidNames(folder) : undefined;
  for (const entry of entries) {
    const path = join(folder, entry.name);
    const uri = uriOf(path, cwd);
    const kind = entry.isSymbolicLink() ? linkKind(path, walk, rootReal, visited) : kindOf(entry);
    if (kind === 'folder' && SKIPPED_FOLDERS.has(entry.name)) continue;
    if (await walk.ignoreFiles?.ignores(path, kind === 'folder')) {
      if (kind === 'file') yield { type: 'skipped', uri, reason: 'ignored' };
      continue;
    }
    if (kind === 'folder') yield* collectFolder(path, walk, rootReal, visited);
    else if (kind !== 'file') yield { type: 'skipped', uri, reason: kind };
    else {
      const raw = rawNames?.get(entry.name)?.shift();
      yield* once(raw ? `${path}\0${raw.toString('hex')}` : path, walk, () => walk.open(raw ?? path, uri));
    }
  }
}

type EntryKind = 'file' | 'folder' | 'symlink' | 'special';

function kindOf(entry: Dirent | Stats): EntryKind {
  return entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : 'special';
}

/**
 * What a link in a walked folder counts as. A target below the named folder is met under its own name, and one outside
 * the containment is not the user's to scan: both are left out. Anything between is followed, each folder once.
 */
function linkKind(path: string, walk: Walk, rootReal: string, visited: Set<string>): EntryKind {
  const real = tryRealpath(path);
  if (real === undefined || isInside(real, rootReal) || !isInside(real, walk.containment)) return 'symlink';
  if (
    relative(walk.containment, real)
      .split(sep)
      .some((part) => SKIPPED_FOLDERS.has(part))
  )
    return 'symlink';
  const kind = kindOf(statSync(real));
  if (kind !== 'folder') return kind;
  for (const seen of visited) if (isInside(real, seen) || isInside(seen, real)) return 'symlink';
  visited.add(real);
  return 'folder';
}

function* once(key: string, walk: Walk, open: () => SourceEntry): Iterable<SourceEntry> {
  if (walk.seen.has(key)) return;
  walk.seen.add(key);
  yield open();
}

async function isExcluded(absolute: string, isFolder: boolean, walk: Walk): Promise<boolean> {
  const parts = relative(walk.options.cwd, absolute).split(sep);
  if (parts.some((part) => SKIPPED_FOLDERS.has(part))) return true;
  return (await walk.ignoreFiles?.ignoresDeep(absolute, isFolder)) ?? false;
}

/** Names that are not valid UTF-8 come from `readdir` with replacement characters: the bytes are what opens them. */
function invalidNames(folder: string): Map<string, Buffer[]> {
  const names = new Map<string, Buffer[]>();
  for (const raw of readdirSync(folder, { encoding: 'buffer' })) {
    const name = raw.toString();
    if (!name.includes('\ufffd')) continue;
    const path = Buffer.concat([Buffer.from(folder + sep), raw]);
    names.set(name, [...(names.get(name) ?? []), path]);
  }
  return names;
}

function uriOf(absolute: string, cwd: string): string {
  const path = relative(cwd, absolute) || '.';
  return sep === '/' ? path : path.split(sep).join('/');
}

function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

function tryRealpath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

async function* emptyStream(): AsyncIterable<Uint8Array> {}
