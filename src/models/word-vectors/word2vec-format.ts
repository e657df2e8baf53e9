/**
 * Word vectors in the formats of other programs: word2vec's text and binary, GloVe's text, fastText's `.vec`.
 *
 *   V E\n                        the header; GloVe has none
 *   word x₁ x₂ … x_E\n           text
 *   word + space + 4 · E bytes   binary, 32-bit floats, little-endian; a line end may follow
 *
 * @see word2vec.c, and gensim's `save_word2vec_format`.
 */
import { ModelFileError } from '../../errors/errors.ts'
import { plural } from '../../errors/plural.ts'
import { shown } from '../../errors/shown.ts'

export interface ForeignVectors {
  readonly words: string[]
  readonly dimensions: number
  /** [V, E] */
  readonly vectors: Float32Array
  readonly warnings: readonly string[]
}

const LINE_END = 0x0a
const SPACE = 0x20
const MOST_DIMENSIONS = 65_536
const LONGEST_WORD_BYTES = 4096
const ADVICE = 'The file is damaged or of another format: get it again from its source.'

/**
 * Reads a file of word vectors. Of a word that comes twice the first is taken.
 *
 * @param bytes  The whole file; read, never kept.
 * @throws {ModelFileError} it is none, cut, or has something else where a number should be; names line or byte.
 */
export function readWord2Vec(bytes: Uint8Array): ForeignVectors {
  const header = headerOf(bytes)
  if (header === null) return new TextReader(bytes, 0, null).read()
  const { words, dimensions, end } = header
  const least = words * (2 * dimensions + 2)
  if (least > bytes.length) {
    throw new ModelFileError(
      `word vectors, line 1: expected a file that has room for ${plural(words, 'word')} of ` +
        `${plural(dimensions, 'number')}, got ${plural(bytes.length, 'byte')}. ${ADVICE}`,
    )
  }
  const isBinary = !isTextLine(bytes, end, dimensions)
  return isBinary ? readBinary(bytes, header) : new TextReader(bytes, end, header).read()
}

/** Whether a file begins as one of these formats does. */
export function looksLikeWord2Vec(bytes: Uint8Array): boolean {
  const begin = decode(bytes.subarray(0, 64))
  return /^\d{1,10}[ \t]+\d{1,10}\s*\n/.test(begin) || /^\S+(?: -?\d+\.\d+(?:e-?\d+)?){2}/.test(begin)
}

interface Header {
  readonly words: number
  readonly dimensions: number
  /** Of the header, in bytes. */
  readonly end: number
}

function headerOf(bytes: Uint8Array): Header | null {
  const end = bytes.subarray(0, 64).indexOf(LINE_END) + 1
  const line = decode(bytes.subarray(0, end))
  const [words, dimensions] = /^(\d{1,10})[ \t]+(\d{1,10})\s*$/.exec(line)?.slice(1).map(Number) ?? []
  if (dimensions === undefined) return null
  if (words >= 1 && dimensions >= 1 && dimensions <= MOST_DIMENSIONS) return { words, dimensions, end }
  throw new ModelFileError(
    `word vectors, line 1: expected 1 word or more of 1 to ${MOST_DIMENSIONS} numbers, got ${shown(line.trim())}. ` +
      ADVICE,
  )
}

/** Whether a line of a word and so many numbers begins here. */
function isTextLine(bytes: Uint8Array, begin: number, dimensions: number): boolean {
  const longest = LONGEST_WORD_BYTES + 40 * dimensions
  const end = bytes.subarray(begin, begin + longest).indexOf(LINE_END)
  const line = decode(bytes.subarray(begin, end < 0 ? begin + longest : begin + end))
  const numbers = line.trimEnd().split(/[ \t]/).slice(-dimensions)
  return numbers.length === dimensions && numbers.every(isNumber)
}

const isNumber = (text: string): boolean => text !== '' && Number.isFinite(Number(text))

/** Bytes that are no UTF-8, which the files of the original have, become the replacement character. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
const decode = (bytes: Uint8Array): string => decoder.decode(bytes)

/** Collects words, each once. */
class Collection {
  readonly words: string[] = []
  readonly #known = new Set<string>()
  #repeated = 0

  /** Whether the word is new. */
  add(word: string): boolean {
    if (this.#known.has(word)) {
      this.#repeated++
      return false
    }
    this.#known.add(word)
    this.words.push(word)
    return true
  }

  get warnings(): string[] {
    if (this.#repeated === 0) return []
    const [what, verb] = this.#repeated === 1 ? ['1 word', 'comes'] : [`${this.#repeated} words`, 'come']
    return [`${what} ${verb} more than once; the first vector of each is taken.`]
  }
}

function readBinary(bytes: Uint8Array, { words: count, dimensions, end }: Header): ForeignVectors {
  const vectorBytes = 4 * dimensions
  if (count * (vectorBytes + 2) > bytes.length) throw cut(count, `${bytes.length} bytes`)
  const vectors = new Float32Array(count * dimensions)
  const words = new Collection()
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = end
  for (let k = 0; k < count; k++) {
    if (bytes[at] === LINE_END) at++
    const length = bytes.subarray(at, at + LONGEST_WORD_BYTES).indexOf(SPACE)
    if (length < 1 || at + length + 1 + vectorBytes > bytes.length) throw cut(count, `an end after ${k}`)
    const isNew = words.add(decode(bytes.subarray(at, at + length)))
    at += length + 1
    const row = (words.words.length - 1) * dimensions
    for (let d = 0; d < dimensions; d++) {
      const value = view.getFloat32(at + 4 * d, true)
      if (!Number.isFinite(value)) {
        throw new ModelFileError(`word vectors, byte ${at + 4 * d}: expected a number, got ${value}. ${ADVICE}`)
      }
      if (isNew) vectors[row + d] = value
    }
    at += vectorBytes
  }
  return { words: words.words, dimensions, vectors: firstRows(vectors, words, dimensions), warnings: words.warnings }
}

const cut = (expected: number, got: string): ModelFileError =>
  new ModelFileError(
    `word vectors: expected ${plural(expected, 'word')}, as the first line says, got ${got}. ${ADVICE}`,
  )

const firstRows = (vectors: Float32Array, { words }: Collection, dimensions: number): Float32Array =>
  words.length * dimensions === vectors.length ? vectors : vectors.slice(0, words.length * dimensions)

/** Lines of a word and its numbers. */
class TextReader {
  readonly #bytes: Uint8Array
  readonly #words = new Collection()
  readonly #header: Header | null
  #dimensions: number
  #vectors: Float32Array
  #line: number
  #at: number

