import { isUtf8 } from 'node:buffer';
import { ProviderError } from './provider-error.ts';

/** Exactly what goes, or would go, over the wire; keys are in the headers and not shown. */
export interface Egress {
  readonly provider: string;
  readonly model: string;
  readonly method: string;
  readonly url: string;
  /** The request's body as sent; empty for GET. */
  readonly body: string;
}

/** What stands between an SDK and the network. */
export interface FetchGuard {
  readonly name: string;
  readonly model: string;
  readonly baseUrl: string;
  readonly offline: boolean;
  /** Told of every request before it is sent. */
  readonly onEgress?: ((egress: Egress) => void) | undefined;
  /** Show requests, send none. */
  readonly hold?: boolean | undefined;
}

/** Largest reply that is read. A verdict takes a few hundred bytes, a list of models some hundred thousand. */
const MAX_REPLY_BYTES = 1024 * 1024;

/** Headers that leave the machine; others come from environment variables that the SDKs read by themselves. */
const SENT_HEADERS =
  /^(?:accept|authorization|content-type|x-api-key|anthropic-version|anthropic-beta|user-agent|idempotency-key|x-stainless-.*)$/;

type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/**
 * A fetch that sends only to `baseUrl`, follows no redirect, shows what it sends, and reads whole replies of at most
 * {@link MAX_REPLY_BYTES} of valid UTF-8 while the caller's signal lasts. Rejects with {@link ProviderError}.
 */
export function guardFetch(guard: FetchGuard): Fetch {
  const { name: provider, model, baseUrl } = guard;
  return async (input, init = {}) => {
    const url = typeof input === 'string' ? input : input instanceof URL ? input.href : input.url;
    if (guard.offline) throw new ProviderError('offline', `${provider} was not asked: the run is offline.`);
    if (url !== baseUrl && !url.startsWith(`${baseUrl}/`)) {
      throw new ProviderError('misconfigured', `${provider} was not asked: the request would leave its base URL.`);
    }
    const body = typeof init.body === 'string' ? init.body : '';
    guard.onEgress?.({ provider, model, method: (init.method ?? 'GET').toUpperCase(), url, body });
    if (guard.hold) throw new ProviderError('held', `${provider} was not asked: the request was only shown.`);
    const headers = new Headers(init.headers);
    for (const name of [...headers.keys()]) if (!SENT_HEADERS.test(name)) headers.delete(name);
    const response = await fetch(url, { ...init, headers, redirect: 'error' });
    const bytes = await readBounded(response, provider);
    if (!isUtf8(bytes)) {
      throw new ProviderError('invalid_reply', `${provider} sent a reply that is not UTF-8.`, { maybeBilled: true });
    }
    const { status, statusText } = response;
    const empty = status === 204 || status === 304;
    return new Response(empty ? null : bytes, { status, statusText, headers: response.headers });
  };
}

async function readBounded(response: Response, provider: string): Promise<Buffer<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop by a throw cancels the stream, and with it the transfer.
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > MAX_REPLY_BYTES) {
      const limit = `${MAX_REPLY_BYTES / 1024} KiB`;
      throw new ProviderError('invalid_reply', `${provider} sent a reply of more than ${limit}.`, {
        maybeBilled: true,
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
