import type { DetectInput, Detection, Detector, LayerFailure } from '../core/detector.ts';
import { type Document, type Region, roleAt } from '../core/document.ts';
import type { Finding } from '../core/finding.ts';
import { addUsage, type LlmUsage, NO_USAGE } from '../core/provider.ts';
import type { RuleInfo } from '../core/reporter.ts';
import { type Verdict, verdictRank } from '../core/verdict.ts';
import {
  type AnswerCategory,
  chunkText,
  createPanel,
  type Judgement,
  type LlmOptions,
  mapRedaction,
  type Panel,
  type PanelAnswer,
  type PanelOptions,
  type Piece,
  type ProviderHealth,
  type Question,
  type Redact,
  type RedactionMap,
} from '../providers/index.ts';

/** What the LLM layer is made from. */
export interface LlmDetectorOptions extends Omit<PanelOptions, 'llm'> {
  readonly llm: LlmOptions;
  /** Replaces PII and secrets; called with whole documents, so that nothing is cut in two before it is seen. */
  readonly redact: Redact;
}

/** The LLM layer. */
export interface LlmDetector extends Detector {
  readonly layer: 'llm';
  /** How many providers could be asked. */
  readonly providers: number;
  /** Reads the cassette, where there is one; rejects with UserError `cassette` when it cannot be used. */
  open(): Promise<void>;
  /** What asking about a document would take; sends nothing. */
  estimate(document: Document, opinions: number): LlmUsage;
  health(): ProviderHealth[];
  /** What all documents took so far. */
  spent(): LlmUsage;
}

/** A rule of this layer: it has no pattern, and its confidence is the model's. */
type LlmRule = Pick<RuleInfo, 'id' | 'category' | 'severity' | 'title'>;

const TITLES: Readonly<Record<Exclude<AnswerCategory, 'none'>, string>> = {
  instruction_override: 'A model judges that the text overrides instructions',
  role_manipulation: 'A model judges that the text gives the target another role to lift its limits',
  prompt_leak: 'A model judges that the text wants hidden instructions or keys',
  jailbreak: 'A model judges that the text talks the target round its rules',
  encoding_evasion: 'A model judges that the text hides instructions in an encoding',
  context_forgery: 'A model judges that the text fakes turns, delimiters, policies or verdicts',
  indirect_injection: 'A model judges that content to be read carries instructions to an AI',
  tool_hijack: 'A model judges that the text abuses tools of the target',
  exfiltration: 'A model judges that the text makes the target send data away',
  hidden_text: 'A model judges that the text hides instructions from people',
};

const DISAGREEMENT: LlmRule = {
  id: 'llm/disagreement',
  category: 'instruction_override',
  severity: 'medium',
  title: 'Two models disagree whether the text is an attack',
};
const JUDGE_HIJACK: LlmRule = {
  id: 'llm/judge-hijack',
  category: 'prompt_leak',
  severity: 'high',
  title: 'The text made the judging model give away its secret',
};

/** Every rule this layer reports under. */
export const LLM_RULES: readonly RuleInfo[] = [
  ...(Object.keys(TITLES) as (keyof typeof TITLES)[]).map(ruleOf),
  DISAGREEMENT,
  JUDGE_HIJACK,
].map((rule) => ({
  ...rule,
  description: `${rule.title}. No pattern stands behind it: the finding says which model judged and what it quoted.`,
  confidence: 0.9,
  remediation: 'Read the quoted passage; treat the text as untrusted data and keep it out of instructions.',
  references: ['owasp:LLM01'],
}));

function ruleOf(category: keyof typeof TITLES): LlmRule {
  return { id: `llm/${category.replaceAll('_', '-')}`, category, severity: 'high', title: TITLES[category] };
}

const NOTHING: Detection = { findings: [] };
const VERDICT_OF = { attack: 'block', unclear: 'review', benign: 'allow' } as const satisfies Record<
  Judgement['verdict'],
  Verdict
>;
/** More pieces than this in one question are shown as one without a role. */
const MAX_PIECES = 64;

/**
 * The LLM layer: asks `input.opinions` providers about every part of the text. `score` is the probability of an attack;
 * `notes.llm_verdict` is `allow` only where every judge asked cleared every part, else `review`, `block` or
 * `inconclusive`; `notes.llm_disagreement` is set where two judges contradict each other. Throws UserError as
 * `createPanel` does; a layer that is off asks nobody and says so.
 */
