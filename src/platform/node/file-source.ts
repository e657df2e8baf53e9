/** A file read in pieces, once or again for each pass. */
import { open } from 'node:fs/promises'
import type { ByteSource } from '../../data/byte-source.ts'
import { explained } from './system-errors.ts'

const PIECE_BYTES = 2 ** 18

/**
 * A file as a source of bytes; it is opened when a pass begins and closed when it ends, early or not.
 *
 * @param encoding  A name that `TextDecoder` knows. @default UTF-8, or UTF-16 after its byte-order mark
 * @returns         Its `bytes()` throw a DataError if there is no such file, it is a folder, or it may not be read.
 */
export function fileSource(path: string, encoding?: string): ByteSource {
  return { name: path, bytes: () => readInPieces(path), ...(encoding === undefined ? {} : { encoding }) }
}

async function* readInPieces(path: string): AsyncGenerator<Uint8Array, void> {
  const file = await explaining(path, open(path))
  try {
    for (;;) {
      // A new array each time: whoever decompresses may still have the last one.
      const piece = new Uint8Array(PIECE_BYTES)
      const { bytesRead } = await explaining(path, file.read(piece))
      if (bytesRead === 0) return
      yield piece.subarray(0, bytesRead)
    }
  } finally {
    await file.close()
  }
}

async function explaining<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (cause) {
    throw explained(path, 'a file that can be read', cause)
  }
}
