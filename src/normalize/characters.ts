import { COMPAT, INVISIBLE, LATIN, LOOKALIKE, MARK, OTHER, WORD_REACH } from './characters-layout.ts';
import { FOREIGN_LOOKALIKES, LATIN_LOOKALIKES } from './confusables-data.ts';
import { getKernel } from './survey.ts';
import { BLOCK } from './survey-layout.ts';

/** What folding knows of each character. */
export interface CharacterTables {
  readonly kind: Uint8Array;
  readonly foreign: ReadonlyMap<number, string>;
  readonly latin: ReadonlyMap<number, string>;
}

let tables: CharacterTables | undefined;

/** Classes by UTF-16 unit, from the block ranges of the Unicode character database and the confusables data; built on first use. */
export function getTables(): CharacterTables {
  if (tables) return tables;
  const kind = new Uint8Array(65536);
  const fill = (from: number, to: number, value: number) => kind.fill(value, from, to + 1);
  fill(0xc0, 0x24f, LATIN);
  kind[0xd7] = 0;
  kind[0xf7] = 0;
  fill(0x250, 0x2af, LATIN);
  fill(0x1d00, 0x1d2b, LATIN);
  fill(0x1d6b, 0x1d9a, LATIN);
  fill(0x1e00, 0x1eff, LATIN);
  fill(0x2c60, 0x2c7f, LATIN);
  fill(0xa720, 0xa7ff, LATIN);
  fill(0xab30, 0xab64, LATIN);
  for (const [from, to] of [
    [0x370, 0x3ff],
    [0x400, 0x482],
    [0x48a, 0x52f],
    [0x531, 0x556],
    [0x561, 0x587],
    [0x10a0, 0x10ff],
    [0x13a0, 0x13ff],
    [0x1401, 0x167f],
    [0x16a0, 0x16f8],
    [0x1c80, 0x1c8f],
    [0x1f00, 0x1fff],
    [0x2c80, 0x2cff],
    [0x2d00, 0x2d6f],
    [0xa4d0, 0xa4fd],
    [0xa640, 0xa66e],
    [0xa680, 0xa69d],
    [0xab70, 0xabbf],
  ] as const)
    fill(from, to, OTHER);
  fill(0x2b0, 0x2b8, COMPAT);
  fill(0x2e0, 0x2e4, COMPAT);
  fill(0x1d2c, 0x1d6a, COMPAT);
  fill(0x1d9b, 0x1dbf, COMPAT);
  fill(0x2070, 0x209c, COMPAT);
  fill(0x2100, 0x214f, COMPAT);
  fill(0x2160, 0x217f, COMPAT);
  fill(0x2460, 0x24ff, COMPAT);
  fill(0xfb00, 0xfb06, COMPAT);
  fill(0xfe50, 0xfe6b, COMPAT);
  fill(0xff01, 0xff5e, COMPAT);
  for (const code of [0xaa, 0xba]) kind[code] = COMPAT;
  fill(0x300, 0x36f, MARK);
  fill(0x483, 0x489, MARK);
  fill(0x1ab0, 0x1aff, MARK);
  fill(0x1dc0, 0x1dff, MARK);
  fill(0x20d0, 0x20ff, MARK);
  fill(0xfe20, 0xfe2f, MARK);
  for (const code of [
    0xad, 0x34f, 0x61c, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x180b, 0x180c, 0x180d, 0x180e, 0x180f, 0x3164, 0xfeff, 0xffa0,
  ])
    kind[code] = INVISIBLE;
  fill(0x200b, 0x200f, INVISIBLE);
  fill(0x202a, 0x202e, INVISIBLE);
  fill(0x2060, 0x206f, INVISIBLE);
  fill(0xfe00, 0xfe0f, INVISIBLE);
  const foreign = new Map<number, string>();
  for (const row of FOREIGN_LOOKALIKES)
    for (let i = 1; i < row.length; i += 4) {
      const code = Number.parseInt(row.slice(i, i + 4), 16);
      foreign.set(code, row.charAt(0));
      kind[code] = LOOKALIKE;
    }
  const latin = new Map<number, string>();
  for (const row of LATIN_LOOKALIKES)
    for (let i = 1; i < row.length; i += 4) {
      const code = Number.parseInt(row.slice(i, i + 4), 16);
      latin.set(code, row.charAt(0));
      kind[code] = LATIN;
    }
  tables = { kind, foreign, latin };
  return tables;
}

/** What a text holds outside ASCII: what is not there need not be looked for, and what is there is not searched again. */
export interface Characters {
  /** Classes met, as 1 << class, and the bits above. */
  readonly found: number;
  /**
   * Offsets of what folding may undo, ascending; of surrogate pairs the first half. Look-alikes in words of another script are left out.
   */
  readonly foldable: readonly number[];
  /** Offsets of Latin letters. */
  readonly latin: readonly number[];
}

/** What there is in ASCII. */
export const NO_CHARACTERS: Characters = { found: 0, foldable: [], latin: [] };

interface Reader {
  readonly kernel: ReturnType<typeof getKernel>;
  /** In the kernel's memory: the units of a block, and what was found in it. */
  readonly units: Buffer;
  readonly foldable: Int32Array;
  readonly latin: Int32Array;
}

let reader: Reader | undefined;

function openReader(kernel: Reader['kernel']): Reader {
  const { buffer } = kernel.memory;
  const { kind } = getTables();
  new Uint8Array(buffer, kernel.kindsAt.value, kind.length).set(kind);
  return {
    kernel,
    units: Buffer.from(buffer, kernel.unitsAt.value, 2 * BLOCK),
    foldable: new Int32Array(buffer, kernel.foldableAt.value, BLOCK + 2 * WORD_REACH),
    latin: new Int32Array(buffer, kernel.latinAt.value, BLOCK),
  };
}

/** Finds the characters outside ASCII that the transforms know of, in one pass. */
export function scanCharacters(text: string): Characters {
  reader ??= openReader(getKernel());
  const { kernel, units, foldable, latin } = reader;
  const all = { foldable: [] as number[], latin: [] as number[] };
  let taken = 0;
  const take = (from: number, to: number) => {
    for (let k = from; k < to; k++) all.foldable.push((foldable[k] as number) >> 1);
  };
  kernel.beginCharacters();
  for (let base = 0; base < text.length; base += BLOCK) {
    const length = Math.min(BLOCK, text.length - base);
    units.write(length === text.length ? text : text.slice(base, base + length), 0, 'utf16le');
    taken = kernel.readCharacters(kernel.unitsAt.value, base, length);
    take(0, taken);
    for (let k = 0; k < kernel.latinCount.value; k++) all.latin.push(latin[k] as number);
  }
  take(taken, kernel.endCharacters(text.length));
  return { found: kernel.found.value, ...all };
}
