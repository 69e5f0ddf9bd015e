import { expect, test } from 'vitest';
import { type KernelBase, startKernel } from '../../src/core/kernel.ts';

test('every kernel that is started has a memory of its own', () => {
  const [one, two] = [startKernel<KernelBase>('classifier'), startKernel<KernelBase>('classifier')];
  const place = one.reserve(16);
  new Uint8Array(one.memory.buffer).fill(7, place, place + 16);
  expect(two.reserve(16)).toBe(place);
  expect([...new Uint8Array(two.memory.buffer, place, 16)]).toEqual(new Array(16).fill(0));
});

test('a kernel that was not built is named', () => {
  expect(() => startKernel('absent')).toThrow(/absent\.wasm: absent\.wasm is missing: install the package again/);
});
