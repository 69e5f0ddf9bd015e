/** Whole phrases in quotation marks or code spans, on one line. */
const QUOTED =
  /"[^"\n]{12,400}"|“[^”\n]{12,400}”|„[^“”\n]{12,400}[“”]|«[^»\n]{12,400}»|「[^」\n]{6,300}」|『[^』\n]{6,300}』|`[^`\n]{12,400}`|(?<![\p{L}\p{N}])'[^'\n]{12,400}'(?![\p{L}\p{N}])/gu;
/** Log-odds that a text loses at most when only its quotes speak for an attack: teaching is not attacking. */
export const QUOTE_HANDICAP = 4;

/** So many times the quotes must the rest be, or the quotes are the text. */
const REST = 1.5;

/**
 * The text with its quoted phrases blanked, offsets unchanged; undefined where nothing is quoted, or where so much is that
 * the quotes are what the text says. Text that teaches about attacks quotes them; JSON, which is quotes throughout, is left alone.
 */
export function withoutQuotes(text: string): string | undefined {
  let quoted = 0;
  const rest = text.replace(QUOTED, (phrase) => {
    quoted += phrase.length;
    return ' '.repeat(phrase.length);
  });
  return quoted === 0 || text.length - quoted < REST * quoted ? undefined : rest;
}
