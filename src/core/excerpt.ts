import type { Region } from './document.ts';

/** A place in a text as people and editors count it: both 1-based, the column in UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Offsets to lines and columns, and back. Lines end at `\n`, `\r\n` or a lone `\r`. */
export interface LineIndex {
  readonly lineCount: number;
  /** The place of an offset; offsets outside the text are clamped to it. */
  positionAt(offset: number): Position;
  /** The region of a 1-based line without its line break. Throws RangeError for a line that does not exist. */
  lineRegion(line: number): Region;
}

/** Builds the index in one pass; a look-up is a binary search. */
export function lineIndex(text: string): LineIndex {
  const starts = lineStarts(text);
  const lineOf = (offset: number): number => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  return {
    lineCount: starts.length,
    positionAt(offset) {
      const clamped = Math.min(Math.max(offset, 0), text.length);
      const line = lineOf(clamped);
      return { line: line + 1, column: clamped - (starts[line] as number) + 1 };
    },
    lineRegion(line) {
      const start = starts[line - 1];
      if (start === undefined) throw new RangeError(`Line ${line} of ${starts.length}`);
      let end = starts[line] ?? text.length;
      if (line < starts.length) {
        end--;
        if (text.charCodeAt(end) === 10 && end > start && text.charCodeAt(end - 1) === 13) end--;
      }
      return { start, end };
    },
  };
}

function lineStarts(text: string): number[] {
  const starts = [0];
  if (!text.includes('\r')) {
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    return starts;
  }
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 10 || (code === 13 && text.charCodeAt(at + 1) !== 10)) starts.push(at + 1);
  }
  return starts;
}

// What a terminal, a log or a reader can be fooled with: controls, bidi and zero-width marks, blank letters, line
// separators, tags, variation selectors that carry data (one emoji selector after a letter is ordinary text).
const INVISIBLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: each is meant by itself
  /[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]|(?<=[\ufe00-\ufe0f\u{e0100}-\u{e01ef}])[\ufe0e\ufe0f]/gu;

/** How {@link escapeVisible} treats line breaks and tabs: escape them too (file names, messages) or leave them. */
export interface EscapeOptions {
  readonly keepBreaks?: boolean;
}

/**
 * The text with every character that a terminal would obey or a reader could not see written out: `<U+202E>`.
 * Line breaks and tabs are escaped too unless `keepBreaks` is set (a lone CR always is).
 */
export function escapeVisible(text: string, { keepBreaks = false }: EscapeOptions = {}): string {
  return text.replace(INVISIBLE, (character, offset: number) => {
    if (keepBreaks) {
      if (character === '\n' || character === '\t') return character;
      if (character === '\r' && text.charCodeAt(offset + 1) === 10) return character;
    }
    return codePointName(character.codePointAt(0) as number);
  });
}

function codePointName(codePoint: number): string {
  return `<U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}>`;
}

/** The text with every lone surrogate replaced by U+FFFD (`String.toWellFormed` is younger than the language level here). */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}

