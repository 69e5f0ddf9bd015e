import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { type KernelBase, startKernel } from '../../src/core/kernel.ts';
import { BIN } from '../helpers/cli.ts';

test('every kernel that is started has a memory of its own', () => {
  const [one, two] = [startKernel<KernelBase>('classifier'), startKernel<KernelBase>('classifier')];
  const place = one.reserve(16);
  new Uint8Array(one.memory.buffer).fill(7, place, place + 16);
  expect(two.reserve(16)).toBe(place);
  expect([...new Uint8Array(two.memory.buffer, place, 16)]).toEqual(new Array(16).fill(0));
});

/** Elsewhere the shell cannot take address space away. */
test.skipIf(process.platform !== 'linux')(
  'without address space for a memory it is said what helps, and that helps',
  () => {
    const scan = (options: string) => {
      const command = `ulimit -v 8000000 && ${options} exec "${process.execPath}" "${BIN}" scan -p hello -f ndjson --no-cache`;
      try {
        return execFileSync('/bin/sh', ['-c', command], { encoding: 'utf8', stdio: 'pipe' });
      } catch (error) {
        return (error as { stdout: string }).stdout;
      }
    };
    expect(scan('')).toMatch(/NODE_OPTIONS=--disable-wasm-trap-handler/);
    expect(scan('NODE_OPTIONS=--disable-wasm-trap-handler')).toMatch(/"incomplete":false/);
  },
);

test('a kernel that was not built is named', () => {
  expect(() => startKernel('absent')).toThrow(/absent\.wasm: absent\.wasm is missing: install the package again/);
});
