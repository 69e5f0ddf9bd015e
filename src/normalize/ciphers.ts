import type { Region } from '../core/document.ts';
import { addEdit, createEdits, type Edits } from './edits.ts';
import { getLexicon, reverse, rot13 as turn } from './lexicon.ts';
import { REVERSED, WHOLE } from './offset-map.ts';
import type { Transform } from './transform.ts';

/** Words this close belong to one disguised stretch. */
const NEAR = 160;
/** How far a stretch is carried past its outermost known word, to the end of the line at most. */
const REACH = 240;
/** Letters of known words that a stretch must hold: two words, or a long one. */
const ENOUGH = 8;

/** Stretches in which enough different words are known in their disguised form. */
function stretches(text: string, candidates: readonly number[], undo: (word: string) => string): Region[] {
  const found: Region[] = [];
  if (candidates.length === 0) return found;
  const { words } = getLexicon();
  let start = -1;
  let end = -1;
  let letters = 0;
  let seen = new Set<string>();
  const close = () => {
    if (start >= 0 && letters >= ENOUGH) {
      const region = { start: lineStart(text, start), end: lineEnd(text, end) };
      const last = found[found.length - 1];
      if (last && region.start <= last.end)
        found[found.length - 1] = { start: last.start, end: Math.max(last.end, region.end) };
      else found.push(region);
    }
  };
  for (let i = 0; i + 1 < candidates.length; i += 2) {
    const from = candidates[i] as number;
    const to = candidates[i + 1] as number;
    const word = text.slice(from, to).toLowerCase();
    if (!words.has(undo(word))) continue;
    if (start < 0 || from - end > NEAR) {
      close();
      start = from;
      letters = 0;
      seen = new Set();
    }
    end = to;
    if (!seen.has(word)) letters += word.length;
    seen.add(word);
  }
  close();
  return found;
}

function lineStart(text: string, offset: number): number {
  const from = Math.max(0, offset - REACH);
  const breakAt = text.lastIndexOf('\n', offset - 1);
  if (breakAt >= from) return breakAt + 1;
  if (from === 0) return 0;
  const blank = text.indexOf(' ', from);
  return blank >= 0 && blank < offset ? blank + 1 : offset;
}

function lineEnd(text: string, offset: number): number {
  const to = Math.min(text.length, offset + REACH);
  const breakAt = text.indexOf('\n', offset);
  if (breakAt >= 0 && breakAt <= to) return breakAt;
  if (to === text.length) return to;
  return Math.max(offset, text.lastIndexOf(' ', to));
}

function editsOf(regions: readonly Region[], apply: (edits: Edits, region: Region) => void): Edits | undefined {
  if (regions.length === 0) return undefined;
  const edits = createEdits();
  for (const region of regions) apply(edits, region);
  return edits.start.length === 0 ? undefined : edits;
}

/** ROT13, where words known in their turned form show it. */
export const rot13: Transform = {
  name: 'rot13',
  find: ({ text, survey }) =>
    editsOf(stretches(text, survey.ciphered, turn), (edits, { start, end }) =>
      addEdit(edits, start, end, turn(text.slice(start, end)), 1),
    ),
};

/** Text written backwards as a whole, where words known in their reversed form show it. */
export const reversed: Transform = {
  name: 'reversed',
  find: ({ text, survey }) =>
    editsOf(stretches(text, survey.ciphered, reverse), (edits, { start, end }) =>
      addEdit(edits, start, end, reverse(text.slice(start, end)), REVERSED),
    ),
};

/** Text whose words are written backwards one by one. */
export const reversedWords: Transform = {
  name: 'reversed_words',
  find: ({ text, survey }) =>
    editsOf(stretches(text, survey.ciphered, reverse), (edits, { start, end }) => {
      for (const match of text.slice(start, end).matchAll(/[\p{L}\p{N}]{2,}/gu))
        addEdit(edits, start + match.index, start + match.index + match[0].length, reverse(match[0]), REVERSED);
    }),
};

const MORSE: Readonly<Record<string, string>> = Object.fromEntries(
  '.- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --.. ----- .---- ..--- ...-- ....- ..... -.... --... ---.. ----. .-.-.- --..-- ..--.. -.-.-- .----. -..-. -....- ---... .-..-.'
    .split(' ')
    .map((code, index) => [code, 'abcdefghijklmnopqrstuvwxyz0123456789.,?!\'/-:"'.charAt(index)]),
);

/** Morse code of at least eight letters, words parted by a slash, a bar, a line break or wide blanks. */
export const morse: Transform = {
  name: 'morse',
  find({ text, survey }) {
    if (survey.wordless.length === 0) return undefined;
    const edits = createEdits();
    for (let i = 0; i + 1 < survey.wordless.length; i += 2)
      readMorse(text, survey.wordless[i] as number, survey.wordless[i + 1] as number, edits);
    return edits.start.length === 0 ? undefined : edits;
  },
};

const MORSE_SIGN = /[.\-_\u00b7\u2022\u2010-\u2015\u2212]+|[/|\n]|[ \t]{3,}/g;

function readMorse(text: string, start: number, end: number, edits: Edits) {
  const proposal = createEdits();
  let letters = '';
  let unknown = 0;
  let at = -1;
  const run = text.slice(start, end);
  if (!/[.\u00b7\u2022]/.test(run) || !/[-_\u2010-\u2015\u2212]/.test(run)) return;
  for (const match of run.matchAll(MORSE_SIGN)) {
    const from = start + match.index;
    const to = from + match[0].length;
    const sign = match[0].replace(/[\u00b7\u2022]/g, '.').replace(/[_\u2010-\u2015\u2212]/g, '-');
    if (at >= 0 && from > at) addEdit(proposal, at, from, '', WHOLE);
    at = to;
    if (/^[/|\n \t]/.test(sign)) addEdit(proposal, from, to, ' ', WHOLE);
    else {
      const letter = Object.hasOwn(MORSE, sign) ? MORSE[sign] : undefined;
      if (letter === undefined) unknown++;
      else letters += letter;
      addEdit(proposal, from, to, letter ?? '?', WHOLE);
    }
  }
  if (letters.length < 8 || unknown * 8 > letters.length || new Set(letters).size < 5) return;
  for (let i = 0; i < proposal.start.length; i++)
    addEdit(edits, proposal.start[i] as number, proposal.end[i] as number, proposal.text[i] as string, WHOLE);
}
