import type { CST, LineCounter, Node, Document as YamlDocument } from 'yaml';
import type { z } from 'zod';
import { nearest, UserError } from '../core/errors.ts';

/** Deeper YAML than this is refused before it is composed: composing recurses, and deep recursion can abort V8. */
const MAX_DEPTH = 100;

/** A YAML (or JSON) text that was parsed, and what is needed to say where in it a fault is. */
export interface YamlSource {
  readonly path: string;
  readonly content: unknown;
  readonly yaml: YamlDocument;
  readonly lines: LineCounter;
  /** Code of the errors about this file. */
  readonly code: string;
}

type Path = readonly PropertyKey[];

/** Parses a YAML or JSON text. Returns every syntax error with its line and column instead of throwing. */
export async function parseYaml(path: string, text: string, code: string): Promise<YamlSource | readonly UserError[]> {
  const { LineCounter, Parser, parseDocument } = await import('yaml');
  const tooDeep = findTooDeep(new Parser().parse(text));
  if (tooDeep !== undefined) {
    const message = `the file is nested deeper than ${MAX_DEPTH} levels`;
    return [new UserError(code, message, { file: path, ...linePosition(text, tooDeep) })];
  }
  const lines = new LineCounter();
  const errorAt = (offset: number, message: string) => {
    const { line, col } = lines.linePos(offset);
    return new UserError(code, message, { file: path, line, column: col });
  };
  const yaml = parseDocument(text, { lineCounter: lines, logLevel: 'error', prettyErrors: false });
  if (yaml.errors.length > 0) return yaml.errors.map(({ pos, message }) => errorAt(pos[0], message));
  try {
    return { path, content: yaml.toJS(), yaml, lines, code };
  } catch (error) {
    return [errorAt(0, error instanceof Error ? error.message : String(error))];
  }
}

/** An error about the node at a path of the source; for what is missing, about its nearest parent. */
export function faultAt(source: YamlSource, path: Path, message: string, atKey = false): UserError {
  const { line, col } = source.lines.linePos(offsetOf(source.yaml, path, atKey));
  const field = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
  return new UserError(source.code, message, {
    file: source.path,
    line,
    column: col,
    field: field.replace(/^\./, ''),
  });
}

/** One error for each fault that zod found below `base`; unknown keys and values get the nearest known one. */
export function schemaErrors(
  source: YamlSource,
  issues: readonly z.core.$ZodIssue[],
  keysAt: (path: Path) => readonly string[],
  base: Path = [],
): UserError[] {
  return issues.flatMap((issue) => {
    const path = [...base, ...issue.path];
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => {
        const near = nearest(key, keysAt(issue.path));
        return faultAt(source, [...path, key], `unknown key ${key}${near ? `; did you mean ${near}?` : ''}`, true);
      });
    }
    let hint = '';
    if (issue.code === 'invalid_value') {
      const value = path.reduce<unknown>(
        (at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key],
        source.content,
      );
      const near = typeof value === 'string' ? nearest(value, issue.values.map(String)) : undefined;
      if (near !== undefined) hint = `; did you mean ${near}?`;
    }
    return [faultAt(source, path, `${issue.message}${hint}`)];
  });
}

/** Where the node at a path starts; for what is missing, its nearest parent. */
function offsetOf(yaml: YamlDocument, path: Path, atKey: boolean): number {
  let node: unknown = yaml.contents;
  let offset = rangeStart(node) ?? 0;
  for (const [depth, step] of path.entries()) {
    const items = (node as { items?: readonly unknown[] } | null)?.items;
    if (items === undefined) break;
    let next: unknown;
    if (typeof step === 'number') {
      next = items[step];
    } else {
      const pair = (items as readonly { key?: unknown; value?: unknown }[]).find(
        (item) => (item.key as { value?: unknown } | null | undefined)?.value === step,
      );
      if (pair === undefined) break;
      const keyStart = rangeStart(pair.key);
      next = pair.value;
      if ((atKey && depth === path.length - 1) || rangeStart(next) === undefined) return keyStart ?? offset;
    }
    const start = rangeStart(next);
    if (start === undefined) break;
    offset = start;
    node = next;
  }
  return offset;
}

function rangeStart(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}

function linePosition(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}

/** The offset at which nesting passes the limit. Walks the concrete tree with its own stack. */
function findTooDeep(tokens: Iterable<CST.Token>): number | undefined {
  const stack: { token: CST.Token; depth: number }[] = [];
  for (const token of tokens) stack.push({ token, depth: 0 });
  for (let entry = stack.pop(); entry !== undefined; entry = stack.pop()) {
    const { token, depth } = entry;
    if (depth >= MAX_DEPTH) return 'offset' in token ? token.offset : 0;
    if (token.type === 'document') {
      if (token.value) stack.push({ token: token.value, depth });
    } else if ('items' in token) {
      for (const item of token.items) {
        if (item.key) stack.push({ token: item.key, depth: depth + 1 });
        if (item.value) stack.push({ token: item.value, depth: depth + 1 });
      }
    }
  }
  return undefined;
}
