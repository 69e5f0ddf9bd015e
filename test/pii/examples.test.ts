import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../src/pii/index.ts';
import { engine, piiRules } from './builtin.ts';

/** Lines around a text, with characters of one and of two UTF-16 units, combining marks and structure. */
const LINES: readonly (readonly [before: string, after: string])[] = [
  ['📧 Grüße an 你好 👩‍👩‍👧\n', '\n🙂🙂'],
  ['e\u0301tait la ne\u0301e\u00a0\u00e0 Zu\u0308rich\n', '\n\ne\u0301'],
  ['- [ ] first thing\r\n', '\r\n- [x] second thing'],
  ['{"ok": true}\n', '\n{"ok": false}'],
  ['\u{1f9d1}\u200d\u{1f4bb} \u0645\u0631\u062d\u0628\u0627\n\n', '\n\n\u0928\u092e\u0938\u094d\u0924\u0947'],
];

const redactor = createRedactor({ mode: 'mask' });

/** The text with every value masked that the engine finds. */
function redact(text: string): string {
  return redactor.redact(text, engine.detect(text)).text;
}

describe.each(piiRules.map((rule) => [rule.id, rule] as const))('%s', (_id, rule) => {
  const type = rule.pii?.type;

  it.each(LINES)(
    'finds the values of its examples between other lines, at their exact offsets (%#)',
    (before, after) => {
      for (const { text } of rule.examples.match) {
        const alone = engine.detect(text).filter((hit) => hit.type === type);
        const hits = engine.detect(`${before}${text}${after}`).filter((hit) => hit.type === type);
        expect(
          hits.map(({ start, end }) => [start, end]),
          text,
        ).toEqual(alone.map(({ start, end }) => [start + before.length, end + before.length]));
      }
    },
  );

  it('redaction removes what was found, and rests after it has run', () => {
    for (const { text } of rule.examples.match) {
      const redacted = redact(text);
      for (const { start, end, reserved } of engine.detect(text)) {
        if (!reserved) expect(redacted, text).not.toContain(text.slice(start, end));
      }
      expect(redact(redacted), text).toBe(redacted);
    }
  });
});
