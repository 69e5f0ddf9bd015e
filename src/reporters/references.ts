/** The address of a rule's reference: an OWASP LLM Top 10 entry, a MITRE ATLAS technique, a CWE or an address itself. */
export function referenceUrl(reference: string): string | undefined {
  if (/^https?:\/\//.test(reference)) return reference;
  const separator = reference.indexOf(':');
  const scheme = reference.slice(0, separator).toLowerCase();
  const id = reference.slice(separator + 1);
  if (scheme === 'owasp') return 'https://genai.owasp.org/llm-top-10/';
  if (scheme === 'atlas') return `https://atlas.mitre.org/techniques/${encodeURIComponent(id)}`;
  if (scheme === 'cwe') return `https://cwe.mitre.org/data/definitions/${encodeURIComponent(id)}.html`;
  return undefined;
}
