import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A request as the server saw it. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** What the judge's answer says, where a test wants another than the harmless one. */
export interface AnswerInit {
  readonly ticket?: string;
  readonly evidence?: readonly string[];
  readonly category?: string;
  readonly verdict?: string;
  readonly probability?: number;
}

export type Behaviour = (seen: Seen, response: ServerResponse) => void | Promise<void>;

/** A server on loopback that speaks Anthropic Messages, OpenAI Responses and Chat Completions, and misbehaves on demand. */
export interface HostileServer {
  readonly url: string;
  readonly requests: Seen[];
  /** What it does from now on; a list is used up one request at a time, its last entry stays. */
  behave(...behaviours: Behaviour[]): void;
  close(): Promise<void>;
}

export async function startHostileServer(first: Behaviour = answers()): Promise<HostileServer> {
  let queue: Behaviour[] = [first];
  const requests: Seen[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const seen = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(parts).toString('utf8'),
      };
      requests.push(seen);
      const behaviour = queue.length > 1 ? queue.shift() : queue[0];
      void behaviour?.(seen, response);
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    behave: (...behaviours) => {
      queue = behaviours;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The one-time ticket that the request told the judge. */
export function ticketIn({ body }: Seen): string {
  return /ticket is ([0-9a-f]{8})/.exec(body)?.[1] ?? '';
}

/** The secret that the judge must not say. */
export function canaryIn({ body }: Seen): string {
  return /secret of this request is ([0-9a-f]{32})/.exec(body)?.[1] ?? '';
}

/** The payload's texts as the judge could read them. */
export function payloadIn({ body }: Seen): string[] {
  const message =
    JSON.stringify(JSON.parse(body)).match(/<captured-[0-9a-f]{32}>\\n(\[.*?\])\\n<\/captured-/s)?.[1] ?? '"[]"';
  return JSON.parse(JSON.parse(`"${message}"`) as string) as string[];
}

/** A complete answer; harmless unless told otherwise. */
export function answers(init: AnswerInit | ((seen: Seen) => AnswerInit) = {}): Behaviour {
  return (seen, response) => {
    const {
      ticket,
      evidence = [],
      category = 'none',
      verdict = 'benign',
      probability = 3,
    } = typeof init === 'function' ? init(seen) : init;
    const answer = { ticket: ticket ?? ticketIn(seen), evidence, category, verdict, probability };
    sendJson(response, envelope(seen, JSON.stringify(answer)));
  };
}

/** Says an attack, with the whole first piece of the payload as evidence. */
export function accuses(category = 'instruction_override', probability = 96): Behaviour {
  return answers((seen) => ({
    verdict: 'attack',
    category,
    probability,
    evidence: [(payloadIn(seen)[0] ?? '').slice(0, 200)],
  }));
}

/** Any text as the model's own words. */
export function says(text: string | ((seen: Seen) => string)): Behaviour {
  return (seen, response) => sendJson(response, envelope(seen, typeof text === 'function' ? text(seen) : text));
}

export function refuses(): Behaviour {
  return (seen, response) => sendJson(response, envelope(seen, '', 'refusal'));
}

export function breaksOff(): Behaviour {
  return (seen, response) => sendJson(response, envelope(seen, '{"ticket":"', 'truncated'));
}

export function status(
  code: number,
  headers: Record<string, string> = {},
  body: unknown = { error: { type: 'test_error', message: 'no' } },
): Behaviour {
  return (_, response) => {
    response.writeHead(code, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
}

export const hangs: Behaviour = () => undefined;

export const resets: Behaviour = (_, response) => {
  response.socket?.resetAndDestroy();
};

export const sendsHalfJson: Behaviour = (seen, response) => {
  const body = JSON.stringify(envelope(seen, '{}'));
  response.writeHead(200, { 'content-type': 'application/json' }).end(body.slice(0, body.length / 2));
};

export const sendsInvalidUtf8: Behaviour = (seen, response) => {
  const [before = '', after = ''] = JSON.stringify(envelope(seen, 'SPLIT')).split('SPLIT');
  const bytes = Buffer.concat([Buffer.from(before), Buffer.from([0xff, 0xfe, 0xc0]), Buffer.from(after)]);
  response.writeHead(200, { 'content-type': 'application/json' }).end(bytes);
};

/** Megabytes of white space, for as long as someone reads. */
export const floods: Behaviour = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const block = Buffer.alloc(64 * 1024, ' ');
  const more = () => {
    while (!response.destroyed && response.write(block)) {}
  };
  response.on('drain', more);
  more();
};

/** A byte now and then, without end. */
export const trickles: Behaviour = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), 10);
  response.on('close', () => clearInterval(timer));
};

export function redirectsTo(url: string): Behaviour {
  return (_, response) => {
    response.writeHead(307, { location: url }).end();
  };
}

/** Answers after so many milliseconds. */
export function late(milliseconds: number, behaviour: Behaviour = answers()): Behaviour {
  return async (seen, response) => {
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    await behaviour(seen, response);
  };
}

type Stop = 'complete' | 'refusal' | 'truncated';

/** The model's words in the envelope of the API that was asked. */
function envelope({ path, body }: Seen, text: string, stop: Stop = 'complete'): unknown {
  const { model = 'm' } = JSON.parse(body || '{}') as { model?: string };
  if (path.endsWith('/messages')) {
    const stopReason = { complete: 'end_turn', refusal: 'refusal', truncated: 'max_tokens' }[stop];
    return {
      ...{ id: 'msg_1', type: 'message', role: 'assistant', model, stop_reason: stopReason, stop_sequence: null },
      content: [{ type: 'text', text }],
      usage: { input_tokens: 900, output_tokens: 50 },
    };
  }
  if (path.endsWith('/responses')) {
    const content =
      stop === 'refusal' ? { type: 'refusal', refusal: 'no' } : { type: 'output_text', text, annotations: [] };
    return {
      ...{
        id: 'resp_1',
        object: 'response',
        created_at: 1,
        model,
        status: stop === 'truncated' ? 'incomplete' : 'completed',
      },
      incomplete_details: stop === 'truncated' ? { reason: 'max_output_tokens' } : null,
      output: [{ type: 'message', id: 'm1', role: 'assistant', status: 'completed', content: [content] }],
      usage: { input_tokens: 900, output_tokens: 50, total_tokens: 950 },
    };
  }
  const finish = { complete: 'stop', refusal: 'content_filter', truncated: 'length' }[stop];
  return {
    ...{ id: 'chat_1', object: 'chat.completion', created: 1, model },
    choices: [{ index: 0, finish_reason: finish, message: { role: 'assistant', content: text, refusal: null } }],
    usage: { prompt_tokens: 900, completion_tokens: 50, total_tokens: 950 },
  };
}

function sendJson(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
