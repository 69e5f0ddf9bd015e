import { VERSION } from '../core/version.ts';
import { useCompiledCode } from './compiled-code.ts';
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
    const keepCode = io === process ? useCompiledCode(io.env) : undefined;
    const { runProgram } = await import('./program.ts');
    const code = await runProgram(argv, io);
    keepCode?.();
    return code;
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
