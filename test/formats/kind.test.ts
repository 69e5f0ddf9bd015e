import { expect, test } from 'vitest';
import { kindOfName } from '../../src/formats/index.ts';

test.each([
  ['AGENTS.md', 'instructions'],
  ['sub/CLAUDE.md', 'instructions'],
  ['skills/x/SKILL.md', 'instructions'],
  ['.cursorrules', 'instructions'],
  ['.cursor/rules/a.mdc', 'instructions'],
  ['.github/copilot-instructions.md', 'instructions'],
  ['.claude/commands/deploy.md', 'instructions'],
  ['a.prompt', 'template'],
  ['chat.prompty', 'template'],
  ['.github/prompts/x.prompt.md', 'template'],
  ['t/mail.j2', 'template'],
  ['mail.hbs', 'template'],
  ['.mcp.json', 'tool'],
  ['.vscode/mcp.json', 'tool'],
  ['README.md', 'document'],
  ['notes.txt', 'document'],
  ['page.html', 'document'],
  ['src/main.ts', 'code'],
  ['Dockerfile', 'code'],
  ['data.json', 'data'],
  ['table.csv', 'data'],
  ['LICENSE', 'document'],
])('%s is %s', (name, kind) => {
  expect(kindOfName(name)).toBe(kind);
});