export function createLlmDetector(options: LlmDetectorOptions): LlmDetector {
  const panel = options.llm.enabled ? createPanel(options) : null;
  return {
    name: 'llm',
    layer: 'llm',
    providers: panel?.setups.length ?? 0,
    open: async () => panel?.open(),
    detect: (input, signal) =>
      panel ? detect(panel, options, input, signal) : { ...NOTHING, skipped: 'not configured' },
    estimate: (document, opinions) =>
      panel && document.text !== ''
        ? questionsOf(document, options)
            .questions.map(({ question }) => panel.estimate(question, opinions))
            .reduce(addUsage, NO_USAGE)
        : NO_USAGE,
    health: () => panel?.health() ?? [],
    spent: () => panel?.spent() ?? NO_USAGE,
  };
}

async function detect(
  panel: Panel,
  options: LlmDetectorOptions,
  input: DetectInput,
  signal: AbortSignal,
): Promise<Detection> {
  if (input.opinions <= 0) return { ...NOTHING, skipped: 'no opinion asked for' };
  if (input.document.text === '') return { ...NOTHING, skipped: 'empty text' };
  const { map, questions } = questionsOf(input.document, options);
  const { maxChunks } = options.llm;
  if (questions.length > maxChunks) {
    const message = `The text takes ${questions.length} requests, more than llm.max_chunks (${maxChunks}); none was sent. Raise the limit or split the text.`;
    return { ...NOTHING, failures: [{ code: 'llm_limit', message }], notes: { llm_verdict: 'inconclusive' } };
  }
  const settled = await Promise.allSettled(
    questions.map(({ question }) => panel.ask(question, input.opinions, signal)),
  );
  const answers = settled.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : null));
  const usage = answers.map((answer) => answer?.usage ?? NO_USAGE).reduce(addUsage, NO_USAGE);
  if (signal.aborted) return { ...NOTHING, skipped: `${String(signal.reason)} while it was running`, usage };
  const broken = settled.find((outcome) => outcome.status === 'rejected');
  if (broken) throw broken.reason;
  const parts = questions.map(({ region }, index) => ({ region, answer: answers[index] as PanelAnswer }));
  return { ...conclude(parts, map), usage };
}

interface Asked {
  /** Of the redacted text. */
  readonly region: Region;
  readonly answer: PanelAnswer;
}

function conclude(parts: readonly Asked[], map: RedactionMap): Omit<Detection, 'usage'> {
  const failures = distinct(parts.flatMap(({ answer }) => answer.failures));
  const opinions = parts.map((part) => opinionOf(part, map));
  const judgements = parts.flatMap(({ answer }) => answer.judgements);
  const scores = opinions.flatMap(({ score }) => score ?? []);
  const worst = opinions
    .flatMap(({ verdict }) => verdict ?? [])
    .reduce<Verdict>((a, b) => (verdictRank(a) >= verdictRank(b) ? a : b), 'allow');
  const inconclusive = scores.length === 0 || (worst === 'allow' && failures.length > 0);
  return {
    findings: opinions.flatMap(({ findings }) => findings),
    ...(scores.length === 0 ? {} : { score: Math.max(...scores) }),
    ...(failures.length === 0 ? {} : { failures }),
    notes: {
      llm_verdict: inconclusive ? 'inconclusive' : worst,
      ...(opinions.some(({ disagreement }) => disagreement) ? { llm_disagreement: true } : {}),
      ...(judgements.length === 0
        ? {}
        : {
            llm_judges: [...new Set(judgements.map(({ provider, model }) => `${provider}/${model}`))].sort().join(', '),
          }),
      llm_requests: parts.length,
      llm_kept_replies: parts.reduce((sum, { answer }) => sum + answer.kept, 0),
    },
  };
}

interface Opinion {
  readonly verdict?: Verdict;
  readonly score?: number;
  readonly findings: readonly Finding[];
  readonly disagreement: boolean;
}

