import { mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadUserRules } from '../../src/rules/index.ts';

const FILE = (regex: string) => `version: 1
category: jailbreak
rules:
  - id: jailbreak/mine
    title: Mine
    description: Mine.
    severity: high
    confidence: 0.8
    patterns: [{ regex: '${regex}' }]
`;

async function setUp(regex: string) {
  const folder = await mkdtemp(join(tmpdir(), 'rules-'));
  const path = join(folder, 'mine.yaml');
  await writeFile(path, FILE(regex));
  return { path, cacheFolder: join(folder, 'cache') };
}

describe('the user’s rules', () => {
  it('are compiled once, and read from the cache after that', async () => {
    const { path, cacheFolder } = await setUp('no limits');
    const first = await loadUserRules([path], { cacheFolder });
    const [name = ''] = await readdir(cacheFolder);
    const written = await readFile(join(cacheFolder, name));
    const second = await loadUserRules([path], { cacheFolder });
    expect(second.heuristic.hash).toBe(first.heuristic.hash);
    expect(second.heuristic.matcher.match('no limits')).toEqual([{ pattern: 0, start: 0, end: 9 }]);
    expect(second.heuristic.rules[0]?.origin).toBe(path);
    expect(await readFile(join(cacheFolder, name))).toEqual(written);
    expect((await stat(join(cacheFolder, name))).mode & 0o777).toBe(0o600);
  });

  it('are compiled anew when the file changes', async () => {
    const { path, cacheFolder } = await setUp('no limits');
    await loadUserRules([path], { cacheFolder });
    await writeFile(path, FILE('no rules'));
    const { heuristic } = await loadUserRules([path], { cacheFolder });
    expect(heuristic.matcher.match('no limits, no rules')).toEqual([{ pattern: 0, start: 11, end: 19 }]);
  });

  it.each([0, 20, 40, 400])(
    'are compiled anew when byte %i of the cached file is not what was written',
    async (offset) => {
      const { path, cacheFolder } = await setUp('no limits');
      await loadUserRules([path], { cacheFolder });
      const [name = ''] = await readdir(cacheFolder);
      const bytes = await readFile(join(cacheFolder, name));
      bytes.writeUInt8(bytes.readUInt8(offset) ^ 1, offset);
      await writeFile(join(cacheFolder, name), bytes);
      const { heuristic } = await loadUserRules([path], { cacheFolder });
      expect(heuristic.matcher.match('no limits')).toHaveLength(1);
    },
  );

  it('are told of their faults each time', async () => {
    const { path, cacheFolder } = await setUp('(no limits');
    for (let round = 0; round < 2; round++) {
      const { errors, heuristic } = await loadUserRules([path], { cacheFolder });
      expect(errors).toHaveLength(1);
      expect(heuristic.rules).toEqual([]);
    }
  });

  it('work where the cache folder cannot be made', async () => {
    const { path } = await setUp('no limits');
    const { heuristic } = await loadUserRules([path], { cacheFolder: join(path, 'not-a-folder') });
    expect(heuristic.rules).toHaveLength(1);
  });
});
