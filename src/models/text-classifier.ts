/**
 * The text classifier: a table of texts and labels in, a model out that tells the label of a text.
 */
import type { Cell } from '../cells/define.ts'
import { equationsToDocument } from '../cells/equations-document.ts'
import type { LabelledText } from '../data/examples.ts'
import type { WordVectors } from '../data/word-vectors.ts'
import type { Device } from '../devices/device.ts'
import { DataError, OptionError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'
import { sha256 } from '../formats/sha256.ts'
import { drawn } from '../layers/weight-source.ts'
import { defaultDevice, noGradient, softmax, step } from '../tensor/index.ts'
import type { SubwordDocument } from '../text/subword-document.ts'
import type { Vocabulary } from '../text/vocabulary.ts'
import { type EpochResult, type Progress, train } from '../training/loop.ts'
import { Turns } from '../training/turns.ts'
import { readCheckpoint, stateToResume, writeCheckpoint } from './checkpoint-file.ts'
import { ClassificationTask, codedRows, indexOfLargest, judge, PREDICTION_BATCH } from './classification-task.ts'
import { ClassifierNetwork, type NetworkSizes } from './classifier-network.ts'
import { encoderFrom, optionsFrom, requireWidth, sourceFrom, sourceWithVectors } from './classifier-start.ts'
import type { Judgement } from './judgement.ts'
import { dividedRows, labelsOf, requireKnownLabels } from './labelled-rows.ts'
import { loopSettings } from './loop-settings.ts'
import { modelCell } from './model-cell.ts'
import { completeOptions } from './option-table.ts'
import {
  CLASSIFIER_TASK,
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
  /** A trained model to go on from, on new rows: new labels and words are added to its own. */
  readonly from?: TextClassifier
  /** A `tokenizer.json` for `tokens: 'subword'` (`parseSubwords`); made of the texts when not given. */
  readonly subwords?: SubwordDocument
  /** Finds the vectors that known words begin with (`readWordVectors`), as wide as the embedding. */
  readonly vectors?: (vocabulary: Vocabulary) => Promise<WordVectors>
  /** Whether those vectors stay as they are. @default false */
  readonly freezeVectors?: boolean
  /** Saves what is needed to go on after an interruption, after each epoch and every so often. */
  readonly checkpoint?: { readonly everySeconds: number; save(bytes: Uint8Array): Promise<void> }
  /** A checkpoint to go on from: of the same rows and options, but for `epochs`. */
  readonly resume?: Uint8Array
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
    const start = await prepare(rows, options)
    const { network, encoder, labels, settings, parameters, training, validation } = start
    const coded = {
      training: codedRows(training, encoder, labels),
      validation: codedRows(validation, encoder, labels),
    }
    const task = new ClassificationTask(network, parameters, labels, coded, settings)
    const loop = loopSettings(settings)
    const identity = identityOf(start, options.device ?? defaultDevice())
    const { checkpoint, resume } = options
    const result = await train(task, {
      ...loop,
      signal: options.signal,
      onProgress: options.onProgress,
      checkpoint: checkpoint && {
        everySeconds: checkpoint.everySeconds,
        save: (state, isFinished) => checkpoint.save(writeCheckpoint({ identity, state }, isFinished)),
      },
      resume: resume && stateToResume(readCheckpoint(resume), identity, parameters, loop.optimizer.memory),
    })
    const summary: TrainingSummary = {
      options: settings,
      examples: training.length,
      validationExamples: validation.length,
      epochs: result.epochs.length,
      best: { epoch: result.best.epoch, loss: result.best.loss, validation: result.best.validation },
    }
    return new TextClassifier({ network, encoder, labels, summary, columns: options.columns ?? null }, result.epochs)
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

/** Checked options, divided rows and a network with its first weights. */
async function prepare(rows: readonly LabelledText[], options: TrainOptions) {
  const { cell, from, vectors, freezeVectors = false, validationRows, device = defaultDevice(), ...rest } = options
  const { columns: _c, checkpoint: _k, resume: _r, onProgress: _p, signal: _s, subwords: _w, ...named } = rest
  const given = { ...named, ...(cell !== undefined && { cell: typeof cell === 'string' ? cell : cell.name }) }
  const chosen = from ? optionsFrom(from, given) : given
  const settings = completeOptions('TextClassifier.train', textClassifierOptions, chosen)
  const { training, validation } = dividedRows(rows, validationRows, settings)
  const labels = from ? [...new Set([...from.labels, ...training.map(r => r.label)])].sort() : labelsOf(training)
  requireKnownLabels(validation, labels, 'validation')
  const texts = training.map(r => r.text)
  const encoder = from
    ? encoderFrom(from, texts, settings)
    : await TextEncoder.from(texts, settings, options.subwords, options.signal)
  const found = await vectors?.(encoder.vocabulary)
  const complete = found && given.embedding === undefined ? { ...settings, embedding: found.dimensions } : settings
  if (found) requireWidth(found, complete.embedding)
  const source = from
    ? sourceFrom(from, labels, device)
    : found
      ? sourceWithVectors(found, encoder.vocabulary, freezeVectors, device)
      : drawn(device)
  const trainedCell = from ? from.network.cell : modelCell(cell ?? settings.cell, settings)
  const sizes = networkSizes(complete, encoder.vocabulary.size, labels.length)
  const network = new ClassifierNetwork(trainedCell, sizes, source, complete)
  const parameters = new Map([...network.parameters()].filter(([, t]) => t.requiresGradient))
  return { network, encoder, labels, settings: complete, parameters, training, validation }
}

function networkSizes(settings: TextClassifierOptions, vocabulary: number, classes: number): NetworkSizes {
  const { hidden, layers } = settings
  const sizes = typeof hidden === 'number' ? new Array<number>(layers ?? 1).fill(hidden) : hidden
  if (layers !== null && layers !== sizes.length) {
    throw new OptionError(
      `layers: expected as many as hidden sizes (${sizes.length}), got ${layers}. Give one hidden size, or one for each.`,
    )
  }
  const { embedding, bidirectional, merge, initialState, pooling } = settings
  return { vocabulary, embedding, hidden: sizes, bidirectional, merge, initialState, pooling, classes }
}

/** What a checkpoint of this training is of. */
function identityOf({ settings, network, training, validation }: Awaited<ReturnType<typeof prepare>>, device: Device) {
  const rows = [training, validation].map(part => part.map(({ text, label }) => [text, label]))
  return {
    task: CLASSIFIER_TASK,
    options: JSON.parse(JSON.stringify(settings)),
    cell: JSON.parse(JSON.stringify(equationsToDocument(network.cell))),
    data: sha256(new globalThis.TextEncoder().encode(JSON.stringify(rows))),
    arithmetic: device.arithmetic,
  }
}
