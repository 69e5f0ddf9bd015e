import { decodeText, isReadable } from './bytes.ts';
import { addEdit, createEdits, type Edits } from './edits.ts';
import { BASE64, composeMaps, createAssembler, MAPPED, type OffsetMap } from './offset-map.ts';
import type { Transform } from './transform.ts';

/** Six-bit value by ASCII code in the plain and the URL-safe alphabet, 255 where there is none. */
const SEXTET: Uint8Array = (() => {
  const table = new Uint8Array(128).fill(255);
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  for (let i = 0; i < 64; i++) table[alphabet.charCodeAt(i)] = i;
  table[45] = 62;
  table[95] = 63;
  return table;
})();

/** Hex value by ASCII code, 255 where there is none. */
const NIBBLE: Uint8Array = (() => {
  const table = new Uint8Array(128).fill(255);
  for (let i = 0; i < 16; i++) {
    const digit = i.toString(16);
    table[digit.charCodeAt(0)] = i;
    table[digit.toUpperCase().charCodeAt(0)] = i;
  }
  return table;
})();

/** Shortest hex run that is read as bytes, in characters. */
const HEX_RUN = 16;
/** Bytes that are looked at before the whole run is decoded. */
const PROBE = 24;

function base64Bytes(text: string, start: number, end: number): Uint8Array {
  const size = Math.floor(((end - start) * 3) / 4);
  const bytes = new Uint8Array(size);
  let bits = 0;
  let held = 0;
  let at = 0;
  for (let i = start; i < end && at < size; i++) {
    bits = ((bits << 6) | (SEXTET[text.charCodeAt(i)] as number)) & 0xffffff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes[at++] = (bits >> held) & 255;
    }
  }
  return bytes;
}

function hexBytes(text: string, start: number, end: number): Uint8Array | undefined {
  const bytes = new Uint8Array((end - start) >> 1);
  for (let i = 0; i < bytes.length; i++) {
    const high = NIBBLE[text.charCodeAt(start + 2 * i)] as number;
    const low = NIBBLE[text.charCodeAt(start + 2 * i + 1)] as number;
    if ((high | low) > 15) return undefined;
    bytes[i] = (high << 4) | low;
  }
  return bytes;
}

/** True when bytes show that they are no text: fewer than five in six are printable or part of a multi-byte character. */
function looksBinary(bytes: Uint8Array, length = bytes.length): boolean {
  let bad = 0;
  const utf16 = length >= 8 && bytes[1] === 0 && bytes[3] === 0 && bytes[5] === 0;
  if (utf16) return false;
  for (let i = 0; i < length && bad * 6 <= length; i++) bad += isBad(bytes, i, length);
  return bad * 6 > length;
}

/** 1 for a control character and for a byte that UTF-8 does not allow in its place, else 0. */
function isBad(bytes: Uint8Array, i: number, length: number): number {
  const byte = bytes[i] as number;
  if (byte < 32) return byte !== 9 && byte !== 10 && byte !== 13 ? 1 : 0;
  if (byte < 0x80) return byte === 127 ? 1 : 0;
  if (byte === 0xc0 || byte === 0xc1 || byte > 0xf4) return 1;
  if (byte < 0xc0) return i === 0 || (bytes[i - 1] as number) < 0x80 ? 1 : 0;
  return i + 1 < length && ((bytes[i + 1] as number) & 0xc0) !== 0x80 ? 1 : 0;
}

/** Where a run's first bytes are decoded to, so that a probe allocates nothing. */
const probe = new Uint8Array(PROBE);

/** {@link looksBinary} of the first bytes of a base64 run. */
function probeBase64(text: string, start: number, end: number): boolean {
  let size = 0;
  for (let i = start; i + 3 < end && size + 3 <= PROBE; i += 4) {
    const bits =
      ((SEXTET[text.charCodeAt(i)] as number) << 18) |
      ((SEXTET[text.charCodeAt(i + 1)] as number) << 12) |
      ((SEXTET[text.charCodeAt(i + 2)] as number) << 6) |
      (SEXTET[text.charCodeAt(i + 3)] as number);
    probe[size++] = (bits >> 16) & 255;
    probe[size++] = (bits >> 8) & 255;
    probe[size++] = bits & 255;
  }
  return looksBinary(probe, size);
}

