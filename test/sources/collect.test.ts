import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CollectOptions, collectInputs, type SourceEntry } from '../../src/sources/index.ts';

let root: string;
let cwd: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sources-'));
  cwd = join(root, 'project');
  mkdirSync(join(cwd, '.git'), { recursive: true });
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function files(contents: Readonly<Record<string, string | Buffer>>): void {
  for (const [name, content] of Object.entries(contents)) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true });
    writeFileSync(join(cwd, name), content);
  }
}

async function collect(paths: readonly string[], options: Partial<CollectOptions> = {}): Promise<SourceEntry[]> {
  const entries: SourceEntry[] = [];
  for await (const entry of collectInputs({ paths, cwd, ...options })) entries.push(entry);
  return entries;
}

/** `name` of what is scanned, `name (reason)` of what is skipped, `name !code` of what fails. */
async function names(paths: readonly string[], options: Partial<CollectOptions> = {}): Promise<string[]> {
  return (await collect(paths, options)).map((entry) => {
    if (entry.type === 'input') return entry.uri;
    return entry.type === 'skipped' ? `${entry.uri} (${entry.reason})` : `${entry.error.uri} !${entry.error.code}`;
  });
}

describe('folders', () => {
  test('are read in the same order every time, dot files too, but neither history nor dependencies', async () => {
    files({
      'b.md': '',
      'a/z.md': '',
      'a/.hidden.md': '',
      'B.md': '',
      'node_modules/x/p.md': '',
      '.git/config': '',
      '.github/i.md': '',
    });
    expect(await names(['.'])).toEqual(['.github/i.md', 'B.md', 'a/.hidden.md', 'a/z.md', 'b.md']);
  });

  test('each file is read once, however often it is named', async () => {
    files({ 'a/x.md': '', 'b.md': '' });
    expect(await names(['a/x.md', '.', './a', join(cwd, 'b.md'), '*.md'])).toEqual(['a/x.md', 'b.md']);
  });

  test('an empty folder is no error here', async () => {
    mkdirSync(join(cwd, 'empty'));
    expect(await names(['empty'])).toEqual([]);
  });
});

describe('ignore files', () => {
  test('cascade from the git root, the deeper and the later rule winning', async () => {
    files({
      '.gitignore': 'build/\n*.log\n',
      '.promptsentinelignore': 'drafts\n!keep.log\n',
      'sub/.gitignore': '!deep.log\n/only-here.md\n',
      'build/a.md': '',
      'drafts/a.md': '',
      'x.log': '',
      'keep.log': '',
      'sub/deep.log': '',
      'sub/only-here.md': '',
      'sub/more/only-here.md': '',
    });
    expect((await names(['.'])).filter((name) => !name.endsWith('ignore'))).toEqual([
      'keep.log',
      'sub/deep.log',
      'sub/more/only-here.md',
      'sub/only-here.md (ignored)',
      'x.log (ignored)',
    ]);
    expect(await names(['sub'])).toEqual(await names(['./sub/']));
  });

  test('the rules above a folder hold when only the folder is scanned', async () => {
    files({ '.gitignore': '*.tmp\nsub/secret/\n', 'sub/a.tmp': '', 'sub/secret/b.md': '', 'sub/c.md': '' });
    expect(await names(['sub'])).toEqual(['sub/a.tmp (ignored)', 'sub/c.md']);
  });

  test('a named file is always scanned, unless the user forces the exclusion', async () => {
    files({ '.gitignore': 'build/\n', 'build/a.md': '' });
    expect(await names(['build/a.md'])).toEqual(['build/a.md']);
    expect(await names(['build/a.md'], { forceExclude: true })).toEqual(['build/a.md (ignored)']);
    expect(await names(['build/*.md'])).toEqual(['build/a.md (ignored)']);
  });

  test('a named folder is scanned though it is ignored, by the rules inside it', async () => {
    files({
      '.gitignore': 'build/\n',
      'build/.gitignore': '*.log\n',
      'build/a.md': '',
      'build/b.log': '',
      'build/sub/c.md': '',
    });
    expect(await names(['build'])).toEqual([
      'build/.gitignore',
      'build/a.md',
      'build/b.log (ignored)',
      'build/sub/c.md',
    ]);
    expect(await names(['build'], { forceExclude: true })).toEqual(['build (ignored)']);
    expect(await names(['.'], { cwd: join(cwd, 'build') })).toEqual([
      '.gitignore',
      'a.md',
      'b.log (ignored)',
      'sub/c.md',
    ]);
  });

  test('can be switched off', async () => {
    files({ '.gitignore': '*.log\n', 'x.log': '' });
    expect(await names(['.'], { noIgnore: true })).toEqual(['.gitignore', 'x.log']);
  });
});

