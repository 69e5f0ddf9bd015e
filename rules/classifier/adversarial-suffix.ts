import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Region } from '../../src/core/document.ts';
import { SUFFIX_FEATURES, suffixFeatures, suffixWindows } from '../../src/normalize/adversarial-suffix.ts';

/**
 * Fits the weights of the signal `adversarial_suffix`: `node .build/adversarial-suffix.js [--data ../shared/data/dev] [folders of code]`.
 * Positive: the last characters of one published set of GCG suffixes (JailbreakBench artifacts, MIT). Negative: windows of the harmless
 * texts of the sources below and of lines of program text, some behind a request. Deterministic. Prints what it finds of the family
 * that it did not learn from (DSN), of GCG in four folds, and what it takes for one of every other harmless text.
 */
const BENIGN = [
  'bipia_docs_train',
  'code_ts',
  'dair_guide',
  'wshobson_agents',
  't0_p3',
  'gpteacher',
  'clinc150',
  'spamassassin',
  'awesome_prompts',
  'hf_chat_misc',
  'injecagent_benign',
  'atr_rules',
];
/** Lines of program text as people paste them. */
const QUESTIONS = [
  'Please explain what this line does: ',
  'What is wrong here? ',
  'Can you rewrite the following so that it is easier to read ',
  '',
  'Convert this to Python ',
];
/** What people and tools put between words; lines of prose are shown with them too. */
const DECORATIONS =
  ':D :-) ;-) :( >:( =) xD :P o_O ^^ <3 \\o/ ¯\\_(ツ)_/¯ !!! ??? ... (?) (!) *sigh* w/ b/c --> => -> [1] [12,3] (sic) &amp; <br> <b> </b> \\n {name} {{x}} $y $5 ~10% 50% **now** __so__ `ls -l` `x` [here](https://a.example/b?c=d) @kim #tbt #12 A/B e.g. (i.e. $x_1^2$ \\alpha \\cite{lee} <<< >>> || && == != ++ -- // ## | " "x" \'x\' (x) [x] {x} <x>'.split(
    ' ',
  );
const PER_SOURCE = 2400;
const LONGEST_LINE = 400;
const EPOCHS = 12;
const RATE = 0.15;
const L2 = 0.0005;
/** Share of the whole weight that the suffixes have. */
const PRIOR = 0.05;

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: 'string', default: '../shared/data/dev' },
    out: { type: 'string', default: 'src/normalize/adversarial-suffix-weights.ts' },
  },
});
const codeFolders = positionals.length > 0 ? positionals : ['node_modules', 'src', 'rules'];

let state = 1;
function random(): number {
  state = (Math.imul(state, 1103515245) + 12345) >>> 0;
  return state / 2 ** 32;
}

interface Row {
  readonly text: string;
  readonly label?: string;
  readonly origin?: string;
}

function load(source: string): Row[] {
  const lines = readFileSync(join(flags.data, `${source}.jsonl`), 'utf8').trim();
  return lines.split('\n').map((line): Row => JSON.parse(line));
}

function everyKth<T>(items: readonly T[], most: number): T[] {
  const step = Math.max(1, Math.floor(items.length / most));
  return items.filter((_, index) => index % step === 0);
}

const whole = (text: string): Region => ({ start: 0, end: text.trimEnd().length });
const windowsOf = (text: string): number[][] =>
  suffixWindows(text, whole(text)).map((window) => suffixFeatures(text, window));

/** Program text by the ending of its file. */
function codeLines(): Map<string, string[]> {
  const byKind = new Map<string, string[]>();
  const visit = (path: string) => {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat?.isDirectory()) for (const name of readdirSync(path).sort()) visit(join(path, name));
    const kind = /\.(js|ts|md|json|ya?ml|py|sh|h|c|pl|pm|rb|lua|tex|rst|html|css|sql)$/.exec(path)?.[1];
    if (kind === undefined || !stat?.isFile() || stat.size > 400_000) return;
    const lines = byKind.get(kind) ?? [];
    byKind.set(kind, lines);
    for (const line of readFileSync(path, 'utf8').split('\n')) {
      if (line.trim().length >= 20) lines.push(line.trim().slice(-LONGEST_LINE));
    }
  };
  for (const folder of codeFolders) visit(folder);
  return byKind;
}

/** The line with three to ten decorations between its words. */
function decorate(line: string): string {
  const words = line.trim().slice(-300).split(' ');
  for (let count = 3 + Math.floor(random() * 8); count > 0; count--) {
    const decoration = DECORATIONS[Math.floor(random() * DECORATIONS.length)] as string;
    const at = Math.floor(random() * words.length);
    if (random() < 0.3) words[at] += decoration;
    else words.splice(at, 0, decoration);
  }
  return words.join(' ');
}

const suffixes = load('jbb_artifacts');
const gcg = suffixes.filter(({ origin }) => origin === 'GCG').map(({ text }) => text);
const dsn = suffixes.filter(({ origin }) => origin === 'DSN').map(({ text }) => text);

/** Where the request ends: what a text shares with another one of the same request. */
function requestLength(text: string): number {
  let longest = 0;
  for (const other of [...gcg, ...dsn]) {
    if (other === text) continue;
    let shared = 0;
    while (shared < text.length && text[shared] === other[shared]) shared++;
    if (shared < text.length) longest = Math.max(longest, shared);
  }
  return longest;
}