/** Text in base64 has capitals with small letters or digits early on; names and paths mostly do not. */
function isMixed(text: string, start: number, end: number): boolean {
  let seen = 0;
  for (let i = start; i < end && i < start + 24; i++) {
    const code = text.charCodeAt(i);
    if (code >= 65 && code <= 90) seen |= 1;
    else if (code >= 97 || (code >= 48 && code <= 57)) seen |= 2;
    if (seen === 3) return true;
  }
  return false;
}

function tokenLength(text: string, start: number): number {
  let end = start;
  while (end < text.length) {
    const code = text.charCodeAt(end);
    if (code > 127 || SEXTET[code] === 255) break;
    end++;
  }
  return end - start;
}

/** Lines this long that end in a line break may go on in the next line. */
const WRAPPED_LINE = 32;

/** Base64 and base64url, also wrapped over lines, of UTF-8 or UTF-16 text. */
export const base64: Transform = {
  name: 'base64',
  find({ text, survey }) {
    if (survey.tokens.length === 0) return undefined;
    const edits = createEdits();
    let done = 0;
    for (let i = 0; i + 1 < survey.tokens.length; i += 2) {
      const start = survey.tokens[i] as number;
      if (start < done) continue;
      const end = survey.tokens[i + 1] as number;
      const lines = wrappedLines(text, start, end);
      done = lines ? readWrapped(text, lines, edits) || end : readRun(text, start, end, edits);
    }
    return edits.start.length === 0 ? undefined : edits;
  },
};

/** The [start, end] of the lines that continue a run, flat; undefined when it is one line. */
function wrappedLines(text: string, start: number, end: number): number[] | undefined {
  if (end - start < WRAPPED_LINE) return undefined;
  const lines = [start, end];
  const width = end - start;
  let at = end;
  for (;;) {
    const next = /^\r?\n[ \t>]*/.exec(text.slice(at, at + 64));
    if (!next) break;
    const from = at + next[0].length;
    const length = tokenLength(text, from);
    if (length === 0 || length > width) break;
    const after = text.charAt(from + length);
    if (after !== '' && after !== '=' && after !== '\n' && after !== '\r' && after !== '"' && after !== '`') break;
    lines.push(from, from + length);
    at = from + length;
    if (length < width) break;
  }
  return lines.length > 2 ? lines : undefined;
}

function readWrapped(text: string, lines: readonly number[], edits: Edits): number {
  const assembler = createAssembler();
  for (let i = 0; i + 1 < lines.length; i += 2)
    assembler.append(text.slice(lines[i], lines[i + 1]), lines[i] as number, lines[i + 1] as number, 1);
  const joined = assembler.text();
  if (probeBase64(joined, 0, joined.length)) return 0;
  const decoded = decodeText(base64Bytes(joined, 0, joined.length));
  if (!decoded || !isReadable(decoded.text)) return 0;
  const unwrap = assembler.map();
  const bytesToJoined: OffsetMap = (from, to) => ({
    start: Math.floor((from * 4) / 3),
    end: Math.min(joined.length, Math.ceil((to * 4) / 3)),
  });
  const bytes = composeMaps(unwrap, bytesToJoined);
  const last = lines[lines.length - 1] as number;
  const end = withPadding(text, last);
  addEdit(
    edits,
    lines[0] as number,
    end,
    decoded.text,
    MAPPED,
    true,
    decoded.map ? composeMaps(bytes, decoded.map) : bytes,
  );
  return end;
}

function withPadding(text: string, end: number): number {
  let to = end;
  while (to < end + 2 && text.charAt(to) === '=') to++;
  return to;
}

