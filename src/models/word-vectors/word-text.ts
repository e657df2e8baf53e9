/**
 * The text that word vectors are learned from: which words it has and how often, and its ids in chunks, once an epoch.
 *
 * The ids are kept, 4 bytes each, unless they are more than fit; then the text is read again for each epoch.
 */
import { DataError } from '../../errors/errors.ts'
import { plural } from '../../errors/plural.ts'
import { sha256 } from '../../formats/sha256.ts'
import { detached } from '../../text/detached.ts'
import { findLanguage } from '../../text/language.ts'
import { createTokenizer, type Tokenizer } from '../../text/tokenizer.ts'
import { Turns } from '../../training/turns.ts'
import { type LanguageText, windowsOf } from '../language-text.ts'
import { ChunkCutter, type IdChunk, SENTENCE_END } from './chunks.ts'
import type { WordVectorModelOptions } from './word-vector-options.ts'

/** What word2vec has for the end of a line; here it is no word, but the place where windows end. */
const LINE_END = '</s>'

/** More would be 1 GiB. */
const MOST_IDS_KEPT = 2 ** 28

/** Different words told apart at a time, as in `TokenCounts`. */
const MOST_DIFFERENT = 4_000_000

/** UTF-16 units that the language is found from. */
const SAMPLE = 100_000

/** Ids that are hashed at a time. */
const HASHED_IDS = 2 ** 16

/** No word of the vocabulary. */
const NO_WORD = -2

export interface WordText {
  readonly tokenizer: Tokenizer
  /** [V], the most frequent first. */
  readonly words: readonly string[]
  /** [V], how often each occurs. */
  readonly counts: Float64Array
  /** Σ counts: the words that one epoch trains on. */
  readonly total: number
  /** SHA-256 that tells this text, as it is divided, from another. */
  readonly hash: string
  /** The text from its beginning, in chunks of so many ids at most. @throws the signal's reason, when it is aborted. */
  chunks(chunkIds: number): AsyncIterable<IdChunk>
}

export interface WordTextOptions {
  readonly signal?: AbortSignal | undefined
  /** @default 268,435,456 */
  readonly mostIdsKept?: number
}

/**
 * Reads a text once and counts its words.
 *
 * @throws {DataError} fewer than two words occur often enough.
 */
export async function readWordText(
  text: LanguageText,
  settings: WordVectorModelOptions,
  { signal, mostIdsKept = MOST_IDS_KEPT }: WordTextOptions = {},
): Promise<WordText> {
  const tokenizer = await tokenizerFor(text, settings)
  const turns = new Turns(signal)
  const numbers = new WordNumbers(mostIdsKept)
  for await (const window of windowsOf(text, WHERE)) {
    numbers.add(tokenizer.tokens(window))
    await turns.give()
  }
  const frequent = numbers.words(settings.minimumCount).slice(0, settings.vocabulary ?? undefined)
  if (frequent.length < 2) throw tooFew(numbers.total, settings.minimumCount)
  const words = frequent.map(({ word }) => word)
  const counts = Float64Array.from(frequent, ({ count }) => count)
  const isParagraph = settings.boundary === 'paragraph'
  const idOfWord = new Map(words.map((word, id) => [word, id]))
  const kept = numbers.kept(idOfWord)
  async function* ids() {
    if (kept) yield* slices(kept)
    else {
      for await (const window of windowsOf(text, WHERE)) yield idsOf(tokenizer.tokens(window), idOfWord)
    }
  }
  return {
    tokenizer,
    words,
    counts,
    total: counts.reduce((sum, count) => sum + count, 0),
    hash: numbers.hash,
    chunks: chunkIds => chunked(ids(), { isParagraph, chunkIds, signal }),
  }
}

const WHERE = 'training text'

async function tokenizerFor(text: LanguageText, settings: WordVectorModelOptions): Promise<Tokenizer> {
  const { tokens, lowercase } = settings
  return createTokenizer({
    tokens,
    language: settings.language ?? findLanguage([await beginningOf(text)]),
    ...(lowercase !== null && { lowercase }),
    lineEnd: LINE_END,
  })
}

async function beginningOf(text: LanguageText): Promise<string> {
  let beginning = ''
  for await (const window of windowsOf(text, WHERE)) {
    beginning += window
    if (beginning.length > SAMPLE) break
  }
  return beginning
}

function tooFew(total: number, minimumCount: number): DataError {
  return new DataError(
    `${WHERE}: expected two words or more that occur ${plural(minimumCount, 'time')}, ` +
      `got ${plural(total, 'word')} in all. ` +
      'Give a longer text, or a smaller minimum count.',
  )
}

function idsOf(tokens: readonly string[], idOfWord: ReadonlyMap<string, number>): Int32Array {
  return Int32Array.from(tokens, token => (token === LINE_END ? SENTENCE_END : (idOfWord.get(token) ?? NO_WORD)))
}

