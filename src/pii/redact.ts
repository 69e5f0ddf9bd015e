import { nodeCrypto } from '../core/builtin.ts';
import type { Region } from '../core/document.ts';
import { isJson, jsonStrings, wholeEscapes } from './json.ts';
import type { RedactionMode } from './options.ts';
import { createVault, keyedHash, letters, makePseudonym, type Vault } from './pseudonym.ts';

/** What is to be replaced: a match of the engine, or a finding's region with its PII detail. */
export interface Redactable {
  readonly start: number;
  readonly end: number;
  readonly type: string;
  readonly masked: string;
  readonly reserved?: boolean;
  /** What stands in brackets for `remove`; default the type in capitals. */
  readonly label?: string;
  /** What a hash token starts with; default the label and an underscore. */
  readonly hashPrefix?: string | undefined;
}

export interface RedactorOptions {
  readonly mode: RedactionMode;
  /** Key of the tokens that `hash` and `pseudonym` make; without one, a random key for this redactor. */
  readonly key?: string | Uint8Array;
  /** Where stand-ins are kept, so that they are the same in every text and can be restored. */
  readonly vault?: Vault;
}

/** One value replaced. Offsets are of the text before. */
export interface Replacement extends Region {
  readonly type: string;
  readonly replacement: string;
}

interface Redacted {
  readonly text: string;
  readonly replacements: readonly Replacement[];
  /** True where the mode is `reject` and something was found: the text must not be used. */
  readonly rejected: boolean;
}

export interface Redactor {
  readonly vault: Vault;
  /** Replaces what was found in a text. JSON stays JSON. */
  redact(text: string, found: readonly Redactable[]): Redacted;
}

/** A redactor that treats one value alike in all the texts it is given. */
export function createRedactor({
  mode,
  key = nodeCrypto().randomBytes(32),
  vault = createVault(),
}: RedactorOptions): Redactor {
  const replacementOf = (match: Redactable, value: string): string => {
    const label = match.label ?? match.type.toUpperCase();
    switch (mode) {
      case 'mask':
      case 'reject':
        return match.masked;
      case 'remove':
        return `[${label}]`;
      case 'hash':
        return `[${match.hashPrefix ?? `${label}_`}${letters(keyedHash(key, match.type, value), 12)}]`;
      case 'pseudonym':
        return makePseudonym(match.type, value, key, vault);
    }
  };
  return {
    vault,
    redact(text, found) {
      // A stand-in is a documentation value itself: to replace it again would break the vault.
      const matches = found.filter(({ start, end, reserved }) =>
        mode === 'pseudonym' ? !reserved && !isStandIn(text.slice(start, end), vault) : true,
      );
      if (matches.length === 0) return { text, replacements: [], rejected: false };
      if (mode === 'reject') return { text: '', replacements: [], rejected: true };
      const literals = jsonStrings(text);
      const replacements = literals
        ? inJson(text, matches, literals, replacementOf)
        : matches.map((match) => ({
            start: match.start,
            end: match.end,
            type: match.type,
            replacement: replacementOf(match, text.slice(match.start, match.end)),
          }));
      const redacted = applyReplacements(text, replacements);
      if (literals && !isJson(redacted)) throw new Error('redaction broke the JSON of a text');
      return { text: redacted, replacements, rejected: false };
    },
  };
}

/** Whether a value is, or holds, what this or an earlier run put in the place of another. */
function isStandIn(value: string, vault: Vault): boolean {
  return vault.entries.has(value) || /(?:^|[^A-Za-z])[A-Z][A-Z0-9_]*_[a-z]{8}(?:[a-z]{4})?(?![a-z])/.test(value);
}

function applyReplacements(text: string, replacements: readonly Replacement[]): string {
  let result = '';
  let at = 0;
  for (const { start, end, replacement } of [...replacements].sort((a, b) => a.start - b.start)) {
    if (start < at) continue;
    result += text.slice(at, start) + replacement;
    at = end;
  }
  return result + text.slice(at);
}

/** A value inside a string stays inside it; a bare number becomes a string; what spans several strings is replaced in each. */
function inJson(
  text: string,
  matches: readonly Redactable[],
  literals: readonly Region[],
  replacementOf: (match: Redactable, value: string) => string,
): Replacement[] {
  const replacements: Replacement[] = [];
  for (const match of [...matches].sort((a, b) => a.start - b.start)) {
    const replacement = replacementOf(match, text.slice(match.start, match.end));
    let first = true;
    let at = firstEndingAfter(literals, match.start);
    for (; at < literals.length && (literals[at] as Region).start < match.end; at++) {
      const literal = literals[at] as Region;
      const part = { start: Math.max(match.start, literal.start), end: Math.min(match.end, literal.end) };
      if (part.start >= part.end) continue;
      const { start, end } = wholeEscapes(text, part, literal);
      const inside = JSON.stringify(first ? replacement : '***').slice(1, -1);
      replacements.push({ start, end, type: match.type, replacement: inside });
      first = false;
    }
    if (first) {
      const { start, end } = wholeScalar(text, match);
      replacements.push({ start, end, type: match.type, replacement: JSON.stringify(replacement) });
    }
  }
  return replacements;
}

/** The number or word that a region outside all strings belongs to. */
function wholeScalar(text: string, { start, end }: Region): Region {
  while (start > 0 && /[\w.+-]/.test(text.charAt(start - 1))) start--;
  while (end < text.length && /[\w.+-]/.test(text.charAt(end))) end++;
  return { start, end };
}

function firstEndingAfter(sorted: readonly Region[], offset: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as Region).end <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
