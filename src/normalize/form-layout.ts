/**
 * What a character is to the form of a text, in bits, and what may stand at a place. Plain constants and nothing else: the kernel that
 * reads texts (`src/kernels/form.ts`) is compiled with this file too.
 */

export const FORM_BLANK = 1;
export const FORM_SPECIAL = 2;
/** Ends of lines, and signs that may begin an escape or a switch of roles: each is looked at. */
export const FORM_STOP = 4;
/** What a regex's `\b` takes for part of a word, whose beginnings are looked at. */
export const FORM_WORD = 8;
/** The characters of base64, base64url and hex, and the padding. */
export const FORM_TOKEN = 16;

/** The most units of a sample. */
export const LONGEST_SAMPLE = 6_146;
/** Shortest run of the base64 and hex alphabets that counts as encoded. */
export const FORM_TOKEN_RUN = 40;

/** Bits of the hash of a phrase's first four characters. */
export const OPENING_BITS = 14;

/** What may stand at a place, below its offset: an escape, a switch of roles, or with this bit the phrases that the openings name. */
export const FORM_BITS = 3;
export const FORM_ESCAPE = 0;
export const FORM_ROLE = 1;
export const FORM_PHRASE = 4;
export const FORM_NESTED = 1;
export const FORM_SUSPICIOUS = 2;
