/**
 * The text classifier: a table of texts and labels in, a model out that tells the label of a text.
 */
import type { LabelledText } from '../data/examples.ts'
import type { Device } from '../devices/device.ts'
import { DataError, OptionError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'
import { defaultDevice, noGradient, softmax, step } from '../tensor/index.ts'
import type { EpochResult } from '../training/loop.ts'
import { Turns } from '../training/turns.ts'
import type { ClassifierNetwork } from './classifier-network.ts'
import type { TrainOptions } from './classifier-training-options.ts'
import type { Judgement } from './judgement.ts'
import { requireKnownLabels } from './labelled-rows.ts'
import { indexOfLargest } from './largest.ts'
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

interface Parts extends ClassifierParts {
  readonly warnings?: readonly string[]
}

export class TextClassifier {
  /** The labels in the order of their rows in `linear.weight`. */
  readonly labels: readonly string[]
  readonly encoder: TextEncoder
  readonly network: ClassifierNetwork
  /** How it was trained, as the model file tells it. */
  readonly summary: TrainingSummary
  readonly columns: TextColumnNames | null
  /** What reading the file found odd; empty for a model just trained. */
  readonly warnings: readonly string[]
  /** The epochs of this training; empty for a model read from a file. */
  readonly epochs: readonly ClassifierEpoch[]

  /** @internal Use `train` or `fromBytes`. */
  constructor(parts: Parts, epochs: readonly ClassifierEpoch[] = []) {
    this.labels = parts.labels
    this.encoder = parts.encoder
    this.network = parts.network
    this.summary = parts.summary
    this.columns = parts.columns
    this.warnings = parts.warnings ?? []
    this.epochs = epochs
  }

  /** How many numbers were learned. */
  get parameterCount(): number {
    const shapes = [...this.network.parameters().values()].map(t => t.shape)
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
    const strange = texts.findIndex(text => typeof text !== 'string')
    if (strange >= 0) throw new OptionError(`predict: expected a text, got ${shown(texts[strange])}. Pass a string.`)
    const predictions: Prediction[] = []
    for (let begin = 0; begin < texts.length; begin += PREDICTION_BATCH) {
      const sequences = texts.slice(begin, begin + PREDICTION_BATCH).map(text => this.encoder.encode(text))
      const probabilities = noGradient(() => step(() => softmax(this.network.logits(sequences)).toArray()))
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
    const { codedRows, judge } = await import('./classification-task.ts')
    requireKnownLabels(rows, this.labels, 'evaluate')
    if (rows.length === 0) throw new DataError('evaluate: expected labelled texts, got none. Give a file with rows.')
    const coded = codedRows(rows, this.encoder, this.labels)
    return judge(this.network, coded, this.labels, new Turns(options.signal))
  }

  /** The model as a file: the same training gives the same bytes. */
  toBytes(): Uint8Array {
    return writeClassifier(this)
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
