import { DIGIT, readLiteral, SPACE } from './fold.ts';

/**
 * The words of ordinary text (READMEs, prose, program text, chat JSON and prompts, a fifth each; counted 2026-11-26 over
 * 20 million characters): how often in a million characters, and the words that stand about so often. Digits are `0`.
 */
const WORDS: readonly (readonly [perMillion: number, words: string])[] = [
  [3718, 'the a to'],
  [1237, 'and 0 is for in of if content id this messages you role 000 it that 00 user with'],
  [
    582,
    'an return or be as not are assistant const can 0000 function s will from use js on by string i when https options',
  ],
  [
    276,
    'value returns type file issue default number object true your do code all t one which source new error com command any no input text name ignore node only exports example option path case github at have set json used run def',
  ],
  [
    136,
    'package test also m so false we but instructions import e n map key may about has using get schema check phone see more without c them version array result library there never its then ctx what format b npm argument api they previous like inst x first support given log call must description var should data before length export types directory output each line does need instance write pattern params same metadata v instead o following boolean help method country undefined start after some ts two than end other util time how custom core console unit was values d please parse origin prompt me create message into match answer make patterns k promise tests null these process files glob typescript _issue event',
  ],
  [
    77,
    'else list de fast g add would properties install keyv regex mode want keys runs my returned md request characters require read between issues class last state expected org order throw requests arguments let src foo pass system module task matching our url always open could r information such out tell dev en current date up just property don javascript examples mod rules above re now v0 way numbers level own img called passed errors program desc override where strings context over whether here valid resolve tools original non supported fs useful min ops sec docs verb sizing color follow via sampled next functions most checks license cases second parsing href note p work events regular question while below payload provided ipv0 generated keep range typeof',
  ],
  [
    49,
    'still methods because width doc project policy change single l adj doesn matches usage invalid meta through why y possible spinner running under build both validation specific index every character br k0 ch un size parsed str changes init encoded based tostring z act includes _zod pull paths anything everything style additional async picomatch per io bash who behavior unknown main takes push their once required constructor give await strict iso flag items specified ajv commands tsconfig queue found summary opts reason provide results filter break specify contains different full es ask page empty reveal uses resolved ignored git comment optional entry f replace column cannot libphonenumber dependencies storage versions too parameters calling minimum model say include le la been environment stars injection access parser browser defineproperty either brace might micromatch person forget parameter against args expression even config prefix report already callback exclude something sub documentation details coverage send action since settings tasks toml enumerable ci maximum flags root release max developer simple rather svg client old supports ng available features objects title uuidv0 chalk',
  ],
  [
    33,
    'disable prototype suffix cache _ runtime being another names long disregard avoid update continue ranges many vitest duration contributing back nthe token contain base short expressions field expecttypeof google inside common including questions windows performance standard multiple received control nh show handler relative fires feature terminal three later however status timeout tool semver author les instruction left top braces print handle parent extra says h were __no_side_effects__ best mit turn sdk openai sourcemap server base00 well part those people within inclusive response block try aimock memory formatter stop told namespace week conversation ast failure accessor www explain special step know times otherwise alias entries bar join global adapter similar ll isvalid remove web emitter codes benchmark very u until pathname enable typedictionary local reset directly interface language commander expect easy complete allows shields td vs enabled formatting apply nan zero mail escape shall signal link exit generate fails ai word yes built dan nodejs originalpositionfor item validate alt env html die security go script raw general packages minimatch align users regexp us allow currently modules fn getsizing receivedtype sentence circuit needed important form phonenumber think matched schemas param comments password npmjs faster tag search section define take cjs great',
  ],
  [
    23,
    'calls commits cli symbolic actual query http abort processing syntax invoked symbol self small translate point subcommands filename creates whenever worker bugs history nested choose right body lines implementation node_modules automatically lists links better means shows off welcome named catch debug stream team center el target benchmarks ismatch fix application defaults yaml breaker nothing compression exist restrictions provides detect containing reference defined find folder chrome prompts formatters returning scalar prefer kind adds sets made needs q stat moved stats rejected provider bytes instanceof exactly deep whole validator wikipedia label record uri du tree mapper helpful wrap que digits included badge offset asked written missing ms guess display etc pr ne variable port cause equivalent itself sources resolves document uuid correct words working ticket plain cuid indent unless internal element repeat throws static iban player real execute sh __esmodule hidden dubzzz mapping simply chat handling __importstar plan mobile city nanoid innertype split clock hooks master again kept switch passing limit guide optionally cursor load share di cidrv0 formats adding difference agent libraries treat native slice contents __pure__ cuid0 unicode jwt actions stack third draft customer email browsers parts linux __createbinding window shape transform bigint store eslint equal nthis models mac certain plugin works fill directories reply alle las ulid esm zod void trace emoji address implement modern sent branch wiki handled base00url good ksuid xid listener guid helper __setmoduledefault minutes day nif converter readme render pnpm retry exact union fallback joinvalues ten fixtures leading',
  ],
];
/** What those words are of all words. */
const LISTED = 0.77;
/** What a word that is not listed is taken for; they are rarer than the rarest of these. */
const UNLISTED = 4;
/** How often in a million characters a word begins. */
const WORD_STARTS = 165_000;

