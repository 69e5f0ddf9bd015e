import { readFileSync } from 'node:fs';

const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
// Commander is bundled (it is on every start's path); every other dependency is imported when it is used.
const bundled = new Set(['commander']);
const external = [
  /^node:/,
  ...Object.keys(dependencies)
    .filter((name) => !bundled.has(name))
    .map((name) => new RegExp(`^${name}(/|$)`)),
];

export default [
  {
    input: { main: 'src/cli/main.ts', index: 'src/index.ts' },
    platform: 'node',
    external,
    output: { dir: 'dist', format: 'esm', minify: true, cleanDir: true, chunkFileNames: '[name]-[hash].js' },
  },
];
