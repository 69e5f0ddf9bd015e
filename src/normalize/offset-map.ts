import type { Region } from '../core/document.ts';

/** The way back from a derived text to the text it was made from: the shortest source region that the derived region was made of. */
export type OffsetMap = (start: number, end: number) => Region;

/** Each derived unit stands for the whole source range of its segment. */
export const WHOLE = 0;
/** Derived units run through the source range backwards. */
export const REVERSED = -1;
/** Derived units are bytes of base64: unit i spans the characters that carry its 8 bits. */
export const BASE64 = -2;
/** The segment brings a map of its own, relative to its first derived unit. */
export const MAPPED = -3;

/** Applies `inner` first (derived to intermediate), then `outer` (intermediate to source). */
export function composeMaps(outer: OffsetMap, inner: OffsetMap): OffsetMap {
  return (start, end) => {
    const middle = inner(start, end);
    return outer(middle.start, middle.end);
  };
}

/**
 * A text under construction with its offset map. Pieces are appended in order; a piece's step says how its units lie in the source:
 * n > 0 for n source units a derived unit (1 is a plain copy or a same-length replacement), or one of the constants above.
 */
export interface Assembler {
  append(text: string, sourceStart: number, sourceEnd: number, step: number, map?: OffsetMap): void;
  /** Derived units so far. */
  length(): number;
  text(): string;
  map(): OffsetMap;
}

/** An empty {@link Assembler}. */
export function createAssembler(): Assembler {
  const pieces: string[] = [];
  const outs: number[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  const steps: number[] = [];
  const maps: (OffsetMap | undefined)[] = [];
  let size = 0;
  return {
    append(text, sourceStart, sourceEnd, step, map) {
      if (text.length === 0) return;
      pieces.push(text);
      const last = steps.length - 1;
      if (last >= 0 && step === 1 && steps[last] === 1 && ends[last] === sourceStart) ends[last] = sourceEnd;
      else {
        outs.push(size);
        starts.push(sourceStart);
        ends.push(sourceEnd);
        steps.push(step);
        maps.push(map);
      }
      size += text.length;
    },
    length: () => size,
    text: () => pieces.join(''),
    map: () =>
      segmentMap(
        Int32Array.from(outs),
        Int32Array.from(starts),
        Int32Array.from(ends),
        Int32Array.from(steps),
        maps,
        size,
      ),
  };
}

function segmentMap(
  outs: Int32Array,
  starts: Int32Array,
  ends: Int32Array,
  steps: Int32Array,
  maps: readonly (OffsetMap | undefined)[],
  size: number,
): OffsetMap {
  const find = (offset: number): number => {
    let low = 0;
    let high = outs.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((outs[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  const part = (segment: number, from: number, to: number): Region => {
    const source = starts[segment] as number;
    const end = ends[segment] as number;
    const step = steps[segment] as number;
    if (step > 0) return { start: source + from * step, end: Math.min(end, source + to * step) };
    if (step === REVERSED) return { start: end - to, end: end - from };
    if (step === BASE64)
      return { start: source + Math.floor((from * 4) / 3), end: Math.min(end, source + Math.ceil((to * 4) / 3)) };
    const map = maps[segment];
    return map ? map(from, to) : { start: source, end };
  };
  return (start, end) => {
    if (outs.length === 0) return { start: 0, end: 0 };
    const first = find(Math.min(Math.max(0, start), Math.max(0, size - 1)));
    const firstOut = outs[first] as number;
    if (end <= start) {
      if (start >= size) {
        const tail = part(first, size - firstOut - 1, size - firstOut);
        return { start: tail.end, end: tail.end };
      }
      const point = part(first, start - firstOut, start - firstOut + 1).start;
      return { start: point, end: point };
    }
    const last = find(Math.min(size, end) - 1);
    const lastOut = outs[last] as number;
    if (first === last) return part(first, start - firstOut, Math.min(size, end) - firstOut);
    const head = part(first, start - firstOut, (outs[first + 1] as number) - firstOut);
    const tail = part(last, 0, Math.min(size, end) - lastOut);
    return { start: Math.min(head.start, tail.start), end: Math.max(head.end, tail.end) };
  };
}