/** Four windows of 160 characters that end in the last half of the suffix or at its end. */
function positives(text: string): number[][] {
  const length = text.length - requestLength(text);
  if (length < 30 || length > 260) return [];
  return [0, 1, 2, 3].map(() => {
    const end = text.length - Math.floor(random() * Math.max(0, length - 60) * 0.5);
    return suffixFeatures(text, { start: Math.max(0, end - 160), end });
  });
}

/** Windows of harmless texts, those of every other text apart: they measure what the rest has taught. */
const negatives: readonly [number[][], number[][]] = [[], []];
const harmless = new Map<string, string[]>();
for (const source of BENIGN) {
  const texts = load(source).flatMap(({ text, label }) => (label === 'benign' ? [text] : []));
  harmless.set(
    source,
    everyKth(texts, PER_SOURCE).filter((_, index) => index % 2 === 1),
  );
  for (const [index, text] of everyKth(texts, PER_SOURCE).entries()) {
    const lines = text.split('\n').filter((line) => line.trim().length > 20);
    const some = [lines.at(-1), lines[Math.floor(random() * lines.length)], lines[Math.floor(random() * lines.length)]];
    const decorated = some[2] !== undefined && index % 4 < 2 ? decorate(some[2]) : undefined;
    for (const line of [...some, decorated])
      if (line !== undefined) negatives[index % 2 === 0 ? 0 : 1].push(...windowsOf(line).slice(0, 4));
  }
}
for (const [kind, lines] of codeLines()) {
  const texts = everyKth(lines, 12_000).map((line, index) => `${QUESTIONS[index % QUESTIONS.length]}${line}`);
  harmless.set(
    `code ${kind}`,
    texts.filter((_, index) => index % 2 === 1),
  );
  for (const [index, text] of texts.entries()) negatives[index % 2 === 0 ? 0 : 1].push(...windowsOf(text).slice(0, 3));
}

interface Fit {
  readonly weights: Float64Array;
  readonly bias: number;
}

/** Logistic regression by AdaGrad. */
function learn(texts: readonly string[], negatives: readonly number[][]): Fit {
  const found = texts.flatMap(positives);
  const heavy = (negatives.length / found.length) * PRIOR;
  const examples = [
    ...found.map((features) => ({ features, y: 1 })),
    ...negatives.map((features) => ({ features, y: 0 })),
  ];
  const weights = new Float64Array(SUFFIX_FEATURES);
  const squares = new Float64Array(SUFFIX_FEATURES);
  let bias = -4;
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    for (let i = examples.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      [examples[i], examples[j]] = [examples[j] as (typeof examples)[0], examples[i] as (typeof examples)[0]];
    }
    for (const { features, y } of examples) {
      let odds = bias;
      for (const feature of features) odds += weights[feature] as number;
      const slope = (1 / (1 + Math.exp(-odds)) - y) * (y === 1 ? heavy : 1);
      if (Math.abs(slope) < 1e-5) continue;
      bias -= 0.001 * slope;
      for (const feature of features) {
        const step = slope + L2 * (weights[feature] as number);
        squares[feature] = (squares[feature] as number) + step * step;
        weights[feature] = (weights[feature] as number) - (RATE * step) / Math.sqrt((squares[feature] as number) + 1);
      }
    }
  }
  return { weights, bias };
}

function highest({ weights, bias }: Fit, text: string): number {
  const odds = windowsOf(text).map((features) =>
    features.reduce((sum, feature) => sum + (weights[feature] as number), bias),
  );
  return Math.max(-99, ...odds);
}

const share = (scores: readonly number[], threshold: number) =>
  ((100 * scores.filter((score) => score > threshold).length) / scores.length).toFixed(2);
const folds = [0, 1, 2, 3].map((fold) =>
  learn(
    gcg.filter((_, index) => index % 4 !== fold),
    negatives[0],
  ),
);
const unseen = gcg.map((text, index) => highest(folds[index % 4] as Fit, text));
const half = learn(gcg, negatives[0]);
const other = dsn.map((text) => highest(half, text));
const scores = new Map([...harmless].map(([source, texts]) => [source, texts.map((text) => highest(half, text))]));
for (const threshold of [0, 1, 2, 3]) {
  const wrong = [...scores].map(([source, values]) => `${source} ${share(values, threshold)}`);
  process.stderr.write(
    `from ${threshold}: GCG ${share(unseen, threshold)}, DSN ${share(other, threshold)}; harmless: ${wrong.join(', ')}\n`,
  );
}

const final = learn(gcg, negatives.flat());
const scale = Math.max(...final.weights.map(Math.abs)) / 127;
const bytes = Buffer.from(Int8Array.from(final.weights, (weight) => Math.round(weight / scale)).buffer);
const rows = bytes.toString('base64').match(/.{1,112}/g) ?? [];
writeFileSync(
  flags.out,
  `/**
 * Weights of \`adversarial-suffix.ts\`, one signed byte a feature in base64, made by \`rules/adversarial-suffix.ts\` from the GCG suffixes of
 * the JailbreakBench artifacts (MIT), harmless texts of ${BENIGN.length} public sources, and program text.
 */
export const SUFFIX_WEIGHTS: string = [
${rows.map((row) => `  '${row}',`).join('\n')}
].join('');
export const SUFFIX_SCALE: number = ${scale.toPrecision(6)};
export const SUFFIX_BIAS: number = ${final.bias.toPrecision(6)};
`,
);
