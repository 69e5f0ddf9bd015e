import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createDocument } from '../../src/core/document.ts';
import { normalize } from '../../src/normalize/index.ts';

const UNTOUCHED: Readonly<Record<string, string>> = {
  'emoji families and skin tones': 'Our team 👨‍👩‍👧‍👦 and 👩🏽‍💻 and 🏳️‍🌈 shipped it ❤️‍🔥 today 👍🏿!',
  'flags of countries and regions': 'Matches: 🇩🇪🇫🇷 against 🏴󠁧󠁢󠁥󠁮󠁧󠁿 and 🏴󠁧󠁢󠁳󠁣󠁴󠁿, then 🏴󠁧󠁢󠁷󠁬󠁳󠁿 at home 🇯🇵.',
  'keycaps and variation selectors': 'Press 1️⃣ then #️⃣, see ☎️ or ✔︎ for the rest.',
  'Russian prose':
    'Утром в порту было тихо. Рыбаки разбирали сети, а у причала спал старый пёс. Он не слышал, как о борт бьёт вода.',
  'Russian prose with Latin names':
    'Сервис написан на TypeScript и работает с Node.js. Он читает файлы и сообщает о том, что нашёл в API.',
  'Greek prose': 'Το πρωί στο λιμάνι ήταν ήσυχα. Οι ψαράδες μάζευαν τα δίχτυα και ένα παλιό σκυλί κοιμόταν.',
  'Persian with joiners': 'کتاب‌ها را می‌خوانم و نمی‌دانم که آن‌ها چه می‌گویند.',
  'Hindi with joiners': 'क्‍या आप जानते हैं कि यह क्षेत्र क्‌ष से बनता है?',
  'Hebrew with marks of direction': 'המשרד נפתח בתשע\u200f (9:00)\u200e והמעבורת יוצאת עם הגאות.',
  'Arabic prose': 'يفتح مكتب الميناء في التاسعة، وتغادر العبّارة عندما يسمح المدّ.',
  'French prose':
    'Le système précédent était très étrange : voilà où naquit la légende du vieux chêne près du théâtre.',
  'Spanish prose': 'Mañana habrá más niños en la estación; el señor Núñez también vendrá con su prójimo.',
  'German prose': 'Die Fähre fährt für gewöhnlich früh über den Fluß, und schöne Grüße aus Köln.',
  'Turkish prose': 'Işıklı kıyıda sabırlı balıkçılar ağlarını topladı, yaşlı kayıkçı ırmağı izledi.',
  'Vietnamese prose': 'Buổi sáng ở cảng rất yên tĩnh, những người đánh cá thu lưới và con chó già nằm ngủ.',
  'Chinese prose': '港务办公室九点开门，潮水合适时渡轮就会出发。（第１２号码头）',
  'Thai with zero-width spaces': 'ท่าเรือ\u200bเปิด\u200bเก้า\u200bโมง\u200bเช้า',
  mathematics: 'If Δx → 0 then αβ ≤ γ², and x₁ + x₂ = −b/a; 37 °C, 5 µm, № 7™.',
  hashes: `sha256:${createHash('sha256').update('harbour').digest('hex')} md5 ${createHash('md5').update('tide').digest('hex')}`,
  'lock file': `"node_modules/tide": {\n  "version": "1.4.2",\n  "resolved": "https://example.test/tide/-/tide-1.4.2.tgz",\n  "integrity": "sha512-${createHash('sha512').update('tide').digest('base64')}",\n  "engines": { "node": ">=20" }\n}`,
  'image as a data URI': `![dot](data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==)`,
  'minified script':
    'var a=function(e,t,n){for(var r=0,i=t.length;r<i;r++){var o=t[r];e[o.k]=n?o.v:"x"+o.k}return e};!function(){a({},[{k:1,v:2}],!0)}();',
  'identifiers and paths':
    'src/normalize/confusables-data.ts exports getElementByClassName, MAX_BUFFER_SIZE_2 and utf8ToUtf16le; see /usr/local/lib/python3.11/site-packages.',
  'versions and ids':
    'v1.15.7, RFC 4648, 550e8400-e29b-41d4-a716-446655440000, 192.168.10.57, ISO-8859-1, i18n, k8s, 4th, mp3, h264.',
  compounds:
    'A well-known, state-of-the-art e-mail plug-in for role-play and follow-up; users can turn on-line help off.',
  'links with blanks': 'See https://example.test/a%20b/c%2Fd?x=1&amp;y=2 and &quot;quoted&quot; &mdash; done.',
  'tables and rules': '| a | b |\n| --- | :-: |\n| 1 | 2 |\n\n----------------------------\n\n* * * * * * * *\n',
  'loops and lists': 'for (i = 0; i < n; i++) { f(a, b, c, d, e); } // 1 2 3 4 5 6 7 8 and A. B. C. D. E.',
  'list of short lines': 'apples\npears\nplums\nfigs\ndates\nkiwis\nlimes\n',
};

