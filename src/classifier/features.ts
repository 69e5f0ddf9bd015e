import { UserError } from '../core/errors.ts';
import { type KernelBase, type KernelNumber, startKernel } from '../core/kernel.ts';

/** Features that end at each token: the word, the pair, the triple, the pair with one word skipped, the stem, the pair of stems. */
export const FEATURES_PER_TOKEN = 6;

/** Tokens of one text: a hash each, and where each stands in the text (UTF-16 offsets, end exclusive). */
export interface Tokens {
  readonly count: number;
  readonly hashes: Int32Array;
  /** Hash of the first letters of a longer word, the word's own hash where it is short, 0 for a single character of a script without spaces. */
  readonly stems: Int32Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Whether an opening quotation mark outside of ASCII stands in the text. */
  readonly quotes: boolean;
}

/** What `src/kernels/classifier.ts` exports; described there. Sums are those of all tokens (0) or of some (1). */
export interface ClassifierKernel extends KernelBase {
  readonly classesAt: KernelNumber;
  readonly bucketsAt: KernelNumber;
  readonly tableAt: KernelNumber;
  readonly room: KernelNumber;
  readonly capacity: KernelNumber;
  readonly quotes: KernelNumber;
  readonly classify: () => void;
  readonly makeRoom: (size: number) => void;
  readonly read: (size: number) => number;
  readonly writeFeatures: (from: number, to: number, bits: number) => void;
  readonly makeModel: (bits: number) => number;
  readonly addUp: () => void;
  readonly sumOnce: (from: number, to: number, span: number) => number;
  readonly sumOutside: (regions: number, limit: number) => number;
  readonly sumOf: (some: number, from: number, size: number) => number;
  readonly bestWindow: (some: number, from: number, to: number, size: number) => number;
  readonly shiftedWindow: (some: number, from: number, to: number, size: number, near: number) => number;
  readonly secondSum: (some: number, from: number, to: number, size: number, best: number, apart: number) => number;
}

/** Where capital letters stand: of no other unit is there a small one. */
const CAPITALS = [
  [0x41, 0x5b],
  [0xc0, 0x590],
  [0x10a0, 0x1400],
  [0x1c80, 0x1cc0],
  [0x1e00, 0x2000],
  [0x2126, 0x2184],
  [0x24b6, 0x24d0],
  [0x2c00, 0x2d00],
  [0xa640, 0xa800],
  [0xff21, 0xff3b],
] as const;

/** How far the small letter of each unit is from it. */
let shifts: Int32Array | undefined;

function shiftsOfCapitals(): Int32Array {
  if (shifts !== undefined) return shifts;
  shifts = new Int32Array(1 << 16);
  for (const [from, to] of CAPITALS)
    for (let code = from; code < to; code++)
      shifts[code] = String.fromCharCode(code).toLowerCase().charCodeAt(0) - code;
  return shifts;
}

/** Longest text whose memory is kept, in units (8 MB of prose): one huge text must not hold memory for good. */
const KEPT = 1 << 20;
/** Longest text for which there is memory: each unit takes 46 bytes of 4 GB. */
const LONGEST = 90_000_000;

const NONE = new Int32Array(0);

/** Reads texts with a kernel of its own. */
export class Reader {
  kernel: ClassifierKernel;
  /** Arrays in the kernel's memory: of tokens as in {@link Tokens}, and of places in the text or indices of tokens. */
  hashes = NONE;
  stems = NONE;
  starts = NONE;
  ends = NONE;
  places = NONE;
  private units = Buffer.alloc(0);
  private classified = false;
  private readonly prepare: (kernel: ClassifierKernel) => void;

  /** What else a kernel needs is prepared as it starts; after a huge text there is another. */
  constructor(prepare: (kernel: ClassifierKernel) => void = () => {}) {
    this.prepare = prepare;
    this.kernel = this.start();
  }

