import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { UserError } from '../core/errors.ts';
import { escapeVisible } from '../core/excerpt.ts';
import { importCustomPiiRules } from '../pii/index.ts';
import { parseYaml } from '../rules/index.ts';
import { EXIT } from './exit-code.ts';
import { type Io, write } from './io.ts';

/** `rules import`: prints or writes a rule file made from `custom_pii_rules`; exit code 2 when nothing could be taken over. */
export async function importRules(file: string, { output }: { readonly output?: string }, io: Io): Promise<number> {
  const text = await readFile(resolve(io.cwd(), file), 'utf8').catch((error: Error) => {
    throw new UserError('unreadable', `cannot read it: ${error.message}`, { file });
  });
  const source = await parseYaml(file, text, 'import_invalid');
  if (!('content' in source)) throw source[0] ?? new UserError('import_invalid', 'it is not YAML', { file });
  const { file: imported, warnings } = importCustomPiiRules(source.content);
  for (const warning of warnings) await write(io.stderr, `warning: ${escapeVisible(warning)}\n`);
  if (imported.rules.length === 0)
    throw new UserError('import_invalid', 'it holds no rule that could be taken over', { file });
  const { stringify } = await import('yaml');
  const yaml = stringify(imported, { lineWidth: 120 });
  if (output === undefined) await write(io.stdout, yaml);
  else await writeFile(resolve(io.cwd(), output), yaml, { flag: 'wx' });
  return EXIT.clean;
}
