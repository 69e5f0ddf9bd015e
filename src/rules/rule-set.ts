import type { LayerFailure } from '../core/detector.ts';
import type { DocumentKind, Role } from '../core/document.ts';
import type { CompiledRules } from './compiled.ts';
import { createExceptions } from './exceptions.ts';
import { guardOf } from './guard.ts';
import { hashParts } from './hash.ts';
import type { Match } from './matcher.ts';
import { appliesTo, patternName, type Rule } from './rule.ts';

/** What is scanned besides the text itself. */
export interface ScanScope {
  readonly kind: DocumentKind;
  /** Who speaks at an offset of the scanned text. */
  readonly roleAt: (offset: number) => Role;
}

/** One match of one pattern of one rule, in offsets of the scanned text. */
export interface RuleHit {
  readonly rule: Rule;
  /** The pattern's name, or its number from `#1`. */
  readonly pattern: string;
  readonly start: number;
  readonly end: number;
}

export interface RuleScan {
  /** Ordered by start, then end. */
  readonly hits: readonly RuleHit[];
  /** Rules that ran over their deadline and are now disabled. */
  readonly failures: readonly LayerFailure[];
}

/** All pattern and signal rules of a run, ready to scan any number of texts. */
export interface RuleSet {
  readonly rules: readonly Rule[];
  /** `sha256:…` over what all rules say. */
  readonly hash: string;
  /** The rules that a signal of this name fires. */
  rulesForSignal(name: string): readonly Rule[];
  scan(text: string, scope: ScanScope): RuleScan;
}

/**
 * Joins compiled rules: the built-in ones, and those of the user's files, which run under a deadline. PII rules among
 * them are left out.
 */
export function createRuleSet(parts: readonly CompiledRules[]): RuleSet {
  // Most texts meet no rule: what the rules say is read when one is met.
  const about = once(() => {
    const rules = parts.flatMap((part) => part.rules).filter((rule) => rule.kind !== 'pii');
    const bySignal = new Map<string, Rule[]>();
    for (const rule of rules) {
      if (rule.signal !== undefined) bySignal.set(rule.signal, [...(bySignal.get(rule.signal) ?? []), rule]);
    }
    return { rules, active: new Set(rules), bySignal };
  });
  const watched = parts.map((part) => ({ part, guard: guardOf(part) }));
  return {
    get rules() {
      return about().rules;
    },
    hash: hashParts(parts.map((part) => part.hash)),
    rulesForSignal: (name) => about().bySignal.get(name) ?? [],
    scan(text, scope) {
      const hits: RuleHit[] = [];
      const failures: LayerFailure[] = [];
      for (const { part, guard } of watched) {
        const matches = part.matcher.match(text, guard);
        const exceptions = createExceptions(text, part.mayCancel);
        let next = 0;
        const judge = () => {
          while (next < matches.length) {
            const { pattern, start, end } = matches[next++] as Match;
            const owner = part.owners[pattern];
            if (owner === undefined || !about().active.has(owner.rule)) continue;
            const { rule } = owner;
            if (!appliesTo(rule, scope.roleAt(start), scope.kind)) continue;
            const judged = rule.unless.length > 0 && (guard === undefined || guard.admitRule(rule));
            if (judged && rule.unless.some((unless) => exceptions.cancels(unless, start, end))) continue;
            hits.push({ rule, pattern: patternName(rule, owner.index), start, end });
          }
        };
        if (guard === undefined || matches.length === 0) judge();
        else guard.run(judge, text.length);
        if (guard !== undefined) failures.push(...guard.takeFailures());
      }
      if (parts.length > 1) hits.sort((a, b) => a.start - b.start || a.end - b.end);
      return { hits, failures };
    },
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
