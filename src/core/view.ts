import type { Region } from './document.ts';

/** The document's text after some transforms, with a way back. The first view is always the text itself (`via` empty). */
export interface View {
  readonly text: string;
  /** Whether the text is known to be ASCII. */
  readonly ascii?: boolean;
  /** Names of the transforms passed through, outermost first: `['base64', 'rot13']`. */
  readonly via: readonly string[];
  /** Stretches of this view that a further view shows undisguised, ascending; absent where there are none. */
  readonly undone?: readonly Region[];
  /** The shortest region of the original text that the region of this view was made from. */
  toOriginal(region: Region): Region;
}

/** Something the transforms saw by themselves, such as hidden text: a rule with `signal: <name>` turns it into a finding. */
export interface Signal {
  readonly name: string;
  /** In the original text. */
  readonly region: Region;
  /** What was hidden there, decoded, for the reader; at most 200 characters. */
  readonly revealed?: string;
}

/** All views of one document, the original first, and the signals met while making them. */
export interface Normalized {
  readonly views: readonly View[];
  readonly signals: readonly Signal[];
  /** True when a limit (depth, expansion, count) left something undecoded; the report says so. */
  readonly truncated: boolean;
}
