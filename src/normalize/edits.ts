import type { Region } from '../core/document.ts';
import { createAssembler, type OffsetMap } from './offset-map.ts';

/** Characters of untouched text kept on either side of a change, so that rules see the words around it. */
const CONTEXT = 240;
/** Texts up to this length are always kept whole: a window would save nothing. */
const SMALL = 1024;

/**
 * Replacements in one text, in ascending order. A strong edit opens a window of the text around itself; a weak one is applied only where
 * a window is open, since by itself it says nothing (`&amp;`, `%20`, a hyphen in a compound).
 */
export interface Edits {
  readonly start: number[];
  readonly end: number[];
  readonly text: string[];
  readonly step: number[];
  readonly map: (OffsetMap | undefined)[];
  readonly strong: boolean[];
}

/** An empty list of edits. */
export function createEdits(): Edits {
  return { start: [], end: [], text: [], step: [], map: [], strong: [] };
}

/** Adds a replacement of [start, end); one that begins before the end of the last is dropped, since the earlier evidence holds. */
export function addEdit(
  edits: Edits,
  start: number,
  end: number,
  text: string,
  step: number,
  strong = true,
  map?: OffsetMap,
) {
  const last = edits.end.length - 1;
  if (last >= 0 && start < (edits.end[last] as number)) return;
  edits.start.push(start);
  edits.end.push(end);
  edits.text.push(text);
  edits.step.push(step);
  edits.map.push(map);
  edits.strong.push(strong);
}

/** Regions grown by the context on both sides, merged where they touch, never splitting a surrogate pair. Input sorted by start. */
export function windowsAround(text: string, regions: readonly Region[], context = CONTEXT): Region[] {
  if (regions.length === 0) return [];
  if (text.length <= SMALL) return [{ start: 0, end: text.length }];
  const windows: Region[] = [];
  let start = -1;
  let end = -1;
  for (const region of regions) {
    const from = Math.max(0, region.start - context);
    const to = Math.min(text.length, region.end + context);
    if (start >= 0 && from <= end) {
      end = Math.max(end, to);
      continue;
    }
    if (start >= 0) windows.push({ start: snap(text, start), end: snap(text, end) });
    start = from;
    end = to;
  }
  windows.push({ start: snap(text, start), end: snap(text, end) });
  return windows;
}

function snap(text: string, offset: number): number {
  if (offset <= 0 || offset >= text.length) return offset;
  const code = text.charCodeAt(offset);
  return code >= 0xdc00 && code <= 0xdfff ? offset - 1 : offset;
}

/** A derived text with its map to the text it was made from, which of its stretches are not plain copies, and what in the source they replace. */
export interface Derived {
  readonly text: string;
  readonly map: OffsetMap;
  readonly changed: readonly Region[];
  readonly replaced: readonly Region[];
}

/** One derived text a window around the strong edits, with every edit inside the window applied. */
export function applyEdits(text: string, edits: Edits): Derived[] {
  const strong: Region[] = [];
  for (let i = 0; i < edits.start.length; i++)
    if (edits.strong[i]) strong.push({ start: edits.start[i] as number, end: edits.end[i] as number });
  const derived: Derived[] = [];
  let i = 0;
  for (const window of windowsAround(text, strong)) {
    while (i < edits.start.length && (edits.start[i] as number) < window.start) i++;
    const assembler = createAssembler();
    const changed: Region[] = [];
    const replaced: Region[] = [];
    let at = window.start;
    let from = -1;
    let to = -1;
    for (; i < edits.start.length && (edits.end[i] as number) <= window.end; i++) {
      const start = edits.start[i] as number;
      if (start > at) assembler.append(text.slice(at, start), at, start, 1);
      const before = assembler.length();
      at = edits.end[i] as number;
      const last = replaced[replaced.length - 1];
      if (last?.end === start) replaced[replaced.length - 1] = { start: last.start, end: at };
      else replaced.push({ start, end: at });
      assembler.append(edits.text[i] as string, start, at, edits.step[i] as number, edits.map[i]);
      if (from >= 0 && before <= to + 1) to = assembler.length();
      else {
        if (from >= 0) changed.push({ start: from, end: to });
        from = before;
        to = assembler.length();
      }
    }
    if (from >= 0) changed.push({ start: from, end: to });
    if (at < window.end) assembler.append(text.slice(at, window.end), at, window.end, 1);
    derived.push({ text: assembler.text(), map: assembler.map(), changed, replaced });
  }
  return derived;
}

/** Union of ascending edit lists; where two overlap, the one that begins first holds, then the list named first. */
export function mergeEdits(lists: readonly Edits[]): Edits {
  const merged = createEdits();
  const at = lists.map(() => 0);
  for (;;) {
    let next = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let k = 0; k < lists.length; k++) {
      const start = (lists[k] as Edits).start[at[k] as number];
      if (start !== undefined && start < least) {
        least = start;
        next = k;
      }
    }
    const list = lists[next];
    if (!list) return merged;
    const index = at[next] as number;
    at[next] = index + 1;
    addEdit(
      merged,
      least,
      list.end[index] as number,
      list.text[index] as string,
      list.step[index] as number,
      list.strong[index] as boolean,
      list.map[index],
    );
  }
}
