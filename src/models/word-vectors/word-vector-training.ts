/** How word vectors are trained: epochs of chunks, a learning rate that falls, and all of it interruptible. */
import { WasmDevice } from '../../devices/wasm/wasm-device.ts'
import {
  type Chunk,
  chunkIdsFor,
  type WordVectorSettings,
  WordVectorTrainer,
} from '../../devices/wasm/word-vectors/trainer.ts'
import { DivergenceError, OptionError } from '../../errors/errors.ts'
import { uniforms } from '../../random/draw.ts'
import { keyOf } from '../../random/key.ts'
import { defaultDevice } from '../../tensor/default-device.ts'
import { Report } from '../../training/report.ts'
import { Turns } from '../../training/turns.ts'
import type { LanguageText } from '../language-text.ts'
import { requireTrainArguments } from '../train-arguments.ts'
import { type IdChunk, SENTENCE_END } from './chunks.ts'
import { huffmanPaths } from './huffman.ts'
import { aliasTable, keptThresholds } from './word-draws.ts'
import { readWordText, type WordText } from './word-text.ts'
import { type WordVectorState, wordVectorStateOf, writeWordVectorCheckpoint } from './word-vector-checkpoint.ts'
import { completeWordVectorOptions, type WordVectorModelOptions } from './word-vector-options.ts'
import type { WordVectorTrainOptions } from './word-vector-train-options.ts'

const WHERE = 'WordVectors.train'

/** The rate never falls below this share of the first one. @see word2vec.c */
const LEAST_RATE = 1e-4

/** Places that one key is for: those of a chunk are counted in 31 bits. */
const PLACES = 2 ** 30

/** One epoch of a training. */
export interface WordVectorEpoch {
  /** From 1. */
  readonly epoch: number
  /** Mean over a sample of the predictions, in nats. */
  readonly loss: number
  readonly seconds: number
}

/** What comes out of a training. */
export interface TrainedWordVectors {
  readonly text: WordText
  readonly settings: WordVectorModelOptions
  /** [V, E] */
  readonly vectors: Float32Array
  readonly epochs: readonly WordVectorEpoch[]
  /** Training alone, without what came before it: of this run. */
  readonly seconds: number
  /** Words of the text per second, with those that sub-sampling left out, as word2vec counts them. */
  readonly wordsPerSecond: number
}

/** Trains word vectors; throws as `WordVectors.train`. */
export async function trainWordVectors(
  source: LanguageText,
  options: WordVectorTrainOptions,
): Promise<TrainedWordVectors> {
  requireTrainArguments(options)
  const { device = defaultDevice(), checkpoint: _c, resume: _r, onProgress: _p, signal, ...given } = options
  const settings = completeWordVectorOptions(WHERE, given)
  if (!(device instanceof WasmDevice)) {
    throw new OptionError(`${WHERE}: expected a wasm device, got "${device.name}". Leave the device out.`)
  }
  const text = await readWordText(source, settings, { signal })
  const forTrainer = trainerSettings(settings, text)
  const trainer = new WordVectorTrainer(device.runtime, forTrainer)
  try {
    const arithmetic = device.arithmetic
    return await new Run(trainer, text, settings, { ...options, arithmetic, chunkIds: chunkIdsFor(forTrainer) }).run()
  } finally {
    trainer.release()
  }
}

function trainerSettings(settings: WordVectorModelOptions, { words, counts }: WordText): WordVectorSettings {
  const { architecture, embedding, window, loss, negative, subsample, fast } = settings
  return {
    architecture,
    words: words.length,
    dimensions: embedding,
    window,
    thresholds: keptThresholds(counts, subsample),
    loss: loss === 'negative-sampling' ? { negatives: negative, aliases: aliasTable(counts) } : huffmanPaths(counts),
    isFast: fast,
  }
}

type RunOptions = Omit<WordVectorTrainOptions, keyof WordVectorModelOptions | 'device'> & {
  readonly arithmetic: string
  /** Of a chunk, at most. */
  readonly chunkIds: number
}

class Run {
  readonly #trainer: WordVectorTrainer
  readonly #text: WordText
  readonly #settings: WordVectorModelOptions
  readonly #options: RunOptions
  readonly #turns: Turns
  readonly #report: Report
  /** The epoch under way, from 1, and the words of it that are done. */
  #epoch = 1
  #words = 0
  #chunks = 0
  #lossSum = 0
  #predictions = 0
  #epochs: WordVectorEpoch[] = []
  #seconds = 0
  #lastSave = performance.now()

  constructor(trainer: WordVectorTrainer, text: WordText, settings: WordVectorModelOptions, options: RunOptions) {
    this.#trainer = trainer
    this.#text = text
    this.#settings = settings
    this.#options = options
    this.#turns = new Turns(options.signal)
    this.#report = new Report(settings.epochs, options.onProgress)
    const { resume } = options
    if (resume) this.#restore(wordVectorStateOf(resume, this.#identity, this.#shape))
    else trainer.write(firstWeights(settings, text.words.length))
  }

