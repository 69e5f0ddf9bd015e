import { nodeCrypto } from '../core/builtin.ts';
import type { Rule } from './rule.ts';

/** `sha256:…` over what the rules say, whatever files they came from and in whatever order. */
export function hashRules(rules: readonly Rule[]): string {
  const canonical = rules
    .map(({ origin: _origin, ...content }) => canonicalJson(content))
    .sort()
    .join('\n');
  return `sha256:${nodeCrypto().createHash('sha256').update(canonical).digest('hex')}`;
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** One hash for several parts of a rule set; the part's own where there is only one. */
export function hashParts(hashes: readonly string[]): string {
  const [only] = hashes;
  if (hashes.length === 1 && only !== undefined) return only;
  return `sha256:${nodeCrypto().createHash('sha256').update(hashes.join('\n')).digest('hex')}`;
}
