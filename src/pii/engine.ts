import type { LayerFailure } from '../core/detector.ts';
import type { Region } from '../core/document.ts';
import { UserError } from '../core/errors.ts';
import type { Severity } from '../core/finding.ts';
import { severityRank } from '../core/finding.ts';
import type { Normalized } from '../core/view.ts';
import {
  type CompiledRules,
  guardOf,
  type PatternOwner,
  patternName,
  type Rule,
  type RuleGuard,
} from '../rules/index.ts';
import { createContextIndex } from './context.ts';
import { maskValue } from './mask.ts';
import { DEFAULT_PII, type PiiAction, type PiiOptions } from './options.ts';
import { spelledNumbers } from './spelled.ts';
import { createTokenScan, type TokenScan, type TokenVisitor } from './token-scan.ts';
import { type Unescaped, unescapeSigns } from './unescape.ts';
import { type Candidate, type Judgement, VALID, type Validator } from './validator.ts';
import { findValidator, VALIDATOR_NAMES } from './validators.ts';

/** One value found in a text. Offsets are UTF-16 code units of that text. */
export interface PiiMatch {
  readonly rule: Rule;
  readonly ruleId: string;
  readonly type: string;
  readonly category: 'pii' | 'secret';
  readonly start: number;
  readonly end: number;
  readonly confidence: number;
  readonly severity: Severity;
  readonly action: Exclude<PiiAction, 'off'>;
  /** An example value that belongs to nobody. */
  readonly reserved: boolean;
  /** Type-aware mask of the value, safe to print. */
  readonly masked: string;
  /** Name of the pattern that matched. */
  readonly pattern: string;
  /** How the value was hidden: transforms passed through, `spelled` for digits one by one; empty for plain text. */
  readonly via: readonly string[];
  /** What stands in brackets where the value is removed. */
  readonly label: string;
  /** What the token of the hashed value starts with; absent for the label. */
  readonly hashPrefix?: string | undefined;
}

export interface PiiEngineOptions extends Partial<PiiOptions> {
  /** The rules, in one part or several; those of other kinds than `pii` are left out. */
  readonly rules: CompiledRules | readonly CompiledRules[];
}

export interface PiiEngine {
  /** All values in the text, which may be known to be ASCII, in order, none overlapping another. */
  detect(text: string, ascii?: boolean): PiiMatch[];
  /** The same in all views of a document; regions are of the original, `via` tells how a value was hidden. */
  detectNormalized(normalized: Normalized): PiiMatch[];
  /** The user's rules that ran over their deadline since the last call, and are disabled now. */
  takeFailures(): readonly LayerFailure[];
  /** The types that can be found, sorted. */
  readonly types: readonly string[];
}

const BEFORE = 64;
const DEFAULT_WINDOW = 48;
/** `unless` with scope near: as far either side as the heuristic layer looks. */
const NEAR = 160;
const CONTEXT_SHARE = 0.6;
/** A value that had to be decoded is a little less sure. */
const DECODED_SHARE = 0.95;
/** How far from a changed sign values are looked for, and how near to a cut in the text they are not believed. */
const CHANGE_REACH = 512;
const CUT_EDGE = 128;
/**
 * What change logs are full of: hashes of commits, as git abbreviates them. Numbers with letters are written with capitals, so that one in small
 * letters counts only where something names it.
 */
const ABBREVIATED_HASH = /^(?=.*[a-f])[\da-f]{7,10}$/;
/** Transforms that make letters and digits out of others: what they make of plain text looks like anything. */
const NOT_HIDDEN: readonly string[] = [];
const SCRAMBLING: ReadonlySet<string> = new Set([
  'rot13',
  'reversed',
  'reversed_words',
  'leetspeak',
  'morse',
  'broken_words',
  'stacked_words',
]);

/** A match on its way: the mask is made when it is known how much of the value it covers. */
type Found = Omit<PiiMatch, 'masked'> & { readonly mask: string; readonly value: string; readonly hasContext: boolean };