/** One line of output that no CI runner takes for a command (`::error::` at its start, `##[group]` or `##vso[` anywhere). */
export function neutraliseCommands(line: string): string {
  return line.replace(/^(\s*):(?=:)/, '$1<U+003A>').replace(/##(?=(?:vso)?\[)/g, '#<U+0023>');
}

/** A region whose text must not be printed, with what stands in its place (default `[redacted]`). */
export interface SensitiveRegion extends Region {
  readonly mask?: string;
}

const DEFAULT_MASK = '[redacted]';

/** `text` from `start` to `end` with every overlapping sensitive region (sorted) replaced by its mask; not escaped. */
export function maskRegions(text: string, region: Region, sensitive: readonly SensitiveRegion[]): string {
  let from = region.start;
  let masked = '';
  for (let index = firstEndingAfter(sensitive, region.start); index < sensitive.length; index++) {
    const hidden = sensitive[index] as SensitiveRegion;
    if (hidden.start >= region.end) break;
    if (hidden.end <= from) continue;
    if (hidden.start > from) masked += text.slice(from, hidden.start);
    masked += hidden.mask ?? DEFAULT_MASK;
    from = Math.min(hidden.end, region.end);
  }
  return masked + text.slice(from, region.end);
}

function firstEndingAfter(regions: readonly Region[], offset: number): number {
  let low = 0;
  let high = regions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((regions[middle] as Region).end <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The matched text on one line for machine reports: masked, escaped, its middle left out beyond `limit` code units. */
export function evidenceOf(text: string, region: Region, sensitive: readonly SensitiveRegion[], limit = 200): string {
  const safe = toBounds(text, region);
  if (safe.end - safe.start <= limit) return escapeVisible(maskRegions(text, safe, sensitive), { keepBreaks: true });
  const head = { start: safe.start, end: avoidSplit(text, safe.start + Math.ceil(limit * 0.7)) };
  const tail = { start: avoidSplit(text, safe.end - Math.floor(limit * 0.3)), end: safe.end };
  const cut = `${maskRegions(text, head, sensitive)}…${maskRegions(text, tail, sensitive)}`;
  return escapeVisible(cut, { keepBreaks: true });
}

/** One printed line of an excerpt, masked and escaped; `marked` is the part that the finding covers. */
interface ExcerptLine {
  /** 1-based. */
  readonly number: number;
  readonly before: string;
  readonly marked: string;
  readonly after: string;
}

/** The lines that a finding covers, cut to size. */
export interface Excerpt {
  readonly lines: readonly ExcerptLine[];
  /** Covered lines that are not shown. */
  readonly omittedLines: number;
}

/** How much of the text an excerpt shows. */
export interface ExcerptOptions {
  /** Code units of the document shown of one line; default 100. */
  readonly width?: number;
  /** Lines shown of one finding; default 3. */
  readonly maxLines?: number;
}

/** Cuts the lines around a finding, with sensitive regions (sorted) masked and everything escaped. */
export function excerptAround(
  text: string,
  region: Region,
  sensitive: readonly SensitiveRegion[],
  index: LineIndex,
  { width = 100, maxLines = 3 }: ExcerptOptions = {},
): Excerpt {
  const safe = toBounds(text, region);
  const first = index.positionAt(safe.start).line;
  const last = index.positionAt(Math.max(safe.start, safe.end - 1)).line;
  const lines: ExcerptLine[] = [];
  for (let number = first; number <= last && lines.length < maxLines; number++) {
    const line = index.lineRegion(number);
    const start = Math.min(Math.max(line.start, safe.start), line.end);
    const end = Math.max(start, Math.min(line.end, safe.end));
    lines.push({ number, ...cutLine(text, line, { start, end }, sensitive, width) });
  }
  return { lines, omittedLines: last - first + 1 - lines.length };
}

function cutLine(
  text: string,
  line: Region,
  marked: Region,
  sensitive: readonly SensitiveRegion[],
  width: number,
): Omit<ExcerptLine, 'number'> {
  const markedEnd = avoidSplit(text, Math.min(marked.end, marked.start + width));
  const room = Math.max(0, width - (markedEnd - marked.start));
  const leading = Math.min(marked.start - line.start, Math.max(room >> 1, room - (line.end - markedEnd)));
  const from = avoidSplit(text, marked.start - leading);
  const to = avoidSplit(text, Math.min(line.end, markedEnd + room - leading));
  // A tab is a blank here: its width depends on the terminal, and the marks must stand under the match.
  const show = (start: number, end: number) =>
    escapeVisible(maskRegions(text, { start, end }, sensitive).replaceAll('\t', ' '));
  return {
    before: (from > line.start ? '…' : '') + show(from, marked.start).trimStart(),
    marked: show(marked.start, markedEnd) + (markedEnd < marked.end ? '…' : ''),
    after: markedEnd < marked.end ? '' : show(markedEnd, to).trimEnd() + (to < line.end ? '…' : ''),
  };
}

function toBounds(text: string, { start, end }: Region): Region {
  const from = Math.min(Math.max(start, 0), text.length);
  return { start: from, end: Math.min(Math.max(end, from), text.length) };
}

/** The offset, or the one before it where it would split a surrogate pair. */
function avoidSplit(text: string, offset: number): number {
  const code = text.charCodeAt(offset);
  return offset > 0 && code >= 0xdc00 && code <= 0xdfff && (text.charCodeAt(offset - 1) & 0xfc00) === 0xd800
    ? offset - 1
    : offset;
}
