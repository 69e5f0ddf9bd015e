import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Protocol buffers: a varint, a field that holds one, and a field that holds bytes, text or another message. */
function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(Math.floor(value / 128))];
}
const int = (field: number, value: number): number[] => [...varint(field << 3), ...varint(value)];
function block(field: number, content: string | readonly number[]): number[] {
  const bytes = typeof content === 'string' ? [...Buffer.from(content, 'utf8')] : content;
  return [...varint((field << 3) | 2), ...varint(bytes.length), ...bytes];
}

const FLOAT = 1;
const INT64 = 7;

const value = (name: string, type: number, dims: readonly string[]): number[] => [
  ...block(1, name),
  ...block(
    2,
    block(1, [
      ...int(1, type),
      ...block(
        2,
        dims.flatMap((dim) => block(1, block(2, dim))),
      ),
    ]),
  ),
];

const node = (type: string, inputs: readonly string[], output: string, attributes: readonly number[][]): number[] => [
  ...inputs.flatMap((name) => block(1, name)),
  ...block(2, output),
  ...block(3, output),
  ...block(4, type),
  ...attributes.flatMap((attribute) => block(5, attribute)),
];

const flag = (name: string, number: number): number[] => [...block(1, name), ...int(3, number), ...int(20, 2)];
const flags = (name: string, number: number): number[] => [...block(1, name), ...int(8, number), ...int(20, 7)];

/** An ONNX model whose logits are, for each class, the largest of the weights of the tokens that stand in the text. */
function modelBytes(weights: readonly (readonly number[])[]): Uint8Array {
  const table = Float32Array.from(weights.flat());
  const tensor = [
    ...int(1, weights.length),
    ...int(1, weights[0]?.length ?? 0),
    ...int(2, FLOAT),
    ...block(8, 'weights'),
    ...block(9, [...new Uint8Array(table.buffer)]),
  ];
  const graph = [
    ...block(1, node('Gather', ['weights', 'input_ids'], 'rows', [flag('axis', 0)])),
    ...block(1, node('ReduceMax', ['rows'], 'logits', [flags('axes', 1), flag('keepdims', 0)])),
    ...block(2, 'tiny'),
    ...block(5, tensor),
    ...block(11, value('input_ids', INT64, ['texts', 'tokens'])),
    ...block(11, value('attention_mask', INT64, ['texts', 'tokens'])),
    ...block(12, value('logits', FLOAT, ['texts', 'classes'])),
  ];
  return Uint8Array.from([...int(1, 8), ...block(7, graph), ...block(8, [...block(1, ''), ...int(2, 13)])]);
}

/** Writes the folder of a text classifier that calls a text an attack when the given word stands in it. */
export function writeTinyModel(folder: string, word: string): void {
  const vocabulary = { '[UNK]': 0, '[PAD]': 1, [word]: 2 };
  mkdirSync(join(folder, 'onnx'), { recursive: true });
  writeFileSync(
    join(folder, 'onnx', 'model.onnx'),
    modelBytes([
      [2, -2],
      [-9, -9],
      [0, 5],
    ]),
  );
  const write = (name: string, content: object): void => writeFileSync(join(folder, name), JSON.stringify(content));
  write('config.json', {
    model_type: 'bert',
    architectures: ['BertForSequenceClassification'],
    id2label: { 0: 'SAFE', 1: 'INJECTION' },
    label2id: { SAFE: 0, INJECTION: 1 },
  });
  write('tokenizer_config.json', {
    tokenizer_class: 'PreTrainedTokenizerFast',
    model_max_length: 512,
    unk_token: '[UNK]',
    pad_token: '[PAD]',
  });
  write('tokenizer.json', {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [],
    normalizer: { type: 'Lowercase' },
    pre_tokenizer: { type: 'Whitespace' },
    post_processor: null,
    decoder: null,
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: vocabulary,
    },
  });
}
