import type { Signal } from '../core/view.ts';
import type { Characters } from './characters.ts';
import type { Edits } from './edits.ts';
import type { Survey } from './survey.ts';

/** A text on its way through the transforms. */
interface Source {
  readonly text: string;
  readonly characters: Characters;
  readonly survey: Survey;
  /** Tells of something hidden; regions in this source's text. */
  signal(signal: Signal): void;
}

/** One way of undoing a disguise: the replacements it proposes, undefined when it sees nothing to undo. */
export interface Transform {
  /** The name in `View.via`. */
  readonly name: string;
  find(source: Source): Edits | undefined;
}