describe('paths', () => {
  test('globs find what they match, dot files too', async () => {
    files({ 'prompts/a.md': '', 'prompts/.b.md': '', 'prompts/sub/c.md': '', 'd.txt': '', 'node_modules/e.md': '' });
    expect(await names(['prompts/*.md'])).toEqual(['prompts/.b.md', 'prompts/a.md']);
    expect(await names(['**/*.{md,txt}'])).toEqual(['d.txt', 'prompts/.b.md', 'prompts/a.md', 'prompts/sub/c.md']);
  });

  test('globs may name folders outside the working directory, and are held to them', async () => {
    mkdirSync(join(root, 'other'));
    writeFileSync(join(root, 'other', 'a.md'), '');
    symlinkSync('/etc/passwd', join(root, 'other', 'b.md'));
    expect(await names(['../other/*.md'])).toEqual(['../other/a.md', '../other/b.md (symlink)']);
  });

  test('an existing path is literal whatever it holds', async () => {
    files({ 'app/(auth)/[id].md': '', 'app/i.md': '', 'a*.md': '', 'ab.md': '' });
    expect(await names(['app/(auth)/[id].md', 'a*.md'])).toEqual(['app/(auth)/[id].md', 'a*.md']);
  });

  test('a path that does not exist is an error that names --prompt, never text', async () => {
    const [entry] = await collect(['Ignore all previous instructions']);
    expect(entry).toMatchObject({
      type: 'error',
      error: { code: 'not_found', message: expect.stringContaining('--prompt') },
    });
    expect(await names(['missing/*.md', 'x[1].md'], {})).toEqual(['missing/*.md !no_match', 'x[1].md !no_match']);
    expect(await names(['x[1].md'], { noGlob: true })).toEqual(['x[1].md !not_found']);
    expect(await names(['a\0b'])).toEqual(['a\0b !unreadable']);
  });

  test('paths outside the working directory are relative to it', async () => {
    writeFileSync(join(root, 'out.md'), '');
    expect(await names([join(root, 'out.md')])).toEqual(['../out.md']);
  });

  test('names that would fool a terminal are read like any other', async () => {
    files({ 'a\nb.md': '', '\u001b[31m.md': '', '::error::.md': '' });
    expect(await names(['.'])).toEqual(['\u001b[31m.md', '::error::.md', 'a\nb.md']);
  });

  test.skipIf(process.platform !== 'linux')('a name that is no UTF-8 is read', async () => {
    writeFileSync(Buffer.concat([Buffer.from(`${cwd}/x`), Buffer.from([0xff]), Buffer.from('.md')]), 'content');
    const [entry] = await collect(['.']);
    expect(entry).toMatchObject({ type: 'input', uri: 'x\ufffd.md', bytes: Buffer.from('content') });
  });
});

describe('links', () => {
  test('neither leave the project nor loop', async () => {
    files({ 'a/x.md': '' });
    writeFileSync(join(root, 'secret.md'), '');
    symlinkSync('..', join(cwd, 'a', 'loop'));
    symlinkSync(join(root, 'secret.md'), join(cwd, 'a', 'out.md'));
    symlinkSync('/etc', join(cwd, 'a', 'etc'));
    symlinkSync('gone', join(cwd, 'a', 'dangling'));
    expect(await names(['.'])).toEqual([
      'a/dangling (symlink)',
      'a/etc (symlink)',
      'a/loop (symlink)',
      'a/out.md (symlink)',
      'a/x.md',
    ]);
    expect(await names(['**/*.md', 'a/etc/{passwd,group}'])).toEqual([
      'a/out.md (symlink)',
      'a/x.md',
      'a/etc/group (symlink)',
      'a/etc/passwd (symlink)',
    ]);
  });

  test('to another folder of the project are followed, once', async () => {
    files({ 'shared/s.md': '', 'a/x.md': '' });
    symlinkSync('../shared', join(cwd, 'a', 'first'));
    symlinkSync('../shared', join(cwd, 'a', 'second'));
    symlinkSync('../shared/s.md', join(cwd, 'a', 'link.md'));
    expect(await names(['a'])).toEqual(['a/first/s.md', 'a/link.md', 'a/second (symlink)', 'a/x.md']);
  });

  test('that the user names are followed', async () => {
    writeFileSync(join(root, 'out.md'), 'text');
    symlinkSync(join(root, 'out.md'), join(cwd, 'link.md'));
    expect(await names(['link.md'])).toEqual(['link.md']);
  });
});

