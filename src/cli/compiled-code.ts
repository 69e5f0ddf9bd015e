import type { Module } from 'node:module';
import type { Io } from './io.ts';

/** Keeps what was compiled for the next start. */
export type KeepCode = () => void;

/**
 * Lets a start of the built program use the code that an earlier one compiled, kept in the user's cache folder: compiling
 * is a third of what a start costs. From 22.8 on Node does that by itself; for Node 20 the file that every scan needs is
 * compiled here. Returns what to call at the end. `NODE_DISABLE_COMPILE_CACHE` turns it off, as it does in Node.
 */
export function useCompiledCode(env: Io['env']): KeepCode {
  if (env.NODE_DISABLE_COMPILE_CACHE || import.meta.filename.endsWith('.ts')) return nothing;
  // Told without env-paths, which would cost what this saves.
  const caches = env.LOCALAPPDATA || env.XDG_CACHE_HOME || `${process.getBuiltinModule('node:os').homedir()}/.cache`;
  const folder = `${caches}/prompt-sentinel/code`;
  const { enableCompileCache } = process.getBuiltinModule('node:module') as {
    readonly enableCompileCache?: (folder: string) => void;
  };
  if (enableCompileCache === undefined) return compileHere(folder);
  enableCompileCache(folder);
  return nothing;
}

const nothing = () => undefined;

/** Loads the file that every scan needs from compiled code, where there is some, into the place where `require` looks first. */
function compileHere(folder: string): KeepCode {
  const fs = process.getBuiltinModule('node:fs');
  const vm = process.getBuiltinModule('node:vm');
  const { createRequire, Module, wrap } = process.getBuiltinModule('node:module') as typeof import('node:module') & {
    readonly wrap: (source: string) => string;
  };
  const dist = import.meta.dirname;
  const name = fs.readdirSync(dist).find((file) => /^scan-.*\.cjs$/.test(file));
  if (name === undefined) return nothing;
  const path = process.getBuiltinModule('node:path').join(dist, name);
  const require = createRequire(path);
  // The name changes with the content, which is more than V8 looks at.
  const kept = `${folder}/${name}-${process.version}-${process.arch}`;
  const cachedData = readOwn(fs, kept);
  const script = new vm.Script(wrap(fs.readFileSync(path, 'utf8')), {
    filename: path,
    ...(cachedData ? { cachedData } : {}),
  });
  const module: Module = new Module(path);
  module.filename = path;
  require.cache[path] = module;
  script.runInThisContext().call(module.exports, module.exports, require, module, path, dist);
  module.loaded = true;
  if (cachedData && script.cachedDataRejected === false) return nothing;
  return () => writeOwn(fs, folder, kept, script.createCachedData());
}

/** The bytes of a file that nobody but the user can have written. */
function readOwn(fs: typeof import('node:fs'), path: string): Buffer | undefined {
  try {
    const { uid, mode } = fs.statSync(path);
    const foreign = process.getuid !== undefined && (uid !== process.getuid() || (mode & 0o022) !== 0);
    return foreign ? undefined : fs.readFileSync(path);
  } catch {
    return undefined;
  }
}

/** Writes a file in place of what older versions left; a folder that cannot be written to is no error. */
function writeOwn(fs: typeof import('node:fs'), folder: string, path: string, bytes: Uint8Array): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const old of fs.readdirSync(folder))
      if (old.startsWith('scan-')) fs.rmSync(`${folder}/${old}`, { force: true });
    fs.writeFileSync(temporary, bytes, { mode: 0o600, flag: 'wx' });
    fs.renameSync(temporary, path);
  } catch {
    if (fs.existsSync(temporary)) fs.rmSync(temporary, { force: true });
  }
}
