import type { PatternSource } from '../../src/rules/index.ts';

const VERBS =
  'ignore disregard forget drop discard skip bypass override neglect omit dismiss abandon erase cancel void reveal print show repeat output display dump expose share leak recite summarize translate echo copy act pretend behave respond simulate imagine roleplay become impersonate write answer speak send post upload forward transmit encode embed append fetch submit'.split(
    ' ',
  );
const OBJECTS =
  'instructions rules guidelines directions prompts constraints policies restrictions commands messages orders limits filters safeguards boundaries training context conversation configuration secrets passwords credentials tokens keys files history memory notes documents records accounts'.split(
    ' ',
  );
const QUALIFIERS =
  'previous prior earlier above preceding former original initial system hidden internal secret current existing developer safety content ethical given assigned'.split(
    ' ',
  );
const SHAPES: readonly ((pick: (list: readonly string[], count?: number) => string) => string)[] = [
  (pick) =>
    `\\b${pick(VERBS, 4)}\\s+(?:all\\s+|any\\s+)?(?:of\\s+)?(?:the\\s+|your\\s+|my\\s+)?${pick(QUALIFIERS, 5)}\\s+${pick(OBJECTS, 5)}\\b`,
  (pick) => `\\b${pick(VERBS, 3)}\\b.{0,40}\\b${pick(OBJECTS, 3)}\\b`,
  (pick) => `\\byou\\s+(?:are|will\\s+be|must\\s+be)\\s+(?:now\\s+)?${pick(QUALIFIERS, 2)}\\s+${pick(OBJECTS, 2)}`,
  (pick) => `<\\|?(?:im_start|${pick(OBJECTS)})\\|?>\\s*${pick(QUALIFIERS)}`,
  (pick) => `(?:^|\\n)\\s*#{1,4}\\s*${pick(QUALIFIERS, 2)}\\s+${pick(OBJECTS, 2)}\\s*:`,
  (pick) => `${pick(VERBS)}[^.\\n]{0,60}(?:https?://|mailto:)[^\\s)]{4,}`,
  (pick) => `(?<=${pick(OBJECTS)}[ :=]{1,3})[A-Za-z0-9_-]{20,}`,
  (pick) => `\\b${pick(OBJECTS).slice(0, 3)}-\\d{3}-\\d{4}\\b`,
];

/** Rules in the manner of the built-in ones, any number, the same ones at every run. */
export function syntheticPatterns(count: number): PatternSource[] {
  let seed = 12345;
  const random = (limit: number) => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
    return (seed >>> 8) % limit;
  };
  const pick = (list: readonly string[], size = 1) => {
    const words = new Set<string>();
    while (words.size < size) words.add(list[random(list.length)] as string);
    return size === 1 ? ([...words][0] as string) : `(?:${[...words].join('|')})`;
  };
  return Array.from({ length: count }, (_, index) => ({
    regex: (SHAPES[index % SHAPES.length] as (typeof SHAPES)[number])(pick),
  }));
}
