import { DIRECT, INDIRECT, RAW, TOOL_POISON, TOOL_WORDS, WORDS } from './attacks.ts';
import { plant, WRAPS } from './carriers.ts';
import type { Row } from './data.ts';
import { expand, type Lexicon, tidy } from './grammar.ts';
import { LANGUAGES } from './languages.ts';
import { LEGAL, machineText, notice } from './machine-text.ts';
import { BENIGN, BENIGN_RAW, BENIGN_WORDS } from './negatives.ts';
import type { Random } from './prng.ts';

const ATTACK_WORDS: Lexicon = { ...WORDS, ...TOOL_WORDS };

/** What a made text's `detail` says when words of a public source stand in it. */
export const CARRIED = 'carried';

/** The parts of the grammar. */
export type Part =
  | 'direct'
  | 'longRole'
  | 'plantedGrammar'
  | 'plantedReal'
  | 'plantedShort'
  | 'toolPoison'
  | 'language'
  | 'benign'
  | 'benignPlanted'
  | 'legal'
  | 'machine';

/** How many texts each part of the grammar gives. */
export const AMOUNTS: Readonly<Record<Part, number>> = {
  direct: 5000,
  longRole: 900,
  plantedGrammar: 4000,
  plantedReal: 3000,
  plantedShort: 1200,
  toolPoison: 500,
  language: 120,
  benign: 9500,
  benignPlanted: 4500,
  legal: 900,
  machine: 1800,
};

function vary(text: string, random: Random): string {
  const roll = random.next();
  let out = tidy(text);
  if (roll < 0.45) out = out.replace(/(^|[.!?]\s+)([a-zà-ž])/g, (whole) => whole.toUpperCase());
  else if (roll < 0.52) out = out.toUpperCase();
  else if (roll < 0.6) out = out.replace(/[.,!]/g, '');
  if (random.chance(0.04)) out = out.replace(/([a-z])([a-z])(?=[a-z]{3})/, '$2$1');
  return out;
}

const attackText = (family: readonly string[], random: Random): string =>
  vary(expand(random.pick(family), ATTACK_WORDS, RAW, random), random);
const benignText = (family: readonly string[], random: Random): string =>
  vary(expand(random.pick(family), BENIGN_WORDS, BENIGN_RAW, random), random);

/** A stretch of at most `size` characters of a text, cut at a blank. */
function stretch(text: string, size: number, random: Random): string {
  if (text.length <= size) return text;
  const from = random.below(text.length - size);
  const start = from === 0 ? 0 : text.indexOf(' ', from) + 1;
  return text.slice(start, start + size);
}

