// Unicode's East Asian Width "wide" and "fullwidth" blocks, and the emoji that are shown as two columns. Blocks, not
// characters: it only has to put marks under text. (string-width is exact, and costs 28 ms of CPU to load.)
const WIDE =
  /[\u1100-\u115f\u231a\u231b\u23e9-\u23ec\u2614\u2615\u26a1\u2705\u274c\u2753-\u2755\u2757\u2795-\u2797\u2b50\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f200}-\u{1f320}\u{1f32d}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f7e0}-\u{1f7eb}\u{1f90c}-\u{1f9ff}\u{1fa70}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const NO_WIDTH = /[\p{Mn}\p{Me}]/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is exactly ASCII
const NON_ASCII = /[^\x00-\x7f]/;

/** Columns that a text without control characters takes on a terminal. */
export function displayWidth(text: string): number {
  if (!NON_ASCII.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += NO_WIDTH.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return width;
}