describe('leaves alone', () => {
  test.each(Object.entries(UNTOUCHED))('%s', (_name, text) => {
    const { views, signals, truncated } = normalize(createDocument({ text }));
    expect(views.slice(1).map((view) => [view.via.join(' '), view.text])).toEqual([]);
    expect(signals).toEqual([]);
    expect(truncated).toBe(false);
  });

  test('data that is no text, however it is written', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 24, maxLength: 200 }),
        fc.constantFrom('base64', 'base64url', 'hex'),
        (bytes, form) => {
          // A high byte in every fourth place keeps chance from making a text of it.
          const data = Buffer.from(bytes.map((byte, i) => (i % 4 === 0 ? 0x80 | byte : byte & 0x1f)));
          const { views } = normalize(createDocument({ text: `token: ${data.toString(form as 'hex')} end` }));
          expect(views).toHaveLength(1);
        },
      ),
    );
  });

  test("the project's own sources, but for what their data and examples spell", () => {
    for (const file of ['src/normalize/index.ts', 'src/core/view.ts', 'package.json', 'tsconfig.json', 'biome.json']) {
      const text = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
      expect(normalize(createDocument({ text, uri: file })).views).toHaveLength(1);
    }
  });
});

describe('any text', () => {
  test('gets its own text first and maps every view into it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), fc.nat(), fc.nat(), (text, a, b) => {
        const { views, signals } = normalize(createDocument({ text }));
        expect(views[0]?.text).toBe(text);
        for (const view of views) {
          const start = a % (view.text.length + 1);
          const end = start + (b % (view.text.length - start + 1));
          const region = view.toOriginal({ start, end });
          expect(region.start).toBeGreaterThanOrEqual(0);
          expect(region.end).toBeGreaterThanOrEqual(region.start);
          expect(region.end).toBeLessThanOrEqual(text.length);
        }
        for (const { region } of signals) expect(region.end).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 400 },
    );
  });

  test('made of the alphabets of disguises is survived too', () => {
    const unit = fc.constantFrom(
      ...'&#x;%\\u{}=<>!-/.| \n\r\tAa0149@$'.split(''),
      'ignore',
      'i g n o r e',
      '%69',
      '&#105;',
      '\\x69',
      '=69',
      '<!--',
      '-->',
      '<b style="display:none">',
      '[//]: # (',
      'aWdub3Jl',
      '\u200b',
      '\u200d',
      '\u202e',
      '\ufeff',
      '\u0301',
      'е',
      'і',
      'α',
      'é',
      '\udb40\udc41',
      '\ud83d',
      '\ude00',
      '\ud83c\uddee',
      '\ufe0f',
      'Ａ',
      'ﬁ',
      '①',
    );
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 120 }), (parts) => {
        const text = parts.join('');
        const { views } = normalize(createDocument({ text }));
        for (const view of views) {
          const whole = view.toOriginal({ start: 0, end: view.text.length });
          expect(whole.start).toBeGreaterThanOrEqual(0);
          expect(whole.end).toBeLessThanOrEqual(text.length);
        }
      }),
      { numRuns: 1500 },
    );
  });
});
