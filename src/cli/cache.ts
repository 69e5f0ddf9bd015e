import { openVerdictCache } from '../cache/index.ts';
import { plural } from '../core/plural.ts';
import { loadContext } from './context.ts';
import { EXIT } from './exit-code.ts';
import { type Io, write } from './io.ts';

/** `cache stats`, `cache clear` and `cache path`. */
export async function runCache(
  action: 'stats' | 'clear' | 'path',
  flags: { readonly cacheDir?: string },
  io: Io,
): Promise<number> {
  const { config } = await loadContext(flags, io);
  const cache = await openVerdictCache(config.cache);
  if (action === 'path') await write(io.stdout, `${cache.dir}\n`);
  if (action === 'clear') await write(io.stdout, `Forgot ${plural(await cache.clear(), 'verdict')}.\n`);
  if (action === 'stats') {
    const { entries, bytes } = await cache.stats();
    await write(
      io.stdout,
      `${cache.dir}\n${plural(entries, 'verdict')}, ${(bytes / 1024).toFixed(1)} KiB of at most ${(config.cache.maxBytes / 1024).toFixed(0)} KiB\n`,
    );
  }
  return EXIT.clean;
}
