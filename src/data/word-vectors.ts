/** Word vectors from a file, in the text formats of word2vec and fastText (with a header) and of GloVe (without). */
import { DataError } from '../errors/errors.ts'
import { plural } from '../errors/plural.ts'
import { shown } from '../errors/shown.ts'
import { detached } from '../text/detached.ts'
import { Turns } from '../training/turns.ts'
import type { ByteSource } from './byte-source.ts'
import { streamText } from './text-stream.ts'
import { lineWindows } from './text-windows.ts'

/** Which words to take. */
export interface WordVectorOptions {
  /** Vectors of other words are not read. */
  readonly wanted: ReadonlySet<string>
  readonly signal?: AbortSignal
}

/** Vectors by word. */
export interface WordVectors {
  /** Numbers of a vector, 1 to 65,536. */
  readonly dimensions: number
  /** [dimensions] for each wanted word that the file has, the caller's. */
  readonly vectors: Map<string, Float32Array>
}

const MOST_DIMENSIONS = 65_536

/** A word and as many numbers. */
const LONGEST_LINE = 2 ** 21

/**
 * Reads the vectors of wanted words, in memory for those alone.
 *
 * A line is a word and its numbers, with single spaces or tabs between. A first line of two whole numbers is a header:
 * how many words follow, and the numbers of each. A wanted word that the file does not have takes the vector of its
 * lower-case form: `Paris` that of `paris`, never the other way. Of a word that comes twice the first is taken.
 *
 * @param source  May be compressed.
 * @throws {DataError}   A line has too few numbers or something else in their place (names file and line), the file
 *                       ends before what its header says, or there is nothing in it.
 * @throws {OptionError} The encoding is unknown.
 * @throws the signal's reason, when it is aborted.
 */
export async function readWordVectors(source: ByteSource, { wanted, signal }: WordVectorOptions): Promise<WordVectors> {
  const reader = new VectorReader(source.name, wanted)
  const turns = new Turns(signal)
  for await (const window of lineWindows(streamText(source), LONGEST_LINE)) {
    reader.addLines(window)
    await turns.give()
  }
  return reader.finish()
}

class VectorReader {
  readonly #name: string
  readonly #wanted: ReadonlySet<string>
  /** Lower-case forms of wanted words that are not wanted themselves. */
  readonly #folded: ReadonlySet<string>
  readonly #found = new Map<string, Float32Array>()
  #line = 0
  #dimensions: number | undefined
  /** What a header says. */
  #promised: number | undefined
  #words = 0

  constructor(name: string, wanted: ReadonlySet<string>) {
    this.#name = name
    this.#wanted = wanted
    this.#folded = new Set([...wanted].map(word => word.toLowerCase()))
  }

  addLines(window: string): void {
    for (let begin = 0; begin < window.length; ) {
      const feed = window.indexOf('\n', begin)
      const end = feed === -1 ? window.length : feed
      this.#line++
      this.#addLine(window, begin, end)
      begin = end + 1
    }
  }

  #addLine(window: string, begin: number, end: number): void {
    if (end === begin) return
    if (this.#dimensions === undefined && this.#isHeader(window.slice(begin, end))) return
    this.#words++
    const word = window.slice(begin, endOfWord(window, begin, end))
    if (this.#dimensions !== undefined && !this.#isTaken(word)) return
    const numbers = window.slice(begin, end).trimEnd().split(/[ \t]/).slice(1)
    this.#dimensions ??= this.#checked(numbers.length)
    // GloVe has words with spaces in them (". . ."); none of them is a token.
    if (numbers.length > this.#dimensions) return
    if (numbers.length < this.#dimensions)
      throw this.#wrong(plural(this.#dimensions, 'number'), `${numbers.length} of them`)
    if (this.#isTaken(word)) this.#found.set(detached(word), this.#vectorOf(numbers))
  }

  #isHeader(line: string): boolean {
    if (this.#line > 1) return false
    const [words, dimensions] = /^(\d+)[ \t]+(\d+)\s*$/.exec(line)?.slice(1).map(Number) ?? []
    if (dimensions === undefined) return false
    this.#promised = words
    this.#dimensions = this.#checked(dimensions)
    return true
  }

  #isTaken(word: string): boolean {
    return (this.#wanted.has(word) || this.#folded.has(word)) && !this.#found.has(word)
  }

  #vectorOf(numbers: readonly string[]): Float32Array {
    const vector = new Float32Array(numbers.length)
    for (const [place, text] of numbers.entries()) {
      vector[place] = Number(text)
      if (text === '' || !Number.isFinite(vector[place])) throw this.#wrong('a number', shown(text))
    }
    return vector
  }

  #checked(dimensions: number): number {
    if (dimensions >= 1 && dimensions <= MOST_DIMENSIONS) return dimensions
    throw this.#wrong(`a word and 1 to ${MOST_DIMENSIONS} numbers`, `${dimensions} of them`)
  }

  #wrong(expected: string, got: string): DataError {
    return new DataError(
      `${this.#name}, line ${this.#line}: expected ${expected}, got ${got}. ` +
        'Give word vectors as text, one word and its numbers a line (word2vec or GloVe), not in binary form.',
    )
  }

  finish(): WordVectors {
    if (this.#dimensions === undefined || this.#words === 0) {
      throw new DataError(`${this.#name}: expected word vectors, got an empty file. Get it again from its source.`)
    }
    if (this.#promised !== undefined && this.#words < this.#promised) {
      throw new DataError(
        `${this.#name}: expected ${plural(this.#promised, 'word')}, as its first line says, got ${this.#words}. ` +
          'The file is cut: get it again from its source.',
      )
    }
    return { dimensions: this.#dimensions, vectors: this.#wantedVectors() }
  }

  #wantedVectors(): Map<string, Float32Array> {
    const vectors = new Map<string, Float32Array>()
    for (const word of this.#wanted) {
      const exact = this.#found.get(word)
      const vector = exact ?? this.#found.get(word.toLowerCase())
      // A copy, since two words can share a lower-case form, and each vector is the caller's.
      if (vector !== undefined) vectors.set(word, exact ?? vector.slice())
    }
    return vectors
  }
}

function endOfWord(window: string, begin: number, end: number): number {
  for (let place = begin; place < end; place++) {
    const code = window.charCodeAt(place)
    if (code === 0x20 || code === 0x09) return place
  }
  return end
}
