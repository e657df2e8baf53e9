/**
 * A language model as a model file (design §8): the document that describes it, and its weights.
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
  field,
  type JsonObject,
} from '../formats/json-checks.ts'
import { readModelFile, writeModelFile } from '../formats/model-file.ts'
import { LIBRARY_VERSION } from '../version.ts'
import { completeLanguageOptions, type LanguageModelOptions, languageModelOptions } from './language-model-options.ts'
import { LanguageNetwork, type LanguageNetworkSizes } from './language-network.ts'
import type { LanguageValidation } from './language-task.ts'
import { requireModelOf } from './model-task.ts'
import { storedWeights } from './stored-weights.ts'
import { TextEncoder } from './text-encoder.ts'

/** `task` in the document. */
export const LANGUAGE_MODEL_TASK = 'language-model'

/** How a model was trained; nothing in it depends on clock, path, machine or threads. */
export interface LanguageTrainingSummary {
  readonly options: LanguageModelOptions
  /** Of the text that was trained on, and of the part or text kept for validation. */
  readonly tokens: number
  readonly validationTokens: number
  /** Perplexity on the latter of a model that knows only how often each token occurs in the former. */
  readonly baseline: { readonly unigram: number }
  /** Epochs trained, and the one whose weights these are. Losses in nats. */
  readonly epochs: number
  readonly best: { readonly epoch: number; readonly loss: number; readonly validation: LanguageValidation }
}

/** What a language model is made of, and what its file tells. */
export interface LanguageModelParts {
  readonly network: LanguageNetwork
  readonly encoder: TextEncoder
  readonly summary: LanguageTrainingSummary
}

export function writeLanguageModel({ network, encoder, summary }: LanguageModelParts): Uint8Array {
  const { vocabulary: _v, ...architecture } = network.sizes
  const document: JsonObject = {
    library: LIBRARY_VERSION,
    task: LANGUAGE_MODEL_TASK,
    architecture: { ...architecture, layers: architecture.hidden.length },
    cell: equationsToDocument(network.cell) as unknown as JsonObject,
    ...encoder.toDocument(),
    training: summary as unknown as JsonObject,
  }
  const tensors = new Map(
    [...network.parameters()].map(([name, t]) => [name, { shape: [...t.shape], data: Float32Array.from(t.toArray()) }]),
  )
  return writeModelFile({ document, tensors })
}

/** What makes a language model, from a file's bytes; everything is checked before it is believed. */
export function readLanguageModel(bytes: Uint8Array, device: Device) {
  const { document, tensors, warnings } = readModelFile(bytes)
  requireModelOf(document, LANGUAGE_MODEL_TASK)
  const encoder = TextEncoder.fromDocument(document)
  const sizes = asSizes(asObject(field(document, 'architecture'), 'architecture'), encoder.vocabulary.size)
  const { source, finish } = storedWeights(tensors, device)
  const network = networkOf(cellFromDocument(field(document, 'cell')), sizes, source)
  finish()
  return { network, encoder, summary: asSummary(field(document, 'training')), warnings }
}

function asSizes(architecture: JsonObject, vocabulary: number): LanguageNetworkSizes {
  const { embedding, hidden, layers } = languageModelOptions
  const { minimum, maximum } = layers
  const count = asInteger(field(architecture, 'layers'), 'architecture.layers', { minimum, maximum })
  const size = (value: unknown, path: string) => asInteger(value, path, hidden)
  return {
    vocabulary,
    embedding: asInteger(field(architecture, 'embedding'), 'architecture.embedding', embedding),
    hidden: asArrayOf(field(architecture, 'hidden'), 'architecture.hidden', size, { minimum: count, maximum: count }),
    initialState: asOneOf(field(architecture, 'initialState'), 'architecture.initialState', ['zero', 'learned']),
    tieWeights: asBoolean(field(architecture, 'tieWeights'), 'architecture.tieWeights'),
  }
}

function networkOf(...parts: ConstructorParameters<typeof LanguageNetwork>): LanguageNetwork {
  try {
    return new LanguageNetwork(...parts)
  } catch (cause) {
    if (cause instanceof ModelFileError) throw cause
    throw new ModelFileError(`model file, architecture: ${(cause as Error).message}`, { cause })
  }
}

function asSummary(value: unknown): LanguageTrainingSummary {
  const summary = asObject(value, 'training')
  const best = asObject(field(summary, 'best'), 'training.best')
  const validation = asObject(field(best, 'validation'), 'training.best.validation')
  const count = (from: JsonObject, name: string, path: string) => asInteger(field(from, name), path, { minimum: 0 })
  const number = (from: JsonObject, name: string, path: string) => asNumber(field(from, name), path)
  const baseline = asObject(field(summary, 'baseline'), 'training.baseline')
  return {
    options: storedOptions(field(summary, 'options')),
    tokens: count(summary, 'tokens', 'training.tokens'),
    validationTokens: count(summary, 'validationTokens', 'training.validationTokens'),
    baseline: { unigram: number(baseline, 'unigram', 'training.baseline.unigram') },
    epochs: count(summary, 'epochs', 'training.epochs'),
    best: {
      epoch: count(best, 'epoch', 'training.best.epoch'),
      loss: number(best, 'loss', 'training.best.loss'),
      validation: {
        loss: number(validation, 'loss', 'training.best.validation.loss'),
        perplexity: number(validation, 'perplexity', 'training.best.validation.perplexity'),
        bitsPerToken: number(validation, 'bitsPerToken', 'training.best.validation.bitsPerToken'),
        tokens: count(validation, 'tokens', 'training.best.validation.tokens'),
      },
    },
  }
}

function storedOptions(value: unknown): LanguageModelOptions {
  const options = asObject(value, 'training.options')
  try {
    return completeLanguageOptions('model file, training.options', options)
  } catch (cause) {
    throw new ModelFileError(`${(cause as Error).message} The file is damaged or was changed by hand.`, { cause })
  }
}
