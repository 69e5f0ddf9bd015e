/** What an import makes of a file: rules in this project's own format, ready to be written as YAML, and what was left out. */
export interface ImportedRules {
  readonly file: {
    readonly version: 1;
    readonly category: 'pii';
    readonly rules: readonly ImportedRule[];
  };
  /** What could not be taken over, for people. */
  readonly warnings: readonly string[];
}

/** One rule as its file says it. */
interface ImportedRule {
  readonly id: string;
  readonly kind: 'pii';
  readonly type: string;
  readonly title: string;
  readonly description: string;
  readonly severity: string;
  readonly confidence: number;
  readonly patterns: readonly { readonly regex: string; readonly flags: string; readonly name?: string }[];
  readonly redaction: { readonly mask: string; readonly label: string; readonly hash_prefix?: string };
  readonly default_action: string;
  readonly examples: { readonly match: readonly string[]; readonly no_match: readonly string[] };
}

type Fields = Readonly<Record<string, unknown>>;

const SEVERITIES: ReadonlySet<string> = new Set(['critical', 'high', 'medium', 'low', 'info']);
const ACTIONS: Readonly<Record<string, string>> = { critical: 'block', high: 'review' };

/**
 * Turns the parsed YAML of PromptSentinel's `custom_pii_rules` file into rules of this project: one rule for each
 * confidence among a rule's patterns. `redaction.mask_format` becomes the mask, `hash_prefix` and the test samples are
 * kept. It takes what it can read and says what it could not.
 */
export function importCustomPiiRules(content: unknown): ImportedRules {
  const warnings: string[] = [];
  const root = fieldsOf(content);
  const listed = Array.isArray(content) ? content : (root.custom_pii_rules ?? root.pii_rules ?? root.rules);
  const samples = fieldsOf(root.test_samples);
  const rules: ImportedRule[] = [];
  for (const [index, raw] of toList(listed).entries()) {
    const source = fieldsOf(raw);
    const name = textOf(source.name ?? source.id ?? source.type);
    if (name === undefined) {
      warnings.push(`rule ${index + 1} has no name and was left out`);
      continue;
    }
    if (source.enabled === false) {
      warnings.push(`${name} is disabled and was left out`);
      continue;
    }
    rules.push(...importRule(name, source, toList(source.test_samples ?? samples[name]), warnings));
  }
  if (rules.length === 0 && warnings.length === 0) warnings.push('the file has no list called custom_pii_rules');
  return { file: { version: 1, category: 'pii', rules }, warnings };
}

function importRule(name: string, source: Fields, samples: readonly unknown[], warnings: string[]): ImportedRule[] {
  const type =
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '_')
      .replace(/^[_\d]+|_+$/g, '') || 'custom';
  const severity = textOf(source.severity)?.toLowerCase() ?? 'medium';
  const redaction = fieldsOf(source.redaction);
  const label = type.toUpperCase();
  const hashPrefix = textOf(redaction.hash_prefix);
  const byConfidence = new Map<number, { regex: string; flags: string; name?: string }[]>();
  for (const raw of toList(source.patterns ?? source.pattern ?? source.regex)) {
    const pattern = typeof raw === 'string' ? { regex: raw } : fieldsOf(raw);
    const regex = textOf(pattern.regex ?? (pattern as Fields).pattern);
    if (regex === undefined) continue;
    const converted = convertRegex(regex);
    if ('problem' in converted) {
      warnings.push(`${name}: ${JSON.stringify(regex)} was left out: ${converted.problem}`);
      continue;
    }
    const confidence = numberOf((pattern as Fields).confidence) ?? numberOf(source.confidence) ?? 0.8;
    const description = textOf((pattern as Fields).description);
    const list = byConfidence.get(confidence) ?? [];
    list.push({ ...converted, ...(description ? { name: description } : {}) });
    byConfidence.set(confidence, list);
  }
  if (byConfidence.size === 0) {
    warnings.push(`${name} has no pattern that can be used and was left out`);
    return [];
  }
  const examples = samples.map((sample) => (typeof sample === 'string' ? { text: sample } : fieldsOf(sample)));
  const texts = (wanted: boolean) =>
    examples.filter((one) => (one.should_detect !== false) === wanted).flatMap((one) => textOf(one.text) ?? []);
  const groups = [...byConfidence].sort(([a], [b]) => b - a);
  return groups.map(([confidence, patterns], index): ImportedRule => {
    const matches = (text: string) => patterns.some(({ regex, flags }) => new RegExp(regex, flags).test(text));
    return {
      id: `custom-pii/${type.replace(/_/g, '-')}${index === 0 ? '' : `-${index + 1}`}`,
      kind: 'pii',
      type,
      title: `Contains ${textOf(source.description) ?? name.replace(/_/g, ' ')}`,
      description: textOf(source.description) ?? `Imported from the custom PII rule ${name}.`,
      severity: SEVERITIES.has(severity) ? severity : 'medium',
      confidence: Math.min(1, Math.max(0, confidence)),
      patterns,
      redaction: {
        mask: textOf(redaction.mask_format) ?? 'last4',
        label,
        ...(hashPrefix ? { hash_prefix: hashPrefix } : {}),
      },
      default_action: ACTIONS[severity] ?? 'report',
      // A sample belongs to the patterns that it is about: all of a rule's samples, where it has one confidence.
      examples: {
        match: groups.length === 1 ? texts(true) : texts(true).filter(matches),
        no_match: texts(false),
      },
    };
  });
}

/** A Python regular expression in the words of JavaScript: flags from its front, and the labelled value rather than its label. */
function convertRegex(source: string): { regex: string; flags: string } | { problem: string } {
  let regex = source
    .replace(/\(\?P</g, '(?<')
    .replace(/\\Z/g, '$')
    .replace(/\\A/g, '^');
  let flags = '';
  const inline = /^\(\?([aimsux]+)\)/.exec(regex);
  if (inline) {
    regex = regex.slice(inline[0].length);
    flags = [...(inline[1] ?? '')].filter((flag) => 'ims'.includes(flag)).join('');
  }
  regex = valueOnly(regex);
  try {
    new RegExp(regex, flags);
    return { regex, flags };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

/** `label([0-9]+)` finds the value alone: what stands before its last group becomes a lookbehind. */
function valueOnly(regex: string): string {
  if (!regex.endsWith(')')) return regex;
  let depth = 0;
  let inClass = false;
  let open = -1;
  for (let index = 0; index < regex.length; index++) {
    const character = regex[index];
    if (character === '\\') index++;
    else if (inClass) inClass = character !== ']';
    else if (character === '[') inClass = true;
    else if (character === '(' && depth++ === 0) open = index;
    else if (character === ')') depth--;
  }
  if (open <= 0 || regex[open + 1] === '?') return regex;
  return `(?<=${regex.slice(0, open)})${regex.slice(open + 1, -1)}`;
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function toList(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (typeof value === 'object' && value !== null) {
    // A map from name to rule is read as a list of named rules.
    return Object.entries(value).map(([name, rule]) => ({ name, ...fieldsOf(rule) }));
  }
  return value === undefined || value === null ? [] : [value];
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
