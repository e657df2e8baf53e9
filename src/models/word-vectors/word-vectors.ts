/**
 * Word vectors: a text in, a vector for each word out, so that words used alike have vectors that point alike.
 *
 *     const vectors = await WordVectors.train(text)
 *     vectors.similar('king', 5)
 *     vectors.analogy('man', 'king', 'woman')       // man is to king as woman is to …
 */
import type { Device } from '../../devices/device.ts'
import { OptionError } from '../../errors/errors.ts'
import { shown } from '../../errors/shown.ts'
import { isSafetensors } from '../../formats/safetensors.ts'
import { defaultDevice } from '../../tensor/default-device.ts'
import type { TokenizerSettings } from '../../text/tokenizer.ts'
import type { LanguageText } from '../language-text.ts'
import { requireObject } from '../option-table.ts'
import { type AnalogyJudgement, judgeWords, type SimilarityJudgement } from './word-judgement.ts'
import { requireWord, type SimilarWord, WordList } from './word-list.ts'
import type { WordQuestions } from './word-questions.ts'
import {
  readWordVectorFile,
  type WordVectorParts,
  type WordVectorSummary,
  writeWordVectors,
} from './word-vector-file.ts'
import type { WordVectorTrainOptions } from './word-vector-train-options.ts'
import { type TrainedWordVectors, trainWordVectors } from './word-vector-training.ts'
import { readWord2Vec, writeWord2Vec } from './word2vec-format.ts'

export type { SimilarWord } from './word-list.ts'

/** How a training went: its epochs, and its speed. */
export type WordVectorRun = Pick<TrainedWordVectors, 'epochs' | 'seconds' | 'wordsPerSecond'>

export class WordVectors {
  readonly list: WordList
  /** [V], how often each word occurred; null where that is not known. */
  readonly counts: readonly number[] | null
  /** How text is divided into words; null for vectors of other programs. */
  readonly text: TokenizerSettings | null
  /** How they were trained, as the model file tells it; null for vectors of other programs. */
  readonly summary: WordVectorSummary | null
  /** What reading the file found odd; empty for vectors just trained. */
  readonly warnings: readonly string[]
  /** Of this training; null for vectors read from a file. */
  readonly run: WordVectorRun | null

  /** @internal Use `train` or `fromBytes`. */
  constructor(parts: WordVectorParts & { readonly warnings?: readonly string[] }, run: WordVectorRun | null = null) {
    this.list = new WordList(parts.words, parts.vectors, parts.dimensions)
    this.counts = parts.counts
    this.text = parts.text
    this.summary = parts.summary
    this.warnings = parts.warnings ?? []
    this.run = run
  }

  /**
   * Trains word vectors as word2vec does: CBOW or skip-gram, negative sampling or hierarchical softmax. The same text
   * and options give the same vectors, bit for bit, on any number of threads; not so with `fast`.
   *
   * @param source   Whole, or files in order, of any size: ids are kept up to 1 GiB of them, else read each epoch.
   * @param options  See `word-vector-options.ts` for names, ranges and defaults.
   * @throws {OptionError}     an option is unknown or out of range.
   * @throws {DataError}       fewer than two words occur often enough, or a file cannot be read.
   * @throws {MemoryError}     the vectors do not fit in memory.
   * @throws {ModelFileError}  the checkpoint is damaged, or of another training.
   * @throws {DivergenceError} the loss is not finite.
   * @throws the signal's reason, when it is aborted.
   * @see Mikolov, Chen, Corrado & Dean 2013, "Efficient estimation of word representations in vector space"; Mikolov et
   *      al. 2013, "Distributed representations of words and phrases and their compositionality".
   */
  static async train(source: LanguageText, options: WordVectorTrainOptions = {}): Promise<WordVectors> {
    const { text, settings, vectors, ...run } = await trainWordVectors(source, options)
    const { lineEnd: _l, ...how } = text.tokenizer.settings
    return new WordVectors(
      {
        words: text.words,
        dimensions: settings.embedding,
        vectors,
        counts: [...text.counts],
        text: how,
        summary: {
          options: settings,
          words: text.total,
          epochs: run.epochs.length,
          loss: run.epochs.at(-1)?.loss ?? 0,
        },
      },
      run,
    )
  }

  /** The words that have a vector, [V]; of a training, the most frequent first. */
  get words(): readonly string[] {
    return this.list.words
  }

