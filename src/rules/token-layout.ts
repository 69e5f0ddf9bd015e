/**
 * How the tables of tokens count what stands around digits. Plain constants and nothing else: the kernel that reads texts
 * (`src/kernels/numbers.ts`) is compiled with this file too.
 */

/** A longer token is no number of anybody's. */
export const LONGEST_TOKEN = 96;
/** The first digit of a shape is found so far from its start. */
export const LONGEST_PREFIX = 20;
/** Digits in one run are counted so far. */
export const LONGEST_RUN = 31;
export const LONGEST_SECOND_RUN = 14;
/** Stands for any number of second digits. */
export const ANY_SECOND = 15;

/** What can stand beside digits, as numbers: nothing that counts, a letter, anything, and the first of the classes of signs. */
export const LEAD_NONE = 0;
export const LEAD_LETTER = 1;
export const LEAD_ANY = 2;
export const LEAD_SIGN = 3;

/** Bits of the parts of a key: how many digits, each of what stands beside them, how many digits follow. */
export const RUN_BITS = 5;
export const LEAD_BITS = 4;
export const SECOND_BITS = 4;
/** A key's slot: 2^32 by the golden ratio as a signed number, and how many low bits of the product are left out. */
export const HASH_FACTOR = -1640531535;
export const HASH_SHIFT = 8;
