/** Word vectors as a model file (design §8): the document that describes them, and `embedding.weight` [V, E]. */
import { ModelFileError } from '../../errors/errors.ts'
import { shown } from '../../errors/shown.ts'
import {
  asArrayOf,
  asInteger,
  asNumber,
  asObject,
  asString,
  field,
  type JsonObject,
} from '../../formats/json-checks.ts'
import { readModelFile, tensorOfShape, writeModelFile } from '../../formats/model-file.ts'
import type { TokenizerSettings } from '../../text/tokenizer.ts'
import { settingsFromDocument } from '../../text/tokenizer-document.ts'
import { LIBRARY_VERSION } from '../../version.ts'
import { requireModelOf } from '../model-task.ts'
import { WORD_VECTORS_TASK } from './word-vector-checkpoint.ts'
import { completeWordVectorOptions, type WordVectorModelOptions } from './word-vector-options.ts'

/** How word vectors were trained; nothing in it depends on clock, path, machine or threads. */
export interface WordVectorSummary {
  readonly options: WordVectorModelOptions
  /** Of the text, those that have a vector. */
  readonly words: number
  readonly epochs: number
  /** Of the last epoch: mean over a sample of the predictions, in nats. */
  readonly loss: number
}

/** What word vectors are made of, and what their file tells. */
export interface WordVectorParts {
  /** [V] */
  readonly words: readonly string[]
  readonly dimensions: number
  /** [V, E] */
  readonly vectors: Float32Array
  /** [V], how often each word occurred; null where that is not known. */
  readonly counts: readonly number[] | null
  /** How text is divided into words; null where that is not known, as for vectors of other programs. */
  readonly text: TokenizerSettings | null
  readonly summary: WordVectorSummary | null
}

const WEIGHT = 'embedding.weight'
const MOST_WORDS = 10_000_000
const MOST_DIMENSIONS = 65_536

export function writeWordVectors(parts: WordVectorParts): Uint8Array {
  const { words, dimensions, vectors, counts, text, summary } = parts
  const document: JsonObject = {
    library: LIBRARY_VERSION,
    task: WORD_VECTORS_TASK,
    architecture: { words: words.length, embedding: dimensions },
    text: text && { ...text, maxTokens: null },
    vocabulary: words,
    counts,
    training: summary as unknown as JsonObject | null,
  }
  return writeModelFile({
    document,
    tensors: new Map([[WEIGHT, { shape: [words.length, dimensions], data: vectors }]]),
  })
}

/** What makes word vectors, from a file's bytes; everything is checked before it is believed. */
export function readWordVectorFile(bytes: Uint8Array): WordVectorParts & { readonly warnings: readonly string[] } {
  const { document, tensors, warnings } = readModelFile(bytes)
  requireModelOf(document, WORD_VECTORS_TASK)
  const words = asArrayOf(field(document, 'vocabulary'), 'vocabulary', asString, { minimum: 1, maximum: MOST_WORDS })
  if (new Set(words).size < words.length) throw wrong('vocabulary', 'different words', 'one twice')
  const architecture = asObject(field(document, 'architecture'), 'architecture')
  const dimensions = asInteger(field(architecture, 'embedding'), 'architecture.embedding', {
    minimum: 1,
    maximum: MOST_DIMENSIONS,
  })
  const { data } = tensorOfShape(tensors, WEIGHT, [words.length, dimensions])
  if (!data.every(Number.isFinite)) throw wrong(WEIGHT, 'finite numbers', 'others')
  const text = field(document, 'text')
  const training = field(document, 'training')
  return {
    words,
    dimensions,
    vectors: data,
    counts: asCounts(field(document, 'counts'), words.length),
    text: text === null ? null : settingsFromDocument(text),
    summary: training === null ? null : asSummary(training),
    warnings,
  }
}

function asCounts(value: unknown, words: number): readonly number[] | null {
  if (value === null) return null
  const count = (item: unknown, path: string) => asInteger(item, path, { minimum: 0 })
  return asArrayOf(value, 'counts', count, { minimum: words, maximum: words })
}

function asSummary(value: unknown): WordVectorSummary {
  const summary = asObject(value, 'training')
  const count = (name: string) => asInteger(field(summary, name), `training.${name}`, { minimum: 0 })
  return {
    options: storedOptions(field(summary, 'options')),
    words: count('words'),
    epochs: count('epochs'),
    loss: asNumber(field(summary, 'loss'), 'training.loss'),
  }
}

function storedOptions(value: unknown): WordVectorModelOptions {
  const options = asObject(value, 'training.options')
  try {
    return completeWordVectorOptions('model file, training.options', options)
  } catch (cause) {
    throw new ModelFileError(`${(cause as Error).message} The file is damaged or was changed by hand.`, { cause })
  }
}

const wrong = (what: string, expected: string, got: string): ModelFileError =>
  new ModelFileError(`model file, ${shown(what)}: expected ${expected}, got ${got}. Get the file again or train again.`)
