import { type Document, ROLES, type Role, type Segment } from '../core/document.ts';
import { decode } from './decode.ts';
import type { FormatContext } from './format.ts';

/** The text of a record and who speaks where in it. */
export interface RecordText {
  readonly text: string;
  readonly segments: readonly Segment[];
}

// Between the messages of a conversation, so that no rule reads two messages as one sentence.
const MESSAGE_BREAK = '\n\n';

const ROLE_NAMES: ReadonlyMap<string, Role> = new Map<string, Role>([
  ...ROLES.map((role): [string, Role] => [role, role]),
  ['developer', 'system'],
  ['human', 'user'],
  ['ai', 'assistant'],
  ['gpt', 'assistant'],
  ['model', 'assistant'],
  ['function', 'tool'],
]);

type JsonObject = { readonly [key: string]: unknown };

/** Whether a parsed JSON value is an object. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The text of one record of the contract's shapes, or why there is none. */
export function readRecord(value: unknown, context: FormatContext): RecordText | string {
  if (typeof value === 'string') return oneSegment(value, context.role ?? 'unknown');
  if (!isObject(value)) return 'The record is neither an object nor a string.';
  if (context.textField !== undefined) {
    const found = fieldAt(value, context.textField);
    if (found === undefined) return `The record has no field ${context.textField}.`;
    return readContent(found, context) ?? `The field ${context.textField} holds no text.`;
  }
  // `messages` after the plain fields: a record that has both names its text on purpose.
  for (const name of ['text', 'prompt', 'content', 'messages']) {
    const found = own(value, name);
    if (found === undefined || found === null) continue;
    return readContent(found, context, own(value, 'role')) ?? `The field ${name} holds no text.`;
  }
  const body = own(value, 'body');
  if (isObject(body) && Array.isArray(own(body, 'messages'))) return readRecord(body, context);
  return 'The record has none of the fields text, prompt, content or messages; name its field with --text-field.';
}

/** The own id of a record: `id`, or `custom_id` of batch files. */
export function recordId(value: unknown): string | undefined {
  if (!isObject(value)) return undefined;
  const id = own(value, 'id') ?? own(value, 'custom_id');
  return typeof id === 'string' || typeof id === 'number' ? String(id) : undefined;
}

/** A conversation as one text, each message a segment of its role; undefined when no message holds text. */
export function readMessages(messages: readonly unknown[], fallback: Role | undefined): RecordText | undefined {
  const segments: Segment[] = [];
  let text = '';
  const append = (part: string, role: Role) => {
    if (part === '') return;
    if (text !== '') text += MESSAGE_BREAK;
    segments.push({ role, region: { start: text.length, end: text.length + part.length } });
    text += part;
  };
  for (const message of messages) {
    if (typeof message === 'string') append(message, fallback ?? 'unknown');
    if (!isObject(message)) continue;
    const role = roleOf(own(message, 'role') ?? own(message, 'from')) ?? fallback ?? 'unknown';
    for (const part of textsOf(own(message, 'content') ?? own(message, 'value') ?? own(message, 'parts'))) {
      append(part.text, part.tool ? 'tool' : role);
    }
    for (const call of arrayOf(own(message, 'tool_calls'))) {
      const called = isObject(call) ? own(call, 'function') : undefined;
      const given = isObject(called) ? own(called, 'arguments') : undefined;
      if (typeof given === 'string') append(given, 'assistant');
    }
  }
  return segments.length > 0 ? { text, segments } : undefined;
}

function readContent(value: unknown, context: FormatContext, role?: unknown): RecordText | undefined {
  if (typeof value === 'string') return oneSegment(value, context.role ?? roleOf(role) ?? 'unknown');
  if (Array.isArray(value)) {
    if (value.length === 0) return oneSegment('', context.role ?? 'unknown');
    const hasRoles = value.some((item) => isObject(item) && ('role' in item || 'from' in item));
    return readMessages(hasRoles ? value : [{ role: context.role ?? role, content: value }], context.role);
  }
  if (isObject(value)) {
    const inner = own(value, 'messages');
    return Array.isArray(inner) ? readMessages(inner, context.role) : readMessages([value], context.role);
  }
  return typeof value === 'number' || typeof value === 'boolean'
    ? oneSegment(String(value), context.role ?? 'unknown')
    : undefined;
}

/** The texts in a message's content: a string, or parts such as `{type:'text', text}` and tool results. */
function* textsOf(
  content: unknown,
  tool = false,
  depth = 0,
): Iterable<{ readonly text: string; readonly tool: boolean }> {
  if (typeof content === 'string') yield { text: content, tool };
  if (depth > 8) return;
  for (const part of arrayOf(content)) {
    if (typeof part === 'string') yield { text: part, tool };
    if (!isObject(part)) continue;
    const isResult = tool || own(part, 'type') === 'tool_result';
    const text = own(part, 'text') ?? own(part, 'input_text');
    if (typeof text === 'string') yield { text, tool: isResult };
    else yield* textsOf(own(part, 'content'), isResult, depth + 1);
  }
}

function oneSegment(text: string, role: Role): RecordText {
  return { text, segments: [{ role, region: { start: 0, end: text.length } }] };
}

function roleOf(name: unknown): Role | undefined {
  return typeof name === 'string' ? ROLE_NAMES.get(name.toLowerCase()) : undefined;
}

function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function own(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function fieldAt(object: JsonObject, path: string): unknown {
  if (Object.hasOwn(object, path)) return object[path];
  let value: unknown = object;
  for (const name of path.split('.')) {
    if (!isObject(value)) return undefined;
    value = own(value, name);
  }
  return value;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is exactly ASCII
const NON_ASCII = /[^\x00-\x7f]/;

/** What {@link parseJson} makes of bytes. */
export interface ParsedJson {
  readonly value: unknown;
  readonly flags: Document['encodingFlags'];
}

/** Parses bytes as JSON. Throws SyntaxError without any of the text in its message. */
export function parseJson(bytes: Uint8Array): ParsedJson {
  const { text, flags } = decode(bytes);
  return { value: parseJsonText(text), flags };
}

/** Parses text as JSON. Throws SyntaxError with the place, never with the text (V8's message quotes it). */
export function parseJsonText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const place = error instanceof Error ? /position (\d+)/.exec(error.message)?.[1] : undefined;
    throw new SyntaxError(place === undefined ? 'not valid JSON' : `not valid JSON at character ${Number(place) + 1}`);
  }
}

/** Whether a text is ASCII throughout. */
export function isAsciiText(text: string): boolean {
  return !NON_ASCII.test(text);
}
