import type { Decoded } from './decode.ts';
import { errorEvent, type FormatContext, type ReadEvent, type WholeFormat } from './format.ts';
import { isAsciiText, isObject, parseJsonText, readMessages, recordId } from './record.ts';

/** A conversation in JSON: an array of messages, or an object with `messages`. One document, a segment a message. */
export const messagesFormat: WholeFormat = {
  streamed: false,
  claims: () => false,
  read: (decoded, context) => [readConversation(decoded, context)],
};

function readConversation(decoded: Decoded, context: FormatContext): ReadEvent {
  let value: unknown;
  try {
    value = parseJsonText(decoded.text);
  } catch (error) {
    return errorEvent(
      context,
      'bad_record',
      `The conversation is ${error instanceof Error ? error.message : 'not valid JSON'}.`,
    );
  }
  const body = isObject(value) && isObject(value.body) ? value.body : value;
  const messages = Array.isArray(body) ? body : isObject(body) ? body.messages : undefined;
  if (!Array.isArray(messages)) {
    return errorEvent(
      context,
      'bad_record',
      'A conversation is a JSON array of messages or an object with a messages array.',
    );
  }
  const { text, segments } = readMessages(messages, context.role) ?? { text: '', segments: [] };
  return {
    type: 'document',
    document: {
      id: recordId(value) ?? context.uri,
      uri: context.uri,
      source: 'record',
      record: 1,
      kind: 'prompt',
      format: 'messages',
      text,
      segments,
      encodingFlags: decoded.flags,
      ascii: isAsciiText(text),
    },
  };
}
