import type { Random } from './prng.ts';

/** Words that names in programs are put together from. */
const WORDS =
  'add align alpha array atom audio base beta block bound box buffer byte cache call cell chain channel char clock code color column copy core count cross data date delta depth digest dot drop edge entry error event field file filter flag float flow font frame gamma gate gen grid group half hash head high hint host icon index inner input insert int item iter join key kind label last layer left length level light limit line link list load local lock loop low map mask match matrix merge meta min mix mode move name node norm null offset order outer output pack page pair param part path peer pixel plane point port prefix probe queue range rate ratio read ref region repeat reset result right ring root rotate round row run salt scale scan seed select set shift sign size slice slot sort source span split stack start state step store stream string style sub sum swap sync table tag target test text thread tick time tone top trace track tree trim type unit update user value vector view wait width window word wrap write zone'.split(
    ' ',
  );
/** Codes of languages, as files of translations are called. */
const SHORT =
  'ab ac al ar bg bs ca cy da de el en eo es et fa fi fr ga gl gu he hr hu id is it ja ka ko lo lt lv mk ms nb ne nl om pa pl ps pt ro ru se si sk sl sq sv sw ta te th tr uk ur uz vi xh yo zu'.split(
    ' ',
  );
const MARKS = 'ACUTE,GRAVE,CIRCUMFLEX,DIAERESIS,TILDE,CARON,CEDILLA,MACRON,OGONEK,RING ABOVE,DOT BELOW,STROKE'.split(
  ',',
);
const SCRIPTS = 'LATIN,CYRILLIC,GREEK,ARABIC,HEBREW,ARMENIAN,KATAKANA'.split(',');
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

const words = (random: Random, count: number): string[] => Array.from({ length: count }, () => random.pick(WORDS));
const lines = (count: number, line: (index: number) => string, separator = '\n'): string =>
  Array.from({ length: count }, (_, index) => line(index)).join(separator);
const hex = (random: Random, digits: number): string =>
  random
    .below(16 ** digits)
    .toString(16)
    .toUpperCase()
    .padStart(digits, '0');
const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
const camel = (parts: readonly string[]): string =>
  parts.map((part, index) => (index === 0 ? part : capital(part))).join('');
const upper = (parts: readonly string[], random: Random): string =>
  parts.join('_').toUpperCase() + (random.chance(0.4) ? String(1 + random.below(64)) : '');
const letterName = (random: Random): string =>
  `${random.pick(SCRIPTS)} ${random.pick(['CAPITAL', 'SMALL'])} LETTER ${LETTERS.charAt(random.below(26)).toUpperCase()}${random.chance(0.5) ? ` WITH ${random.pick(MARKS)}` : ''}`;

