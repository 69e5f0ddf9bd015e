import { decodeText, isReadable } from './bytes.ts';
import { addEdit, createEdits } from './edits.ts';
import { composeMaps, MAPPED, type OffsetMap } from './offset-map.ts';
import type { Transform } from './transform.ts';

const OCTETS = /(?<![01])[01]{8}(?:[\s,_|-]{0,2}[01]{8}){3,}(?![01])/g;

/** Text as zeros and ones, eight a byte. */
export const binary: Transform = {
  name: 'binary',
  find({ text, survey }) {
    // Every lower-case ASCII letter begins with 011.
    if (!survey.longNumbers || (text.indexOf('0110') < 0 && text.indexOf('0111') < 0)) return undefined;
    const edits = createEdits();
    OCTETS.lastIndex = 0;
    for (let match = OCTETS.exec(text); match; match = OCTETS.exec(text)) {
      const offsets: number[] = [];
      const values: number[] = [];
      for (const octet of match[0].matchAll(/[01]{8}/g)) {
        offsets.push(match.index + octet.index);
        values.push(Number.parseInt(octet[0], 2));
      }
      const decoded = decodeText(Uint8Array.from(values));
      if (!decoded || !isReadable(decoded.text)) continue;
      const end = match.index + match[0].length;
      const toSource: OffsetMap = (a, b) => ({ start: offsets[a] ?? end, end: (offsets[b - 1] ?? end - 8) + 8 });
      addEdit(
        edits,
        match.index,
        end,
        decoded.text,
        MAPPED,
        true,
        decoded.map ? composeMaps(toSource, decoded.map) : toSource,
      );
    }
    return edits.start.length === 0 ? undefined : edits;
  },
};
