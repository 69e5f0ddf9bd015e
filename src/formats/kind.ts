import type { DocumentKind, Role } from '../core/document.ts';

// What agents are configured with, by name and by folder.
const INSTRUCTIONS =
  /(?:^|\/)(?:(?:agents?|claude|gemini|skill|copilot-instructions)(?:\.local)?\.md|\.(?:cursorrules|windsurfrules|clinerules|goosehints)|llms(?:-full)?\.txt|[^/]+\.(?:mdc|instructions\.md|agent\.md|chatmode\.md)|\.(?:claude|cursor|github|agents|windsurf|clinerules)\/(?:commands|agents|skills|rules|chatmodes|instructions)\/.+\.md|\.clinerules\/.+\.md)$/i;

const TEMPLATE =
  /\.(?:prompt|prompty|prompt\.(?:md|txt|ya?ml|json)|j2|jinja2?|hbs|handlebars|mustache|liquid|njk|ejs)$|(?:^|\/)promptfooconfig\.ya?ml$/i;

const TOOL = /(?:^|\/)(?:\.?mcp(?:[-_.][\w-]+)?|claude_desktop_config|tools?|mcp[-_]settings)\.json$/i;

const EXTENSIONS: ReadonlyMap<string, DocumentKind> = new Map([
  ...names('document', 'md mdx markdown txt text rst adoc asciidoc html htm xhtml org tex eml'),
  ...names('data', 'json json5 jsonc jsonl ndjson csv tsv yaml yml toml xml log ini conf env properties lock ipynb po'),
  ...names(
    'code',
    'js mjs cjs jsx ts mts cts tsx py pyi rb go rs java kt kts scala c h cc cpp hpp cs swift m mm php pl pm sh bash zsh fish ps1 bat cmd lua r jl dart ex exs erl hs ml clj sql graphql proto css scss less vue svelte tf gradle make cmake dockerfile',
  ),
]);

function names(kind: DocumentKind, list: string): [string, DocumentKind][] {
  return list.split(' ').map((name) => [name, kind]);
}

/** What a file of this name (a POSIX path) is for; prose when the name says nothing. */
export function kindOfName(name: string): DocumentKind {
  if (INSTRUCTIONS.test(name)) return 'instructions';
  if (TEMPLATE.test(name)) return 'template';
  if (TOOL.test(name)) return 'tool';
  const base = name.slice(name.lastIndexOf('/') + 1).toLowerCase();
  const extension = base.slice(base.lastIndexOf('.') + 1);
  return EXTENSIONS.get(extension) ?? 'document';
}

/** Who speaks in a whole document of this kind unless the user says otherwise. */
export function defaultRole(kind: DocumentKind): Role {
  return kind === 'instructions' || kind === 'template' ? 'system' : 'unknown';
}