/** Everything that the grammar adds to one fold: attacks bare and planted, and harmless texts in the same forms. Carriers come from the given rows only. */
export function makeSynthetic(rows: readonly Row[], random: Random, amounts: typeof AMOUNTS = AMOUNTS): Row[] {
  const out: Row[] = [];
  const add = (source: string, family: string, text: string, malicious: boolean, carried = false): void => {
    const detail = carried ? CARRIED : '';
    out.push({ id: `${source}:${out.length}`, text, malicious, source: `grammar:${source}`, family, detail });
  };
  const directFamilies = Object.entries(DIRECT);
  const indirectFamilies = Object.entries(INDIRECT);
  const benignFamilies = Object.entries(BENIGN);
  const bySource = new Map<string, Row[]>();
  for (const row of rows) {
    const key = `${row.source}${row.malicious ? '!' : ''}`;
    const list = bySource.get(key);
    if (list) list.push(row);
    else bySource.set(key, [row]);
  }
  const carriers = [...bySource]
    .filter(([key]) => !key.endsWith('!') && key !== 'clinc150' && key !== 'promptsource')
    .map(([, list]) => list);
  const attacks = [...bySource]
    .filter(([key]) => key.endsWith('!') && !key.startsWith('injecagent') && !key.startsWith('bipia'))
    .map(([, list]) => list.filter((row) => row.text.length < 500))
    .filter((list) => list.length > 0);
  const carrier = (): string => stretch(random.pick(random.pick(carriers)).text, 200 + random.below(1400), random);

  for (let index = 0; index < amounts.direct; index++) {
    const [family, templates] = directFamilies[index % directFamilies.length] as [string, readonly string[]];
    add('direct', family, attackText(templates, random), true);
  }
  for (let index = 0; index < amounts.longRole; index++) {
    const parts = [expand('{jailopen}.', ATTACK_WORDS, RAW, random)];
    const count = 5 + random.below(12);
    for (let k = 0; k < count; k++)
      parts.push(
        expand(
          random.pick(['{role}.', '{role}.', '{norefuse}.', '{override}.', '{authority}.']),
          ATTACK_WORDS,
          RAW,
          random,
        ),
      );
    parts.push(
      expand(
        random.pick(['{slot}', 'my first question is: {slot}', '{confirm}']),
        { ...ATTACK_WORDS, confirm: ['{norefuse}'] },
        RAW,
        random,
      ),
    );
    add('role', 'role', vary(parts.join(random.chance(0.3) ? '\n' : ' '), random), true);
  }
  for (let index = 0; index < amounts.plantedGrammar; index++) {
    const [family, templates] = indirectFamilies[index % indirectFamilies.length] as [string, readonly string[]];
    const insert = attackText(templates, random);
    const body = random.chance(0.25) ? insert : plant(carrier(), insert, random);
    add('planted', family, random.pick(WRAPS)(body, random), true, true);
  }
  const shortText = (): string => benignText(BENIGN.business ?? [], random);
  const shortFamilies = [...indirectFamilies, ...indirectFamilies.filter(([family]) => family === 'action')];
  for (let index = 0; index < amounts.plantedShort; index++) {
    const [family, templates] = shortFamilies[index % shortFamilies.length] as [string, readonly string[]];
    const insert = attackText(templates, random);
    add(
      'planted-short',
      family,
      random.pick(WRAPS)(random.chance(0.5) ? insert : plant(shortText(), insert, random), random),
      true,
    );
    add(
      'short',
      'carrier',
      random.pick(WRAPS)(random.chance(0.5) ? shortText() : `${shortText()} ${shortText()}`, random),
      false,
    );
  }
  if (attacks.length > 0) {
    for (let index = 0; index < amounts.plantedReal; index++) {
      const insert = random.pick(random.pick(attacks)).text;
      add('planted-real', 'planted', random.pick(WRAPS)(plant(carrier(), insert, random), random), true, true);
    }
  }
  for (let index = 0; index < amounts.toolPoison; index++) {
    const text = attackText(TOOL_POISON, random);
    const lead = random.chance(0.7) ? `${benignText(BENIGN.tool ?? [], random)} ` : '';
    add('tool', 'tool_poison', `${lead}${text}`, true);
  }
  for (const language of LANGUAGES) {
    const kinds = [language.override, language.leak, language.role, language.exfil] as const;
    for (let index = 0; index < amounts.language; index++) {
      const kind = kinds[index % 4] as readonly string[];
      let text = expand(random.pick(kind), {}, {}, random);
      if (random.chance(0.4))
        text += `${random.pick(['. ', ', ', '\n', '! '])}${expand(random.pick(kinds[random.below(4)] as readonly string[]), {}, {}, random)}`;
      if (random.chance(0.25)) text = plant(random.pick(language.benign), text, random);
      const carried = random.chance(0.12);
      if (carried) text = random.pick(WRAPS)(plant(carrier(), text, random), random);
      add(`language-${language.code}`, language.code, vary(text, random), true, carried);
    }
    for (let index = 0; index < amounts.language; index++) {
      const quoted = expand(random.pick(kinds[random.below(2)] as readonly string[]), {}, {}, random);
      let text =
        index % 4 === 0
          ? random.pick(language.teach).replace('{attack}', quoted)
          : expand(random.pick(index % 3 === 1 ? language.guarded : language.benign), {}, {}, random);
      if (random.chance(0.5)) text += ` ${random.pick(language.benign)}`;
      if (random.chance(0.2)) text = random.pick(WRAPS)(text, random);
      add(`language-${language.code}`, language.code, vary(text, random), false);
    }
  }
  for (let index = 0; index < amounts.benign; index++) {
    const [family, templates] = benignFamilies[index % benignFamilies.length] as [string, readonly string[]];
    add('benign', family, benignText(templates, random), false);
  }
  for (let index = 0; index < amounts.benignPlanted; index++) {
    const [, templates] = random.pick(benignFamilies);
    const roll = random.next();
    const body =
      roll < 0.4
        ? carrier()
        : roll < 0.6
          ? benignText(templates, random)
          : plant(carrier(), benignText(templates, random), random);
    add('carriers', 'carrier', random.pick(WRAPS)(body, random), false, true);
  }
  for (let index = 0; index < amounts.legal; index++) {
    const count = 1 + random.below(6);
    const clauses = Array.from({ length: count }, () => vary(expand(`${random.pick(LEGAL)}.`, {}, {}, random), random));
    add('legal', 'legal', notice(clauses.join(' '), random), false);
  }
  for (let index = 0; index < amounts.machine; index++) add('machine', 'machine', machineText(random), false);
  return out;
}
