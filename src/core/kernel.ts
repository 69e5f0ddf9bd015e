import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from './errors.ts';

/** TypeScript declares these together with the whole DOM. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
};

/** A number that a kernel exports, as JavaScript sees it. */
export interface KernelNumber {
  value: number;
}

/** What every kernel exports beside its own functions. */
export interface KernelBase {
  readonly memory: { readonly buffer: ArrayBuffer };
  /** Takes so many bytes of the memory for good, all of them 0, and tells where they are. The memory's buffer may be another one then. */
  readonly reserve: (bytes: number) => number;
}

const modules = new Map<string, object>();

/**
 * A new instance, with a memory of its own, of what `src/kernels/<name>.ts` is compiled to. V8 compiles it once for all threads and needs
 * not watch it at work first, as it does with JavaScript. `host` are the functions that it calls. Throws UserError `kernel_missing` where
 * there is no such file and `kernel_memory` where there is no address space.
 */
export function startKernel<Kernel extends KernelBase>(
  name: string,
  host: Readonly<Record<string, (argument: number) => void>> = {},
): Kernel {
  let module = modules.get(name);
  if (module === undefined) {
    module = new WebAssembly.Module(readKernel(`${name}.wasm`));
    modules.set(name, module);
  }
  try {
    return new WebAssembly.Instance(module, { [name]: host }).exports as Kernel;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // V8 reserves ten gigabytes of addresses for each memory, so that it need not check where a kernel reads.
    const message = `there is no room for the memory of ${name}.wasm (${error.message}): where the process may not reserve address space (ulimit -v), start it with NODE_OPTIONS=--disable-wasm-trap-handler`;
    throw new UserError('kernel_memory', message, undefined, { cause: error });
  }
}

/** From beside the built program, or from its folder where the sources or the tools run. */
function readKernel(file: string): Buffer {
  const folder = dirname(fileURLToPath(import.meta.url));
  const places = [folder, join(folder, '..', 'dist'), join(folder, '..', '..', 'dist')];
  const place = places.find((candidate) => existsSync(join(candidate, file)));
  if (place !== undefined) return readFileSync(join(place, file));
  throw new UserError('kernel_missing', `${file} is missing: install the package again, or run "npm run build"`, {
    file: join(folder, file),
  });
}
