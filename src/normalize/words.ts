import type { Region } from '../core/document.ts';
import { addEdit, createEdits, type Edits, windowsAround } from './edits.ts';
import { canonicalWord, getLexicon } from './lexicon.ts';
import { WHOLE } from './offset-map.ts';
import type { Transform } from './transform.ts';

function regionsOf(flat: readonly number[]): Region[] {
  const regions: Region[] = [];
  for (let i = 0; i + 1 < flat.length; i += 2) regions.push({ start: flat[i] as number, end: flat[i + 1] as number });
  return regions;
}

/** Digits and signs with which leetspeak writes letters; 1 stands for i and, where that makes a known word, for l. */
const LEET_LETTER: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '2': 'z',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '6': 'g',
  '7': 't',
  '8': 'b',
  '9': 'g',
  '@': 'a',
  $: 's',
  '!': 'i',
  '|': 'l',
  '+': 't',
  '€': 'e',
};

/** A word in leetspeak read as letters, of the same length and case; a word of the lexicon if one fits. */
function readLeet(word: string): string {
  const known = getLexicon().byCanonical.get(canonicalWord(word));
  const fits = known !== undefined && known.length === word.length;
  let out = '';
  for (let i = 0; i < word.length; i++) {
    const sign = word.charAt(i);
    const letter = LEET_LETTER[sign];
    out += letter === undefined ? sign : fits ? (known as string).charAt(i) : letter;
  }
  return out;
}

const LEET_TOKEN = /[A-Za-z0-9@$!|+€]+/g;

/** Leetspeak: words that mix letters with digits, and the numbers between them, read as letters where a known word shows that it is meant. */
export const leetspeak: Transform = {
  name: 'leetspeak',
  find({ text, survey }) {
    if (survey.leet.length === 0) return undefined;
    const { byCanonical } = getLexicon();
    const hits = regionsOf(survey.leet).filter(({ start, end }) => {
      const word = text.slice(start, end);
      // `100K` spells `look`, but it takes letters to show that letters are meant.
      return byCanonical.has(canonicalWord(word)) && word.replace(/[^A-Za-z]/g, '').length * 3 >= word.length;
    });
    if (hits.length === 0) return undefined;
    const edits = createEdits();
    const known = new Set(hits.map((hit) => hit.start));
    for (const window of windowsAround(text, hits)) {
      LEET_TOKEN.lastIndex = window.start;
      let near = -1000;
      let waiting: { start: number; end: number }[] = [];
      for (let match = LEET_TOKEN.exec(text); match && match.index < window.end; match = LEET_TOKEN.exec(text)) {
        let start = match.index;
        let end = start + match[0].length;
        while (
          start < end &&
          /[|+]/.test(text.charAt(start)) &&
          !byCanonical.has(canonicalWord(text.slice(start, end)))
        )
          start++;
        // A sign at the end is punctuation, one at the start too unless a letter follows.
        while (
          end > start &&
          !byCanonical.has(canonicalWord(text.slice(start, end))) &&
          /[!|+@$]/.test(text.charAt(end - 1))
        )
          end--;
        if (end <= start) continue;
        const word = text.slice(start, end);
        const letters = /[A-Za-z]/.test(word);
        const disguised = /[0-9@$!|+€]/.test(word);
        if (letters && disguised) {
          if (word.length === 2 && !SHORT_WORDS.has(readLeet(word).toLowerCase())) continue;
          for (const digits of waiting)
            if (start - digits.end <= 3)
              addEdit(edits, digits.start, digits.end, readLeet(text.slice(digits.start, digits.end)), 1, false);
          waiting = [];
          addEdit(edits, start, end, readLeet(word), 1, known.has(start));
          near = end;
        } else if (!letters && /^(?:[014]|[013457]{2,6})$/.test(word)) {
          if (start - near <= 3) {
            addEdit(edits, start, end, readLeet(word), 1, false);
            near = end;
          } else waiting = [{ start, end }];
        }
      }
    }
    return edits;
  },
};

/** Joins the parts of one broken word: whole if that is a known word, else the neighbouring parts that make one, else, for two parts, both. */
function joinChain(parts: readonly string[]): boolean[] {
  const { words } = getLexicon();
  const joins = parts.slice(1).map(() => false);
  if (joins.length === 0) return joins;
  if (parts.length === 2 || words.has(parts.join('').toLowerCase())) return joins.map(() => true);
  let any = false;
  for (let i = 0; i < joins.length; i++) {
    for (let size = Math.min(4, parts.length - i); size >= 2; size--) {
      if (
        !words.has(
          parts
            .slice(i, i + size)
            .join('')
            .toLowerCase(),
        )
      )
        continue;
      for (let k = i; k < i + size - 1; k++) joins[k] = true;
      i += size - 1;
      any = true;
      break;
    }
  }
  // A part of one to three letters belongs to what follows it, as in `Po-uvez-vo-us`.
  return any ? joins : joins.map((_, i) => (parts[i] as string).length <= 3);
}

