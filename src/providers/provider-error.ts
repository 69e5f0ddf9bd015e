/** What can go wrong with a provider, and what is done about it: the table of the failover policy. */
export const ERROR_KINDS = {
  /** No connection, reset, 5xx. */
  outage: { retry: true, failover: true, breaker: true },
  timeout: { retry: true, failover: true, breaker: true },
  rate_limited: { retry: true, failover: true, breaker: true },
  /** No credit left: waiting will not help. */
  quota: { retry: false, failover: true, breaker: true },
  /** The address sends requests elsewhere; they are not followed, since the text would go along. */
  redirected: { retry: false, failover: true, breaker: true },
  circuit_open: { retry: false, failover: true, breaker: false },
  /** Not JSON, not the schema, refused, cut off, evidence that is not there. A hostile text can bring this about at will, so it opens no breaker. */
  invalid_reply: { retry: false, failover: true, breaker: false },
  /** The request itself is refused: too long, say. */
  rejected: { retry: false, failover: true, breaker: false },
  /** The key is refused (401, 403) or the model or address is unknown (404): to be mended by the user, so no other provider is tried in silence. */
  refused_key: { retry: false, failover: false, breaker: false },
  misconfigured: { retry: false, failover: false, breaker: false },
  /** Not sent: offline, a spending limit, or only to be shown. */
  offline: { retry: false, failover: false, breaker: false },
  limit: { retry: false, failover: false, breaker: false },
  held: { retry: false, failover: false, breaker: false },
} as const;
export type ErrorKind = keyof typeof ERROR_KINDS;

/** A call that brought no usable answer. The message names the provider and never quotes the text or the reply. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  readonly kind: ErrorKind;
  /** Milliseconds the server asked to wait. */
  readonly retryAfterMs: number | undefined;
  /** Whether tokens may have been paid for although no answer came. */
  readonly maybeBilled: boolean;

  constructor(
    kind: ErrorKind,
    message: string,
    options: { retryAfterMs?: number | undefined; maybeBilled?: boolean; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
    this.retryAfterMs = options.retryAfterMs;
    this.maybeBilled = options.maybeBilled ?? false;
  }
}

/** Any error of an SDK or of fetch as a {@link ProviderError}. `name` is the provider's, for the message. */
export function toProviderError(name: string, error: unknown): ProviderError {
  const own = findCause(error, (cause) => cause instanceof ProviderError);
  if (own instanceof ProviderError) return own;
  const status = numberField(error, 'status');
  if (status !== undefined) return fromStatus(name, status, error);
  const className = error instanceof Error ? error.constructor.name : '';
  if (className === 'APIConnectionTimeoutError') {
    return new ProviderError('timeout', `${name} did not answer in time.`, { maybeBilled: true, cause: error });
  }
  if (findCause(error, (cause) => cause instanceof Error && /redirect/i.test(cause.message))) {
    return new ProviderError(
      'redirected',
      `${name} redirects to another address, which is not followed. Mend its base URL.`,
    );
  }
  // SDKs wrap what goes wrong on the way; an error of the language itself comes from a reply of another shape.
  if (className === 'TypeError' || findCause(error, (cause) => cause instanceof SyntaxError)) {
    return new ProviderError('invalid_reply', `${name} sent a reply of another shape.`, {
      maybeBilled: true,
      cause: error,
    });
  }
  const code = findCause(error, (cause) => stringField(cause, 'code') !== undefined);
  const detail = code ? ` (${stringField(code, 'code')})` : '';
  return new ProviderError('outage', `${name} could not be reached${detail}.`, { cause: error });
}

function fromStatus(name: string, status: number, error: unknown): ProviderError {
  const detail = `${name} answered ${status}${apiCode(error)}`;
  if (status === 401 || status === 403) {
    return new ProviderError(
      'refused_key',
      `${detail}: the API key is not accepted. Check the key in the environment.`,
    );
  }
  if (status === 404) return new ProviderError('misconfigured', `${detail}: check the model's name and the base URL.`);
  if (status === 402 || apiCode(error).includes('insufficient_quota')) {
    return new ProviderError('quota', `${detail}: no credit is left.`);
  }
  if (status === 429) {
    return new ProviderError('rate_limited', `${detail}: too many requests.`, { retryAfterMs: retryAfter(error) });
  }
  if (status >= 500 || status === 408 || status === 409) {
    return new ProviderError('outage', `${detail}.`, { retryAfterMs: retryAfter(error) });
  }
  if (status >= 300 && status < 400) return new ProviderError('redirected', `${detail}, which is not followed.`);
  return new ProviderError('rejected', `${detail}: the request is not accepted.`);
}

/** The API's own machine name of the error, if it is one: never its prose, which may quote the request. */
function apiCode(error: unknown): string {
  const body = field(error, 'error');
  for (const candidate of [
    stringField(error, 'code'),
    stringField(body, 'code'),
    stringField(field(body, 'error'), 'type'),
    stringField(body, 'type'),
  ]) {
    if (candidate !== undefined && candidate !== 'error' && /^[a-z0-9_.-]{1,60}$/i.test(candidate))
      return ` (${candidate})`;
  }
  return '';
}

function retryAfter(error: unknown): number | undefined {
  const headers = field(error, 'headers');
  if (!(headers instanceof Headers)) return undefined;
  const milliseconds = Number.parseFloat(headers.get('retry-after-ms') ?? '');
  if (milliseconds >= 0) return milliseconds;
  const header = headers.get('retry-after');
  if (header === null) return undefined;
  const seconds = Number(header);
  if (seconds >= 0) return seconds * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

function findCause(error: unknown, test: (cause: unknown) => boolean): unknown {
  for (let cause = error, depth = 0; cause !== undefined && cause !== null && depth < 8; depth++) {
    if (test(cause)) return cause;
    cause = field(cause, 'cause');
  }
  return undefined;
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

function stringField(value: unknown, key: string): string | undefined {
  const inner = field(value, key);
  return typeof inner === 'string' ? inner : undefined;
}

function numberField(value: unknown, key: string): number | undefined {
  const inner = field(value, key);
  return typeof inner === 'number' ? inner : undefined;
}
