/** A module of Node, loaded when it is first needed: together they cost a start 20 ms, and most scans need none of them. */
export function nodeCrypto(): typeof import('node:crypto') {
  return process.getBuiltinModule('node:crypto');
}

/** See {@link nodeCrypto}. */
export function nodeNet(): typeof import('node:net') {
  return process.getBuiltinModule('node:net');
}

/** See {@link nodeCrypto}. */
export function nodeVm(): typeof import('node:vm') {
  return process.getBuiltinModule('node:vm');
}

/** See {@link nodeCrypto}. */
export function nodeModule(): typeof import('node:module') {
  return process.getBuiltinModule('node:module');
}

/** Milliseconds on a clock that never goes back. The global `performance` would load a module for it at every start. */
export function now(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}
