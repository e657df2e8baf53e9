/** Decompression by the platform's own streams, in Node and in the browser. */
import { DataError } from '../errors/errors.ts'

/** The longest text that one string of a JavaScript engine holds, less than 2^29 characters; no file can be more. */
export const MOST_TEXT_BYTES = 2 ** 29 - 64

/**
 * Says whether bytes are a gzip file: its first two bytes, whatever it is called.
 *
 * @throws {DataError} The name ends in .gz, but it is none.
 */
export function isGzip(bytes: Uint8Array, name: string): boolean {
  const is = bytes[0] === 0x1f && bytes[1] === 0x8b
  if (is || !name.toLowerCase().endsWith('.gz')) return is
  throw new DataError(
    `${name}: expected a gzip file, got other bytes. Rename it without .gz if it is not compressed, or get it again.`,
  )
}

/**
 * Decompresses a gzip file.
 *
 * @param bytes  Read, never kept.
 * @param limit  The most bytes to make, so that a small file cannot fill the memory. @default some 512 MiB
 * @throws {DataError} The file is cut or damaged, or decompresses to more than the limit.
 */
export async function gunzip(bytes: Uint8Array, name: string, limit = MOST_TEXT_BYTES): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  let length = 0
  try {
    const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream('gzip'))
    for (const reader = stream.getReader(); ; ) {
      const { done, value } = await reader.read()
      if (done) break
      length += value.length
      if (length > limit) await reader.cancel()
      if (length > limit) throw new RangeError()
      pieces.push(value)
    }
  } catch (cause) {
    if (cause instanceof RangeError) throw tooLong(name, limit)
    throw damagedGzip(name, length, cause)
  }
  return joined(pieces, length)
}

/** @param length  How many bytes could be decompressed. */
export function damagedGzip(name: string, length: number, cause: unknown): DataError {
  return new DataError(
    `${name}: expected one whole gzip file, got one that is damaged, cut or followed by more ` +
      `(after ${length} decompressed bytes). Get it again, or decompress it first.`,
    { cause },
  )
}

function tooLong(name: string, limit: number): DataError {
  return new DataError(
    `${name}: expected at most ${limit} bytes of decompressed text, got more. Split the file into smaller ones.`,
  )
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length)
  let offset = 0
  for (const piece of pieces) {
    whole.set(piece, offset)
    offset += piece.length
  }
  return whole
}
