import type { Replacement } from './redact.ts';

const CONTEXT = 3;

/** A unified diff of what redaction changed; empty where it changed nothing. The lines taken out show the values. */
export function redactionDiff(name: string, text: string, replacements: readonly Replacement[]): string {
  if (replacements.length === 0) return '';
  const lines = text.split('\n');
  // What follows the last line break is a line only where there is something.
  const isEnded = lines.at(-1) === '' && lines.pop() === '';
  const starts = lineStarts(lines);
  const hunks: Hunk[] = [];
  for (const replacement of [...replacements].sort((a, b) => a.start - b.start)) {
    const first = lineAt(starts, replacement.start);
    const last = lineAt(starts, Math.max(replacement.start, replacement.end - 1));
    const open = hunks.at(-1);
    if (open && first - open.last <= CONTEXT * 2) {
      open.last = Math.max(open.last, last);
      open.replacements.push(replacement);
    } else hunks.push({ first, last, replacements: [replacement] });
  }
  let shift = 0;
  const body = hunks.map((hunk) => {
    const from = Math.max(0, hunk.first - CONTEXT);
    const to = Math.min(lines.length - 1, hunk.last + CONTEXT);
    const end = isEnded || to < lines.length - 1 ? [] : [NO_NEWLINE];
    const isLast = hunk.last === lines.length - 1;
    const before = lines.slice(hunk.first, hunk.last + 1);
    const after = replaced(before.join('\n'), starts[hunk.first] as number, hunk.replacements).split('\n');
    const size = to - from + 1;
    const head = `@@ -${from + 1},${size} +${from + 1 + shift},${size + after.length - before.length} @@`;
    shift += after.length - before.length;
    return [
      head,
      ...lines.slice(from, hunk.first).map((line) => ` ${line}`),
      ...before.map((line) => `-${line}`),
      ...(isLast ? end : []),
      ...after.map((line) => `+${line}`),
      ...lines.slice(hunk.last + 1, to + 1).map((line) => ` ${line}`),
      ...end,
    ].join('\n');
  });
  return `--- a/${name}\n+++ b/${name}\n${body.join('\n')}\n`;
}

const NO_NEWLINE = '\\ No newline at end of file';

interface Hunk {
  readonly first: number;
  last: number;
  readonly replacements: Replacement[];
}

function replaced(text: string, offset: number, replacements: readonly Replacement[]): string {
  let result = '';
  let at = 0;
  for (const { start, end, replacement } of replacements) {
    if (start - offset < at) continue;
    result += text.slice(at, start - offset) + replacement;
    at = end - offset;
  }
  return result + text.slice(at);
}

function lineStarts(lines: readonly string[]): number[] {
  let offset = 0;
  return lines.map((line) => {
    const start = offset;
    offset += line.length + 1;
    return start;
  });
}

function lineAt(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] as number) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
