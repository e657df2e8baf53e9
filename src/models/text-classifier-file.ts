/**
 * A text classifier as a model file (design §8): the document that describes it, and its weights.
 */
import { cellFromDocument, equationsToDocument } from '../cells/equations-document.ts'
import type { Device } from '../devices/device.ts'
import { ModelFileError } from '../errors/errors.ts'
import {
  asArrayOf,
  asBoolean,
  asInteger,
  asNumber,
  asObject,
  asOneOf,
  asString,
  field,
  type JsonObject,
} from '../formats/json-checks.ts'
import { readModelFile, writeModelFile } from '../formats/model-file.ts'
import { MERGES } from '../layers/merges.ts'
import { LIBRARY_VERSION } from '../version.ts'
import { ClassifierForward, type NetworkSizes, type NetworkWeights, POOLINGS } from './classifier-forward.ts'
import { requireModelOf } from './model-task.ts'
import { SIZE_LIMITS } from './size-limits.ts'
import { storedWeights } from './stored-weights.ts'
import type { TextClassifierOptions } from './text-classifier-options.ts'
import { TextEncoder } from './text-encoder.ts'

/** `task` in the document. */
export const CLASSIFIER_TASK = 'classifier'

/** The columns that a table was read by. */
export interface TextColumnNames {
  readonly text: string
  readonly label: string
}

/** How a model was trained; nothing in it depends on clock, path, machine or threads. */
export interface TrainingSummary {
  /** Read from a file: plain values as they stand there, which are checked where training goes on from the model. */
  readonly options: TextClassifierOptions
  readonly examples: number
  readonly validationExamples: number
  /** Texts of both with more than `maxTokens`, whose rest was not read. */
  readonly cutTexts: number
  /** Epochs trained, and the one whose weights these are. Losses in nats. */
  readonly epochs: number
  readonly best: {
    readonly epoch: number
    readonly loss: number
    readonly validation: { readonly loss: number; readonly accuracy: number }
  }
}

/** What a classifier is made of, and what its file tells. */
export interface ClassifierParts<Network extends NetworkWeights = NetworkWeights> {
  readonly network: Network
  readonly encoder: TextEncoder
  /** In the order of their rows in `linear.weight`. */
  readonly labels: readonly string[]
  readonly columns: TextColumnNames | null
  readonly summary: TrainingSummary
}

export function writeClassifier(parts: ClassifierParts): Uint8Array {
  const { network, encoder, labels, columns, summary } = parts
  const { vocabulary: _v, classes: _c, ...architecture } = network.sizes
  const document: JsonObject = {
    library: LIBRARY_VERSION,
    task: CLASSIFIER_TASK,
    architecture: { ...architecture, layers: architecture.hidden.length },
    cell: equationsToDocument(network.cell) as unknown as JsonObject,
    labels,
    ...encoder.toDocument(),
    columns: columns as JsonObject | null,
    training: summary as unknown as JsonObject,
  }
  const tensors = new Map(
    [...network.parameters()].map(([name, t]) => [name, { shape: [...t.shape], data: Float32Array.from(t.toArray()) }]),
  )
  return writeModelFile({ document, tensors })
}

const ANY_SIZE = { minimum: 1, maximum: 1_000_000 }

/** What makes a classifier, from a file's bytes; everything is checked before it is believed. */
export function readClassifier(bytes: Uint8Array, device: Device) {
  const { document, tensors, warnings } = readModelFile(bytes)
  requireModelOf(document, CLASSIFIER_TASK)
  const encoder = TextEncoder.fromDocument(document)
  const labels = asLabels(field(document, 'labels'))
  const architecture = asObject(field(document, 'architecture'), 'architecture')
  const one = <const T extends string>(name: string, choices: readonly T[]) =>
    asOneOf(field(architecture, name), `architecture.${name}`, choices)
  const sizes: NetworkSizes = {
    vocabulary: encoder.vocabulary.size,
    embedding: asInteger(field(architecture, 'embedding'), 'architecture.embedding', SIZE_LIMITS.embedding),
    hidden: asHidden(architecture),
    bidirectional: asBoolean(field(architecture, 'bidirectional'), 'architecture.bidirectional'),
    merge: one('merge', MERGES),
    initialState: one('initialState', ['zero', 'learned']),
    pooling: one('pooling', POOLINGS),
    classes: labels.length,
  }
  const { source, finish } = storedWeights(tensors, device)
  const network = new ClassifierForward(cellFromDocument(field(document, 'cell')), sizes, source)
  finish()
  return {
    network,
    encoder,
    labels,
    columns: asColumns(field(document, 'columns')),
    summary: asSummary(field(document, 'training')),
    warnings,
  }
}

/** The hidden sizes, as many as layers. */
function asHidden(architecture: JsonObject): number[] {
  const layers = asInteger(field(architecture, 'layers'), 'architecture.layers', SIZE_LIMITS.layers)
  const size = (value: unknown, path: string) => asInteger(value, path, SIZE_LIMITS.hidden)
  return asArrayOf(field(architecture, 'hidden'), 'architecture.hidden', size, { minimum: layers, maximum: layers })
}

function asLabels(value: unknown): string[] {
  const labels = asArrayOf(value, 'labels', asString, { minimum: 2, maximum: ANY_SIZE.maximum })
  if (new Set(labels).size === labels.length) return labels
  throw new ModelFileError('model file, labels: expected different labels, got one twice. Train again.')
}

function asColumns(value: unknown): TextColumnNames | null {
  if (value === null) return null
  const columns = asObject(value, 'columns')
  return {
    text: asString(field(columns, 'text'), 'columns.text'),
    label: asString(field(columns, 'label'), 'columns.label'),
  }
}

function asSummary(value: unknown): TrainingSummary {
  const summary = asObject(value, 'training')
  const best = asObject(field(summary, 'best'), 'training.best')
  const validation = asObject(field(best, 'validation'), 'training.best.validation')
  const count = (from: JsonObject, name: string, path: string) => asInteger(field(from, name), path, { minimum: 0 })
  return {
    options: storedOptions(field(summary, 'options')),
    examples: count(summary, 'examples', 'training.examples'),
    validationExamples: count(summary, 'validationExamples', 'training.validationExamples'),
    cutTexts: count(summary, 'cutTexts', 'training.cutTexts'),
    epochs: count(summary, 'epochs', 'training.epochs'),
    best: {
      epoch: count(best, 'epoch', 'training.best.epoch'),
      loss: asNumber(field(best, 'loss'), 'training.best.loss'),
      validation: {
        loss: asNumber(field(validation, 'loss'), 'training.best.validation.loss'),
        accuracy: asNumber(field(validation, 'accuracy'), 'training.best.validation.accuracy'),
      },
    },
  }
}

const MOST_OPTION_CHARACTERS = 1000

function storedOptions(value: unknown): TextClassifierOptions {
  const options = Object.entries(asObject(value, 'training.options'))
  const checked = options.map(([name, option]) => [name, asOption(option, `training.options.${name}`)])
  return Object.fromEntries(checked) as TextClassifierOptions
}

function asOption(value: unknown, path: string): unknown {
  if (value === null || typeof value === 'boolean') return value
  if (typeof value === 'string') return asString(value, path, { maximum: MOST_OPTION_CHARACTERS })
  if (Array.isArray(value)) return asArrayOf(value, path, asNumber, SIZE_LIMITS.layers)
  return asNumber(value, path)
}
