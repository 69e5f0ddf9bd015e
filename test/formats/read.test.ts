import { describe, expect, test } from 'vitest';
import type { Document } from '../../src/core/document.ts';
import { type Readable, type ReadEvent, type ReadOptions, readDocuments } from '../../src/formats/index.ts';

function readable(uri: string, text: string | Buffer, kind: Readable['kind'] = 'file'): Readable {
  const bytes = Buffer.from(text);
  return {
    uri,
    kind,
    bytes,
    async *stream() {
      yield bytes;
    },
  };
}

async function read(input: Readable, options: ReadOptions = {}): Promise<ReadEvent[]> {
  const events: ReadEvent[] = [];
  for await (const event of readDocuments(input, options)) events.push(event);
  return events;
}

async function documents(input: Readable, options: ReadOptions = {}): Promise<Document[]> {
  return (await read(input, options)).map((event) => {
    if (event.type === 'error') throw new Error(event.error.message);
    return event.document;
  });
}

const roles = ({ text, segments }: Document) =>
  segments.map(({ role, region }) => [role, text.slice(region.start, region.end)]);

describe('text', () => {
  test('a file is one document; its name decides kind and role', async () => {
    const [document] = await documents(readable('AGENTS.md', 'Be kind.'));
    expect(document).toEqual({
      id: 'AGENTS.md',
      uri: 'AGENTS.md',
      source: 'file',
      kind: 'instructions',
      format: 'text',
      text: 'Be kind.',
      segments: [{ role: 'system', region: { start: 0, end: 8 } }],
      encodingFlags: [],
      ascii: true,
    });
  });

  test('the role that the user gives wins', async () => {
    const [document] = await documents(readable('AGENTS.md', 'x'), { role: 'tool' });
    expect(document?.segments[0]?.role).toBe('tool');
  });

  test('arguments and standard input are prompts of unknown role, unless the input has a name', async () => {
    expect(await documents(readable('<argument:1>', 'x', 'argument'))).toMatchObject([
      { kind: 'prompt', segments: [{ role: 'unknown' }] },
    ]);
    expect(await documents(readable('<stdin>', 'x', 'stdin'))).toMatchObject([{ kind: 'prompt', uri: '<stdin>' }]);
    expect(await documents(readable('<stdin>', 'x', 'stdin'), { stdinFilename: 'a/SKILL.md' })).toMatchObject([
      { kind: 'instructions', uri: 'a/SKILL.md', source: 'stdin' },
    ]);
    expect(await documents(readable('d.jsonl', '{"text": "x"}', 'stdin'))).toMatchObject([
      { source: 'record', text: 'x' },
    ]);
  });

  test('an empty file is an empty document', async () => {
    expect(await documents(readable('a.md', ''))).toMatchObject([
      { text: '', segments: [{ region: { start: 0, end: 0 } }] },
    ]);
  });
});