/** What programs write, or people for programs: tables, enumerations, listings, packed code. One maker a kind. */
const KINDS: readonly ((random: Random) => string)[] = [
  // Single characters, which spell flags and names.
  (random) => {
    const spelled = words(random, 6 + random.below(20)).join(random.pick([' ', ' -', '-', '_', '']));
    const quote = random.pick(["'", '"']);
    const gap = random.pick([',', ', ', ',  ']);
    return [...spelled]
      .map((char, index) => `${quote}${char}${quote}${gap}${index % 16 === 15 ? '\n    ' : ''}`)
      .join('');
  },
  (random) => {
    const first = random.below(20);
    return lines(
      8 + random.below(18),
      (k) => `'${LETTERS.charAt((first + k) % 26)}'`,
      random.pick([', ', ',\n', ' | ']),
    );
  },
  // Tables of characters and their names.
  (random) => {
    const form = random.below(4);
    return lines(6 + random.below(20), () => {
      const code = hex(random, form === 3 ? 2 : 4);
      if (form === 0) return `    '\\u${code.toLowerCase()}'   #  0x${code} -> ${letterName(random)}`;
      if (form === 1) return `${code} ; [.${hex(random, 4)}.0020.0002] # ${letterName(random)}`;
      if (form === 2) return `0x${code}\t0x${hex(random, 4)}\t# ${letterName(random)}`;
      return `    "\\x${code}",  /* ${letterName(random)} */`;
    });
  },
  (random) => {
    const pairs = () =>
      `${LETTERS.charAt(random.below(26))}${random.chance(0.5) ? LETTERS.charAt(random.below(26)) : ''}`;
    return lines(6 + random.below(12), () => `&${pairs()} < ${pairs()} <<< ${pairs().toUpperCase()} < ${pairs()}`);
  },
  // Macros, enumerations, constants.
  (random) => {
    const macro = upper(words(random, 2), random);
    const prefix = random.pick(['R', 'S', 'X', 'K', 'OP', 'T']);
    return lines(
      6 + random.below(20),
      () => `${macro}(${prefix}_${upper(words(random, 2 + random.below(3)), random)}, 0x${hex(random, 3)})`,
    );
  },
  (random) => {
    const hexadecimal = random.chance(0.5);
    const note = random.chance(0.4);
    return lines(
      6 + random.below(20),
      (k) =>
        `    ${random.chance(0.5) ? upper(words(random, 2 + random.below(3)), random) : `k${words(random, 2).map(capital).join('')}`} = ${hexadecimal ? `0x${hex(random, 4)}` : k + 1},${note ? ` // ${words(random, 3).join(' ')}` : ''}`,
    );
  },
  (random) => lines(4 + random.below(10), () => lines(8, () => String(random.below(256)).padStart(4), ','), ',\n'),
  (random) =>
    lines(4 + random.below(12), (k) => {
      const [type, unit, count] = [
        random.pick(['i', 'v', 'f', 'u']),
        random.pick([8, 16, 32, 64]),
        1 << random.below(8),
      ];
      return `      ${type}${count}${type}${unit} = ${k + 90},   // ${count} x ${type}${unit}`;
    }),
  // Modules, records, definitions.
  (random) => {
    const form = random.below(3);
    return lines(5 + random.below(20), () => {
      const name = random.chance(0.6) ? random.pick(SHORT) : camel(words(random, 2));
      if (form === 0) return `export { default as ${name} } from "./${name}.js";`;
      if (form === 1) return `  ${name}: () => ${camel(words(random, 2))},`;
      return `var ${name} = require('./lib/${name}');`;
    });
  },
  (random) =>
    lines(4 + random.below(12), () => {
      const name = words(random, 3).join('_');
      return `def int_${name} : Builtin<"__${name}">,\n  Intrinsic<[${random.pick(['i32', 'v4i32', 'ptr'])}], [${random.pick(['i32', 'v8i16', 'ptr'])}, i32], [NoMem]>;`;
    }),
  // Packed code.
  (random) => {
    const name = () => LETTERS.charAt(random.below(26));
    const pieces = [
      () => `if(this.#${name()}===${random.below(4)})return this.#${name()}(${name()});`,
      () => `for(let ${name()}=0;${name()}<${name()}.length;${name()}++)${name()}.push(${name()}[${name()}]);`,
      () =>
        `function ${name()}(${name()},${name()}){return ${name()}.${random.pick(WORDS)}&&${name()}(${name()},${name()})}`,
      () => `${name()}=${name()}?${name()}(${name()}):void 0,`,
      () => `this.${name()}.${random.pick(WORDS)}(${name()},!${random.below(2)});`,
      () => `const{${name()}:${name()},${name()}:${name()}}=${name()};`,
    ];
    return lines(10 + random.below(30), () => random.pick(pieces)(), '');
  },
  // Markup that tools write.
  (random) => {
    const scheme = random.pick(['tok', 'hl', 'code', 's']);
    return lines(
      6 + random.below(16),
      () =>
        `<span class="${scheme}-${random.pick(WORDS)}">${random.pick(['{', '}', '[', ']', ':', ',', `"${camel(words(random, 2))}"`, String(random.below(9999))])}</span>`,
      random.pick(['', ' ', '\n']),
    );
  },
  (random) =>
    lines(5 + random.below(14), () => {
      const anchor = words(random, 4 + random.below(4));
      return `<a href="#${anchor.join('-')}"><code>${camel(anchor.slice(0, 2))}(${anchor.slice(2).join(', ')})</code></a><a id="${anchor.join('_')}"></a>`;
    }),
  // Listings.
  (random) => {
    const root = words(random, 2).join('/');
    const extension = random.pick(['cpp', 'h', 'py', 'js', 'md', 'png', 'json']);
    return lines(
      6 + random.below(24),
      () =>
        ` ${root}/${words(random, 1 + random.below(2)).join('_')}/${random.pick(WORDS)}${random.below(99)}.${extension}`,
    );
  },
  (random) =>
    lines(
      5 + random.below(14),
      () => `${words(random, 2).join('-')}: ${random.pick([2, 15, 'true', 'false', '[2, all]', 'off', 'null'])}`,
    ),
];