const SLICE = 2 ** 16

function* slices(ids: Int32Array): Generator<Int32Array, void> {
  for (let begin = 0; begin < ids.length; begin += SLICE) yield ids.subarray(begin, begin + SLICE)
}

interface Chunking {
  readonly isParagraph: boolean
  readonly chunkIds: number
  readonly signal: AbortSignal | undefined
}

/** Leaves out what is no word, and ends of lines that end nothing. */
async function* chunked(
  blocks: AsyncIterable<Int32Array>,
  { isParagraph, chunkIds, signal }: Chunking,
): AsyncGenerator<IdChunk, void> {
  const cutter = new ChunkCutter(chunkIds)
  const turns = new Turns(signal)
  let ends = 0
  /** Whether the last id kept is an end, or there is none: another one would end nothing. */
  let isOpen = false
  for await (const block of blocks) {
    const left = new Int32Array(block.length)
    let length = 0
    for (const id of block) {
      ends = id === SENTENCE_END ? ends + 1 : 0
      const isEnd = isOpen && ends >= (isParagraph ? 2 : 1)
      if (id < 0 && !isEnd) continue
      left[length++] = id
      isOpen = id >= 0
    }
    yield* cutter.add(left.subarray(0, length))
    await turns.give()
  }
  yield* cutter.end()
}

/** Numbers words as they come, and counts them; in bounded memory, as `TokenCounts` does. */
class WordNumbers {
  /** By word, its number: a place in the two lists. */
  readonly #numbers = new Map<string, number>()
  readonly #counts: number[] = []
  #ids: Int32Array | null = new Int32Array(HASHED_IDS)
  readonly #mostIds: number
  #forgotten = 0
  total = 0
  #block = new Int32Array(HASHED_IDS)
  #blockLength = 0
  #hash = ''

  constructor(mostIds: number) {
    this.#mostIds = mostIds
  }

  add(tokens: readonly string[]): void {
    if (this.#ids) this.#ids = withRoom(this.#ids, this.total + tokens.length, this.#mostIds)
    for (const token of tokens) {
      const number = this.#numberOf(token)
      this.#counts[number]++
      if (this.#ids) this.#ids[this.total] = number
      this.total++
      this.#block[this.#blockLength++] = number
      if (this.#blockLength === HASHED_IDS) this.#addToHash()
    }
    while (this.#numbers.size > MOST_DIFFERENT) this.#forgetRarest()
  }

  #numberOf(token: string): number {
    const known = this.#numbers.get(token)
    if (known !== undefined) return known
    const number = this.#counts.push(0) - 1
    this.#numbers.set(detached(token), number)
    return number
  }

  /** What is forgotten comes back under another number, so numbers do not tell words any more. */
  #forgetRarest(): void {
    this.#ids = null
    this.#forgotten++
    for (const [word, number] of this.#numbers) {
      if (this.#counts[number] <= this.#forgotten && word !== LINE_END) this.#numbers.delete(word)
    }
  }

  #addToHash(): void {
    const block = this.#block.subarray(0, this.#blockLength)
    const own = sha256(new Uint8Array(block.buffer, 0, block.byteLength))
    this.#hash = sha256(new TextEncoder().encode(`${this.#hash} ${own}`))
    this.#blockLength = 0
  }

  /** Of all ids, and of the words they stand for. */
  get hash(): string {
    this.#addToHash()
    return sha256(new TextEncoder().encode(JSON.stringify([this.#hash, [...this.#numbers.keys()]])))
  }

  /** Frequent words, the most frequent first, ties in order of occurrence. */
  words(minimumCount: number): { word: string; count: number }[] {
    return [...this.#numbers]
      .map(([word, number]) => ({ word, count: this.#counts[number] }))
      .filter(({ word, count }) => count >= minimumCount && word !== LINE_END)
      .sort((a, b) => b.count - a.count)
  }

  /** All ids, if they were kept: words that have none are −2, ends of lines −1. Takes them away. */
  kept(idOfWord: ReadonlyMap<string, number>): Int32Array | null {
    const ids = this.#ids?.subarray(0, this.total) ?? null
    this.#ids = null
    if (ids === null) return null
    const idOfNumber = new Int32Array(this.#counts.length).fill(NO_WORD)
    for (const [word, number] of this.#numbers) {
      idOfNumber[number] = word === LINE_END ? SENTENCE_END : (idOfWord.get(word) ?? NO_WORD)
    }
    for (let k = 0; k < ids.length; k++) ids[k] = idOfNumber[ids[k]]
    return ids
  }
}

/** Null: more than are to be kept. */
function withRoom(ids: Int32Array, length: number, most: number): Int32Array | null {
  if (length <= ids.length) return ids
  if (length > most) return null
  const larger = new Int32Array(Math.min(most, Math.max(length, 2 * ids.length)))
  larger.set(ids)
  return larger
}
