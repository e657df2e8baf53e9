/** From bytes to text, strictly: a wrong encoding is an error with a line, never a text full of question marks. */
import { DataError, OptionError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'
import { MOST_TEXT_BYTES } from './gunzip.ts'

/** How far to look for the zero bytes that tell a binary file. */
const BINARY_PROBE_BYTES = 65536

/**
 * Decodes a text file; a byte-order mark is skipped, and decides when no encoding is given.
 *
 * @param encoding  A name that `TextDecoder` knows. @default UTF-8, or UTF-16 after its byte-order mark
 * @throws {DataError}   The bytes are not in the encoding (names the line, for UTF-8), or the file is binary.
 * @throws {OptionError} The encoding is unknown.
 */
export function decodeText(bytes: Uint8Array, name: string, encoding?: string): string {
  const decoder = decoderFor(encoding ?? encodingOfMark(bytes))
  if (bytes.length > MOST_TEXT_BYTES) {
    throw new DataError(
      `${name}: expected at most ${MOST_TEXT_BYTES} bytes of text, got ${bytes.length}. ` +
        'Split the file into smaller ones.',
    )
  }
  if (!decoder.encoding.startsWith('utf-16') && bytes.subarray(0, BINARY_PROBE_BYTES).includes(0)) throw binary(name)
  const text = decoded(decoder, bytes, name)
  if (text.includes('\0')) throw binary(name)
  return text
}

/** @throws {OptionError} The encoding is unknown. */
export function decoderFor(encoding: string): TextDecoder {
  try {
    return new TextDecoder(encoding, { fatal: true })
  } catch (cause) {
    throw new OptionError(
      `encoding: expected a name such as utf-8, gb18030, utf-16le or windows-1252, got ${shown(encoding)}. ` +
        'Give the encoding that the file was saved in.',
      { cause },
    )
  }
}

/** @param bytes  A file's first two bytes or more. */
export function encodingOfMark(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  return 'utf-8'
}

function decoded(decoder: TextDecoder, bytes: Uint8Array, name: string): string {
  try {
    return decoder.decode(bytes)
  } catch (cause) {
    throw wrongBytes(name, decoder.encoding === 'utf-8' ? firstWrongLine(bytes) : undefined, decoder.encoding, cause)
  }
}

/** @param line  Where they are, from 1, if that is known. */
export function wrongBytes(name: string, line: number | undefined, encoding: string, cause: unknown): DataError {
  return new DataError(
    `${name}${line === undefined ? '' : `, line ${line}`}: expected text in ${encoding}, got other bytes. ` +
      'Give the encoding the file was saved in, e.g. --encoding gb18030 or --encoding windows-1252.',
    { cause },
  )
}

/** The first line, from 1, that is no UTF-8; a line feed is never part of another character in it. */
export function firstWrongLine(bytes: Uint8Array): number {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let line = 1
  for (let start = 0; start < bytes.length; line++) {
    const feed = bytes.indexOf(0x0a, start)
    const end = feed === -1 ? bytes.length : feed
    try {
      decoder.decode(bytes.subarray(start, end))
    } catch {
      return line
    }
    start = end + 1
  }
  return line
}

/** The error for a file with zero bytes in it. */
export function binary(name: string): DataError {
  return new DataError(
    `${name}: expected a text file, got a binary one (it has zero bytes). ` +
      'Export it as csv, or give --encoding utf-16le or utf-16be if it is text in UTF-16.',
  )
}
