/** How many leading bytes tell whether a file is binary, as git and ripgrep do. */
export const BINARY_SNIFF_BYTES = 8192;

// Files that are read by models whatever is in them: a NUL byte must not be a way to hide from the scan.
const PROMPT_NAME =
  /(?:\.(?:md|mdx|mdc|markdown|txt|prompt|prompty|j2|jinja2?|hbs|handlebars|mustache|liquid|jsonl|ndjson|json|ya?ml)|(?:^|\/)(?:\.cursorrules|\.windsurfrules|\.clinerules|AGENTS|CLAUDE|SKILL|GEMINI))$/i;

/** Whether the file is binary: a NUL byte near its start, no UTF-16 byte order mark, and no name of a prompt file. */
export function isBinary(name: string, head: Uint8Array): boolean {
  const sniffed = head.subarray(0, BINARY_SNIFF_BYTES);
  if (!sniffed.includes(0)) return false;
  const utf16 = (sniffed[0] === 0xff && sniffed[1] === 0xfe) || (sniffed[0] === 0xfe && sniffed[1] === 0xff);
  return !utf16 && !PROMPT_NAME.test(name);
}
