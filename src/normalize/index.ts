import type { Document, Region } from '../core/document.ts';
import type { Normalized, Signal, View } from '../core/view.ts';
import { findAdversarialSuffixes } from './adversarial-suffix.ts';
import { binary } from './binary.ts';
import { NO_CHARACTERS, scanCharacters } from './characters.ts';
import { morse, reversed, reversedWords, rot13 } from './ciphers.ts';
import { applyEdits, type Derived, type Edits, mergeEdits, windowsAround } from './edits.ts';
import { escapes, htmlEntities, percent, quotedPrintable } from './escapes.ts';
import { accents, composed, fold } from './fold.ts';
import { bidiOverride, unicodeTags, zeroWidthText } from './invisible.ts';
import { hiddenMarkup, tagsInWords } from './markup.ts';
import { composeMaps, type OffsetMap } from './offset-map.ts';
import { surveyText } from './survey.ts';
import { base64, hex } from './tokens.ts';
import type { Transform } from './transform.ts';
import { brokenWords, leetspeak, spacedLetters, stackedWords } from './words.ts';

export { type Form, readForm } from './form.ts';
export type { SignalName } from './signals.ts';

/**
 * Every transform, in the order in which their evidence counts where two claim the same characters. Adding one: write it in a file of this
 * folder and name it here.
 */
const TRANSFORMS: readonly Transform[] = [
  unicodeTags,
  zeroWidthText,
  bidiOverride,
  fold,
  composed,
  accents,
  base64,
  hex,
  binary,
  morse,
  percent,
  htmlEntities,
  escapes,
  quotedPrintable,
  spacedLetters,
  stackedWords,
  brokenWords,
  tagsInWords,
  leetspeak,
  rot13,
  reversed,
  reversedWords,
  hiddenMarkup,
];

/** Limits of the work that one document may cause. */
export interface NormalizeOptions {
  /** Transforms one after the other; default 3. */
  readonly maxDepth?: number;
  /** Views besides the original; default 256 and one more for every 2,048 characters. */
  readonly maxViews?: number;
  /** UTF-16 units of all views besides the original; default 8 × the text + 65,536. */
  readonly maxExpansion?: number;
}