interface PiiSpec {
  readonly rule: Rule;
  /** Its place among all rules, by which the context index knows it. */
  readonly number: number;
  readonly type: string;
  readonly category: 'pii' | 'secret';
  readonly action: Exclude<PiiAction, 'off'>;
  readonly validate: Validator | undefined;
  /** By pattern, then by token, as are the next two. */
  readonly names: readonly string[];
  readonly contextRequired: readonly boolean[];
  readonly standaloneAllowed: readonly boolean[];
  readonly window: number;
  readonly hasWords: boolean;
  readonly mask: string;
  readonly label: string;
  readonly hashPrefix: string | undefined;
  readonly unless: readonly { readonly regex: RegExp; readonly scope: string }[];
}

/** Rules that are looked for together. */
interface Part {
  readonly compiled: CompiledRules;
  /** Watches over rules of the user's. */
  readonly guard: RuleGuard | undefined;
  readonly tokens: () => TokenScan;
  /** What is known of each pattern, and of each token, which the search asks about often. */
  readonly patternUses: () => readonly PatternUse[];
  readonly tokenUses: () => readonly PatternUse[];
}

/** A pattern or token of a rule. */
interface PatternUse {
  /** Undefined for a rule that is off. */
  readonly spec: PiiSpec | undefined;
  readonly index: number;
}

function partOf(compiled: CompiledRules, specs: () => ReadonlyMap<Rule, PiiSpec | undefined>): Part {
  const usesOf = (owners: readonly PatternOwner[]): PatternUse[] =>
    owners.map(({ rule, index }) => ({ spec: specs().get(rule), index }));
  const tokenUses = once(() => usesOf(compiled.tokenOwners));
  return {
    compiled,
    guard: guardOf(compiled),
    tokens: once(() =>
      createTokenScan(
        compiled.tokens,
        once(() =>
          compiled.tokenOwners.map(({ rule, index }, shape) => ({
            ...(rule.pii?.tokens?.[index - rule.patterns.length] ?? NO_TOKEN),
            needsName: tokenUses()[shape]?.spec?.contextRequired[index] !== false,
          })),
        ),
      ),
    ),
    patternUses: once(() => usesOf(compiled.owners)),
    tokenUses,
  };
}

