/**
 * `node:crypto`, loaded when it is first needed: it costs a start several milliseconds, and most scans never hash.
 */
export function nodeCrypto(): typeof import('node:crypto') {
  return process.getBuiltinModule('node:crypto');
}

/** Milliseconds on a clock that never goes back. The global `performance` would load a module for it at every start. */
export function now(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}
