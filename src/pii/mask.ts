/** The masks that a rule's `redaction.mask` may name; any other text is shown as it is. */
export const MASK_STYLES = ['email', 'card', 'last4', 'first4', 'ends', 'phone', 'ip', 'mac', 'name', 'full'] as const;
type MaskStyle = (typeof MASK_STYLES)[number];

const STYLES: ReadonlySet<string> = new Set(MASK_STYLES);

/**
 * A value with most of it starred out and its shape kept: `j***@e***.com`, `**** **** **** 4242`. The mask names a
 * style, or is itself the text to show. Never shows more than a third of the value, nor line breaks, quotes or backslashes
 * that the value did not have.
 */
export function maskValue(value: string, mask: string): string {
  if (!STYLES.has(mask)) return mask;
  switch (mask as MaskStyle) {
    case 'email':
      return maskEmail(value);
    case 'card':
    case 'last4':
    case 'phone':
      return keepEnds(value, 0, 4);
    case 'first4':
      return keepEnds(value, 4, 0);
    case 'ends':
      return keepEnds(value, 4, 4);
    case 'ip':
      return value.includes(':') ? value.replace(/(?<=:)[0-9a-f]+/gi, '*') : value.replace(/(?<=\.)\d+/g, '*');
    case 'mac':
      return keepEnds(value, 4, 0);
    case 'name':
      return value.replace(/(?<=[\p{L}\p{N}])[\p{L}\p{M}\p{N}]+/gu, (rest) => '*'.repeat(Math.min(rest.length, 6)));
    case 'full':
      return starred(value);
  }
}

function starred(value: string): string {
  return value.replace(/[\p{L}\p{N}\p{M}\p{S}]/gu, '*').replace(/[^\s*.,;:()/-]/gu, '*');
}

const COUNTED = /[\p{L}\p{N}]/u;
const KEPT = /[\s.,;:()/+_-]/;

/** Stars for all letters and digits but some at either end, where enough others stay hidden. */
function keepEnds(value: string, head: number, tail: number): string {
  let counted = 0;
  for (const character of value) if (isCounted(character)) counted++;
  if (counted < (head + tail) * 2) return starred(value);
  let seen = 0;
  let masked = '';
  for (const character of value) {
    const shows = isCounted(character) ? ++seen <= head || seen > counted - tail : KEPT.test(character);
    masked += shows ? character : '*';
  }
  return masked;
}

function isCounted(character: string): boolean {
  return (character >= '0' && character <= '9') || COUNTED.test(character);
}

function maskEmail(value: string): string {
  const at = value.lastIndexOf('@');
  if (at <= 0) return starred(value);
  const domain = value.slice(at + 1);
  const dot = domain.lastIndexOf('.');
  const [first = ''] = value;
  const host = dot > 0 ? `${domain.charAt(0)}***${domain.slice(dot)}` : '***';
  return `${/[\p{L}\p{N}]/u.test(first) ? first : '*'}***@${host}`;
}