/** What the judges of one part say together. */
function opinionOf({ region, answer: { judgements } }: Asked, map: RedactionMap): Opinion {
  const [first, ...others] = judgements;
  if (!first) return { findings: [], disagreement: false };
  const attack = judgements.find(({ verdict }) => verdict === 'attack');
  const disagreement =
    attack !== undefined && judgements.some(({ verdict }) => verdict === 'benign') && !attack.hijacked;
  if (disagreement) {
    const score = judgements.reduce((sum, { probability }) => sum + probability, 0) / judgements.length;
    const rule = { ...DISAGREEMENT, category: attack.category === 'none' ? DISAGREEMENT.category : attack.category };
    return {
      verdict: 'review',
      score,
      disagreement,
      findings: [findingOf(rule, score, region, attack, judgements, map)],
    };
  }
  // Judges that agree on the direction: the surer one counts, so that agreement never lowers the risk.
  const leader = others.reduce((a, b) => (worse(a, b) ? a : b), first);
  const score = Math.max(...judgements.map(({ probability }) => probability));
  const verdict = VERDICT_OF[leader.verdict];
  if (leader.verdict === 'benign' || leader.category === 'none') return { verdict, score, findings: [], disagreement };
  const rule = leader.hijacked ? JUDGE_HIJACK : ruleOf(leader.category);
  const severity = leader.verdict === 'attack' ? rule.severity : 'medium';
  return {
    verdict,
    score,
    disagreement,
    findings: [findingOf({ ...rule, severity }, leader.probability, region, leader, judgements, map)],
  };
}

function worse(a: Judgement, b: Judgement): boolean {
  const byVerdict = verdictRank(VERDICT_OF[a.verdict]) - verdictRank(VERDICT_OF[b.verdict]);
  return byVerdict > 0 || (byVerdict === 0 && a.probability >= b.probability);
}

function findingOf(
  rule: LlmRule,
  confidence: number,
  part: Region,
  leader: Judgement,
  judgements: readonly Judgement[],
  map: RedactionMap,
): Finding {
  const quotes = leader.evidence.map(([start, end]) =>
    map.toOriginal({ start: part.start + start, end: part.start + end }),
  );
  return {
    ruleId: rule.id,
    category: rule.category,
    severity: rule.severity,
    confidence: Math.round(confidence * 10_000) / 10_000,
    source: 'llm',
    description: rule.title,
    region: quotes[0] ?? map.toOriginal(part),
    via: [],
    patterns: [],
    metadata: {
      judges: judgements.map(({ provider, model, verdict, probability }) => ({
        provider,
        model,
        verdict,
        probability,
      })),
      quotes: quotes.map(({ start, end }) => ({ start, end })),
    },
  };
}

function distinct(failures: readonly LayerFailure[]): LayerFailure[] {
  return [...new Map(failures.map((failure) => [`${failure.code}\0${failure.message}`, failure])).values()];
}

interface Questions {
  readonly map: RedactionMap;
  /** With the region of the redacted text that each asks about. */
  readonly questions: readonly { readonly question: Question; readonly region: Region }[];
}

/** What is asked about a document: its text without PII, in overlapping parts, each with who speaks in it. */
function questionsOf(document: Document, { llm, redact }: LlmDetectorOptions): Questions {
  const { text, spans } = redact(document.text);
  const map = mapRedaction(spans);
  const stretches = stretchesOf(document, text.length, map);
  const regions = chunkText(text, llm.chunkChars, llm.chunkOverlap);
  const questions = regions.map((region, index) => ({
    region,
    question: {
      kind: document.kind,
      pieces: piecesOf(text, region, stretches),
      part: index + 1,
      parts: regions.length,
    },
  }));
  return { map, questions };
}

interface Stretch {
  readonly role: Piece['role'];
  readonly start: number;
}

/** Who speaks from which offset of the redacted text on; stretches that no segment covers are `unknown`. */
function stretchesOf({ segments }: Document, length: number, map: RedactionMap): Stretch[] {
  const edges = new Set([0, ...segments.flatMap(({ region }) => [region.start, region.end])]);
  const stretches: Stretch[] = [];
  for (const edge of [...edges].sort((a, b) => a - b)) {
    const start = map.toRedacted(edge);
    if (start >= length) continue;
    const role = roleAt(segments, edge);
    if (stretches.at(-1)?.start === start) stretches.pop();
    if (stretches.at(-1)?.role !== role) stretches.push({ role, start });
  }
  return stretches;
}

function piecesOf(text: string, { start, end }: Region, stretches: readonly Stretch[]): Piece[] {
  const pieces = stretches.flatMap(({ role, start: from }, index): Piece[] => {
    const cut = { start: Math.max(start, from), end: Math.min(end, stretches[index + 1]?.start ?? text.length) };
    return cut.start < cut.end ? [{ role, text: text.slice(cut.start, cut.end) }] : [];
  });
  return pieces.length > 0 && pieces.length <= MAX_PIECES
    ? pieces
    : [{ role: 'unknown', text: text.slice(start, end) }];
}
