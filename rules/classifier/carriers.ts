import type { Random } from './prng.ts';

type Wrap = (body: string, random: Random) => string;

const NAMES = [
  'Alice Moreau',
  'Ben Okafor',
  'Chiara Rossi',
  'David Kim',
  'Elena Petrova',
  'Farid Haddad',
  'Grace Liu',
  'Hugo Silva',
  'Ines Berger',
  'Jonas Nilsson',
];
const SUBJECTS = [
  'Quarterly figures',
  'Lunch on Thursday',
  'Your order',
  'Meeting notes',
  'Question about the contract',
  'Re: schedule',
  'Travel plans',
  'Invoice',
  'Weekly update',
  'Photos from Sunday',
];
const TOOLS = [
  'get_email',
  'search_web',
  'read_file',
  'list_events',
  'get_reviews',
  'fetch_page',
  'get_ticket',
  'query_notes',
  'get_product',
  'read_messages',
  'get_profile',
  'list_repos',
];
const FIELDS = [
  'content',
  'body',
  'text',
  'description',
  'note',
  'review',
  'message',
  'comment',
  'bio',
  'summary',
  'details',
  'title',
  'snippet',
  'answer',
];

const date = (random: Random): string => `20${20 + random.below(6)}-0${1 + random.below(9)}-${10 + random.below(18)}`;

/** The forms in which a model meets other people's text. The same forms wrap harmless and attacking bodies. */
export const WRAPS: readonly Wrap[] = [
  (body, random) =>
    `From: ${random.pick(NAMES)}\nTo: ${random.pick(NAMES)}\nDate: ${date(random)}\nSubject: ${random.pick(SUBJECTS)}\n\n${body}\n\nBest regards,\n${random.pick(NAMES)}`,
  (body, random) => `SUBJECT: ${random.pick(SUBJECTS)}\nEMAIL_FROM: ${random.pick(NAMES)}\nCONTENT: ${body}`,
  (body, random) =>
    `<html><head><title>${random.pick(SUBJECTS)}</title></head><body><h1>${random.pick(SUBJECTS)}</h1><p>${body}</p></body></html>`,
  (body, random) =>
    JSON.stringify({
      status: 'ok',
      tool: random.pick(TOOLS),
      results: [
        { id: random.below(9999), author: random.pick(NAMES), created: date(random), [random.pick(FIELDS)]: body },
      ],
    }),
  (body, random) =>
    `{'id': ${random.below(9999)}, 'date': '${date(random)}', '${random.pick(FIELDS)}': '${body}', 'owner': '${random.pick(NAMES)}'}`,
  (body, random) =>
    JSON.stringify(
      { [random.pick(FIELDS)]: body, rating: 1 + random.below(5), user: random.pick(NAMES), verified: true },
      null,
      2,
    ),
  (body, random) =>
    `/**\n * ${body.replaceAll('\n', '\n * ')}\n */\nexport function ${random.pick(['load', 'parse', 'render', 'update'])}Items(items) {\n  return items.filter(Boolean);\n}`,
  (body, random) =>
    `# ${random.pick(SUBJECTS).toLowerCase()}\n# ${body.replaceAll('\n', '\n# ')}\ndef ${random.pick(['main', 'run', 'fetch', 'save'])}(path):\n    return open(path).read()`,
  (body, random) =>
    `# ${random.pick(SUBJECTS)}\n\n${body}\n\n## See also\n\n- ${random.pick(SUBJECTS)}\n- ${random.pick(SUBJECTS)}`,
  (body) => `<tool_result>\n${body}\n</tool_result>`,
  (body, random) =>
    `| date | author | ${random.pick(FIELDS)} |\n| --- | --- | --- |\n| ${date(random)} | ${random.pick(NAMES)} | ${body.replaceAll('\n', ' ')} |`,
  (body, random) =>
    `${random.pick(NAMES)}: ${random.pick(SUBJECTS)}?\n${random.pick(NAMES)}: ${body}\n${random.pick(NAMES)}: thanks, see you`,
  (body, random) => `Tool: ${random.pick(TOOLS)}\nObservation: ${body}`,
  (body) => `<!-- ${body} -->`,
  (body, random) =>
    `Issue #${random.below(900)} opened by ${random.pick(NAMES)}\n\n${body}\n\nSteps to reproduce: open the page, click the button.`,
  (body) => body,
  (body) => body,
  (body) => body,
];

/** Puts an insert at the beginning, in the middle (at a sentence end) or at the end of a carrier text. */
export function plant(carrier: string, insert: string, random: Random): string {
  const glue = random.pick([' ', '\n', '\n\n', ' ', '\n\n']);
  const where = random.below(3);
  if (where === 0) return `${insert}${glue}${carrier}`;
  if (where === 1) return `${carrier}${glue}${insert}`;
  const cuts: number[] = [];
  for (const match of carrier.matchAll(/[.!?。！？]\s|\n/g)) cuts.push(match.index + match[0].length);
  const cut = cuts.length === 0 ? carrier.length >> 1 : random.pick(cuts);
  return `${carrier.slice(0, cut)}${random.chance(0.5) ? '\n' : ''}${insert}${glue}${carrier.slice(cut)}`;
}