const NO_TOKEN = { regex: '(?!)' };

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** Builds the engine once for many texts. Throws UserError on an unknown validator. */
export function createPiiEngine(init: PiiEngineOptions): PiiEngine {
  const options: PiiOptions = { ...DEFAULT_PII, ...init };
  const compiledParts = [init.rules].flat();
  // What the rules say takes longer to read than most texts take to scan: it is read when something is found.
  const specs = once(() => {
    const rules = compiledParts.flatMap((part) => part.rules.filter(({ kind }) => kind === 'pii'));
    return new Map(rules.map((rule, number) => [rule, specify(rule, number, options)]));
  });
  if (compiledParts.some(({ builtin }) => !builtin)) specs();
  const parts = compiledParts.map((compiled) => partOf(compiled, specs));
  const context = once(() =>
    createContextIndex(
      [...specs().values()].map((spec) => ({ words: spec?.rule.pii?.context?.words ?? [], window: spec?.window ?? 0 })),
    ),
  );
  const allow = valueTest(options.allow);
  const deny = options.deny.map(denied);

  function detect(text: string, ascii = false): PiiMatch[] {
    if (!options.enabled || text.length === 0) return [];
    const apart: Region[] = [];
    const words: number[] = [];
    const places = {
      apart: (start: number, end: number) => apart.push({ start, end }),
      words: (at: number) => words.push(at),
    };
    const direct = resolveOverlaps(detectIn(text, { spelled: places }), text);
    const spelled = spelledNumbers(text, apart, words).flatMap((run) =>
      detectIn(run.text)
        .filter(({ start, end }) => start >= run.start && end <= run.end)
        .map((match) => ({ ...match, ...run.toOriginal(match), via: ['spelled'] })),
    );
    const unescaped = unescapeSigns(text, ascii);
    const escaped = unescaped
      ? detectAround(unescaped).map((match) => ({ ...match, ...unescaped.toOriginal(match), via: ['escapes'] }))
      : [];
    return addMissing(direct, [...spelled, ...escaped]).map((match) => finished(match, text));
  }

  function detectNormalized({ views }: Normalized): PiiMatch[] {
    const [original, ...others] = views;
    if (original === undefined) return [];
    const direct = detect(original.text, original.ascii);
    const hidden = others
      .filter(({ via }) => !via.some((name) => SCRAMBLING.has(name)))
      .flatMap((view) =>
        detect(view.text, view.ascii).map((match) => {
          const { start, end } = view.toOriginal(match);
          const confidence = Math.round(match.confidence * DECODED_SHARE * 100) / 100;
          return { ...match, start, end, confidence, via: [...view.via, ...match.via] };
        }),
      )
      .filter(({ confidence, start, end }) => confidence >= options.min_confidence && end > start);
    return hidden.length === 0 ? direct : addMissing(direct, hidden);
  }

  /** What the rules find where a text has been changed: the rest they have seen before. */
  function detectAround({ text, places }: Unescaped): Found[] {
    const stretches = around(places, text.length);
    const size = stretches.reduce((sum, { start, end }) => sum + end - start, 0);
    if (size > text.length / 2) return detectIn(text);
    return stretches.flatMap(({ start, end }) =>
      detectIn(text.slice(start, end), { isPart: true })
        .map((match) => ({ ...match, start: match.start + start, end: match.end + start }))
        .filter(
          (match) =>
            (start === 0 || match.start >= start + CUT_EDGE) && (end === text.length || match.end <= end - CUT_EDGE),
        ),
    );
  }

  /** Everything that the rules find, overlapping as it may. A value is never the whole of a text that is a part of one. */
  function detectIn(
    original: string,
    { isPart = false, spelled }: { readonly isPart?: boolean; readonly spelled?: TokenVisitor['spelled'] } = {},
  ): Found[] {
    const text = blankEscapes(original);
    const whole = isPart ? undefined : trimmedRegion(text);
    const found: Found[] = [];
    // What patterns look for has letters; numbers are found as tokens.
    const hasLetters = LETTERS.test(text);
    const wordsAround = once(() => context().open(text));
    const hasWord = (spec: PiiSpec, start: number, end: number): boolean =>
      spec.hasWords && wordsAround().has(start, end, spec.number);
    const isWhole = (start: number, end: number) => whole !== undefined && start <= whole.start && end >= whole.end;
    /** Whether a pattern counts where it stands: beside a word, as the whole text, or anywhere. */
    const counts = (spec: PiiSpec, pattern: number, start: number, end: number): boolean =>
      spec.contextRequired[pattern] !== true ||
      (spec.standaloneAllowed[pattern] === true && isWhole(start, end)) ||
      hasWord(spec, start, end);
    const add = ({ spec, index }: PatternUse, start: number, end: number) => {
      if (spec === undefined || !counts(spec, index, start, end)) return;
      const match = judge(text, original, start, end, spec, index, hasWord(spec, start, end), isWhole(start, end));
      if (match !== undefined) found.push(match);
    };
    for (const [number, { compiled, guard, tokens, patternUses, tokenUses }] of parts.entries()) {
      const before = found.length;
      const admitted = ({ spec }: PatternUse) => spec !== undefined && guard?.admitRule(spec.rule) !== false;
      const search = () => {
        // A search that was stopped begins again, without the rule that ran too long.
        found.length = before;
        const watch = guard && { ...guard, run: (work: () => void) => work() };
        for (const { pattern, start, end } of hasLetters ? compiled.matcher.match(text, watch) : []) {
          const use = patternUses()[pattern] as PatternUse;
          if (admitted(use)) add(use, start, end);
        }
        let shapes: readonly PatternUse[] | undefined;
        const useOf = (shape: number) => {
          shapes ??= tokenUses();
          return shapes[shape] as PatternUse;
        };
        tokens().scan(text, {
          isNamed: (start, end) => isWhole(start, end) || wordsAround().hasAny(start, end),
          admits(shape, start, end) {
            const use = useOf(shape);
            return use.spec !== undefined && counts(use.spec, use.index, start, end) && admitted(use);
          },
          found(shape, start, end) {
            const use = useOf(shape);
            if (!admitted(use)) return;
            const isHash = ABBREVIATED_HASH.test(text.slice(start, end)) && !isWhole(start, end);
            if (!isHash || (use.spec !== undefined && hasWord(use.spec, start, end))) add(use, start, end);
          },
          spelled: number === 0 ? spelled : undefined,
        });
      };
      if (guard === undefined) search();
      else guard.run(search, text.length);
    }
    for (const { regex, rule } of deny) {
      for (const hit of original.matchAll(regex)) {
        if (hit[0].length > 0) found.push(deniedMatch(rule, hit.index, hit[0], options));
      }
    }
    return found;
  }

  function judge(
    text: string,
    original: string,
    start: number,
    end: number,
    spec: PiiSpec,
    pattern: number,
    hasContext: boolean,
    standalone: boolean,
  ): Found | undefined {
    const value = text.slice(start, end);
    const candidate = new CandidateIn(text, start, end, value, hasContext, standalone);
    const judgement: Judgement | null = spec.validate === undefined ? VALID : spec.validate(candidate);
    if (
      judgement === null ||
      (judgement.weak && !hasContext && !(standalone && spec.standaloneAllowed[pattern] === true))
    )
      return undefined;
    const stop = start + (judgement.length ?? value.length);
    let confidence = judgement.confidence ?? spec.rule.confidence;
    if (hasContext && spec.contextRequired[pattern] !== true) confidence += (1 - confidence) * CONTEXT_SHARE;
    if (confidence < options.min_confidence) return undefined;
    const exact = original.slice(start, stop);
    if (allow(exact) || isUnless(text, start, stop, spec)) return undefined;
    const reserved = judgement.reserved ?? false;
    if (reserved && !options.reserved) return undefined;
    return {
      rule: spec.rule,
      ruleId: spec.rule.id,
      type: spec.type,
      category: spec.category,
      start,
      end: stop,
      confidence: Math.round(Math.min(confidence, 0.99) * 100) / 100,
      severity: reserved ? 'info' : spec.rule.severity,
      action: reserved && spec.action !== 'redact' ? 'report' : spec.action,
      reserved,
      mask: spec.mask,
      value: exact,
      hasContext,
      via: NOT_HIDDEN,
      label: spec.label,
      hashPrefix: spec.hashPrefix,
      pattern: spec.names[pattern] as string,
    };
  }

  return {
    detect,
    detectNormalized,
    takeFailures: () => parts.flatMap(({ guard }) => guard?.takeFailures() ?? []),
    get types() {
      return [...new Set([...specs().values()].flatMap((spec) => (spec ? [spec.type] : [])))].sort();
    },
  };
}

