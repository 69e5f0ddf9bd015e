import { readFileSync } from 'node:fs';

const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
const packages = Object.keys({ ...dependencies, ...devDependencies });

/** Node's own modules and all packages but those named are imported at run time. */
const externalExcept =
  (...bundled) =>
  (id, importer) =>
    (id.startsWith('node:') && !isLean(id, importer)) ||
    packages.some((name) => !bundled.includes(name) && (id === name || id.startsWith(`${name}/`)));

/** What is bundled imports two modules that it hardly uses and that cost a start 8 ms: `child_process`, and `process` with all its streams. */
const LEAN = {
  'node:process': 'module.exports = globalThis.process;',
  'node:child_process': 'module.exports = {};',
};
const isLean = (id, importer) => id in LEAN && /[\\/](?:commander|env-paths)[\\/]/.test(importer ?? '');
const leanBuiltins = {
  name: 'lean-builtins',
  resolveId: (id, importer) => (isLean(id, importer) ? `\0${id}.cjs` : null),
  load: (id) => LEAN[id.replace(/^\0(.*)\.cjs$/, '$1')] ?? null,
};

/**
 * What every scan needs, with all that it imports, goes into one file: each file more costs a start about a millisecond, and
 * so do 30 KB that it does not need. What only some scans need is imported by `import()` where it is used.
 */
const onEveryScan =
  /node_modules\/commander|src\/(core\/[a-z-]+|engine\/(create|scanner|rules)|rules\/(builtin|pack|rule-set)|normalize\/index|reporters\/table|sources\/collect|formats\/index|detectors\/(heuristic|pii)|cli\/(scan|program))\./;

/** A module that one entry loads early and another late is meant so. */
const checks = { ineffectiveDynamicImport: false };

/** What every start needs of its dependencies is bundled; the others are imported when they are used. */
const shipped = {
  platform: 'node',
  checks,
  plugins: [leanBuiltins],
  external: externalExcept('commander', 'env-paths'),
};

/** The library, and what its worker threads run. */
const library = {
  ...shipped,
  input: { index: 'src/index.ts', worker: 'src/engine/worker.ts' },
  output: { dir: 'dist', format: 'esm', minify: true, cleanDir: true, chunkFileNames: '[name]-[hash].js' },
};

/** The command line, as CommonJS: compiled code of that can be kept on Node 20 too (`src/cli/compiled-code.ts`). */
const cli = {
  ...shipped,
  input: { main: 'src/cli/main.ts' },
  output: {
    dir: 'dist',
    format: 'cjs',
    // Code that was kept between starts cannot call import(); Node's require takes modules of either kind from 20.19 on.
    dynamicImportInCjs: false,
    minify: true,
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name]-[hash].cjs',
    codeSplitting: {
      groups: [
        // A group takes along what its modules import, in the order of priority.
        { name: 'base', test: /src\/(core\/version|cli\/(io|exit-code)|providers\/options)/, priority: 3 },
        { name: 'scan', test: onEveryScan, priority: 2 },
        { name: 'llm', test: /src\/providers/, priority: 1 },
      ],
    },
  },
};

/** A dependency that few scans need, by itself. */
const phoneNumbers = {
  ...shipped,
  external: externalExcept('libphonenumber-js'),
  input: { 'phone-numbers': 'src/pii/phone-numbers.ts' },
  output: { dir: 'dist', format: 'cjs', minify: true, entryFileNames: '[name].cjs' },
};

/** What `npm run build`, `generate`, `bench` and `train` run; not part of the package. */
const tools = {
  input: {
    pack: 'rules/pack.ts',
    generate: 'rules/generate.ts',
    train: 'rules/classifier/train.ts',
    'adversarial-suffix': 'rules/classifier/adversarial-suffix.ts',
    bench: 'test/bench/bench.ts',
  },
  platform: 'node',
  checks,
  external: externalExcept(),
  output: { dir: '.build', format: 'esm', cleanDir: true },
};

// In this order: the first one empties the folder that the next two fill too.
export default [library, cli, phoneNumbers, tools];
