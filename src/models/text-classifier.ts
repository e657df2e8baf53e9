/**
 * The text classifier: a table of texts and labels in, a model out that tells the label of a text.
 */
import type { LabelledText } from '../data/examples.ts'
import type { Device } from '../devices/device.ts'
import { OptionError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'
import { defaultDevice } from '../tensor/default-device.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { EpochResult } from '../training/loop.ts'
import { ClassifierForward, type NetworkWeights } from './classifier-forward.ts'
import type { ClassifierNetwork } from './classifier-network.ts'
import type { TrainOptions } from './classifier-training-options.ts'
import type { Judgement } from './judgement.ts'
import { indexOfLargest } from './largest.ts'
import { networkOf } from './network-link.ts'
import { PREDICTION_BATCH } from './prediction-batch.ts'
import {
  type ClassifierParts,
  readClassifier,
  type TextColumnNames,
  type TrainingSummary,
  writeClassifier,
} from './text-classifier-file.ts'
import type { TextEncoder } from './text-encoder.ts'

export type { TrainOptions } from './classifier-training-options.ts'

export interface Prediction {
  readonly label: string
  readonly probability: number
  readonly probabilities: Readonly<Record<string, number>>
}

/** One epoch of a training: loss in nats, validation, and the time it took. */
export type ClassifierEpoch = EpochResult<{ readonly loss: number; readonly accuracy: number }>

interface Parts extends ClassifierParts<ClassifierNetwork | ClassifierForward> {
  readonly warnings?: readonly string[]
}

export class TextClassifier {
  /** The labels in the order of their rows in `linear.weight`. */
  readonly labels: readonly string[]
  readonly encoder: TextEncoder
  /** How it was trained, as the model file tells it. */
  readonly summary: TrainingSummary
  readonly columns: TextColumnNames | null
  /** What reading the file found odd; empty for a model just trained. */
  readonly warnings: readonly string[]
  /** The epochs of this training; empty for a model read from a file. */
  readonly epochs: readonly ClassifierEpoch[]
  readonly #forward: ClassifierForward
  #network: ClassifierNetwork | null

  /** @internal Use `train` or `fromBytes`. */
  constructor(parts: Parts, epochs: readonly ClassifierEpoch[] = []) {
    this.labels = parts.labels
    this.encoder = parts.encoder
    this.summary = parts.summary
    this.columns = parts.columns
    this.warnings = parts.warnings ?? []
    this.epochs = epochs
    const { network } = parts
    if (network instanceof ClassifierForward) {
      this.#forward = network
      this.#network = null
    } else {
      const weights = network.parameters()
      this.#forward = new ClassifierForward(network.cell, network.sizes, name => weights.get(name) as Tensor)
      this.#network = network
    }
  }

  /** The cell, the sizes and the weights by their names in a file. */
  get weights(): NetworkWeights {
    return this.#forward
  }

  /**
   * The network on tensors, for training and inspection; of the same weights as `predict` uses.
   *
   * @throws {OptionError} The program is bundled without anything that trains or inspects.
   */
  get network(): ClassifierNetwork {
    this.#network ??= networkOf(this.#forward) as ClassifierNetwork
    return this.#network
  }

  /** How many numbers were learned. */
  get parameterCount(): number {
    const shapes = [...this.#forward.parameters().values()].map(t => t.shape)
    return shapes.reduce((sum, shape) => sum + shape.reduce((size, n) => size * n, 1), 0)
  }

  /**
   * Trains a classifier. Rows without text or label have to be left out before (`toExamples`).
   *
   * @param rows     Texts with their labels: two or more labels.
   * @param options  See `text-classifier-options.ts` for names, ranges and defaults.
   * @returns        The model of the epoch with the lowest validation loss.
   * @throws {OptionError}     an option is unknown or out of range.
   * @throws {DataError}       fewer than two labels, or too few rows.
   * @throws {MemoryError}     a step of training does not fit in memory.
   * @throws {ModelFileError}  the checkpoint is damaged, or of another training.
   * @throws {DivergenceError} the loss or a gradient is not finite.
   * @throws the signal's reason, when it is aborted.
   */
  static async train(rows: readonly LabelledText[], options: TrainOptions = {}): Promise<TextClassifier> {
    // Loaded when somebody trains, so that a page that only predicts ships without it.
    const { trainClassifier } = await import('./classifier-training.ts')
    const { parts, epochs } = await trainClassifier(rows, options)
    return new TextClassifier(parts, epochs)
  }

  /** Tells the label of a text; a text without a known word gets the answer of unknown words. */
  predict(text: string): Prediction {
    return this.predictAll([text])[0]
  }

  /** Tells the labels of several texts, [B]: the same bits as one after the other, but faster. */
  predictAll(texts: readonly string[]): Prediction[] {
    if (!Array.isArray(texts)) throw new OptionError(`predictAll: expected an array of texts, got ${shown(texts)}.`)
    const strange = texts.findIndex(text => typeof text !== 'string')
    if (strange >= 0) throw new OptionError(`predict: expected a text, got ${shown(texts[strange])}. Pass a string.`)
    const predictions: Prediction[] = []
    for (let begin = 0; begin < texts.length; begin += PREDICTION_BATCH) {
      const sequences = texts.slice(begin, begin + PREDICTION_BATCH).map(text => this.encoder.encode(text))
      const probabilities = this.#forward.probabilities(sequences)
      sequences.forEach((_, b) => {
        predictions.push(this.#prediction(probabilities.subarray(b * this.labels.length, (b + 1) * this.labels.length)))
      })
    }
    return predictions
  }

  #prediction(probabilities: Float32Array | Float64Array): Prediction {
    const best = indexOfLargest(probabilities)
    return {
      label: this.labels[best],
      probability: probabilities[best],
      probabilities: Object.fromEntries(this.labels.map((label, k) => [label, probabilities[k]])),
    }
  }

  /**
   * Judges the model on labelled texts.
   *
   * @throws {DataError} there are none, or one has a label that the model does not know.
   * @throws the signal's reason, when it is aborted.
   */
  async evaluate(rows: readonly LabelledText[], options: { readonly signal?: AbortSignal } = {}): Promise<Judgement> {
    const { evaluateClassifier } = await import('./classifier-evaluation.ts')
    return evaluateClassifier(this, rows, options)
  }

  /** The model as a file: the same training gives the same bytes. */
  toBytes(): Uint8Array {
    const { labels, encoder, summary, columns } = this
    return writeClassifier({ labels, encoder, summary, columns, network: this.#forward })
  }

  /**
   * Reads a model from a file's bytes.
   *
   * @throws {ModelFileError} damaged, of another kind, or larger than makes sense.
   */
  static fromBytes(bytes: Uint8Array, options: { readonly device?: Device } = {}): TextClassifier {
    return new TextClassifier(readClassifier(bytes, options.device ?? defaultDevice()))
  }
}
