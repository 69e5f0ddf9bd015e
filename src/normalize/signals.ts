import type { Signal } from '../core/view.ts';

/**
 * What normalising itself can tell, by stable name; rules with `signal: <name>` turn them into findings.
 *
 * - `unicode_tags`: ASCII written in Unicode tag characters (U+E0020 to U+E007E), which no screen shows. The tag sequences of the
 *   emoji flags (England, Scotland, Wales …) are not meant.
 * - `zero_width_text`: a message coded in zero-width characters or variation selectors, or a run of them longer than any writing system uses.
 * - `bidi_override`: U+202D or U+202E around text that has letters: it shows in another order than it is read.
 * - `hidden_markup`: words to a model in an element that is styled or marked as not shown, or in a Markdown link definition used as a comment.
 * - `html_comment_instruction`: words to a model in an HTML comment.
 * - `adversarial_suffix`: a request that ends in symbols and word fragments as a search over tokens makes them.
 */
export const SIGNAL_NAMES = [
  'unicode_tags',
  'zero_width_text',
  'bidi_override',
  'hidden_markup',
  'html_comment_instruction',
  'adversarial_suffix',
] as const;
export type SignalName = (typeof SIGNAL_NAMES)[number];

/** Longest text that a signal reveals, in UTF-16 units; the rest is cut. */
const REVEALED = 200;

/** A signal at an offset range of the text at hand; the caller maps it to the original. */
export function createSignal(name: SignalName, start: number, end: number, revealed?: string): Signal {
  return {
    name,
    region: { start, end },
    ...(revealed === undefined ? {} : { revealed: revealed.slice(0, REVEALED) }),
  };
}
