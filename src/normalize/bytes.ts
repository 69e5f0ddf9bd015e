import { canonicalWord, getLexicon, reverse, rot13 } from './lexicon.ts';
import type { OffsetMap } from './offset-map.ts';

/** Bytes read as UTF-8; `map` leads from characters to bytes and is absent when every byte is one character. */
export interface DecodedBytes {
  readonly text: string;
  readonly map?: OffsetMap;
}

/** Decoded texts shorter than this must hold a known word, and no unreadable byte: chance alone makes short ones readable. */
const SHORT = 24;
/** Largest share of unreadable bytes in a longer text, after the design's 85 % rule with a margin for text that chance made. */
const UNREADABLE = 0.1;

/**
 * Reads bytes as UTF-8, or as UTF-16LE where every other byte is 0. Undefined when too many are no text: gives up after the first few of
 * them, so that binary data costs next to nothing. Unreadable bytes of an otherwise readable text become U+FFFD.
 */
export function decodeText(bytes: Uint8Array): DecodedBytes | undefined {
  const size = bytes.length;
  if (size === 0) return undefined;
  if (size >= 8 && bytes[1] === 0 && bytes[3] === 0 && bytes[5] === 0) return decodeUtf16(bytes);
  let bad = 0;
  const allowed = size < SHORT ? 0 : size * UNREADABLE;
  const units: string[] = [];
  let offsets: Int32Array | undefined;
  let count = 0;
  for (let i = 0; i < size; ) {
    const lead = bytes[i] as number;
    if (bad > 3 + i * UNREADABLE * 2 || bad > allowed) return undefined;
    let length = 1;
    let code = lead;
    if (lead >= 0x80) {
      length = lead >= 0xf0 && lead < 0xf5 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0;
      if (lead >= 0xf5) length = 0;
      code = length === 2 ? lead & 0x1f : length === 3 ? lead & 0x0f : lead & 0x07;
      for (let k = 1; k < length; k++) {
        const next = i + k < size ? (bytes[i + k] as number) : 0;
        if ((next & 0xc0) !== 0x80) length = 0;
        else code = (code << 6) | (next & 0x3f);
      }
      if (length === 0 || (code >= 0xd800 && code < 0xe000) || code < 0xa0 || code > 0x10ffff) {
        length = 1;
        code = 0xfffd;
        bad++;
      }
    } else if (code < 32 ? code !== 9 && code !== 10 && code !== 13 : code === 127) {
      bad++;
      code = 0xfffd;
    }
    if (length > 1 && !offsets) {
      offsets = new Int32Array(size + 1);
      for (let k = 0; k <= count; k++) offsets[k] = k;
    }
    const unit = String.fromCodePoint(code);
    units.push(unit);
    for (let k = 0; k < unit.length; k++) {
      if (offsets) offsets[count] = i;
      count++;
    }
    i += length;
    if (offsets) offsets[count] = i;
  }
  if (bad > allowed) return undefined;
  const text = units.join('');
  return offsets ? { text, map: unitsToBytes(offsets.subarray(0, count + 1)) } : { text };
}

function decodeUtf16(bytes: Uint8Array): DecodedBytes | undefined {
  let text = '';
  let bad = 0;
  for (let i = 0; i + 1 < bytes.length; i += 2) {
    const code = (bytes[i] as number) | ((bytes[i + 1] as number) << 8);
    if (code < 32 && code !== 9 && code !== 10 && code !== 13) bad++;
    if (bad > 2) return undefined;
    text += String.fromCharCode(code);
  }
  return { text, map: (start, end) => ({ start: start * 2, end: end * 2 }) };
}

function unitsToBytes(offsets: Int32Array): OffsetMap {
  return (start, end) => {
    const last = offsets.length - 1;
    let to = Math.min(end, last);
    // Both halves of a surrogate pair carry the offset of the pair: the range ends where the next character begins.
    while (to > 0 && to < last && offsets[to] === offsets[to - 1]) to++;
    return {
      start: offsets[Math.min(start, last)] as number,
      end: end > start ? (offsets[to] as number) : (offsets[Math.min(start, last)] as number),
    };
  };
}

const WORD = /[\p{L}\d@$]{3,}/gu;

/** Whether a decoded text reads like text, not like data that happens to be printable. */
export function isReadable(text: string): boolean {
  let plain = 0;
  let foreign = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const base = code | 32;
    if ((base >= 97 && base <= 122 && code < 128) || code === 32 || (code >= 48 && code <= 57) || code >= 0xa0) plain++;
    if (code >= 0x370) foreign++;
  }
  // Entities and escapes in a further layer are half signs.
  if (plain < text.length * 0.4) return false;
  // Several valid multi-byte characters in a row are no chance.
  if (text.length >= SHORT || (foreign >= 4 && foreign * 2 > text.length)) return true;
  const { byCanonical, words } = getLexicon();
  return (text.match(WORD) ?? []).some((word) => {
    const small = word.toLowerCase();
    return byCanonical.has(canonicalWord(word)) || words.has(rot13(small)) || words.has(reverse(small));
  });
}