/** Few validators look beyond the value: what stands around it is cut out for those. */
class CandidateIn implements Candidate {
  readonly #text: string;
  readonly #start: number;
  readonly #end: number;
  readonly value: string;
  readonly hasContext: boolean;
  readonly standalone: boolean;

  constructor(text: string, start: number, end: number, value: string, hasContext: boolean, standalone: boolean) {
    this.#text = text;
    this.#start = start;
    this.#end = end;
    this.value = value;
    this.hasContext = hasContext;
    this.standalone = standalone;
  }

  get before(): string {
    return this.#text.slice(Math.max(0, this.#start - BEFORE), this.#start);
  }

  get after(): string {
    return this.#text.slice(this.#end, this.#end + BEFORE);
  }
}

/** What leaves the engine: the value itself stays behind, but for its mask. Written out, since copying costs more than finding. */
function finished(match: Found, text: string): PiiMatch {
  const { start, end, via } = match;
  const shown = via.length > 0 ? match.value : text.slice(start, end);
  return {
    rule: match.rule,
    ruleId: match.ruleId,
    type: match.type,
    category: match.category,
    start,
    end,
    confidence: match.confidence,
    severity: match.severity,
    action: match.action,
    reserved: match.reserved,
    masked: maskValue(shown, match.mask),
    pattern: match.pattern,
    via,
    label: match.label,
    hashPrefix: match.hashPrefix,
  };
}

