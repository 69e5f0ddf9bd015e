import type { Decoded } from './decode.ts';
import type { FormatContext, ReadEvent, WholeFormat } from './format.ts';
import { defaultRole } from './kind.ts';

/** The whole text as one document with one segment: what no other format claims. */
export const textFormat: WholeFormat = {
  streamed: false,
  claims: () => false,
  read: (decoded, context) => [readText(decoded, context)],
};

function readText({ text, flags, bom, ascii }: Decoded, context: FormatContext): ReadEvent {
  return {
    type: 'document',
    document: {
      id: context.uri,
      uri: context.uri,
      source: context.source,
      kind: context.kind,
      format: 'text',
      text,
      segments: [{ role: context.role ?? defaultRole(context.kind), region: { start: 0, end: text.length } }],
      encodingFlags: flags,
      ...(bom ? { bom } : {}),
      ascii,
    },
  };
}