  async run(): Promise<TrainedWordVectors> {
    const before = this.#wordsInAll
    try {
      while (this.#epoch <= this.#settings.epochs) await this.#runEpoch()
    } catch (reason) {
      if (this.#options.signal?.aborted) await this.#save()
      throw reason
    }
    return {
      text: this.#text,
      settings: this.#settings,
      vectors: this.#trainer.read().inputs,
      epochs: this.#epochs,
      seconds: this.#seconds,
      wordsPerSecond: this.#seconds === 0 ? 0 : (this.#wordsInAll - before) / this.#seconds,
    }
  }

  get #wordsInAll(): number {
    return (this.#epoch - 1) * this.#text.total + this.#words
  }

  async #runEpoch(): Promise<void> {
    const start = performance.now()
    const done = this.#chunks
    let seen = 0
    let waiting: Chunk[] = []
    for await (const chunk of this.#text.chunks(this.#options.chunkIds)) {
      seen++
      if (seen <= done) continue
      waiting.push(this.#withRate(chunk, waiting))
      if (waiting.length < this.#trainer.chunksAtOnce) continue
      await this.#train(waiting)
      waiting = []
    }
    if (waiting.length > 0) await this.#train(waiting)
    const loss = this.#lossSum / Math.max(1, this.#predictions)
    this.#epochs.push({ epoch: this.#epoch, loss, seconds: (performance.now() - start) / 1000 })
    this.#epoch++
    this.#words = this.#chunks = this.#lossSum = this.#predictions = 0
    await this.#save()
  }

  /** The rate falls with the words done, those of chunks that wait to be trained on with this one included. */
  #withRate({ ids, position }: IdChunk, before: readonly Chunk[]): Chunk {
    const { seed, epochs, learningRate } = this.#settings
    const words = this.#wordsInAll + before.reduce((sum, chunk) => sum + wordsOf(chunk.ids), 0)
    const left = 1 - words / (epochs * this.#text.total)
    return {
      ids,
      key: keyOf(seed, 'word vectors', this.#epoch, Math.floor(position / PLACES)),
      position: position % PLACES,
      rate: learningRate * Math.max(LEAST_RATE, left),
    }
  }

  async #train(chunks: readonly Chunk[]): Promise<void> {
    const start = performance.now()
    this.#trainer.train(chunks)
    const { sum, predictions } = this.#trainer.takeLoss()
    this.#seconds += (performance.now() - start) / 1000
    if (!Number.isFinite(sum)) throw this.#divergence()
    this.#lossSum += sum
    this.#predictions += predictions
    this.#chunks += chunks.length
    const words = chunks.reduce((total, chunk) => total + wordsOf(chunk.ids), 0)
    this.#words += words
    const loss = this.#lossSum / Math.max(1, this.#predictions)
    const position = { epoch: this.#epoch, step: this.#words, steps: this.#text.total }
    this.#report.stepped({ ...position, loss, stepLoss: sum / Math.max(1, predictions) }, words)
    await this.#turns.give()
    const { checkpoint } = this.#options
    if (checkpoint && performance.now() - this.#lastSave > checkpoint.everySeconds * 1000) await this.#save()
  }

  #divergence(): DivergenceError {
    return new DivergenceError(
      `training, epoch ${this.#epoch}: expected a finite loss, got one that is not, with a learning rate of ` +
        `${this.#settings.learningRate}. Use a smaller one.`,
    )
  }

  get #shape(): readonly [number, number] {
    return [this.#text.words.length, this.#settings.embedding]
  }

  get #identity() {
    const { arithmetic } = this.#options
    return { options: this.#settings, data: this.#text.hash, arithmetic }
  }

  async #save(): Promise<void> {
    const { checkpoint } = this.#options
    if (!checkpoint) return
    const state: WordVectorState = {
      epoch: this.#epoch,
      chunks: this.#chunks,
      words: this.#words,
      lossSum: this.#lossSum,
      predictions: this.#predictions,
      epochs: this.#epochs,
      ...this.#trainer.read(),
    }
    const isFinished = this.#epoch > this.#settings.epochs
    await checkpoint.save(writeWordVectorCheckpoint(this.#identity, this.#shape, state, isFinished))
    this.#lastSave = performance.now()
  }

  #restore(state: WordVectorState): void {
    this.#trainer.write(state)
    this.#epoch = state.epoch
    this.#chunks = state.chunks
    this.#words = state.words
    this.#lossSum = state.lossSum
    this.#predictions = state.predictions
    this.#epochs = [...state.epochs]
  }
}

/** Input vectors within ±1 / E, as in gensim and fastText (word2vec.c: half of that); output vectors 0. */
function firstWeights({ seed, embedding }: WordVectorModelOptions, words: number) {
  const drawn = uniforms(keyOf(seed, 'first word vectors'), words * embedding)
  for (let k = 0; k < drawn.length; k++) drawn[k] = (2 * drawn[k] - 1) / embedding
  return { inputs: drawn, outputs: new Float32Array(drawn.length) }
}

function wordsOf(ids: Int32Array): number {
  let words = 0
  for (const id of ids) if (id !== SENTENCE_END) words++
  return words
}