/** Licences and the legal small print that stands at the head of files, worded after the common ones. */
export const LEGAL: readonly string[] = [
  'permission is (hereby |)granted, free of charge, to any person (obtaining|who obtains|receiving) a copy of this (software|work|file) and (the |its |)associated documentation (files |)(the "Software"|("the Materials")|), to (use|copy|deal in|change) (it|the Software) without (any |)restriction(, including without limitation the rights to (use, copy and sell|copy, merge and publish|modify and distribute) copies of it|)',
  '(subject to|provided that|under) the following conditions (are met|hold|)(:|)',
  'the above copyright notice and this (permission notice|list of conditions|paragraph) (shall|must|have to) be included in all copies or substantial (portions|parts) of the (Software|work)',
  '(redistributions|copies) (of source code|in binary form) must (retain|keep|reproduce) the above (copyright notice|notice), this list of (conditions|terms) and the (following |)disclaimer(, in the documentation or other materials|)',
  'neither the name of the (author|copyright holder|project) nor the names of (its|any) contributors may be used to (endorse|promote) products (derived from|made with) this software without (specific |)(prior |)written permission',
  '(the software|this program|the work) is (provided|distributed|supplied) "as is", without warranty of any kind, (express|expressed) or implied, including (but not limited to |)the warranties of (merchantability|fitness for a purpose|title) and noninfringement',
  'in no event shall the (authors|copyright holders|contributors) be liable for any (claim|damages|loss) or other liability, (whether in contract or tort|arising from the use of the software|however caused)(, even if advised of the possibility of (such damage|this)|)',
  '(licensed|made available) under the (License|terms) (below|that follow)(;|,) you may not use this file except in compliance with (it|the License). you may (obtain|get|find) a copy of the License at the (address|web site) above',
  'unless required by (applicable |)law or agreed to in writing, (software|what is) distributed under the License is distributed (on an "as is" basis|without warranties or conditions of any kind). see the License for the (specific |)language governing permissions and limitations',
  'this (program|library) is free software(:|;) you can redistribute it and/or modify it under the terms of the (licence|license) as published by the (foundation|project), either version 2 or (at your option|, if you prefer,) any later version',
  'you may (copy|convey|publish) (verbatim|modified) copies of this (License|document), (provided that|if) you also include (the original version of|a copy of) this (License|notice) and (the notices|its disclaimers)',
  'in addition to the (conditions|permissions) above, (you may|the licensee may|anyone may) (link|combine|ship) this (work|library) with other (works|code)( and distribute the result under terms of your choice|)',
  'except as contained in this notice, the name of the (holder|author) shall not be used in (advertising|promotion) (or otherwise |)(to promote the sale|of the use) (or other dealings |)in this software without prior (written |)(authorization|permission)',
  'copyright \\(c\\) (1998|2007|2016|2024)(-2025|) the (authors|contributors|project). all rights reserved',
  'each contributor (hereby |)grants you a (perpetual|worldwide), (non-exclusive|royalty-free) (patent|copyright) licence to (make|use|reproduce) the (work|contribution)',
];

/** How lines of a notice begin, in the languages that files are written in. */
const PREFIXES = ['', '', ' * ', '# ', '// ', ' ', '    ', '-- ', '; ', 'dnl '];

/** A text that no person wrote as a text: one kind of table, listing or packed code, or two after each other. */
export function machineText(random: Random): string {
  const first = random.pick(KINDS)(random);
  return random.chance(0.3) ? `${first}\n${random.pick(KINDS)(random)}` : first;
}

/** A notice in lines of one width, each with its prefix. */
export function notice(text: string, random: Random): string {
  const width = 56 + random.below(24);
  const prefix = random.pick(PREFIXES);
  const out: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + word.length >= width) {
      out.push(prefix + line);
      line = '';
    }
    line += line === '' ? word : ` ${word}`;
  }
  return [...out, prefix + line].join('\n');
}