const LETTERS = /\p{L}/u;

/** Stretches with so much text on either side of each of the places, in order; those that touch are one. */
function around(places: readonly number[], length: number): Region[] {
  const stretches: { start: number; end: number }[] = [];
  for (const place of places) {
    const last = stretches.at(-1);
    const start = Math.max(0, place - CHANGE_REACH);
    const end = Math.min(length, place + CHANGE_REACH);
    if (last !== undefined && start <= last.end) last.end = end;
    else stretches.push({ start, end });
  }
  return stretches;
}

function specify(rule: Rule, number: number, options: PiiOptions): PiiSpec | undefined {
  const pii = rule.pii;
  if (pii === undefined) return undefined;
  const regions = pii.regions ?? [];
  const inRegion =
    options.regions.length === 0 || regions.length === 0 || regions.some((one) => options.regions.includes(one));
  const category = rule.category === 'secret' ? 'secret' : 'pii';
  const asked = options.types[pii.type] ?? options.types[category] ?? pii.default_action ?? 'report';
  // A text with values is refused, not changed.
  const action = options.redaction === 'reject' && asked !== 'off' ? 'block' : asked;
  const validate = pii.validator === undefined ? undefined : findValidator(pii.validator);
  if (pii.validator !== undefined && validate === undefined) {
    throw new UserError(
      'unknown_validator',
      `the rule ${rule.id} asks for a validator called ${pii.validator}; there are ${VALIDATOR_NAMES.join(', ')} and stdnum:<country>.<number>`,
      rule.origin === 'builtin' ? undefined : { file: rule.origin },
    );
  }
  if (!inRegion || action === 'off') return undefined;
  const names = namesOf(rule);
  return {
    rule,
    number,
    type: pii.type,
    category,
    action,
    validate,
    names,
    contextRequired: forPatterns(names, pii.context?.required),
    standaloneAllowed: forPatterns(names, pii.context?.standalone),
    window: pii.context?.window ?? DEFAULT_WINDOW,
    hasWords: (pii.context?.words.length ?? 0) > 0,
    mask: pii.redaction?.mask ?? 'last4',
    label: pii.redaction?.label ?? pii.type.toUpperCase(),
    hashPrefix: pii.redaction?.hash_prefix,
    unless: rule.unless.map(({ regex, flags = 'i', scope }) => ({ regex: new RegExp(regex, `${flags}g`), scope })),
  };
}

/** The names of a rule's patterns, then those of its tokens, which are counted on. */
function namesOf(rule: Rule): readonly string[] {
  const names = rule.patterns.map((_pattern, index) => patternName(rule, index));
  return [...names, ...(rule.pii?.tokens ?? []).map(({ name }, index) => name ?? `#${names.length + index + 1}`)];
}

/** For each name whether a field is true for it: one that is true, false, or lists the names it is true for. */
function forPatterns(names: readonly string[], field: boolean | readonly string[] = false): readonly boolean[] {
  return names.map((name) => (typeof field === 'boolean' ? field : field.includes(name)));
}

const ESCAPED = 'nrtbf';

/**
 * The escapes of JSON and of program text as blanks, so that the `n` of `\n` is not read as part of the value.
 * Offsets stay as they are.
 */
function blankEscapes(text: string): string {
  let blanked = '';
  let from = 0;
  for (let at = text.indexOf('\\'); at >= 0; at = text.indexOf('\\', at + 1)) {
    if (!ESCAPED.includes(text.charAt(at + 1)) || at + 1 === text.length) continue;
    blanked += `${text.slice(from, at)}  `;
    from = at + 2;
  }
  return from === 0 ? text : blanked + text.slice(from);
}