  constructor(bytes: Uint8Array, begin: number, header: Header | null) {
    this.#bytes = bytes
    this.#at = begin
    this.#header = header
    this.#line = header ? 1 : 0
    this.#dimensions = header?.dimensions ?? 0
    this.#vectors = new Float32Array(header ? header.words * header.dimensions : 0)
  }

  read(): ForeignVectors {
    let lines = 0
    while (this.#at < this.#bytes.length) if (this.#readLine()) lines++
    if (lines === 0) throw new ModelFileError(`word vectors: expected a word and its numbers, got nothing. ${ADVICE}`)
    if (this.#header && lines < this.#header.words) throw cut(this.#header.words, `${lines}`)
    const { words, warnings } = this.#words
    const vectors = firstRows(this.#vectors, this.#words, this.#dimensions)
    return { words, dimensions: this.#dimensions, vectors, warnings }
  }

  #readLine(): boolean {
    const feed = this.#bytes.indexOf(LINE_END, this.#at)
    const end = feed < 0 ? this.#bytes.length : feed
    const line = decode(this.#bytes.subarray(this.#at, end)).trimEnd()
    this.#at = end + 1
    this.#line++
    if (line === '') return false
    const fields = line.split(/[ \t]/)
    if (this.#dimensions === 0) this.#dimensions = this.#checked(fields)
    // GloVe has words with spaces in them (". . .").
    const numbers = fields.slice(-this.#dimensions)
    const word = fields.slice(0, -this.#dimensions).join(' ')
    if (fields.length <= this.#dimensions || word === '') {
      throw this.#wrong(`a word and ${plural(this.#dimensions, 'number')}`, plural(fields.length - 1, 'number'))
    }
    const isNew = this.#words.add(word)
    const row = (this.#words.words.length - 1) * this.#dimensions
    if (isNew) this.#vectors = withRoom(this.#vectors, row + this.#dimensions)
    numbers.forEach((text, d) => {
      if (!isNumber(text)) throw this.#wrong('a number', shown(text))
      if (isNew) this.#vectors[row + d] = Number(text)
      if (!Number.isFinite(this.#vectors[row + d])) throw this.#wrong('a number of 32 bits', shown(text))
    })
    return true
  }

  /** How many numbers stand in the first line; without one the file is something else. */
  #checked(fields: readonly string[]): number {
    const numbers = fields.slice(1)
    if (numbers.some(isNumber) && numbers.length <= MOST_DIMENSIONS) return numbers.length
    throw new ModelFileError(
      'word vectors: expected a model written by Sluice or a word and its numbers in line ' +
        `${this.#line}, as word2vec and GloVe have them, got ${shown(fields.join(' '))}. ` +
        'Give a file that "sluice train word-vectors" has written.',
    )
  }

  #wrong(expected: string, got: string): ModelFileError {
    return new ModelFileError(`word vectors, line ${this.#line}: expected ${expected}, got ${got}. ${ADVICE}`)
  }
}

function withRoom(vectors: Float32Array, length: number): Float32Array {
  if (length <= vectors.length) return vectors
  const larger = new Float32Array(Math.max(length, 2 * vectors.length))
  larger.set(vectors)
  return larger
}

/**
 * Writes word2vec's format. Numbers of the text form have as many digits as bring the same 32 bits back.
 *
 * @throws {ModelFileError} a word has white space, which the format cannot hold.
 */
export function writeWord2Vec(
  { words, vectors, dimensions }: Omit<ForeignVectors, 'warnings'>,
  format: 'text' | 'binary',
): Uint8Array {
  const strange = words.find(word => /[ \t\n]/.test(word) || word === '')
  if (strange !== undefined) {
    throw new ModelFileError(
      `word2vec format: expected words without white space, got ${shown(strange)}. Use the model file instead.`,
    )
  }
  const encoder = new TextEncoder()
  const parts = [encoder.encode(`${words.length} ${dimensions}\n`)]
  words.forEach((word, k) => {
    const row = vectors.subarray(k * dimensions, (k + 1) * dimensions)
    if (format === 'text') parts.push(encoder.encode(`${word} ${Array.from(row, shortest).join(' ')}\n`))
    else {
      parts.push(encoder.encode(`${word} `))
      parts.push(new Uint8Array(row.slice().buffer))
      parts.push(Uint8Array.of(LINE_END))
    }
  })
  return joined(parts)
}

/** The fewest of 6 to 9 significant digits that bring a 32-bit float back. */
function shortest(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const text = Number(value.toPrecision(digits))
    if (Math.fround(text) === value) return String(text)
  }
  return String(Number(value.toPrecision(9)))
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
