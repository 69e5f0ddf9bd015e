import { addEdit, createEdits } from './edits.ts';
import { canonicalWord, getLexicon } from './lexicon.ts';
import { WHOLE } from './offset-map.ts';
import { createSignal } from './signals.ts';
import { BRACKET, LESS } from './survey-layout.ts';
import type { Transform } from './transform.ts';

const TAGS_IN_WORD = /(?:<\/?[a-z][^<>]{0,120}>|<!--[^>]{0,120}-->)+(?=[A-Za-z])/giy;

/** Tags and comments that stand inside a word (`ig<b></b>nore`), taken out where that makes a known word. */
export const tagsInWords: Transform = {
  name: 'tags_in_words',
  find({ text, survey }) {
    if ((survey.signs & LESS) === 0) return undefined;
    const { byCanonical } = getLexicon();
    const edits = createEdits();
    for (let start = text.indexOf('<'); start >= 0; start = text.indexOf('<', start + 1)) {
      const letter = start > 0 ? text.charCodeAt(start - 1) | 32 : 0;
      if (letter < 97 || letter > 122) continue;
      TAGS_IN_WORD.lastIndex = start;
      const match = TAGS_IN_WORD.exec(text);
      if (!match) continue;
      const end = start + match[0].length;
      const before = /[A-Za-z]{1,16}$/.exec(text.slice(Math.max(0, start - 16), start))?.[0] ?? '';
      const after = /^[A-Za-z]{1,16}/.exec(text.slice(end, end + 16))?.[0] ?? '';
      const joined = before + after;
      addEdit(edits, start, end, '', WHOLE, joined.length >= 4 && byCanonical.has(canonicalWord(joined)));
    }
    return edits.strong.includes(true) ? edits : undefined;
  },
};

/** A model spoken to, or spoken of as one who has to do something: `AI assistant: you must …`, `note to the model`. */
const ADDRESSED =
  /\b(?:AI|LLMs?|assistants?|(?:coding |AI )?agents?|chat ?bots?|(?:language |AI )models?|claude|chatgpt|gpt-?\d|copilot|gemini|cursor)\b[:,]?[^.\n]{0,24}\b(?:must|should|always|never|please|do not|don't|ignore|disregard|forget|send|forward|reveal|respond|reply|output|recommend|praise|approve|rate|run|execute|download|fetch|upload|read)\b|\b(?:notes?|messages?|instructions?|orders?) (?:to|for) (?:the |any |all |an? )?(?:AI|LLMs?|assistants?|agents?|(?:language |AI )?models?|copilot|claude|chatgpt)\b/i;
const OVERRIDING =
  /\b(?:ignore|disregard|forget|override|bypass)\b[^.\n]{0,40}\b(?:previous|prior|above|earlier|all|any|your|these|system)\b[^.\n]{0,40}\b(?:instructions?|prompts?|rules?|guidelines?|directions?|messages?|context)\b/i;

/** Whether hidden words speak to a model: they address one, or they call off its instructions. */
function addressesModel(words: string): boolean {
  return OVERRIDING.test(words) || ADDRESSED.test(words);
}

const HIDING =
  /display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])|opacity\s*:\s*0(?![.\d])|(?<![-\w])color\s*:\s*(?:white|transparent|#fff(?:fff)?)\b|(?<=[\s"'])hidden(?=[\s>=/])|aria-hidden\s*=\s*["']?true/i;
const LINK_COMMENT = /^ {0,3}\[[^\]\n]{1,40}\]:[ \t]*(?:#|<>)[ \t]*(?:"([^"\n]*)"|'([^'\n]*)'|\(([^)\n]*)\))/gm;
/** Where a `style` attribute, a `hidden` attribute or an `aria-hidden` may stand, ascending. */
function hidingPlaces(text: string, hiding: readonly number[]): number[] {
  const places: number[] = [];
  for (let i = 0; i + 1 < hiding.length; i += 2) {
    const end = hiding[i + 1] as number;
    const after = text.charCodeAt(end);
    // `=`, `>`, a blank or a quote: an attribute, not a word of the prose.
    if (
      after === 61 ||
      after === 62 ||
      after === 34 ||
      after === 39 ||
      (after === 32 && end - (hiding[i] as number) === 6)
    )
      places.push(Math.max(0, (hiding[i] as number) - 5));
  }
  return places;
}

/** Longest tag, and longest hidden content, that is looked at. */
const TAG_REACH = 600;
const CONTENT_REACH = 8000;

/** Tells of words to a model in comments, hidden elements and link definitions used as comments. Their text is in the original view already. */
export const hiddenMarkup: Transform = {
  name: 'hidden_markup',
  find({ text, survey, signal }) {
    if ((survey.signs & BRACKET) !== 0 && (text.indexOf(']: #') >= 0 || text.indexOf(']: <>') >= 0))
      for (const match of text.matchAll(LINK_COMMENT)) {
        const words = match[1] ?? match[2] ?? match[3] ?? '';
        if (addressesModel(words))
          signal(createSignal('hidden_markup', match.index, match.index + match[0].length, words));
      }
    if ((survey.signs & LESS) === 0) return undefined;
    for (let at = text.indexOf('<!--'); at >= 0; ) {
      const close = text.indexOf('-->', at + 4);
      const end = close < 0 ? text.length : close;
      const words = text.slice(at + 4, Math.min(end, at + CONTENT_REACH));
      if (addressesModel(words))
        signal(createSignal('html_comment_instruction', at, close < 0 ? end : end + 3, words.trim()));
      at = close < 0 ? -1 : text.indexOf('<!--', close + 3);
    }
    if (survey.hiding.length === 0 || text.indexOf('</') < 0) return undefined;
    let done = 0;
    for (const at of hidingPlaces(text, survey.hiding)) {
      if (at < done) continue;
      const found = text.slice(at, at + TAG_REACH).search(HIDING);
      if (found < 0) {
        done = at + TAG_REACH / 2;
        continue;
      }
      const hit = at + found;
      done = hit + 1;
      const head = text.slice(Math.max(0, hit - TAG_REACH), hit);
      const opened = head.lastIndexOf('<');
      if (opened < 0 || head.indexOf('>', opened) >= 0) continue;
      const start = hit - head.length + opened;
      const name = /^<([a-z][a-z0-9-]*)\s/i.exec(text.slice(start, start + 40))?.[1];
      const tail = text.slice(hit, hit + TAG_REACH).indexOf('>');
      if (name === undefined || tail < 0) continue;
      const from = hit + tail + 1;
      const content = text.slice(from, from + CONTENT_REACH);
      const close = content.toLowerCase().indexOf(`</${name.toLowerCase()}`);
      const words = (close < 0 ? content : content.slice(0, close)).replace(/<[^<>]*>/g, ' ').trim();
      done = from;
      if (addressesModel(words))
        signal(createSignal('hidden_markup', start, from + (close < 0 ? content.length : close), words));
    }
    return undefined;
  },
};