/** The region without white space, quotes and closing punctuation around it; undefined for longer texts. */
function trimmedRegion(text: string): { start: number; end: number } | undefined {
  if (text.length > 200) return undefined;
  const start = /^[\s"'`([]*/.exec(text)?.[0].length ?? 0;
  const tail = /[\s"'`)\].,;]*$/.exec(text)?.[0].length ?? 0;
  const end = text.length - tail;
  return end > start && end - start <= 64 ? { start, end } : undefined;
}

function isUnless(text: string, start: number, end: number, spec: PiiSpec): boolean {
  return spec.unless.some(({ regex, scope }) => {
    let from = 0;
    let to = text.length;
    if (scope === 'near' || scope === 'match') {
      from = Math.max(0, start - NEAR);
      to = Math.min(text.length, end + NEAR);
    } else if (scope === 'line') {
      from = Math.max(text.lastIndexOf('\n', start - 1) + 1, start - 2000);
      const newline = text.indexOf('\n', end);
      to = Math.min(newline < 0 ? text.length : newline, end + 2000);
    }
    for (const hit of text.slice(from, to).matchAll(regex)) {
      const at = from + hit.index;
      if (scope !== 'match' || (at < end && at + hit[0].length > start)) return true;
    }
    return false;
  });
}

/** Whether a value is in a list of exact values and `/regular expressions/`. */
function valueTest(entries: readonly string[]): (value: string) => boolean {
  const exact = new Set<string>();
  const regexes: RegExp[] = [];
  for (const entry of entries) {
    const body = /^\/(.+)\/([imsu]*)$/.exec(entry);
    if (body === null) exact.add(entry.toLowerCase());
    else regexes.push(new RegExp(`^(?:${body[1]})$`, body[2]));
  }
  return (value) => exact.has(value.toLowerCase()) || regexes.some((regex) => regex.test(value));
}

function denied(entry: string): { regex: RegExp; rule: Rule } {
  const body = /^\/(.+)\/([imsu]*)$/.exec(entry);
  const regex =
    body === null
      ? new RegExp(entry.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), 'gi')
      : new RegExp(body[1] ?? '', `${body[2]?.replace('g', '')}g`);
  return { regex, rule: DENIED_RULE };
}

const DENIED_RULE: Rule = {
  id: 'pii/denied-value',
  kind: 'pii',
  category: 'pii',
  title: 'Contains a value that the configuration denies',
  description: 'The value is on the list `pii.deny`.',
  severity: 'high',
  confidence: 0.99,
  patterns: [],
  unless: [],
  appliesTo: {},
  languages: [],
  references: [],
  remediation: 'Remove the value.',
  examples: { match: [], noMatch: [] },
  aliases: [],
  origin: 'builtin',
};

function deniedMatch(rule: Rule, start: number, value: string, options: PiiOptions): Found {
  const action = options.redaction === 'reject' ? 'block' : (options.types.denied ?? 'review');
  return {
    rule,
    ruleId: rule.id,
    type: 'denied',
    category: 'pii',
    start,
    end: start + value.length,
    confidence: 0.99,
    severity: rule.severity,
    action: action === 'off' ? 'report' : action,
    reserved: false,
    mask: '[DENIED]',
    value,
    hasContext: true,
    via: NOT_HIDDEN,
    label: 'DENIED',
    hashPrefix: undefined,
    pattern: 'deny',
  };
}

/** How much of a weaker value must be left beside a stronger one to be kept: words, not the crumbs of a number. */
const REMAINDER = /[\p{L}\p{N}]{3}.*[\p{L}\p{N}]/su;

/**
 * Of overlapping values the surest stays, then the longer one. What another covers beyond it is kept as a shorter value,
 * so that nothing found is left in the open.
 */
function resolveOverlaps(matches: readonly Found[], text: string): Found[] {
  const sorted = [...matches].sort((a, b) => a.start - b.start || b.end - a.end);
  const result: Found[] = [];
  for (let index = 0; index < sorted.length; ) {
    let end = (sorted[index] as Found).end;
    let next = index + 1;
    while (next < sorted.length && (sorted[next] as Found).start < end)
      end = Math.max(end, (sorted[next++] as Found).end);
    if (next === index + 1) result.push(sorted[index] as Found);
    else result.push(...resolveCluster(sorted.slice(index, next), text));
    index = next;
  }
  return result;
}

function resolveCluster(cluster: readonly Found[], text: string): Found[] {
  const kept: Found[] = [];
  for (const match of [...cluster].sort(compareStrength)) {
    let at = firstEndingAfter(kept, match.start);
    let start = match.start;
    const pieces: Found[] = [];
    const covered = (kept[at]?.start ?? Number.POSITIVE_INFINITY) < match.end;
    if (!covered) {
      kept.splice(at, 0, match);
      continue;
    }
    const from = at;
    for (; at < kept.length && (kept[at] as Found).start < match.end; at++) {
      const { start: taken, end } = kept[at] as Found;
      if (taken > start) pieces.push({ ...match, start, end: taken });
      start = end;
    }
    if (start < match.end) pieces.push({ ...match, start, end: match.end });
    const worth = pieces
      .map((piece) => trimmed(piece, text))
      .filter(({ start, end }) => REMAINDER.test(text.slice(start, end)));
    if (worth.length > 0)
      kept.splice(from, at - from, ...[...kept.slice(from, at), ...worth].sort((a, b) => a.start - b.start));
  }
  return kept;
}

/**
 * The matches of a first look and those of further looks that overlap none of them, the surest first. One that shows more
 * of a value of the same type than the first look saw takes its place: a letter in disguise cuts a value short.
 */
function addMissing<T extends Pick<PiiMatch, 'start' | 'end' | 'confidence' | 'type'>>(
  first: readonly T[],
  further: readonly T[],
): T[] {
  const kept = [...first];
  for (const match of [...further].sort((a, b) => b.confidence - a.confidence || b.end - b.start - (a.end - a.start))) {
    const at = firstEndingAfter(kept, match.start);
    const shorter = kept[at];
    const next = shorter === undefined || shorter.start >= match.end ? at : at + 1;
    if ((kept[next]?.start ?? Number.POSITIVE_INFINITY) < match.end) continue;
    if (next === at) kept.splice(at, 0, match);
    else if (shorter !== undefined && isMoreOf(match, shorter)) kept.splice(at, 1, match);
  }
  return kept;
}

function isMoreOf<T extends Pick<PiiMatch, 'start' | 'end' | 'type'>>(match: T, { start, end, type }: T): boolean {
  return match.type === type && match.start <= start && match.end >= end && match.end - match.start > end - start;
}

function trimmed(piece: Found, text: string): Found {
  const value = text.slice(piece.start, piece.end);
  const lead = /^[^\p{L}\p{N}]*/u.exec(value)?.[0].length ?? 0;
  const tail = /[^\p{L}\p{N}]*$/u.exec(value)?.[0].length ?? 0;
  return { ...piece, start: piece.start + lead, end: Math.max(piece.start + lead, piece.end - tail) };
}

function firstEndingAfter(sorted: readonly { readonly end: number }[], offset: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as { readonly end: number }).end <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How much a word that names a value outweighs the shape of another: `NHS number: 004 960 0001` is no telephone number. */
const NAMED = 0.1;

function compareStrength(a: Found, b: Found): number {
  return (
    b.confidence + (b.hasContext ? NAMED : 0) - (a.confidence + (a.hasContext ? NAMED : 0)) ||
    b.confidence - a.confidence ||
    Number(b.hasContext) - Number(a.hasContext) ||
    b.end - b.start - (a.end - a.start) ||
    severityRank(b.severity) - severityRank(a.severity) ||
    (a.ruleId < b.ruleId ? -1 : a.ruleId > b.ruleId ? 1 : 0)
  );
}
