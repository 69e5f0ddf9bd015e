import { expect, test } from 'vitest';
import { displayWidth } from '../../src/core/width.ts';

test.each([
  ['', 0],
  ['plain ascii', 11],
  ['Grüße', 5],
  ['e\u0301', 1],
  ['你好', 4],
  ['한글', 4],
  ['ﾊﾝ', 2],
  ['Ａ', 2],
  ['😀', 2],
  ['⚠\ufe0f', 1],
  ['Привет…', 7],
])('%s takes %i columns', (text, columns) => {
  expect(displayWidth(text)).toBe(columns);
});
