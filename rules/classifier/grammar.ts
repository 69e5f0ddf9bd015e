import type { Random } from './prng.ts';

/** Named lists of templates. A name in `{braces}` is replaced by one of its list; `(a|b)` by one of its arms. */
export type Lexicon = Readonly<Record<string, readonly string[]>>;

/** Expands one template: alternatives nest, names are looked up in the lexicon, `raw` lists are inserted as they are. */
export function expand(template: string, lexicon: Lexicon, raw: Lexicon, random: Random): string {
  let out = '';
  let at = 0;
  while (at < template.length) {
    const char = template[at] as string;
    if (char === '\\') {
      out += template[at + 1] ?? '';
      at += 2;
    } else if (char === '{') {
      const end = template.indexOf('}', at);
      const name = template.slice(at + 1, end);
      const verbatim = raw[name];
      const list = lexicon[name];
      if (verbatim !== undefined) out += random.pick(verbatim);
      else if (list !== undefined) out += expand(random.pick(list), lexicon, raw, random);
      else throw new Error(`no list called ${name} in the grammar: ${template}`);
      at = end + 1;
    } else if (char === '(') {
      let depth = 1;
      let end = at + 1;
      const cuts = [at];
      while (end < template.length) {
        const here = template[end];
        if (here === '\\') end++;
        else if (here === '(') depth++;
        else if (here === ')') depth--;
        else if (here === '|' && depth === 1) cuts.push(end);
        if (depth === 0) break;
        end++;
      }
      cuts.push(end);
      const arm = random.below(cuts.length - 1);
      out += expand(template.slice((cuts[arm] as number) + 1, cuts[arm + 1]), lexicon, raw, random);
      at = end + 1;
    } else {
      out += char;
      at++;
    }
  }
  return out;
}

/** Tidies what alternatives leave behind: double blanks, blanks before punctuation, a small letter at the start. */
export function tidy(text: string): string {
  return text
    .replace(/ {2,}/g, ' ')
    .replace(/ +([,.!?;:])/g, '$1')
    .replace(/^ +| +$/gm, '');
}
