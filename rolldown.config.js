import { readFileSync } from 'node:fs';

const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
const externalExcept = (...bundled) => [
  /^node:/,
  ...Object.keys({ ...dependencies, ...devDependencies })
    .filter((name) => !bundled.includes(name))
    .map((name) => new RegExp(`^${name}(/|$)`)),
];

/** The package. Commander is bundled, since every start needs it; the other dependencies are imported when they are used. */
const library = {
  input: { main: 'src/cli/main.ts', index: 'src/index.ts', worker: 'src/engine/worker.ts' },
  platform: 'node',
  external: externalExcept('commander'),
  output: { dir: 'dist', format: 'esm', minify: true, cleanDir: true, chunkFileNames: '[name]-[hash].js' },
};

/** What `npm run generate`, `bench` and `train` run; not part of the package. */
const tools = {
  input: {
    pack: 'rules/pack.ts',
    generate: 'rules/generate.ts',
    train: 'rules/classifier/train.ts',
    bench: 'test/bench/bench.ts',
  },
  platform: 'node',
  external: externalExcept(),
  output: { dir: '.build', format: 'esm', cleanDir: true },
};

export default [library, tools];