/** The same for other signs. */
const SIGNS: Readonly<Record<string, number>> = {
  ...{ [SPACE]: 178_000, '"': 19_700, '.': 13_100, ',': 9_600, '`': 9_300, ':': 9_200, '(': 5_600, ')': 5_500 },
  ...{ '/': 4_900, '{': 4_900, '}': 4_900, '-': 4_900, '=': 3_100, ';': 2_800, '[': 2_800, ']': 2_800, "'": 2_700 },
  ...{ '*': 1_600, '#': 1_500, '|': 1_100, '>': 1_100, '?': 900, '\\': 900, $: 700, '<': 700, '!': 400, '&': 400 },
};
const OTHER_SIGN = 200;
/** All signs and white space together. */
const NO_WORD = 290_000;

/** Letters and digits by themselves. */
const LETTERS: Readonly<Record<string, number>> = {
  ...{ e: 82, t: 64, a: 53, o: 53, n: 49, r: 49, s: 49, i: 48, l: 31, c: 28, d: 28, u: 23, p: 22, m: 20, h: 19 },
  ...{ f: 16, g: 13, y: 10, b: 10, w: 9, v: 7, k: 6, x: 4, _: 3, j: 2, q: 1.5, z: 1, [DIGIT]: 12 },
};
const OTHER_LETTER = 1;

let words: readonly (readonly [word: string, perMillion: number])[] | undefined;

/** The commonest words, and how often each stands in a million characters. */
export function commonWords(): NonNullable<typeof words> {
  words ??= WORDS.flatMap(([rate, list]) => list.split(' ').map((word) => [word, rate] as const));
  return words;
}

/** Rough chance that a symbol stands at any one place. */
export function chanceOfSymbol(symbol: string): number {
  const letter = LETTERS[symbol];
  if (letter !== undefined) return letter / 1000;
  return symbol > '\x7f' ? OTHER_LETTER / 1000 : (SIGNS[symbol] ?? OTHER_SIGN) / 1e6;
}

function product(text: string): number {
  let chance = 1;
  for (const symbol of text) chance *= chanceOfSymbol(symbol);
  return chance;
}

/** How often in a million characters a stretch of word characters stands, which is a whole word at the ends that are told. */
function wordRate(text: string, left: boolean, right: boolean): number {
  if (text.length === 1 && !left && !right) return chanceOfSymbol(text) * 1e6;
  let rate = 0;
  for (const [word, perMillion] of commonWords()) {
    const stands = left
      ? right
        ? word === text
        : word.startsWith(text)
      : right
        ? word.endsWith(text)
        : word.includes(text);
    if (stands) rate += perMillion;
  }
  if (left && right) return Math.max(rate, UNLISTED);
  // The rest is made of the letters that rare words are made of.
  const rest = product(text) * 1e6 * (1 - LISTED) * (left || right ? 0.3 : 1);
  return Math.max(rate / LISTED, rate + rest, UNLISTED);
}

const chances = new Map<string, number>();

/** Rough chance that a literal stands at any one place of ordinary text. */
export function chanceOf(literal: string): number {
  let chance = chances.get(literal);
  if (chance === undefined) {
    const { text, left, right } = readLiteral(literal);
    // What follows these words is nearly always the same.
    const parts = text.replace(/(?<=https?):\/{0,2}/g, '').match(/\w+|\W/g) ?? [];
    chance = 1;
    for (const [index, part] of parts.entries()) {
      const first = index === 0;
      if (!/\w/.test(part)) {
        chance *= first ? chanceOfSymbol(part) : signAfter(part, parts[index - 1] as string);
        continue;
      }
      const rate = wordRate(part, !first || left, index < parts.length - 1 || right);
      chance *= first ? rate / 1e6 : Math.min(1, rate / WORD_STARTS);
    }
    chances.set(literal, chance);
  }
  return chance;
}

/** The chance of a sign where something stands before it: signs follow words, and one another, oftener than anything. */
function signAfter(sign: string, before: string): number {
  if (sign > '\x7f') return chanceOfSymbol(sign) * 10;
  return /\w/.test(before) ? (SIGNS[sign] ?? OTHER_SIGN) / NO_WORD : sign === SPACE ? 0.4 : 0.1;
}