describe('jsonl', () => {
  test('reads every shape of the contract, with ids and line numbers', async () => {
    const lines = [
      '{"id": "a", "text": "one"}',
      '',
      '{"id": 7, "prompt": "two"}',
      '{"content": [{"type": "text", "text": "three"}], "role": "assistant"}',
      '{"messages": [{"role": "system", "content": "S"}, {"role": "user", "content": "U"}]}',
      '{"custom_id": "b", "body": {"messages": [{"role": "developer", "content": "D"}]}}',
      '"bare"',
    ];
    const read = await documents(readable('d.jsonl', lines.join('\n')));
    expect(read.map(({ id, record, text }) => [id, record, text])).toEqual([
      ['a', 1, 'one'],
      ['7', 3, 'two'],
      ['d.jsonl', 4, 'three'],
      ['d.jsonl', 5, 'S\n\nU'],
      ['b', 6, 'D'],
      ['d.jsonl', 7, 'bare'],
    ]);
    expect(read.map((document) => document.segments[0]?.role)).toEqual([
      'unknown',
      'unknown',
      'assistant',
      'system',
      'system',
      'unknown',
    ]);
    expect(read.every(({ source, kind }) => source === 'record' && kind === 'prompt')).toBe(true);
  });

  test('a bad line is an error that names the line and quotes nothing; the rest is read', async () => {
    const events = await read(readable('d.ndjson', '{"text": "a"}\n{secret-value\n{"other": 1}\n[1]\n{"text": "b"}\n'));
    expect(events.map((event) => (event.type === 'error' ? event.error : event.document.text))).toEqual([
      'a',
      { uri: 'd.ndjson', code: 'bad_record', message: 'Line 2: not valid JSON at character 2.' },
      {
        uri: 'd.ndjson',
        code: 'bad_record',
        message:
          'Line 3: The record has none of the fields text, prompt, content or messages; name its field with --text-field.',
      },
      { uri: 'd.ndjson', code: 'bad_record', message: 'Line 4: The record is neither an object nor a string.' },
      'b',
    ]);
  });

  test('a record over the limit is an error and the rest is read', async () => {
    const events = await read(readable('d.jsonl', `{"text": "${'x'.repeat(100)}"}\n{"text": "b"}`), {
      maxRecordBytes: 50,
    });
    expect(events).toMatchObject([
      { error: { code: 'too_large', message: 'Line 1: the record is longer than 50 bytes.' } },
      { document: { text: 'b', record: 2 } },
    ]);
  });

  test('another field can be named, also inside an object', async () => {
    expect(
      await documents(readable('d.jsonl', '{"text": "no", "q": {"body": "yes"}}'), { textField: 'q.body' }),
    ).toMatchObject([{ text: 'yes' }]);
    expect(await read(readable('d.jsonl', '{"text": "no"}'), { textField: 'toString' })).toMatchObject([
      { type: 'error' },
    ]);
  });

  test('what is escaped in JSON is not ASCII', async () => {
    expect(await documents(readable('d.jsonl', '{"text": "\\u202e"}\n{"text": "a"}'))).toMatchObject([
      { ascii: false },
      { ascii: true },
    ]);
  });

  test('UTF-16 and a byte order mark do not matter', async () => {
    const text = '{"text": "ä"}\n{"text": "b"}\n';
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
    for (const bytes of [utf16, Buffer.from(`\ufeff${text}`)]) {
      expect((await documents(readable('d.jsonl', bytes))).map((document) => document.text)).toEqual(['ä', 'b']);
    }
  });

  test('is read in constant memory: a stream of 64 MB goes through', async () => {
    const line = Buffer.from(`${JSON.stringify({ text: 'x'.repeat(1000) })}\n`.repeat(1000));
    const input: Readable = {
      uri: 'big.jsonl',
      kind: 'file',
      bytes: undefined,
      async *stream() {
        for (let round = 0; round < 64; round++) yield line;
      },
    };
    let records = 0;
    let peak = 0;
    for await (const event of readDocuments(input)) {
      if (event.type === 'document') records++;
      if (records % 1000 === 0) peak = Math.max(peak, process.memoryUsage().arrayBuffers);
    }
    expect(records).toBe(64_000);
    expect(peak).toBeLessThan(64 * 1024 * 1024);
  });

  test('a broken stream is an error, a defect is not swallowed', async () => {
    const failing = (error: Error): Readable => ({
      uri: 'd.jsonl',
      kind: 'file',
      bytes: undefined,
      // biome-ignore lint/correctness/useYield: it fails before it can
      async *stream() {
        throw error;
      },
    });
    expect(await read(failing(Object.assign(new Error('x'), { code: 'EIO' })))).toMatchObject([
      { error: { code: 'unreadable' } },
    ]);
    await expect(read(failing(new TypeError('bug')))).rejects.toThrow('bug');
  });
});

describe('messages', () => {
  test('a conversation is one document with a segment a message', async () => {
    const conversation = [
      { role: 'system', content: 'You help.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Look:' },
          { type: 'image', data: '…' },
        ],
      },
      { role: 'user', content: [{ type: 'tool_result', content: [{ type: 'text', text: 'page' }] }] },
      { role: 'assistant', content: null, tool_calls: [{ function: { name: 'f', arguments: '{"a":1}' } }] },
      { role: 'tool', content: 'result' },
    ];
    const expected = [
      ['system', 'You help.'],
      ['user', 'Look:'],
      ['tool', 'page'],
      ['assistant', '{"a":1}'],
      ['tool', 'result'],
    ];
    for (const value of [conversation, { messages: conversation }]) {
      const [document] = await documents(readable('c.json', JSON.stringify(value)), { inputFormat: 'messages' });
      expect(document && roles(document)).toEqual(expected);
    }
  });

  test('what is no conversation is an error', async () => {
    for (const text of ['{', '{"a": 1}', '3']) {
      expect(await read(readable('c.json', text), { inputFormat: 'messages' })).toMatchObject([
        { error: { code: 'bad_record' } },
      ]);
    }
  });
});