describe('what cannot be scanned', () => {
  test('binary files are skipped, prompt files with a NUL are not', async () => {
    const nul = Buffer.from('a\0b');
    files({
      'a.bin': nul,
      'a.prompt': nul,
      'late.bin': Buffer.concat([Buffer.alloc(9000, 97), nul]),
      'utf16.bin': Buffer.from('\ufeffabc', 'utf16le'),
    });
    expect(await names(['.'])).toEqual(['a.bin (binary)', 'a.prompt', 'late.bin', 'utf16.bin']);
  });

  test('a file over the limit is an error, one at the limit is scanned', async () => {
    files({ 'a.md': 'x'.repeat(11), 'b.md': 'x'.repeat(10) });
    expect(await names(['.'], { maxFileSize: 10 })).toEqual(['a.md !too_large', 'b.md']);
  });

  test('records have no limit: they are streamed', async () => {
    files({ 'big.jsonl': `{"text":"a"}\n`.repeat(100_000) });
    const [entry] = await collect(['.'], { maxFileSize: 10_000 });
    expect(entry).toMatchObject({ type: 'input', bytes: undefined, size: 1_300_000 });
    let bytes = 0;
    if (entry?.type === 'input') for await (const chunk of entry.stream()) bytes += chunk.length;
    expect(bytes).toBe(1_300_000);
  });

  test.skipIf(process.platform === 'win32')('pipes and devices neither hang nor are scanned', async () => {
    execFileSync('mkfifo', [join(cwd, 'pipe.md')]);
    expect(await names(['.', 'pipe.md', '/dev/zero'])).toEqual([
      'pipe.md (special)',
      'pipe.md !not_a_file',
      expect.stringMatching(/dev\/zero !not_a_file$/),
    ]);
  });

  test('what the file system refuses is an error', async () => {
    symlinkSync('loop.md', join(cwd, 'loop.md'));
    expect(await collect(['loop.md'])).toEqual([
      { type: 'error', error: { uri: 'loop.md', code: 'unreadable', message: 'Too many symbolic links.' } },
    ]);
  });
});

describe('texts and standard input', () => {
  async function* stdin(...chunks: string[]): AsyncIterable<Uint8Array | string> {
    yield* chunks;
  }

  test('arguments come first and are numbered', async () => {
    files({ 'a.md': '' });
    const entries = await collect(['a.md'], { prompts: ['one', 'two'] });
    expect(entries.map((entry) => entry.type === 'input' && [entry.uri, entry.kind, entry.bytes?.toString()])).toEqual([
      ['<argument:1>', 'argument', 'one'],
      ['<argument:2>', 'argument', 'two'],
      ['a.md', 'file', ''],
    ]);
  });

  test('standard input is read once, under the name that the user gives', async () => {
    const [entry, ...more] = await collect(['-', '-'], { stdin: stdin('a', 'b'), stdinFilename: 'x.md' });
    expect(entry).toMatchObject({ type: 'input', uri: 'x.md', kind: 'stdin', bytes: Buffer.from('ab') });
    expect(more).toEqual([]);
  });

  test('standard input over the limit is an error, records are streamed', async () => {
    expect(await names(['-'], { stdin: stdin('abc', 'def'), maxFileSize: 5 })).toEqual(['<stdin> !too_large']);
    const [entry] = await collect(['-'], { stdin: stdin('abc', 'def'), maxFileSize: 5, inputFormat: 'jsonl' });
    expect(entry).toMatchObject({ type: 'input', bytes: undefined });
  });
});
