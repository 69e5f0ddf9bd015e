import type { ClassifyRequest, Provider, ProviderReply } from '../core/provider.ts';
import { guardFetch } from './guarded-fetch.ts';
import { ProviderError, toProviderError } from './provider-error.ts';
import type { Connection } from './registry.ts';

type Effort = 'low' | 'medium' | 'high' | 'xhigh' | 'max';

/** Claude through the Messages API, its answer held to the schema by `output_config.format`. */
export async function connectAnthropic(connection: Connection): Promise<Provider> {
  const { Anthropic } = await import('@anthropic-ai/sdk');
  const { name, model, effort } = connection;
  // Everything the SDK would otherwise take from the environment is said here: key, address, log level, traces.
  const client = new Anthropic({
    apiKey: connection.apiKey,
    authToken: null,
    webhookKey: null,
    baseURL: connection.baseUrl,
    logLevel: 'off',
    maxRetries: 0,
    timeout: connection.timeoutMs,
    openTelemetry: false,
    fetch: guardFetch(connection),
    fetchOptions: { redirect: 'error' },
  });
  return {
    name,
    model,
    async classify(request: ClassifyRequest, signal: AbortSignal): Promise<ProviderReply> {
      try {
        const message = await client.messages.create(
          {
            model,
            max_tokens: request.maxOutputTokens,
            system: [
              { type: 'text', text: request.instructions },
              { type: 'text', text: request.marks },
            ],
            messages: [{ role: 'user', content: request.input }],
            output_config: {
              format: { type: 'json_schema', schema: request.schema },
              ...(effort === null ? {} : { effort: effort as Effort }),
            },
          },
          { signal },
        );
        if (!Array.isArray(message.content)) throw new ProviderError('invalid_reply', `${name} sent no message.`);
        return {
          stop:
            message.stop_reason === 'end_turn'
              ? 'complete'
              : message.stop_reason === 'refusal'
                ? 'refusal'
                : 'truncated',
          text: message.content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
          inputTokens:
            tokens(message.usage?.input_tokens) +
            tokens(message.usage?.cache_creation_input_tokens) +
            tokens(message.usage?.cache_read_input_tokens),
          outputTokens: tokens(message.usage?.output_tokens),
        };
      } catch (error) {
        throw toProviderError(name, error);
      }
    },
    async check(signal: AbortSignal): Promise<void> {
      try {
        await client.models.retrieve(model, {}, { signal });
      } catch (error) {
        throw toProviderError(name, error);
      }
    },
  };
}

function tokens(value: unknown): number {
  return typeof value === 'number' && value >= 0 ? value : 0;
}
