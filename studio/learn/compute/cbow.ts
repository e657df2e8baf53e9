/**
 * CBOW as it is drawn (Mikolov et al. 2013, section 3.1): the mean of the vectors of the words around a gap, a linear
 * layer, softmax over all words. With so few words no sampling is needed, unlike in `src/models/word-vectors`.
 */
import { Embedding } from '../../../src/layers/embedding.ts'
import { Linear } from '../../../src/layers/linear.ts'
import { indexOfLargest } from '../../../src/models/largest.ts'
import { loopSettings } from '../../../src/models/loop-settings.ts'
import { permutation } from '../../../src/random/draw.ts'
import { keyOf } from '../../../src/random/key.ts'
import { crossEntropy, mean, noGradient, reshape, softmax, step, type Tensor } from '../../../src/tensor/index.ts'
import { train } from '../../../src/training/loop.ts'
import { WINDOW } from './window.ts'

/** Stands where the sentence has ended. */
const EDGE = ''

const DIMENSIONS = 16
const BATCH = 64
const SETTINGS = {
  epochs: 6,
  optimizer: 'adam',
  learningRate: 0.02,
  schedule: 'constant',
  warmUp: 0,
  clipNorm: 5,
  clipValue: null,
  weightDecay: null,
  accumulate: 1,
  patience: 6,
}

interface Gap {
  /** [2 · WINDOW] */
  readonly around: readonly number[]
  readonly middle: number
}

export class Cbow {
  readonly #words: readonly string[]
  readonly #embedding: Embedding
  readonly #linear: Linear

  private constructor(words: readonly string[]) {
    this.#words = words
    this.#embedding = new Embedding({ vocabulary: words.length, embeddingSize: DIMENSIONS, deviation: 0.1 })
    this.#linear = new Linear({ inputSize: DIMENSIONS, outputSize: words.length })
  }

  static async train(sentences: readonly string[], signal: AbortSignal): Promise<Cbow> {
    const split = sentences.map(sentence => sentence.split(' '))
    const words = [EDGE, ...new Set(split.flat())]
    const made = new Cbow(words)
    const gaps = split.flatMap(sentence => sentence.map((_, at) => made.#gap(sentence, at)))
    const tenth = Math.ceil(gaps.length / 10)
    const [validation, training] = [gaps.slice(0, tenth), gaps.slice(tenth)]
    const named = (prefix: string, of: ReadonlyMap<string, Tensor>) =>
      [...of].map(([name, t]) => [`${prefix}.${name}`, t] as const)
    const parameters = new Map([
      ...named('embedding', made.#embedding.parameters()),
      ...named('linear', made.#linear.parameters()),
    ])
    const task = {
      parameters,
      batches: (epoch: number) => batchesOf(training, epoch),
      tokens: (batch: readonly Gap[]) => batch.length,
      weight: (batch: readonly Gap[]) => batch.length,
      loss: (batch: readonly Gap[]) => made.#loss(batch),
      validate: async () => ({ loss: noGradient(() => step(() => made.#loss(validation).toArray()))[0] }),
    }
    await train(task, { ...loopSettings(SETTINGS), signal })
    return made
  }

  #gap(sentence: readonly string[], at: number): Gap {
    const id = (k: number) => this.#words.indexOf(sentence[k] ?? EDGE)
    const around = Array.from({ length: WINDOW }, (_, k) => [id(at - k - 1), id(at + k + 1)]).flat()
    return { around: around.map(k => Math.max(0, k)), middle: Math.max(0, id(at)) }
  }

  /** [B, V] */
  #logits(gaps: readonly Gap[]): Tensor {
    const ids = Int32Array.from(gaps.flatMap(({ around }) => around))
    const vectors = reshape(this.#embedding.forward(ids), [gaps.length, 2 * WINDOW, DIMENSIONS])
    return this.#linear.forward(mean(vectors, 1))
  }

  readonly #loss = (gaps: readonly Gap[]): Tensor =>
    crossEntropy(
      this.#logits(gaps),
      gaps.map(({ middle }) => middle),
    )

  /** The likeliest words for a gap, of a sentence that has them all. */
  guess(sentence: readonly string[], at: number, most: number): { token: string; probability: number }[] {
    const p = [...noGradient(() => step(() => softmax(this.#logits([this.#gap(sentence, at)])).toArray()))]
    return Array.from({ length: most }, () => {
      const best = indexOfLargest(Float64Array.from(p))
      const found = { token: this.#words[best], probability: p[best] }
      p[best] = -1
      return found
    })
  }

  /** [DIMENSIONS] */
  vector(word: string): Float32Array | Float64Array {
    const id = this.#words.indexOf(word)
    return this.#embedding.weight.toArray().slice(id * DIMENSIONS, (id + 1) * DIMENSIONS)
  }
}

function batchesOf(gaps: readonly Gap[], epoch: number): Gap[][] {
  const order = permutation(keyOf(1, 'gaps', epoch), gaps.length)
  const batches: Gap[][] = []
  for (let k = 0; k < gaps.length; k += BATCH) batches.push(Array.from(order.subarray(k, k + BATCH), g => gaps[g]))
  return batches
}
