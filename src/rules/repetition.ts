import type { AST } from '@eslint-community/regexpp';
import { parseRegex } from './parse-regex.ts';

/**
 * A warning for a regex in which an unbounded repetition directly repeats another, `(a+)+`, so that a text can make it
 * run exponentially long; `undefined` for all others. Not a proof: what runs long in fact is stopped by a deadline.
 */
export function describeRiskyRepetition(regex: string, flags: string): string | undefined {
  const risky = findRisky(parseRegex(regex, flags).alternatives);
  return risky === undefined
    ? undefined
    : `${risky.raw} repeats a repetition without a separator: it may run long, and a deadline will then disable the rule`;
}

/** Whether a regex can match texts of any length. */
export function isEndless(regex: string, flags: string): boolean {
  const endless = (alternatives: readonly AST.Alternative[]): boolean =>
    alternatives.some(({ elements }) =>
      elements.some((element) => {
        const inner = element.type === 'Quantifier' ? element.element : element;
        if (element.type === 'Quantifier' && isUnbounded(element)) return true;
        return 'alternatives' in inner && endless(inner.alternatives);
      }),
    );
  return endless(parseRegex(regex, flags).alternatives);
}

function findRisky(alternatives: readonly AST.Alternative[]): AST.Quantifier | undefined {
  for (const alternative of alternatives) {
    for (const element of alternative.elements) {
      const inner = element.type === 'Quantifier' ? element.element : element;
      const children = 'alternatives' in inner ? inner.alternatives : [];
      if (element.type === 'Quantifier' && isUnbounded(element) && children.some(repeatsBare)) return element;
      const found = findRisky(children);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function isUnbounded(quantifier: AST.Quantifier): boolean {
  return quantifier.max === Number.POSITIVE_INFINITY;
}

/** Whether the alternative has an unbounded repetition and nothing that must stand between two rounds of it. */
function repeatsBare({ elements }: AST.Alternative): boolean {
  let repeats = false;
  for (const element of elements) {
    if (element.type === 'Assertion') continue;
    if (element.type === 'Quantifier') {
      if (isUnbounded(element)) repeats = true;
      else if (element.min > 0) return false;
    } else if ('alternatives' in element) {
      if (!element.alternatives.some(repeatsBare)) return false;
      repeats = true;
    } else {
      return false;
    }
  }
  return repeats;
}
