/**
 * The text classifier: a table of texts and labels in, a model out that tells the label of a text.
 */
import type { Cell } from '../cells/define.ts'
import { cellNamed } from '../cells/registry.ts'
import { batchesByLength } from '../data/batches.ts'
import type { LabelledText } from '../data/examples.ts'
import type { Device } from '../devices/device.ts'
import { DataError, OptionError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'
import { drawn } from '../layers/weight-source.ts'
import { crossEntropy, defaultDevice, noGradient, softmax, step } from '../tensor/index.ts'
import { type EpochResult, type Progress, type TrainingTask, train } from '../training/loop.ts'
import { optimizerNamed } from '../training/optimizers/registry.ts'
import { Turns } from '../training/turns.ts'
import { ClassifierNetwork, type TrainingNoise } from './classifier-network.ts'
import { type Judgement, Scoring } from './judgement.ts'
import { dividedRows, labelsOf, requireKnownLabels } from './labelled-rows.ts'
import { completeOptions } from './option-table.ts'
import {
  type ClassifierParts,
  readClassifier,
  type TextColumnNames,
  type TrainingSummary,
  writeClassifier,
} from './text-classifier-file.ts'
import { type TextClassifierOptions, textClassifierOptions } from './text-classifier-options.ts'
import { TextEncoder } from './text-encoder.ts'

export interface TrainOptions extends Partial<Omit<TextClassifierOptions, 'cell'>> {
  /** A built-in cell's name, or a cell of one's own. @default 'lstm' */
  readonly cell?: string | Cell
  /** Rows to choose the best epoch by, instead of a part of the given ones. */
  readonly validationRows?: readonly LabelledText[]
  /** The columns that the rows came from; kept in the model for tables to come. */
  readonly columns?: TextColumnNames
  readonly onProgress?: (progress: Progress) => void
  /** Stops training between two steps. */
  readonly signal?: AbortSignal
  readonly device?: Device
}

export interface Prediction {
  readonly label: string
  readonly probability: number
  readonly probabilities: Readonly<Record<string, number>>
}

/** One epoch of a training: loss in nats, validation, and the time it took. */
export type ClassifierEpoch = EpochResult<{ readonly loss: number; readonly accuracy: number }>

/** Texts predicted together when there are many; the answers do not depend on it. */
const PREDICTION_BATCH = 64

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
   * @throws {DivergenceError} the loss or a gradient is not finite.
   * @throws the signal's reason, when it is aborted.
   */
  static async train(rows: readonly LabelledText[], options: TrainOptions = {}): Promise<TextClassifier> {
    const { cell = 'lstm', validationRows, columns, onProgress, signal, device = defaultDevice(), ...given } = options
    const settings = completeOptions('TextClassifier.train', textClassifierOptions, {
      ...given,
      cell: typeof cell === 'string' ? cell : cell.name,
    })
    const { training, validation } = dividedRows(rows, validationRows, settings)
    const labels = labelsOf(training)
    requireKnownLabels(validation, labels, 'validation')
    const encoder = TextEncoder.from(
      training.map(r => r.text),
      settings,
    )
    const sizes = { ...settings, vocabulary: encoder.vocabulary.size, classes: labels.length }
    const network = new ClassifierNetwork(
      typeof cell === 'string' ? cellNamed(cell) : cell,
      sizesOf(sizes),
      settings.seed,
      drawn(device),
    )
    const task = new ClassificationTask(network, encoder, labels, training, validation, settings)
    const result = await train(task, {
      ...settings,
      optimizer: optimizerNamed(settings.optimizer),
      signal,
      onProgress,
    })
    const summary: TrainingSummary = {
      options: settings,
      examples: training.length,
      validationExamples: validation.length,
      epochs: result.epochs.length,
      best: { epoch: result.best.epoch, loss: result.best.loss, validation: result.best.validation },
    }
    return new TextClassifier({ network, encoder, labels, summary, columns: columns ?? null }, result.epochs)
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

interface CodedRow {
  readonly ids: Int32Array
  readonly label: number
}

/** How batches become losses, for the training loop. */
class ClassificationTask implements TrainingTask<readonly CodedRow[], { loss: number; accuracy: number }> {
  readonly parameters
  readonly #network: ClassifierNetwork
  readonly #labels: readonly string[]
  readonly #training: readonly CodedRow[]
  readonly #validation: readonly CodedRow[]
  readonly #settings: TextClassifierOptions

  constructor(
    network: ClassifierNetwork,
    encoder: TextEncoder,
    labels: readonly string[],
    training: readonly LabelledText[],
    validation: readonly LabelledText[],
    settings: TextClassifierOptions,
  ) {
    this.#network = network
    this.#labels = labels
    this.#training = codedRows(training, encoder, labels)
    this.#validation = codedRows(validation, encoder, labels)
    this.#settings = settings
    this.parameters = network.parameters()
  }

  batches(epoch: number) {
    const { batch, seed } = this.#settings
    const lengths = this.#training.map(r => r.ids.length)
    return batchesByLength(lengths, batch, seed, epoch).map(places => Array.from(places, k => this.#training[k]))
  }

  tokens(batch: readonly CodedRow[]): number {
    return batch.reduce((sum, r) => sum + r.ids.length, 0)
  }

  loss(batch: readonly CodedRow[], stepNumber: number) {
    const noise: TrainingNoise = { ...this.#settings, step: stepNumber }
    const logits = this.#network.logits(
      batch.map(r => r.ids),
      noise,
    )
    return crossEntropy(
      logits,
      batch.map(r => r.label),
    )
  }

  async validate(turns: Turns) {
    const { loss, accuracy } = await judge(this.#network, this.#validation, this.#labels, turns)
    return { loss, accuracy }
  }
}

/** Runs the network over coded rows, texts of similar length together. */
async function judge(
  network: ClassifierNetwork,
  rows: readonly CodedRow[],
  labels: readonly string[],
  turns: Turns,
): Promise<Judgement> {
  const scoring = new Scoring(labels)
  const sorted = rows.toSorted((a, b) => b.ids.length - a.ids.length)
  for (let begin = 0; begin < sorted.length; begin += PREDICTION_BATCH) {
    const batch = sorted.slice(begin, begin + PREDICTION_BATCH)
    const [logits, losses] = noGradient(() =>
      step(() => {
        const values = network.logits(batch.map(r => r.ids))
        const perRow = crossEntropy(
          values,
          batch.map(r => r.label),
          { reduction: 'none' },
        )
        return [values.toArray(), perRow.toArray()]
      }),
    )
    batch.forEach((row, b) => {
      const own = logits.subarray(b * labels.length, (b + 1) * labels.length)
      scoring.add(row.label, indexOfLargest(own), losses[b])
    })
    await turns.give()
  }
  return scoring.judgement()
}

function codedRows(rows: readonly LabelledText[], encoder: TextEncoder, labels: readonly string[]): CodedRow[] {
  const place = new Map(labels.map((label, k) => [label, k]))
  return rows.map(({ text, label }) => ({ ids: encoder.encode(text), label: place.get(label) as number }))
}

/** The first of the largest, so that a tie has one answer. */
function indexOfLargest(values: ArrayLike<number>): number {
  let best = 0
  for (let k = 1; k < values.length; k++) if (values[k] > values[best]) best = k
  return best
}

const sizesOf = (s: ClassifierNetwork['sizes']) => ({
  vocabulary: s.vocabulary,
  embedding: s.embedding,
  hidden: s.hidden,
  layers: s.layers,
  bidirectional: s.bidirectional,
  pooling: s.pooling,
  classes: s.classes,
})
