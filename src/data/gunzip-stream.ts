/** Decompression piece by piece, for files larger than memory. */
import { firstPieceOf, readableBytes } from './byte-source.ts'
import { damagedGzip, isGzip } from './gunzip.ts'

/**
 * The bytes of a file, decompressed if it begins as gzip. Memory does not grow with the file.
 *
 * @throws {DataError} The gzip file is damaged or cut, or the name ends in .gz and it is none.
 */
export async function* decompressed(bytes: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array, void> {
  const pieces = firstPieceOf(bytes, 2)
  const first = await pieces.next()
  if (first.done) return
  const whole = startingWith(first.value, pieces)
  if (isGzip(first.value, name)) yield* inflated(whole, name)
  else yield* whole
}

async function* startingWith(
  first: Uint8Array,
  rest: AsyncGenerator<Uint8Array, void>,
): AsyncGenerator<Uint8Array, void> {
  try {
    yield first
    yield* rest
  } finally {
    await rest.return()
  }
}

async function* inflated(pieces: AsyncGenerator<Uint8Array, void>, name: string): AsyncGenerator<Uint8Array, void> {
  const { readable, writable } = new DecompressionStream('gzip')
  let sourceFailure: { readonly reason: unknown } | undefined
  const written = feed(writable.getWriter(), pieces, reason => {
    sourceFailure = { reason }
  })
  let length = 0
  try {
    for await (const piece of readableBytes(readable)) {
      length += piece.length
      yield piece
    }
    await written
  } catch (cause) {
    if (sourceFailure !== undefined) throw sourceFailure.reason
    throw damagedGzip(name, length, cause)
  }
}

/** Writes all pieces; ends quietly when the other side has failed or is no longer read, which is reported there. */
async function feed(
  writer: WritableStreamDefaultWriter<BufferSource>,
  pieces: AsyncGenerator<Uint8Array, void>,
  failed: (reason: unknown) => void,
): Promise<void> {
  // An error of the stream is found by whoever reads it.
  writer.closed.catch(() => {})
  try {
    for (;;) {
      await writer.ready
      const { done, value } = await nextOf(pieces, failed)
      if (done) break
      await writer.write(value as Uint8Array<ArrayBuffer>)
    }
    await writer.close()
  } catch (reason) {
    await writer.abort(reason).catch(() => {})
  } finally {
    await pieces.return()
  }
}

async function nextOf(pieces: AsyncGenerator<Uint8Array, void>, failed: (reason: unknown) => void) {
  try {
    return await pieces.next()
  } catch (reason) {
    failed(reason)
    throw reason
  }
}
