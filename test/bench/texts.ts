import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Text of one kind, at least `size` units long where the material allows, cut to that size. */
export type TextSource = (size: number) => string;

/** The kinds of text that speed is measured on. Material is what `npm ci` has put into node_modules. */
export function textSources(root: string): Readonly<Record<string, TextSource>> {
  const readmes = readAll(root, /^readme\.md$/i, 4_000_000);
  const code = readAll(root, /\.(?:js|mjs|cjs)$/, 4_000_000, /\.min\.|bundle/);
  const prose = readmes
    .split('\n')
    .filter((line) => line.length > 60 && /^[A-Z][a-z ]/.test(line) && !/[|<>{}]|https?:/.test(line))
    .join('\n');
  const chat = prose
    .split(/(?<=[.?!])\s+/)
    .map((content, index) =>
      JSON.stringify({ id: index, messages: [{ role: index % 2 ? 'assistant' : 'user', content }] }),
    )
    .join('\n');
  return {
    prose: cut(prose),
    markdown: cut(readmes),
    code: cut(code),
    'chat JSON': cut(chat),
    languages: cut(LANGUAGES),
  };
}

function cut(material: string): TextSource {
  return (size) => {
    let text = material;
    while (text.length < size) text += `\n${material}`;
    // A flat copy: slices and ropes are read more slowly.
    return Buffer.from(text.slice(0, size), 'utf16le').toString('utf16le');
  };
}

function readAll(root: string, name: RegExp, limit: number, except?: RegExp): string {
  const folders = [join(root, 'node_modules')];
  const texts: string[] = [];
  let size = 0;
  for (let folder = folders.pop(); folder !== undefined && size < limit; folder = folders.pop()) {
    for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(path);
      else if (name.test(entry.name) && !except?.test(path) && size < limit) {
        const text = readFileSync(path, 'utf8');
        if (text.length > 400_000) continue;
        texts.push(text);
        size += text.length;
      }
    }
  }
  return texts.join('\n');
}

const LANGUAGES = [
  'The harbour office opens at nine, and the ferry leaves when the tide allows it.',
  'Das Hafenamt öffnet um neun Uhr, und die Fähre fährt ab, sobald die Flut es zulässt.',
  'La oficina del puerto abre a las nueve y el transbordador zarpa cuando lo permite la marea.',
  'Le bureau du port ouvre à neuf heures et le bac part dès que la marée le permet.',
  'Контора порта открывается в девять, а паром уходит, как только позволит прилив.',
  '港务办公室九点开门，潮水合适时渡轮就会出发。',
  '港の事務所は九時に開き、潮が満ちるとフェリーが出ます。',
  '항만 사무소는 아홉 시에 열고, 물때가 맞으면 배가 떠난다.',
  'يفتح مكتب الميناء في التاسعة وتغادر العبّارة عندما يسمح المدّ.',
].join('\n');
