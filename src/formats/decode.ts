import { isAscii, isUtf8 } from 'node:buffer';
import type { EncodingFlag } from '../core/document.ts';

/** Text from bytes, with what had to be got over. */
export interface Decoded {
  /** Without its byte order mark. */
  readonly text: string;
  readonly flags: readonly EncodingFlag[];
  readonly bom: boolean;
  /** True when every character is ASCII. */
  readonly ascii: boolean;
}

type Utf16 = 'utf-16le' | 'utf-16be';

const NO_FLAGS: readonly EncodingFlag[] = Object.freeze([]);

/** Decodes UTF-8, or UTF-16 by its byte order mark or its pattern of NULs; what is neither is read as windows-1252 and flagged. */
export function decode(bytes: Uint8Array): Decoded {
  const marked = utf16Mark(bytes);
  if (marked) return utf16(bytes.subarray(2), marked, true, ['utf16']);
  const bom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const content = bom ? bytes.subarray(3) : bytes;
  const nul = content.includes(0);
  const unmarked = nul ? utf16Pattern(content) : undefined;
  if (unmarked) return utf16(content, unmarked, bom, ['utf16', 'nul']);
  const buffer = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const nulFlag: readonly EncodingFlag[] = nul ? ['nul'] : NO_FLAGS;
  if (isAscii(buffer)) return { text: buffer.toString('latin1'), flags: nulFlag, bom, ascii: true };
  if (isUtf8(buffer)) return { text: buffer.toString('utf8'), flags: nulFlag, bom, ascii: false };
  return { text: damaged(buffer), flags: ['invalid_utf8', ...nulFlag], bom, ascii: false };
}

// What windows-1252 has in place of the C1 controls. Written out because TextDecoder reads them as Latin-1 on Node 20.
const WINDOWS_1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

/** UTF-8 with a few bad bytes stays UTF-8 (one byte must not turn a whole text into other letters); else windows-1252. */
function damaged(buffer: Buffer): string {
  const utf8 = buffer.toString('utf8');
  const bad = utf8.split('\ufffd').length - 1;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is exactly ASCII
  const good = utf8.match(/[^\x00-\x7f\ufffd]/gu)?.length ?? 0;
  if (good > bad) return utf8;
  return buffer
    .toString('latin1')
    .replace(/[\x80-\x9f]/g, (character) => WINDOWS_1252[character.charCodeAt(0) - 0x80] as string);
}

/** The UTF-16 byte order that the first two bytes announce. */
export function utf16Mark(bytes: Uint8Array): Utf16 | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : undefined;
}

/** UTF-16 without a mark: most of the even or of the odd bytes at the start are NUL, as Latin text has them. */
function utf16Pattern(bytes: Uint8Array): Utf16 | undefined {
  const length = Math.min(bytes.length & ~1, 4096);
  let even = 0;
  let odd = 0;
  for (let at = 0; at < length; at += 2) {
    if (bytes[at] === 0) even++;
    if (bytes[at + 1] === 0) odd++;
  }
  const pairs = length / 2;
  if (pairs < 4) return undefined;
  if (odd > pairs * 0.6 && even < pairs * 0.1) return 'utf-16le';
  return even > pairs * 0.6 && odd < pairs * 0.1 ? 'utf-16be' : undefined;
}

function utf16(bytes: Uint8Array, encoding: Utf16, bom: boolean, flags: readonly EncodingFlag[]): Decoded {
  const text = new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes);
  return { text, flags, bom, ascii: false };
}
