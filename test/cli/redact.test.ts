import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inTempFolder, type Outcome, runInProcess } from '../helpers/cli.ts';

const SECRET = 'ghp_R4tnB8wYc1ZdF6hJ3sPgU5aEoRiXtNlVbCzM';
const NOTE = `Write to marta.lindqvist@posteo.de, card 4539 1488 0343 6467, ${SECRET}.\n`;

async function redact(argv: readonly string[], cwd: string, stdin = ''): Promise<Outcome> {
  return runInProcess(['redact', ...argv], { cwd, stdin });
}

describe('redact', () => {
  it('prints standard input with its values masked', () =>
    inTempFolder(async (cwd) => {
      const { code, stdout, stderr } = await redact([], cwd, NOTE);
      expect(code).toBe(0);
      expect(stderr).toBe('');
      expect(stdout).toBe(`Write to m***@p***.de, card **** **** **** 6467, ghp_R${'*'.repeat(35)}.\n`);
    }));

  it.each([
    ['remove', 'Write to [EMAIL], card [CREDIT_CARD], [GITHUB_TOKEN].\n'],
    ['hash', /^Write to \[EMAIL_[a-z]{12}\], card \[CREDIT_CARD_[a-z]{12}\], \[GITHUB_TOKEN_[a-z]{12}\]\.\n$/],
    ['pseudonym', /^Write to user\.[a-z]{8}@example\.com, card 4\d{3} \d{4} \d{4} \d{4}, GITHUB_TOKEN_[a-z]{8}\.\n$/],
  ] as const)('knows the style %s', (style, expected) =>
    inTempFolder(async (cwd) => {
      const { stdout } = await redact(['--style', style], cwd, NOTE);
      expect(stdout).toMatch(expected);
      expect(stdout).not.toContain('marta');
    }),
  );

  it('writes files back whole, once, and leaves calm ones alone', () =>
    inTempFolder(async (cwd) => {
      writeFileSync(join(cwd, 'a.md'), `\ufeff${NOTE}`, { mode: 0o640 });
      writeFileSync(join(cwd, 'b.md'), 'calm\n');
      const first = await redact(['a.md', 'b.md', '--write'], cwd);
      expect(first).toMatchObject({ code: 0, stdout: '', stderr: 'a.md: 3 replaced\n' });
      const written = readFileSync(join(cwd, 'a.md'), 'utf8');
      expect(written).toMatch(/^\ufeffWrite to m\*\*\*@p\*\*\*\.de/);
      expect(statSync(join(cwd, 'a.md')).mode & 0o777).toBe(0o640);
      expect(await redact(['a.md', 'b.md', '--write'], cwd)).toMatchObject({ code: 0, stderr: '' });
      expect(readFileSync(join(cwd, 'a.md'), 'utf8')).toBe(written);
    }));

  it('shows what would change', () =>
    inTempFolder(async (cwd) => {
      writeFileSync(join(cwd, 'a.md'), `one\n${NOTE}`);
      const { stdout } = await redact(['a.md', '--diff', '--style', 'remove'], cwd);
      expect(stdout).toContain('--- a/a.md\n+++ b/a.md\n@@ -1,2 +1,2 @@\n one\n-Write to marta');
      expect(stdout).toContain('\n+Write to [EMAIL], card [CREDIT_CARD], [GITHUB_TOKEN].\n');
      expect(readFileSync(join(cwd, 'a.md'), 'utf8')).toBe(`one\n${NOTE}`);
    }));

  it('gives pseudonyms that a vault takes back, in a file that only its owner reads', () =>
    inTempFolder(async (cwd) => {
      const first = await redact(['--style', 'pseudonym', '--vault', 'v.json'], cwd, NOTE);
      const again = await redact(['--style', 'pseudonym', '--vault', 'v.json'], cwd, NOTE);
      expect(again.stdout).toBe(first.stdout);
      expect(statSync(join(cwd, 'v.json')).mode & 0o777).toBe(0o600);
      const back = await redact(['--restore', '--vault', 'v.json'], cwd, first.stdout);
      expect(back).toMatchObject({ code: 0, stdout: NOTE });
    }));

  it('rejects with code 1 and without the values', () =>
    inTempFolder(async (cwd) => {
      const { code, stdout, stderr } = await redact(['--style', 'reject'], cwd, NOTE);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toBe('<stdin>: rejected: it contains credit_card, email, github_token\n');
    }));

  it('keeps to the types that are asked for', () =>
    inTempFolder(async (cwd) => {
      const { stdout } = await redact(['--style', 'remove', '--type', 'email'], cwd, NOTE);
      expect(stdout).toBe(NOTE.replace('marta.lindqvist@posteo.de', '[EMAIL]'));
    }));

  it.each([
    [['--type', 'emial'], 'there is no type emial'],
    [['--write'], '--write changes files'],
    [['--vault', 'v.json'], 'add --style pseudonym'],
    [['--restore'], 'name it with --vault'],
    [['missing.md'], 'missing.md'],
  ] as const)('refuses %j', (argv, message) =>
    inTempFolder(async (cwd) => {
      const { code, stderr } = await redact(argv, cwd, NOTE);
      expect(code).toBe(2);
      expect(stderr).toContain(message);
      expect(stderr).not.toContain('marta');
    }),
  );
});

describe('the policy of a scan', () => {
  const config = 'pii:\n  types:\n    email: redact\n    phone: redact\n';

  it('puts the types that it redacts into modified_prompt, and only those', () =>
    inTempFolder(async (cwd) => {
      writeFileSync(join(cwd, 'prompt-sentinel.config.yaml'), config);
      const scan = async (...flags: string[]) => {
        const { stdout } = await runInProcess(['scan', '-', '-f', 'json', '--no-cache', ...flags], {
          cwd,
          stdin: NOTE,
        });
        return JSON.parse(stdout).results[0].modified_prompt;
      };
      expect(await scan()).toBe(NOTE.replace('marta.lindqvist@posteo.de', 'm***@p***.de'));
      expect(await scan('--redact')).not.toContain('6467, ghp_R4');
      expect(await scan('--no-config')).toBe(null);
    }));
});