  private start(): ClassifierKernel {
    const kernel = startKernel<ClassifierKernel>('classifier');
    this.hashes = NONE;
    this.classified = false;
    this.prepare(kernel);
    return kernel;
  }

  private classify(): void {
    new Int32Array(this.kernel.memory.buffer).set(shiftsOfCapitals(), this.kernel.classesAt.value >> 2);
    this.kernel.classify();
    this.classified = true;
  }

  /** Makes room for so many units or tokens. */
  makeRoom(size: number): void {
    if (size + 2 <= this.hashes.length) return;
    const { kernel } = this;
    kernel.makeRoom(size);
    const { buffer } = kernel.memory;
    const room = kernel.room.value;
    const capacity = kernel.capacity.value;
    const array = (index: number) => new Int32Array(buffer, room + 4 * index * capacity, capacity);
    this.hashes = array(0);
    this.stems = array(1);
    this.starts = array(2);
    this.ends = array(3);
    this.places = array(4);
    this.units = Buffer.from(buffer, room + 4 * 5 * capacity, 2 * capacity);
  }

  /** The tokens of a text; valid until the next call. Throws UserError `classifier_text` when it is too long. */
  read(text: string): Tokens {
    if (text.length > LONGEST)
      throw new UserError('classifier_text', `the classifier reads ${LONGEST} characters at most: split the text`);
    // The small letter of a capital sigma, alone of all, depends on where it stands.
    const source = text.includes('\u03a3') ? text.replaceAll('\u0130', 'i').toLowerCase() : text;
    if (this.hashes.length > KEPT) this.kernel = this.start();
    if (!this.classified) this.classify();
    this.makeRoom(source.length);
    this.units.write(source, 0, 'utf16le');
    const count = this.kernel.read(source.length);
    const { hashes, stems, starts, ends } = this;
    return { count, hashes, stems, starts, ends, quotes: this.kernel.quotes.value !== 0 };
  }
}

/** The reader of single texts, and of tokens that come from elsewhere. */
let common: Reader | undefined;

/** Splits a text into lower-cased words, numbers by their length, single characters of scripts without spaces, and brackets. */
export function tokenize(text: string): Tokens {
  common ??= new Reader();
  const { count, hashes, stems, starts, ends, quotes } = common.read(text);
  const copy = (array: Int32Array) => array.slice(0, count);
  return { count, hashes: copy(hashes), stems: copy(stems), starts: copy(starts), ends: copy(ends), quotes };
}

/** The kernel writes the features of at most so many tokens at a time. */
const BATCH = 256;
/** Features reach back over so many tokens. */
const REACH = 3;

/**
 * The buckets (0 to 2^bits − 1) of the features that end at tokens `from` to `to`, written to `out` from index 0,
 * {@link FEATURES_PER_TOKEN} a token; −1 where there is none: before the text's start, or where a stem would only repeat its word.
 * Scripts without spaces have runs of four characters in the place of stems.
 */
export function writeFeatures(tokens: Tokens, from: number, to: number, bits: number, out: Int32Array): void {
  common ??= new Reader();
  const { kernel } = common;
  for (let at = from; at < to; at += BATCH) {
    const end = Math.min(to, at + BATCH);
    const first = Math.max(0, at - REACH);
    common.makeRoom(end - first);
    common.hashes.set(tokens.hashes.subarray(first, end));
    common.stems.set(tokens.stems.subarray(first, end));
    kernel.writeFeatures(at - first, end - first, bits);
    const size = (end - at) * FEATURES_PER_TOKEN;
    out.set(new Int32Array(kernel.memory.buffer, kernel.bucketsAt.value, size), (at - from) * FEATURES_PER_TOKEN);
  }
}

/** All features of a text, {@link FEATURES_PER_TOKEN} a token. */
export function allFeatures(tokens: Tokens, bits: number): Int32Array {
  const out = new Int32Array(tokens.count * FEATURES_PER_TOKEN);
  writeFeatures(tokens, 0, tokens.count, bits, out);
  return out;
}