  /** Numbers of a vector, E. */
  get dimensions(): number {
    return this.list.dimensions
  }

  /** The vector of a word (or of its lower-case form, if it has none itself), [E], a copy; undefined: it has none. */
  vector(word: string): Float32Array | undefined {
    requireWord('vector', word)
    const place = this.list.placeOf(word)
    const { vectors, dimensions } = this.list
    return place === undefined ? undefined : vectors.slice(place * dimensions, (place + 1) * dimensions)
  }

  /** The cosine of the angle between two words' vectors, −1 … 1. @throws {DataError} a word has no vector. */
  similarity(a: string, b: string): number {
    const [x, y] = [a, b].map(word => this.list.unit(this.list.requirePlace(word, 'similarity')))
    return x.reduce((sum, value, d) => sum + value * y[d], 0)
  }

  /**
   * The words whose vectors have the smallest angle to a word's, itself left out.
   *
   * @param top  How many. @default 10
   * @throws {DataError}   the word has no vector.
   * @throws {OptionError} top is no whole number of 1 or more.
   */
  similar(word: string, top = 10): SimilarWord[] {
    requireTop('similar', top)
    const place = this.list.requirePlace(word, 'similar')
    return this.list.nearest(Float64Array.from(this.list.unit(place)), top, new Set([place]))
  }

  /**
   * What c has as a has b: the words nearest to b − a + c, each of length 1; the three are left out.
   *
   * @param top  How many. @default 10
   * @throws {DataError}   a word has no vector.
   * @throws {OptionError} top is no whole number of 1 or more.
   * @see Mikolov, Yih & Zweig 2013; "3CosAdd" of Levy & Goldberg 2014.
   */
  analogy(a: string, b: string, c: string, top = 10): SimilarWord[] {
    requireTop('analogy', top)
    const places = [a, b, c].map(word => this.list.requirePlace(word, 'analogy'))
    const [x, y, z] = places.map(place => this.list.unit(place))
    return this.list.nearest(
      Float64Array.from(x, (value, d) => y[d] - value + z[d]),
      top,
      new Set(places),
    )
  }

  /**
   * Judges the vectors by what people said: pairs of words with a score, by Spearman's rank correlation of the scores
   * and the cosines; or questions "a is to b as c is to d", by the share that `analogy` answers right.
   *
   * @param questions  See `parseWordQuestions`. Pairs and questions with a word that has no vector do not count.
   * @throws the signal's reason, when it is aborted.
   */
  async evaluate(
    questions: WordQuestions,
    options: { readonly device?: Device; readonly signal?: AbortSignal } = {},
  ): Promise<SimilarityJudgement | AnalogyJudgement> {
    requireObject('evaluate', options)
    if (questions?.kind !== 'similarity' && questions?.kind !== 'analogy') {
      throw new OptionError(`evaluate: expected what parseWordQuestions gives, got ${shown(questions)}. Pass that.`)
    }
    const { device = defaultDevice(), signal } = options
    return await judgeWords(this.list, questions, { device, signal })
  }

  /** The vectors as a model file: the same training gives the same bytes. */
  toBytes(): Uint8Array {
    const { words, dimensions, vectors } = this.list
    const { counts, text, summary } = this
    return writeWordVectors({ words, dimensions, vectors, counts, text, summary })
  }

  /** The vectors for other programs. @throws {ModelFileError} a word has white space. */
  toWord2Vec(format: 'text' | 'binary' = 'text'): Uint8Array {
    const { words, dimensions, vectors } = this.list
    return writeWord2Vec({ words: [...words], dimensions, vectors }, format)
  }

  /**
   * Reads vectors from a model file's bytes, or from those of another program's (word2vec text and binary, GloVe,
   * fastText's `.vec`).
   *
   * @throws {ModelFileError} damaged, of another kind, or larger than makes sense.
   */
  static fromBytes(bytes: Uint8Array, _options: { readonly device?: Device } = {}): WordVectors {
    // What is no bytes at all is refused there.
    if (!ArrayBuffer.isView(bytes) || isSafetensors(bytes)) return new WordVectors(readWordVectorFile(bytes))
    return new WordVectors({ ...readWord2Vec(bytes), counts: null, text: null, summary: null })
  }
}

function requireTop(where: string, top: number): void {
  if (Number.isSafeInteger(top) && top >= 1) return
  throw new OptionError(`${where}: expected top to be a whole number of 1 or more, got ${shown(top)}.`)
}
