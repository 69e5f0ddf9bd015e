import { VERSION } from '../core/version.ts';
import { EXIT } from './exit-code.ts';
import { type Io, isClosedPipe, write } from './io.ts';

/** Runs one command line and gives its exit code. The only place where errors become codes; nothing escapes it. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  const ignoreClosedPipe = (error: Error) => {
    if (!isClosedPipe(error)) throw error;
  };
  io.stdout.on('error', ignoreClosedPipe);
  io.stderr.on('error', ignoreClosedPipe);
  try {
    if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
      await write(io.stdout, `${VERSION}\n`);
      return EXIT.clean;
    }
    if (io === process) keepCompiledCode(io.env);
    const { runProgram } = await import('./program.ts');
    return await runProgram(argv, io);
  } catch (error) {
    if (isClosedPipe(error)) return EXIT.failed;
    const { describeError } = await import('./describe-error.ts');
    await write(io.stderr, describeError(error, io.env)).catch(() => undefined);
    return EXIT.failed;
  } finally {
    io.stdout.off('error', ignoreClosedPipe);
    io.stderr.off('error', ignoreClosedPipe);
  }
}

/**
 * Lets Node keep compiled code in the user's cache folder from one start to the next, where it can: from 22.8 on. The
 * folder is told without env-paths, which would cost what this saves.
 */
function keepCompiledCode(env: Io['env']): void {
  const { enableCompileCache } = process.getBuiltinModule('node:module') as {
    readonly enableCompileCache?: (folder: string) => void;
  };
  if (enableCompileCache === undefined) return;
  const caches = env.LOCALAPPDATA || env.XDG_CACHE_HOME || `${process.getBuiltinModule('node:os').homedir()}/.cache`;
  enableCompileCache(`${caches}/prompt-sentinel/code`);
}
