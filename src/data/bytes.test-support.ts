/** Bytes in pieces, for tests of streams. */
import type { ByteSource } from './byte-source.ts'

/** Pieces of a length. */
export async function* inPieces(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array, void> {
  for (let begin = 0; begin < bytes.length; begin += length) yield bytes.slice(begin, begin + length)
}

/** A file of bytes or of text in UTF-8. */
export function sourceOf(content: Uint8Array | string, length = 65536, more: Partial<ByteSource> = {}): ByteSource {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  return { name: 'file.txt', bytes: () => inPieces(bytes, length), ...more }
}

/** All that comes. */
export async function allOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

/** All pieces of a text as one. */
export async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  return (await allOf(pieces)).join('')
}