function readRun(text: string, start: number, end: number, edits: Edits): number {
  if (!isMixed(text, start, end) || isHex(text, start, end)) return end;
  // What stands before the data shifts its groups of four. Names have nothing before them; where a slash or a dash parts the run, where a
  // backslash stands before it (`\\n` in JSON), or where it is longer than names are, the other three alignments cost a few bytes each.
  const shifted = end - start >= LONGEST_NAME || text.charAt(start - 1) === '\\' || hasJoiner(text, start, end);
  const alignments = shifted ? 4 : 1;
  for (let skip = 0; skip < alignments && end - start - skip >= 8; skip++) {
    const from = start + skip;
    if (probeBase64(text, from, end)) continue;
    const decoded = decodeText(base64Bytes(text, from, end));
    if (!decoded || !isReadable(decoded.text)) continue;
    const to = withPadding(text, end);
    if (decoded.map) {
      const bytes: OffsetMap = (a, b) => ({
        start: from + Math.floor((a * 4) / 3),
        end: Math.min(end, from + Math.ceil((b * 4) / 3)),
      });
      addEdit(edits, from, to, decoded.text, MAPPED, true, composeMaps(bytes, decoded.map));
    } else addEdit(edits, from, to, decoded.text, BASE64, true);
    return to;
  }
  return end;
}

/** Names in program text are shorter than this. */
const LONGEST_NAME = 48;

function hasJoiner(text: string, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code === 43 || code === 45 || code === 47 || code === 95) return true;
  }
  return false;
}

function isHex(text: string, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if ((NIBBLE[text.charCodeAt(i)] as number) === 255) return false;
  return true;
}

const HEX_PAIRS = /(?:(?:0x|\\x)?[0-9a-f]{2}[\s,:;-]{1,2}){7,}(?:0x|\\x)?[0-9a-f]{2}(?![0-9a-z])/gi;

/** Hex digits that spell text, in one run or as bytes set apart. Hashes and keys are no text and yield nothing. */
export const hex: Transform = {
  name: 'hex',
  find({ text, survey }) {
    if (survey.tokens.length === 0 && survey.pairs.length === 0) return undefined;
    const edits = createEdits();
    for (let i = 0; i + 1 < survey.tokens.length; i += 2) {
      let start = survey.tokens[i] as number;
      const end = survey.tokens[i + 1] as number;
      if (text.charAt(start) === '0' && (text.charCodeAt(start + 1) | 32) === 120) start += 2;
      if (end - start < HEX_RUN || (end - start) % 2 === 1 || !isHex(text, start, end)) continue;
      const probe = hexBytes(text, start, Math.min(end, start + 2 * PROBE));
      if (!probe || looksBinary(probe)) continue;
      const bytes = hexBytes(text, start, end);
      const decoded = bytes && decodeText(bytes);
      if (!decoded || !isReadable(decoded.text)) continue;
      if (decoded.map) {
        const toSource: OffsetMap = (a, b) => ({ start: start + 2 * a, end: start + 2 * b });
        addEdit(edits, start, end, decoded.text, MAPPED, true, composeMaps(toSource, decoded.map));
      } else addEdit(edits, start, end, decoded.text, 2, true);
    }
    for (let i = 0; i + 1 < survey.pairs.length; i += 2) {
      const from = Math.max(0, (survey.pairs[i] as number) - 2);
      const to = survey.pairs[i + 1] as number;
      HEX_PAIRS.lastIndex = from;
      const match = HEX_PAIRS.exec(text.slice(0, to));
      if (match) readPairs(text, match.index, match.index + match[0].length, edits);
    }
    return edits.start.length === 0 ? undefined : edits;
  },
};

function readPairs(text: string, start: number, end: number, edits: Edits) {
  const offsets: number[] = [];
  const values: number[] = [];
  const pair = /(?:0x|\\x)?([0-9a-f]{2})/gi;
  const run = text.slice(start, end);
  for (let match = pair.exec(run); match; match = pair.exec(run)) {
    values.push(Number.parseInt(match[1] as string, 16));
    offsets.push(start + match.index, start + match.index + match[0].length);
  }
  const decoded = decodeText(Uint8Array.from(values));
  if (!decoded || !isReadable(decoded.text)) return;
  const toSource: OffsetMap = (a, b) => ({ start: offsets[2 * a] ?? end, end: offsets[2 * b - 1] ?? end });
  addEdit(edits, start, end, decoded.text, MAPPED, true, decoded.map ? composeMaps(toSource, decoded.map) : toSource);
}
