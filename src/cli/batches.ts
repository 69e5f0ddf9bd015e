import { lengthOf, type Pending } from './inputs.ts';

/** Characters, and documents, that are judged in one go. */
export const BATCH_CHARACTERS = 100_000;
const BATCH_DOCUMENTS = 500;

/**
 * Groups what there is to judge, in order. The documents of a batch are judged at once, each layer for all of them before the next one: what
 * a layer reads for the first is in the processor's cache for the others, where alone each would drive the tables of all layers out in turn.
 */
export async function* batches(entries: AsyncIterable<Pending> | Iterable<Pending>): AsyncIterable<readonly Pending[]> {
  let batch: Pending[] = [];
  let characters = 0;
  for await (const entry of entries) {
    batch.push(entry);
    characters += lengthOf(entry);
    if (characters < BATCH_CHARACTERS && batch.length < BATCH_DOCUMENTS) continue;
    yield batch;
    batch = [];
    characters = 0;
  }
  if (batch.length > 0) yield batch;
}
