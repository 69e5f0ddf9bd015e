import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a tiny model is like; every field has a default. */
export interface TinyModel {
  /** The word it calls an attack. Default `heron`. */
  readonly trigger?: string;
  /** Names of its two classes, the harmless one first; null leaves them out of config.json. */
  readonly labels?: readonly string[] | null;
  /** Tokens that its tokenizer cuts a text to. Default 512. */
  readonly maxTokens?: number;
  /** Where the weights lie in the folder. Default `onnx/model.onnx`. */
  readonly weights?: string;
  /** What the harmless class starts with; NaN makes a model that is broken. Default 3. */
  readonly bias?: number;
}

/**
 * Writes a whole ONNX text classifier of some hundred bytes: a table with 1 for the trigger word and 0 for all others, the
 * greatest entry over the text, and two logits, ±3, that it turns around.
 */
export function writeTinyModel(folder: string, model: TinyModel = {}): void {
  const { trigger = 'heron', labels = ['SAFE', 'INJECTION'], maxTokens = 512, weights = 'onnx/model.onnx' } = model;
  const words = ['[PAD]', '[UNK]', trigger];
  const json = (name: string, content: object) => writeFileSync(join(folder, name), JSON.stringify(content));
  mkdirSync(join(folder, weights, '..'), { recursive: true });
  json('config.json', {
    model_type: 'distilbert',
    architectures: ['DistilBertForSequenceClassification'],
    max_position_embeddings: 512,
    ...(labels === null ? {} : { id2label: Object.fromEntries(labels.map((label, index) => [index, label])) }),
  });
  json('tokenizer_config.json', {
    tokenizer_class: 'PreTrainedTokenizerFast',
    model_max_length: maxTokens,
    pad_token: '[PAD]',
    unk_token: '[UNK]',
  });
  json('tokenizer.json', {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [],
    normalizer: { type: 'Lowercase' },
    pre_tokenizer: { type: 'Whitespace' },
    post_processor: null,
    decoder: null,
    model: {
      type: 'WordLevel',
      vocab: Object.fromEntries(words.map((word, index) => [word, index])),
      unk_token: '[UNK]',
    },
  });
  writeFileSync(join(folder, weights), onnxModel(words.length, words.indexOf(trigger), model.bias ?? 3));
}

function onnxModel(vocabulary: number, trigger: number, bias: number): Buffer {
  const table = Array.from({ length: vocabulary }, (_, index) => (index === trigger ? 1 : 0));
  const graph = message([
    [1, node('Gather', ['table', 'input_ids'], 'entries')],
    [1, node('Cast', ['attention_mask'], 'mask', [intAttribute('to', FLOAT)])],
    [1, node('Mul', ['entries', 'mask'], 'attended')],
    [1, node('ReduceMax', ['attended'], 'greatest', [intAttribute('keepdims', 1), intsAttribute('axes', [1])])],
    [1, node('MatMul', ['greatest', 'turn'], 'turned')],
    [1, node('Add', ['turned', 'bias'], 'logits')],
    [2, text('tiny')],
    [5, tensor('table', [vocabulary], table)],
    [5, tensor('turn', [1, 2], [-6, 6])],
    [5, tensor('bias', [2], [bias, -3])],
    [11, value('input_ids', INT64, ['batch', 'tokens'])],
    [11, value('attention_mask', INT64, ['batch', 'tokens'])],
    [12, value('logits', FLOAT, ['batch', 2])],
  ]);
  const operators = message([
    [1, text('')],
    [2, 13],
  ]);
  return message([
    [1, 8],
    [7, graph],
    [8, operators],
  ]);
}

/** The share of ONNX that it takes (onnx.proto3, IR version 8, operator set 13), as protobuf. */
const FLOAT = 1;
const INT64 = 7;
const INT_ATTRIBUTE = 2;
const INTS_ATTRIBUTE = 7;

function node(operator: string, inputs: readonly string[], output: string, attributes: readonly Buffer[] = []): Buffer {
  return message([
    ...inputs.map((input): Field => [1, text(input)]),
    [2, text(output)],
    [4, text(operator)],
    ...attributes.map((attribute): Field => [5, attribute]),
  ]);
}

function intAttribute(name: string, entry: number): Buffer {
  return message([
    [1, text(name)],
    [3, entry],
    [20, INT_ATTRIBUTE],
  ]);
}

function intsAttribute(name: string, entries: readonly number[]): Buffer {
  return message([[1, text(name)], ...entries.map((entry): Field => [8, entry]), [20, INTS_ATTRIBUTE]]);
}

function tensor(name: string, shape: readonly number[], entries: readonly number[]): Buffer {
  const raw = Buffer.alloc(entries.length * 4);
  entries.forEach((entry, index) => {
    raw.writeFloatLE(entry, index * 4);
  });
  return message([...shape.map((size): Field => [1, size]), [2, FLOAT], [8, text(name)], [9, raw]]);
}

function value(name: string, type: number, shape: readonly (number | string)[]): Buffer {
  const sizes = shape.map((size): Field => [1, message([typeof size === 'number' ? [1, size] : [2, text(size)]])]);
  const tensorType = message([
    [1, type],
    [2, message(sizes)],
  ]);
  return message([
    [1, text(name)],
    [2, message([[1, tensorType]])],
  ]);
}

/** A field of a protobuf message: its number, and a varint or bytes. */
type Field = readonly [field: number, content: number | Buffer];

function message(fields: readonly Field[]): Buffer {
  return Buffer.concat(
    fields.flatMap(([field, content]) =>
      typeof content === 'number'
        ? [varint(field << 3), varint(content)]
        : [varint((field << 3) | 2), varint(content.length), content],
    ),
  );
}

function varint(number: number): Buffer {
  const bytes: number[] = [];
  let rest = number;
  for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128);
  return Buffer.from([...bytes, rest]);
}

function text(content: string): Buffer {
  return Buffer.from(content, 'utf8');
}
