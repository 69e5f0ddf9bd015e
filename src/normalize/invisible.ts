import { decodeText, isReadable } from './bytes.ts';
import { HAS_INVISIBLE_RUN, HAS_OVERRIDE, HAS_TAGS } from './characters-layout.ts';
import { addEdit, createEdits } from './edits.ts';
import { composeMaps, MAPPED, type OffsetMap } from './offset-map.ts';
import { createSignal } from './signals.ts';
import type { Transform } from './transform.ts';

const TAGS = /(?:\udb40[\udc00-\udc7f])+/g;
/** What stands between the black flag and the cancel tag in the flag of a region: `gbeng`, `usca`. */
const FLAG_REGION = /^[a-z]{2}[a-z0-9]{1,4}$/;
/** Those three flags that are emoji, and their parts: regexes that find emoji hold them, and nothing can be said with them. */
const FLAG_PART = /^(?:gb)?(?:eng|sct|wls)?$/;
/** So few tag letters in all say nothing either: the ends of a range in a regex, or a row of a table of characters. */
const FEWEST_LETTERS = 4;

/** The ASCII character of a tag character; nothing for controls other than blanks and line breaks. */
function tagLetter(code: number): string {
  return (code >= 0x20 && code < 0x7f) || code === 9 || code === 10 || code === 13 ? String.fromCharCode(code) : '';
}

/** ASCII hidden in Unicode tag characters. */
export const unicodeTags: Transform = {
  name: 'unicode_tags',
  find({ text, characters, signal }) {
    if ((characters.found & HAS_TAGS) === 0) return undefined;
    const edits = createEdits();
    const runs: { readonly start: number; readonly end: number; readonly hidden: string }[] = [];
    for (const match of text.matchAll(TAGS)) {
      let hidden = '';
      for (let i = 1; i < match[0].length; i += 2) {
        const code = match[0].charCodeAt(i) - 0xdc00;
        hidden += tagLetter(code);
      }
      const start = match.index;
      const end = start + match[0].length;
      if (FLAG_PART.test(hidden)) continue;
      if (
        text.slice(start - 2, start) === '\ud83c\udff4' &&
        match[0].endsWith('\udb40\udc7f') &&
        FLAG_REGION.test(hidden)
      )
        continue;
      runs.push({ start, end, hidden });
    }
    if (runs.reduce((sum, { hidden }) => sum + hidden.length, 0) < FEWEST_LETTERS) return undefined;
    for (const { start, end, hidden } of runs) {
      signal(createSignal('unicode_tags', start, end, hidden));
      if (hidden.length * 2 === end - start) addEdit(edits, start, end, hidden, 2);
      else {
        for (let at = start; at < end; at += 2) {
          const code = text.charCodeAt(at + 1) - 0xdc00;
          addEdit(edits, at, at + 2, tagLetter(code), 2);
        }
      }
    }
    return edits.start.length === 0 ? undefined : edits;
  },
};

const ZERO_WIDTH = /[\u034f\u061c\u180e\u200b-\u200f\u202a-\u202c\u2060-\u2064\u2066-\u2069\ufeff]{8,}/g;
/** Zero-width characters in a row that no writing system uses: of several kinds, and of one. */
const MIXED_RUN = 16;
const PLAIN_RUN = 32;
const SELECTORS = /(?:[\ufe00-\ufe0f]|\udb40[\udd00-\uddef]){4,}/g;

/** Messages in zero-width characters, read as bits, and in variation selectors, read as bytes. */
export const zeroWidthText: Transform = {
  name: 'zero_width_text',
  find({ text, characters, signal }) {
    if ((characters.found & HAS_INVISIBLE_RUN) === 0) return undefined;
    const edits = createEdits();
    for (const match of text.matchAll(ZERO_WIDTH)) {
      const start = match.index;
      const end = start + match[0].length;
      const message = readBits(match[0]);
      if (message) {
        const { offsets } = message;
        const toSource: OffsetMap = (a, b) => ({
          start: start + (offsets[a] ?? match[0].length),
          end: start + (offsets[b] ?? match[0].length),
        });
        addEdit(
          edits,
          start,
          end,
          message.text,
          MAPPED,
          true,
          message.map ? composeMaps(toSource, message.map) : toSource,
        );
        signal(createSignal('zero_width_text', start, end, message.text));
      } else if (match[0].length >= (new Set(match[0]).size > 1 ? MIXED_RUN : PLAIN_RUN))
        signal(createSignal('zero_width_text', start, end));
    }
    for (const match of text.matchAll(SELECTORS)) {
      const offsets: number[] = [];
      const bytes: number[] = [];
      for (let i = 0; i < match[0].length; i++) {
        const code = match[0].charCodeAt(i);
        offsets.push(match.index + i);
        if (code === 0xdb40) bytes.push(match[0].charCodeAt(++i) - 0xdd00 + 16);
        else bytes.push(code - 0xfe00);
      }
      const end = match.index + match[0].length;
      const decoded = decodeText(Uint8Array.from(bytes));
      if (!decoded) continue;
      const toSource: OffsetMap = (a, b) => ({ start: offsets[a] ?? end, end: offsets[b] ?? end });
      addEdit(
        edits,
        match.index,
        end,
        decoded.text,
        MAPPED,
        true,
        decoded.map ? composeMaps(toSource, decoded.map) : toSource,
      );
      signal(createSignal('zero_width_text', match.index, end, decoded.text));
    }
    return edits.start.length === 0 ? undefined : edits;
  },
};

/** Bits as two kinds of zero-width characters, either way round, eight a byte; a third kind parts the bytes. */
function readBits(run: string): { text: string; map?: OffsetMap; offsets: number[] } | undefined {
  const kinds = [...new Set(run)];
  if (kinds.length < 2 || kinds.length > 3) return undefined;
  for (const [zero, one] of [
    [kinds[0], kinds[1]],
    [kinds[1], kinds[0]],
    [kinds[0], kinds[2]],
    [kinds[2], kinds[0]],
    [kinds[1], kinds[2]],
    [kinds[2], kinds[1]],
  ]) {
    if (zero === undefined || one === undefined) continue;
    const bits: number[] = [];
    const places: number[] = [];
    for (let i = 0; i < run.length; i++) {
      const sign = run.charAt(i);
      if (sign !== zero && sign !== one) continue;
      bits.push(sign === one ? 1 : 0);
      places.push(i);
    }
    if (bits.length < 24 || bits.length % 8 !== 0) continue;
    const bytes = new Uint8Array(bits.length / 8);
    const offsets: number[] = [];
    bits.forEach((bit, i) => {
      if (i % 8 === 0) offsets.push(places[i] as number);
      bytes[i >> 3] = ((bytes[i >> 3] as number) << 1) | bit;
    });
    const decoded = decodeText(bytes);
    if (decoded && (decoded.text.length < 24 ? /^[\w\s.,!?'"-]+$/.test(decoded.text) : isReadable(decoded.text)))
      return { ...decoded, offsets };
  }
  return undefined;
}

const OVERRIDE = /[\u202d\u202e][^\u202c\n]*/g;

/** Tells of direction overrides around letters; the text itself is read in its stored order by every other transform. */
export const bidiOverride: Transform = {
  name: 'bidi_override',
  find({ text, characters, signal }) {
    if ((characters.found & HAS_OVERRIDE) === 0) return undefined;
    for (const match of text.matchAll(OVERRIDE))
      if ((match[0].match(/\p{L}/gu)?.length ?? 0) >= 3)
        signal(createSignal('bidi_override', match.index, match.index + match[0].length, match[0].slice(1)));
    return undefined;
  },
};
