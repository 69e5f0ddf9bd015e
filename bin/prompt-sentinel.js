#!/usr/bin/env node
// CommonJS (package.json beside this file): the loader of the other kind of modules costs a start 6 ms.
const { main } = require('../dist/main.cjs');

main(process.argv.slice(2), process).then((code) => {
  process.exitCode = code;
});
