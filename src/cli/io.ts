/** What the command line may touch of the world: `process` fits, and so does a test's stand-in. */
export type Io = Pick<NodeJS.Process, 'stdin' | 'stdout' | 'stderr' | 'env' | 'cwd' | 'on' | 'off'>;

/** Writes to a stream and waits where it is full. Rejects with the stream's error, EPIPE for a reader that has gone. */
export function write(stream: NodeJS.WritableStream, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    if (text === '') resolve();
    else stream.write(text, (error) => (error ? reject(error) : resolve()));
  });
}

/** Whether an error says that the reader at the other end has gone. */
export function isClosedPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED');
}
