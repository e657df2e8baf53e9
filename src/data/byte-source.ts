/** Bytes that come in pieces: a file, an upload, a page's `Blob`. */

/** Something that can be read from its beginning, once or again for each pass. */
export interface ByteSource {
  /** For messages; a name that ends in .gz must be of a gzip file. */
  readonly name: string
  /** A name that `TextDecoder` knows. @default UTF-8, or UTF-16 after its byte-order mark */
  readonly encoding?: string
  /** Begins a pass. The pieces are read before the next is asked for, and not kept. */
  bytes(): AsyncIterable<Uint8Array>
}

/** The pieces of a web stream, as of `blob.stream()`; it is cancelled when reading ends early. */
export async function* readableBytes(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const reader = stream.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    // After the end or an error this does nothing.
    await reader.cancel().catch(() => {})
  }
}

/** The same bytes, of which the first piece has `least` or more unless there are fewer in all. */
export async function* firstPieceOf(
  bytes: AsyncIterable<Uint8Array>,
  least: number,
): AsyncGenerator<Uint8Array<ArrayBufferLike>, void> {
  let first: Uint8Array | undefined = new Uint8Array(0)
  for await (const piece of bytes) {
    if (first === undefined) {
      yield piece
      continue
    }
    first = joinedBytes(first, piece)
    if (first.length < least) continue
    yield first
    first = undefined
  }
  if (first !== undefined && first.length > 0) yield first
}

/** Two pieces as one; where the first is empty it is the second itself. */
export function joinedBytes(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second
  const whole = new Uint8Array(first.length + second.length)
  whole.set(first)
  whole.set(second, first.length)
  return whole
}