const CHAIN = /[A-Za-z\d@$\u00c0-\u1fff\u2c00-\ud7ff]+(?:[-_.*~|+/`,]{1,2}[A-Za-z\d@$\u00c0-\u1fff\u2c00-\ud7ff]+)+/g;
const JOINERS = /[-_.*~|+/`,]{1,2}/g;

/** Words broken by a hyphen or another sign between their letters, joined where a known word shows that it is meant. */
export const brokenWords: Transform = {
  name: 'broken_words',
  find({ text, survey }) {
    if (survey.broken.length === 0) return undefined;
    const { words, byCanonical } = getLexicon();
    const counts = new Map<string, number>();
    const hits = regionsOf(survey.broken).filter(({ start, end }) => {
      const chain = text.slice(start, end);
      const joined = chain.replace(JOINERS, '').toLowerCase();
      if (joined.length < 4 || !(words.has(joined) || byCanonical.has(canonicalWord(joined)))) return false;
      // `e-mail`, `role-play`: compounds of whole words hide nothing.
      const parts = chain.toLowerCase().split(JOINERS);
      if (parts.every((part) => part.length === 1 || words.has(part) || SHORT_WORDS.has(part))) return false;
      if (!/[a-z].*[a-z]/i.test(chain)) return false;
      const used = new Set(chain.match(JOINERS));
      if (used.size === 1) for (const sign of used) counts.set(sign, (counts.get(sign) ?? 0) + 1);
      return true;
    });
    if (hits.length === 0) return undefined;
    const edits = createEdits();
    let hit = 0;
    for (const window of windowsAround(text, hits)) {
      CHAIN.lastIndex = window.start;
      for (let match = CHAIN.exec(text); match && match.index < window.end; match = CHAIN.exec(text)) {
        const end = match.index + match[0].length;
        while (hit < hits.length && (hits[hit] as Region).end <= match.index) hit++;
        const strong = hit < hits.length && (hits[hit] as Region).start < end;
        // Only the signs that break words are taken out: `pr-ompt_in-jection` keeps its underscore.
        let parts: string[] = [];
        let gaps: number[] = [];
        let at = match.index;
        const flush = () => {
          joinChain(parts).forEach((join, i) => {
            const gap = gaps[i] as number;
            if (join) addEdit(edits, gap, gap + (text.charAt(gap) === text.charAt(gap + 1) ? 2 : 1), '', WHOLE, strong);
          });
          parts = [];
          gaps = [];
        };
        for (const gap of match[0].matchAll(JOINERS)) {
          const from = match.index + gap.index;
          parts.push(text.slice(at, from));
          if ((counts.get(gap[0]) ?? 0) * 4 >= hits.length) gaps.push(from);
          else flush();
          at = from + gap[0].length;
        }
        parts.push(text.slice(at, end));
        flush();
      }
    }
    return edits.start.length === 0 ? undefined : edits;
  },
};

/** Letters set apart by a blank or a sign (`i g n o r e   a l l`), one by one or one a line. */
export const spacedLetters: Transform = {
  name: 'spaced_letters',
  find({ text, survey }) {
    if (survey.spaced.length === 0) return undefined;
    const edits = createEdits();
    for (const region of regionsOf(survey.spaced)) closeUp(text, region, edits);
    return edits.start.length === 0 ? undefined : edits;
  },
};

const SEPARATORS = /[^A-Za-z0-9@$\u00bf-\u1fff\u2070-\uffff]+/g;

function closeUp(text: string, region: Region, edits: Edits) {
  let { start, end } = region;
  const run = text.slice(start, end);
  const counts = new Map<string, number>();
  let total = 0;
  let letters = 0;
  let ideographs = 0;
  for (const separator of run.match(SEPARATORS) ?? []) {
    total++;
    if (separator.length === 1) counts.set(separator, (counts.get(separator) ?? 0) + 1);
  }
  for (let i = 0; i < run.length; i++) {
    if (!/\p{L}/u.test(run.charAt(i))) continue;
    letters++;
    if (run.charCodeAt(i) >= 0x2e80) ideographs++;
  }
  let sign = '';
  let most = 0;
  for (const [separator, count] of counts)
    if (count > most) {
      most = count;
      sign = separator;
    }
  // Letters parted by invisible characters are the folding's.
  if (sign === '' || /[\u00ad\u200b-\u200f\u2060-\u206f]/.test(sign) || most * 2 < total || letters < 4) return;
  // A separator that stands twice or more marks the gap between two words.
  const proposal = createEdits();
  const gap = sign === '\n' ? '\n' : ' ';
  let i = start;
  // Signs that belong to the first and the last word may stand outside the run: `( y o u )`.
  const outside = (at: number) =>
    at >= 0 && at < text.length && text.charAt(at) !== sign && !/[\p{L}\p{N}\s]/u.test(text.charAt(at));
  for (let k = 1, from = start; from - k >= 0 && k <= 3 && start - from < 24; ) {
    if (text.charAt(from - k) === sign) k++;
    else if (k > 1 && outside(from - k)) {
      from -= k;
      start = from;
      k = 1;
    } else break;
  }
  for (let k = 0; k <= 3 && end - region.end < 24; ) {
    if (text.charAt(end + k) === sign) k++;
    else if (k > 0 && outside(end + k)) {
      end += k + 1;
      k = 0;
    } else break;
  }
  i = start;
  let joined = '';
  while (i < end) {
    if (text.charAt(i) !== sign) {
      joined += text.charAt(i);
      i++;
      continue;
    }
    let to = i + 1;
    while (to < end && text.charAt(to) === sign) to++;
    if (to - i === 1) addEdit(proposal, i, to, '', WHOLE);
    else addEdit(proposal, i, to, gap, WHOLE);
    if (to - i > 1) joined += ' ';
    i = to;
  }
  const words = joined.split(/\s+/).filter(Boolean);
  const { byCanonical } = getLexicon();
  const known = words.reduce((sum, word) => {
    const plain = word.replace(/[^\p{L}\p{N}@$]/gu, '');
    return sum + (plain.length >= 3 && byCanonical.has(canonicalWord(plain)) ? plain.length : 0);
  }, 0);
  const longest = words.reduce((max, word) => Math.max(max, word.length), 0);
  if (longest >= 12 && joined.length <= SEGMENTED && known * 4 < joined.length) {
    const cuts = segment(joined);
    if (cuts) {
      emitSegmented(text, start, end, sign, cuts, edits);
      return;
    }
  }
  if (known < 4 && letters < 12 && ideographs < 6) return;
  for (let k = 0; k < proposal.start.length; k++)
    addEdit(edits, proposal.start[k] as number, proposal.end[k] as number, proposal.text[k] as string, WHOLE);
}

/** Words of one or two letters that a text without gaps may be cut into besides the lexicon's. */
const SHORT_WORDS = new Set(
  'a i an am as at be by do ex go he hi if in is it me my no of oh ok on or so to up us we ai de el en es et il je la le os se si su te tu un'.split(
    ' ',
  ),
);
const LONGEST_WORD = 16;
/** Longest run of letters that is cut into words. */
const SEGMENTED = 4000;

/** Where the words of a text without gaps begin, when known words cover at least four fifths of it; cost linear in its length. */
function segment(joined: string): Set<number> | undefined {
  const { words } = getLexicon();
  const text = joined.toLowerCase();
  const best = new Float64Array(text.length + 1);
  const back = new Int32Array(text.length + 1);
  const covered = new Int32Array(text.length + 1);
  for (let i = 1; i <= text.length; i++) {
    best[i] = (best[i - 1] as number) + 12;
    back[i] = i - 1;
    covered[i] = covered[i - 1] as number;
    for (let size = 1; size <= LONGEST_WORD && size <= i; size++) {
      const word = text.slice(i - size, i);
      if (!(size >= 3 ? words.has(word) : SHORT_WORDS.has(word))) continue;
      const cost = (best[i - size] as number) + (size >= 3 ? 3 : 5);
      if (cost >= (best[i] as number)) continue;
      best[i] = cost;
      back[i] = i - size;
      covered[i] = (covered[i - size] as number) + size;
    }
  }
  if ((covered[text.length] as number) * 5 < text.length * 4) return undefined;
  const cuts = new Set<number>();
  for (let i = text.length; i > 0; i = back[i] as number)
    if ((back[i] as number) < i - 1 || SHORT_WORDS.has(text.slice(i - 1, i))) cuts.add(back[i] as number);
  cuts.delete(0);
  return cuts;
}

function emitSegmented(
  text: string,
  start: number,
  end: number,
  sign: string,
  cuts: ReadonlySet<number>,
  edits: Edits,
) {
  let letter = 0;
  for (let i = start; i < end; ) {
    if (text.charAt(i) !== sign) {
      letter++;
      i++;
      continue;
    }
    let to = i + 1;
    while (to < end && text.charAt(to) === sign) to++;
    if (to - i > 1) letter++;
    addEdit(edits, i, to, to - i > 1 || cuts.has(letter) ? ' ' : '', WHOLE);
    i = to;
  }
}

/** One word a line: line breaks between single words read as blanks. */
export const stackedWords: Transform = {
  name: 'stacked_words',
  find({ text, survey }) {
    if (survey.stacked.length === 0) return undefined;
    const { byCanonical } = getLexicon();
    const edits = createEdits();
    for (const { start, end } of regionsOf(survey.stacked)) {
      let known = 0;
      const from = edits.start.length;
      const lines = /\r?\n|\r/g;
      const run = text.slice(start, end);
      let at = 0;
      for (let match = lines.exec(run); match; match = lines.exec(run)) {
        const word = run.slice(at, match.index).replace(/[^\p{L}\p{N}]/gu, '');
        if (word.length >= 3 && byCanonical.has(canonicalWord(word))) known++;
        at = match.index + match[0].length;
        addEdit(edits, start + match.index, start + at, ' ', WHOLE);
      }
      if (known < 2)
        for (const list of [edits.start, edits.end, edits.text, edits.step, edits.map, edits.strong])
          list.length = from;
    }
    return edits.start.length === 0 ? undefined : edits;
  },
};
