/**
 * Makes a `tokenizer.json` from texts: the most frequent pair of neighbouring pieces becomes a piece, again and again.
 *
 * @see Sennrich et al. 2016, "Neural Machine Translation of Rare Words with Subword Units"; on bytes within words as in
 *      GPT-2 (Radford et al. 2019). The order of equally frequent pairs is that of Hugging Face's `BpeTrainer`.
 */
import { OptionError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'
import { Turns } from '../training/turns.ts'
import { byteLevelWords, CHARACTER_OF_BYTE, toByteCharacters } from './byte-level.ts'
import { PairMerging } from './pair-merging.ts'
import type { SubwordDocument } from './subword-document.ts'
import { TokenCounts } from './token-counts.ts'

/** What a made tokenizer is to be like. */
export interface SubwordTrainingOptions {
  /** How many pieces, the 256 of single bytes included; fewer if the texts do not have as many. */
  readonly vocabulary: number
  /** How often a pair must occur to become a piece. @default 2 */
  readonly minimumCount?: number
  /** Stops between two merges. */
  readonly signal?: AbortSignal
}

const BYTES = 256
const MOST_PIECES = 1_000_000

/** Collects texts, then makes a tokenizer of them. */
export class SubwordTrainer {
  readonly #words = new TokenCounts()

  /** Adds a text, or a part of one that ends where a line ends. Capitals are made small before, if they are to be. */
  add(text: string): void {
    // Line by line, as texts are divided later.
    for (const line of text.split(/(?<=\n)/)) this.#words.add(byteLevelWords(line))
  }

  /**
   * Makes the tokenizer; the same texts in the same order always give the same.
   *
   * @returns A document for `createTokenizer({ tokens: 'subword', subwords })`, or to write as a `tokenizer.json`.
   * @throws {OptionError} An option is out of range.
   * @throws the signal's reason, when it is aborted.
   */
  async train({ vocabulary, minimumCount = 2, signal }: SubwordTrainingOptions): Promise<SubwordDocument> {
    checkOptions(vocabulary, minimumCount)
    const turns = new Turns(signal)
    const pieces = CHARACTER_OF_BYTE.toSorted()
    const ids = new Map(pieces.map((piece, id) => [piece, id]))
    const merging = await this.#merging(ids, turns)
    // A pair can come back when its pieces are made in another way; its first place counts.
    const merges = new Set<string>()
    while (pieces.length < vocabulary) {
      const pair = merging.next()
      if (pair === undefined || pair.count < minimumCount) break
      const merged = pieces[pair.first] + pieces[pair.second]
      merges.add(`${pieces[pair.first]} ${pieces[pair.second]}`)
      // Two ways can lead to one piece: `a bc` and `ab c`.
      if (!ids.has(merged)) {
        ids.set(merged, pieces.length)
        pieces.push(merged)
      }
      merging.merge(pair, ids.get(merged) as number)
      await turns.give()
    }
    return documentOf(pieces, [...merges])
  }

  async #merging(ids: ReadonlyMap<string, number>, turns: Turns): Promise<PairMerging> {
    const words: number[][] = []
    const counts: number[] = []
    for (const [word, count] of this.#words.counts) {
      words.push(Array.from(toByteCharacters(word), character => ids.get(character) as number))
      counts.push(count)
      if (words.length % 1024 === 0) await turns.give()
    }
    return new PairMerging(words, counts)
  }
}

/**
 * Makes a tokenizer of texts in memory.
 *
 * @throws {OptionError} An option is out of range.
 * @throws the signal's reason, when it is aborted.
 */
export async function trainSubwords(
  texts: Iterable<string>,
  options: SubwordTrainingOptions,
): Promise<SubwordDocument> {
  checkOptions(options.vocabulary, options.minimumCount ?? 2)
  const trainer = new SubwordTrainer()
  const turns = new Turns(options.signal)
  for (const text of texts) {
    trainer.add(text)
    await turns.give()
  }
  return await trainer.train(options)
}

function documentOf(pieces: readonly string[], merges: readonly string[]): SubwordDocument {
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: true },
    post_processor: null,
    decoder: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: true },
    model: {
      type: 'BPE',
      vocab: Object.fromEntries(pieces.map((piece, id) => [piece, id])),
      merges,
      ignore_merges: false,
    },
  }
}

function checkOptions(vocabulary: number, minimumCount: number): void {
  if (!Number.isSafeInteger(vocabulary) || vocabulary < BYTES || vocabulary > MOST_PIECES) {
    throw new OptionError(
      `vocabulary: expected a whole number from ${BYTES} (the single bytes) to ${MOST_PIECES} for subwords, ` +
        `got ${shown(vocabulary)}. Try 8000.`,
    )
  }
  if (!Number.isSafeInteger(minimumCount) || minimumCount < 1) {
    throw new OptionError(
      `minimum-count: expected a whole number of 1 or more, got ${shown(minimumCount)}. Choose such a number.`,
    )
  }
}
