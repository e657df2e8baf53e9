/** Text from bytes that come in pieces, as strictly as a file that is read whole, in memory that does not grow. */
import { type ByteSource, firstPieceOf, joinedBytes } from './byte-source.ts'
import { binary, decoderFor, encodingOfMark, firstWrongLine, wrongBytes } from './decode.ts'
import { decompressed } from './gunzip-stream.ts'

/**
 * Decompresses (if it begins as gzip) and decodes a file in one pass; line ends become LF, a byte-order mark is
 * skipped.
 *
 * @returns  Pieces of text, none empty, each as long as the bytes came.
 * @throws {DataError}   Damaged, binary, or not in the encoding (names the line, for UTF-8).
 * @throws {OptionError} The encoding is unknown.
 */
export async function* streamText({ name, encoding, ...source }: ByteSource): AsyncGenerator<string, void> {
  let decoding: StreamDecoder | undefined
  for await (const piece of firstPieceOf(decompressed(source.bytes(), name), 2)) {
    decoding ??= new StreamDecoder(name, encoding ?? encodingOfMark(piece))
    const text = decoding.decode(piece)
    if (text !== '') yield text
  }
  const end = decoding?.end() ?? ''
  if (end !== '') yield end
}

const LINE_FEED = 0x0a

class StreamDecoder {
  readonly #name: string
  readonly #decoder: TextDecoder
  /** The line on which the next piece begins, from 1. */
  #line = 1
  /** The bytes at the end of the last piece that begin a character, for UTF-8. */
  #started = new Uint8Array(0)
  /** Whether the last character was a carriage return, of which the line feed may still come. */
  #isAfterReturn = false

  constructor(name: string, encoding: string) {
    this.#name = name
    this.#decoder = decoderFor(encoding)
  }

  decode(bytes: Uint8Array): string {
    const isUtf16 = this.#decoder.encoding.startsWith('utf-16')
    if (!isUtf16 && bytes.includes(0)) throw binary(this.#name)
    const text = this.#decoded(bytes)
    if (isUtf16 && text.includes('\0')) throw binary(this.#name)
    for (let at = bytes.indexOf(LINE_FEED); at !== -1; at = bytes.indexOf(LINE_FEED, at + 1)) this.#line++
    this.#started = startedCharacter(bytes, this.#started)
    return this.#withLineFeeds(text)
  }

  end(): string {
    const text = this.#decoded(undefined)
    if (!this.#isAfterReturn) return text
    this.#isAfterReturn = false
    return `\n${text}`
  }

  #decoded(bytes: Uint8Array | undefined): string {
    try {
      return bytes === undefined ? this.#decoder.decode() : this.#decoder.decode(bytes, { stream: true })
    } catch (cause) {
      throw wrongBytes(this.#name, this.#wrongLine(bytes ?? new Uint8Array(0)), this.#decoder.encoding, cause)
    }
  }

  #wrongLine(bytes: Uint8Array): number | undefined {
    if (this.#decoder.encoding !== 'utf-8') return undefined
    return this.#line - 1 + firstWrongLine(joinedBytes(this.#started, bytes))
  }

  #withLineFeeds(text: string): string {
    let whole = this.#isAfterReturn ? `\r${text}` : text
    this.#isAfterReturn = whole.endsWith('\r')
    if (this.#isAfterReturn) whole = whole.slice(0, -1)
    return whole.includes('\r') ? whole.replace(/\r\n?/g, '\n') : whole
  }
}

/** The last bytes of what has been read, if they begin a character of UTF-8 whose rest is still to come. */
function startedCharacter(bytes: Uint8Array, before: Uint8Array): Uint8Array<ArrayBuffer> {
  const last = bytes.length < 3 ? joinedBytes(before, bytes) : bytes
  for (let back = 1; back <= 3 && back <= last.length; back++) {
    const byte = last[last.length - back]
    if ((byte & 0xc0) === 0x80) continue
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
    return length > back ? Uint8Array.from(last.subarray(last.length - back)) : new Uint8Array(0)
  }
  return new Uint8Array(0)
}
