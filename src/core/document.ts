/** Who speaks in a stretch of text. `unknown` is plain text whose author is not told. */
export const ROLES = ['system', 'user', 'assistant', 'tool', 'unknown'] as const;
export type Role = (typeof ROLES)[number];

/** Where the bytes came from. */
export const SOURCE_KINDS = ['file', 'stdin', 'argument', 'record'] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];

/**
 * What a document is for, told from its name and format. Rules may ask for it and fusion weighs by it:
 * `prompt` what a person or program sends to a model; `instructions` what an agent is configured with (AGENTS.md,
 * SKILL.md, rules files); `template` a prompt with slots; `tool` tool descriptions and MCP configurations;
 * `document` prose that a model may read; `code` program text; `data` JSON, CSV and logs.
 */
export const DOCUMENT_KINDS = ['prompt', 'instructions', 'template', 'tool', 'document', 'code', 'data'] as const;
export type DocumentKind = (typeof DOCUMENT_KINDS)[number];

/** A half-open range of UTF-16 code units, 0-based, in `Document.text`. */
export interface Region {
  readonly start: number;
  readonly end: number;
}

/** A stretch of the document that one role speaks. Segments are sorted and do not overlap. */
export interface Segment {
  readonly role: Role;
  readonly region: Region;
}

/** A fault of the bytes that decoding got over, and that the report must tell. */
export const ENCODING_FLAGS = ['invalid_utf8', 'nul', 'utf16'] as const;
export type EncodingFlag = (typeof ENCODING_FLAGS)[number];

/** One text to judge: a file, standard input, an argument, or one record of a dataset. */
export interface Document {
  /** The record's own id for JSONL input, else the uri. */
  readonly id: string;
  /** POSIX path relative to the working directory, or `<stdin>` / `<argument:N>`. */
  readonly uri: string;
  readonly source: SourceKind;
  /** 1-based number of the record in its file; absent for whole documents. */
  readonly record?: number;
  readonly kind: DocumentKind;
  /** Name of the format that read it: `text`, `jsonl`, `messages` … */
  readonly format: string;
  /** Decoded text without its byte order mark. */
  readonly text: string;
  /** Covers the whole text; plain text is one segment. */
  readonly segments: readonly Segment[];
  readonly encodingFlags: readonly EncodingFlag[];
  /** Set when the file began with a byte order mark: line hashes for code scanning count it. */
  readonly bom?: boolean;
  /** True when every byte is ASCII: Unicode work can be left out. */
  readonly ascii: boolean;
}

/** The role that speaks at an offset; `unknown` where no segment covers it. */
export function roleAt(segments: readonly Segment[], offset: number): Role {
  let low = 0;
  let high = segments.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const segment = segments[middle] as Segment;
    if (offset < segment.region.start) high = middle - 1;
    else if (offset >= segment.region.end) low = middle + 1;
    else return segment.role;
  }
  return 'unknown';
}

/** Whether it is the system or the assistant itself that speaks at an offset. */
export function isOwnWords(segments: readonly Segment[], offset: number): boolean {
  const role = roleAt(segments, offset);
  return role === 'system' || role === 'assistant';
}

/** Whether two regions share at least one code unit. */
export function overlaps(a: Region, b: Region): boolean {
  return a.start < b.end && b.start < a.end;
}

/** What a plain text needs to become a {@link Document}; everything else has a default. */
export interface DocumentInit {
  readonly text: string;
  readonly id?: string;
  readonly uri?: string;
  readonly source?: SourceKind;
  readonly record?: number;
  readonly kind?: DocumentKind;
  readonly format?: string;
  readonly role?: Role;
  readonly segments?: readonly Segment[];
  readonly encodingFlags?: readonly EncodingFlag[];
  readonly ascii?: boolean;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is exactly ASCII
const NON_ASCII = /[^\x00-\x7f]/;

/** A frozen document from a text, with one segment of the given role (default `unknown`). */
export function createDocument(init: DocumentInit): Document {
  const uri = init.uri ?? '<argument>';
  return {
    id: init.id ?? uri,
    uri,
    source: init.source ?? 'argument',
    ...(init.record === undefined ? {} : { record: init.record }),
    kind: init.kind ?? 'prompt',
    format: init.format ?? 'text',
    text: init.text,
    segments: init.segments ?? [{ role: init.role ?? 'unknown', region: { start: 0, end: init.text.length } }],
    encodingFlags: init.encodingFlags ?? [],
    ascii: init.ascii ?? !NON_ASCII.test(init.text),
  };
}