interface Task {
  readonly text: string;
  readonly ascii: boolean;
  readonly via: readonly string[];
  readonly map: OffsetMap | undefined;
  /** Where this text differs from the one it was made from; undefined for the original. */
  readonly changed: readonly Region[] | undefined;
  /** What of it the views made from it replace. */
  readonly undone: Region[];
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is exactly ASCII
const NON_ASCII = /[^\x00-\x7f]/;

/**
 * All readings of a document: its text, and for every disguise found a view of the stretch around it with the disguise undone. A view
 * keeps 240 characters of context on either side (texts up to 1,024 characters whole), so that rules see the words around. Views are
 * searched again until nothing new shows or a limit is met, in which case `truncated` is set.
 */
export function normalize(document: Document, options: NormalizeOptions = {}): Normalized {
  const { text } = document;
  const maxDepth = options.maxDepth ?? 3;
  const maxViews = options.maxViews ?? 256 + Math.floor(text.length / 2048);
  let budget = options.maxExpansion ?? 8 * text.length + 65_536;
  const undone: Region[] = [];
  const views: View[] = [{ text, ascii: document.ascii, via: [], undone, toOriginal: (region) => region }];
  const signals: Signal[] = [];
  const told = new Set<string>();
  const seen = new Set<string>();
  // The text itself is compared, not looked up: to hash a long text takes longer than to survey it.
  const isNew = (reading: string) => reading.length > 0 && reading !== text && !seen.has(reading);
  let truncated = false;
  const last = text.trimEnd().length - 1;
  findAdversarialSuffixes(document, (signal) => signals.push(signal));
  let level: Task[] = [{ text, ascii: document.ascii, via: [], map: undefined, changed: undefined, undone }];
  for (let depth = 0; level.length > 0; depth++) {
    const next: Task[] = [];
    for (const task of level)
      eachReading(
        task,
        (signal) => tell(signal, task),
        (reading) => add(reading, task, depth, next),
      );
    for (const { undone } of level) mergeRegions(undone);
    level = next;
  }
  return { views, signals, truncated };

  function add({ name, derived, sure }: Reading, task: Task, depth: number, next: Task[]) {
    if (depth >= maxDepth || views.length > maxViews || derived.text.length > budget) {
      if (isNew(derived.text)) truncated = true;
      return;
    }
    if (sure) for (const region of derived.replaced) task.undone.push(region);
    if (!isNew(derived.text)) return;
    seen.add(derived.text);
    budget -= derived.text.length;
    const via = [...task.via, ...name];
    const map = task.map ? composeMaps(task.map, derived.map) : derived.map;
    const undone: Region[] = [];
    const ascii = !NON_ASCII.test(derived.text);
    views.push({ text: derived.text, ascii, via, undone, toOriginal: ({ start, end }) => map(start, end) });
    const made: Task = {
      text: derived.text,
      ascii,
      via,
      map,
      changed: derived.changed,
      undone,
    };
    next.push(made);
    // A suffix stands at the end of what was said: the view must lead there.
    if (map(derived.text.length - 1, derived.text.length).end >= last)
      findAdversarialSuffixes(asDocument(derived.text), (signal) => tell(signal, made));
  }

  function tell(signal: Signal, task: Task) {
    const region = task.map ? task.map(signal.region.start, signal.region.end) : signal.region;
    const key = `${signal.name} ${region.start} ${region.end}`;
    if (told.has(key)) return;
    told.add(key);
    signals.push({ ...signal, region });
  }
}

/** A decoded text as one that a person said. */
function asDocument(text: string): Pick<Document, 'text' | 'segments'> {
  return { text, segments: [{ role: 'unknown', region: { start: 0, end: text.length } }] };
}

interface Reading {
  readonly name: readonly string[];
  readonly derived: Derived;
  /** Whether what it replaces says nothing by itself. */
  readonly sure: boolean;
}

type UseReading = (reading: Reading) => void;

/** Tells of what every transform makes of a text, and where the windows of several overlap, of what all of them together make of it. */
function eachReading(task: Task, signal: (signal: Signal) => void, use: UseReading) {
  const characters = task.ascii ? NO_CHARACTERS : scanCharacters(task.text);
  const source = { text: task.text, characters, survey: surveyText(task.text), signal };
  const isTurned = task.via.length > 0 && task.via.some((name) => INVOLUTIONS.has(name));
  const active: Active[] = [];
  for (const transform of TRANSFORMS) {
    if (isTurned && INVOLUTIONS.has(transform.name)) continue;
    const edits = transform.find(source);
    if (edits !== undefined) useEdits(task, transform.name, edits, use, active);
  }
  if (active.length > 1) useTogether(task, active, use);
}

/** A transform whose proposals were used. */
interface Active {
  readonly name: string;
  readonly edits: Edits;
}

function useEdits(task: Task, name: string, edits: Edits, use: UseReading, active: Active[]) {
  if (task.changed) weakenOutside(edits, task.changed);
  if (!edits.strong.includes(true)) return;
  for (const derived of applyEdits(task.text, edits)) use({ name: [name], derived, sure: !GUESSES.has(name) });
  if (!ALTERNATIVES.has(name)) active.push({ name, edits });
}

function useTogether({ text }: Task, active: readonly Active[], use: UseReading) {
  const together = active.filter((one) => active.some((two) => one !== two && near(text, one.edits, two.edits)));
  if (together.length < 2) return;
  const name = together.map((one) => one.name);
  const merged = mergeEdits(together.map(({ edits }) => edits));
  for (const derived of applyEdits(text, merged)) use({ name, derived, sure: false });
}

/** Transforms that undo themselves: one of them once a reading is enough. */
const INVOLUTIONS: ReadonlySet<string> = new Set(['reversed', 'reversed_words', 'rot13']);

/** Readings that exclude another one of the same evidence, and so have no place in a combination. */
const ALTERNATIVES: ReadonlySet<string> = new Set(['composed', 'reversed', 'reversed_words', 'rot13']);

/** Readings of words that are there to be read as well: whole lines turned round for the sake of two words in them, and accents left out. */
const GUESSES: ReadonlySet<string> = new Set([...ALTERNATIVES, 'accents', 'stacked_words']);

/** Evidence in stretches that are plain copies was seen in the text they were copied from: it opens no further views. */
function weakenOutside(edits: Edits, changed: readonly Region[]) {
  let at = 0;
  for (let i = 0; i < edits.start.length; i++) {
    if (!edits.strong[i]) continue;
    const start = edits.start[i] as number;
    const end = edits.end[i] as number;
    while (at < changed.length && (changed[at] as Region).end < start) at++;
    const region = changed[at];
    if (!region || region.start > end) edits.strong[i] = false;
  }
}

/** Sorts regions and joins those that touch, in place. */
function mergeRegions(regions: Region[]) {
  if (regions.length < 2) return;
  regions.sort((a, b) => a.start - b.start);
  let last = 0;
  for (const region of regions) {
    const { start, end } = regions[last] as Region;
    if (region.start <= end) regions[last] = { start, end: Math.max(end, region.end) };
    else regions[++last] = region;
  }
  regions.length = last + 1;
}

function near(text: string, a: Edits, b: Edits): boolean {
  const ones = windowsAround(text, strongRegions(a));
  const twos = windowsAround(text, strongRegions(b));
  let k = 0;
  for (const one of ones) {
    while (k < twos.length && (twos[k] as Region).end <= one.start) k++;
    const two = twos[k];
    if (two && two.start < one.end) return true;
  }
  return false;
}

function strongRegions(edits: Edits): Region[] {
  const regions: Region[] = [];
  for (let i = 0; i < edits.start.length; i++)
    if (edits.strong[i]) regions.push({ start: edits.start[i] as number, end: edits.end[i] as number });
  return regions;
}
