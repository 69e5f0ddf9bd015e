import type OpenAI from 'openai';
import type { ClassifyRequest, Provider, ProviderReply } from '../core/provider.ts';
import { guardFetch } from './guarded-fetch.ts';
import { ProviderError, toProviderError } from './provider-error.ts';
import type { Connection } from './registry.ts';

const SCHEMA_NAME = 'judgement';

type Effort = NonNullable<OpenAI.Reasoning['effort']>;

/** OpenAI by the Responses API, and whatever speaks Chat Completions: Gemini's compatible endpoint, Ollama, vLLM and others. */
export async function connectOpenAi(connection: Connection): Promise<Provider> {
  const { default: Client } = await import('openai');
  const { name, model } = connection;
  // Everything the SDK would otherwise take from the environment is said here: keys, address, organisation, log level.
  const client = new Client({
    apiKey: connection.apiKey,
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    baseURL: connection.baseUrl,
    logLevel: 'off',
    maxRetries: 0,
    timeout: connection.timeoutMs,
    fetch: guardFetch(connection),
    fetchOptions: { redirect: 'error' },
  });
  const ask = connection.dialect === 'openai_responses' ? askResponses : askChat;
  return {
    name,
    model,
    async classify(request, signal) {
      try {
        return await ask(client, connection, request, signal);
      } catch (error) {
        throw toProviderError(name, error);
      }
    },
    async check(signal) {
      try {
        if (connection.name === 'openai_compatible') await client.models.list({ signal });
        else await client.models.retrieve(model, { signal });
      } catch (error) {
        throw toProviderError(name, error);
      }
    },
  };
}

async function askResponses(
  client: OpenAI,
  { name, model, effort }: Connection,
  request: ClassifyRequest,
  signal: AbortSignal,
): Promise<ProviderReply> {
  const response = await client.responses.create(
    {
      model,
      instructions: `${request.instructions}\n\n${request.marks}`,
      input: request.input,
      store: false,
      max_output_tokens: request.maxOutputTokens,
      ...(effort === null ? {} : { reasoning: { effort: effort as Effort } }),
      text: { format: { type: 'json_schema', name: SCHEMA_NAME, strict: true, schema: request.schema } },
    },
    { signal },
  );
  if (!Array.isArray(response.output)) throw new ProviderError('invalid_reply', `${name} sent no response.`);
  const parts = response.output.flatMap((item) => (item.type === 'message' ? item.content : []));
  const refused =
    parts.some(({ type }) => type === 'refusal') || response.incomplete_details?.reason === 'content_filter';
  return {
    stop: refused ? 'refusal' : response.status === 'completed' ? 'complete' : 'truncated',
    text: parts.map((part) => (part.type === 'output_text' ? part.text : '')).join(''),
    inputTokens: response.usage?.input_tokens ?? 0,
    outputTokens: response.usage?.output_tokens ?? 0,
  };
}

async function askChat(
  client: OpenAI,
  { name, model, effort, structured }: Connection,
  request: ClassifyRequest,
  signal: AbortSignal,
): Promise<ProviderReply> {
  const schemaInWords =
    structured === 'json_schema'
      ? ''
      : `\n\nThe answer is one JSON object of this JSON Schema, and nothing else:\n${JSON.stringify(request.schema)}`;
  const completion = await client.chat.completions.create(
    {
      model,
      messages: [
        { role: 'system', content: `${request.instructions}${schemaInWords}\n\n${request.marks}` },
        { role: 'user', content: request.input },
      ],
      // The older name of the limit, which all compatible servers know.
      max_tokens: request.maxOutputTokens,
      ...(effort === null ? {} : { reasoning_effort: effort as Effort }),
      ...responseFormat(structured, request.schema),
    },
    { signal },
  );
  const choice = completion.choices?.[0];
  if (!choice?.message) throw new ProviderError('invalid_reply', `${name} sent no choice.`);
  const refused = choice.finish_reason === 'content_filter' || Boolean(choice.message.refusal);
  return {
    stop: refused ? 'refusal' : choice.finish_reason === 'stop' ? 'complete' : 'truncated',
    text: typeof choice.message.content === 'string' ? choice.message.content : '',
    inputTokens: completion.usage?.prompt_tokens ?? 0,
    outputTokens: completion.usage?.completion_tokens ?? 0,
  };
}

function responseFormat(
  structured: Connection['structured'],
  schema: ClassifyRequest['schema'],
): Pick<OpenAI.ChatCompletionCreateParamsNonStreaming, 'response_format'> {
  if (structured === 'none') return {};
  if (structured === 'json_object') return { response_format: { type: 'json_object' } };
  return { response_format: { type: 'json_schema', json_schema: { name: SCHEMA_NAME, strict: true, schema } } };
}
