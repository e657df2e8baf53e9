/**
 * A model as inspection sees it: a network, how it reads text, what its answers are called. Another cell or other
 * vectors make another subject with the same weights; the model itself is never changed.
 */
import type { Cell } from '../cells/define.ts'
import type { Device } from '../devices/device.ts'
import { OptionError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'
import type { WeightSource } from '../layers/weight-source.ts'
import { ClassifierNetwork } from '../models/classifier-network.ts'
import { promptIds } from '../models/generation.ts'
import { LanguageNetwork } from '../models/language-network.ts'
import type { TextEncoder } from '../models/text-encoder.ts'
import { detach, type Tensor } from '../tensor/index.ts'
import { UNKNOWN_ID } from '../text/vocabulary.ts'

/** A `TextClassifier` is one. */
export interface ClassifierSubject {
  readonly labels: readonly string[]
  readonly encoder: TextEncoder
  readonly network: ClassifierNetwork
}

/** A `LanguageModel` is one. */
export interface LanguageSubject {
  readonly encoder: TextEncoder
  readonly network: LanguageNetwork
}

export type Subject = ClassifierSubject | LanguageSubject

export const isClassifier = (subject: Subject): subject is ClassifierSubject => 'labels' in subject

/** A text as a model reads it. */
export interface Reading {
  /** [T], T ≥ 1: of an empty text the token that stands for it. */
  readonly tokens: readonly string[]
  /** Their ids, [T]. */
  readonly ids: Int32Array
}

/** @throws {OptionError} it is no text. */
export function readingOf(subject: Subject, text: string): Reading {
  if (typeof text !== 'string') throw new OptionError(`inspect: expected a text, got ${shown(text)}. Pass a string.`)
  if (!Object(subject).encoder || !subject.network) {
    throw new OptionError(
      `inspect: expected a classifier or a language model, got ${shown(subject)}. Pass what train or readModel gives.`,
    )
  }
  const { encoder } = subject
  if (isClassifier(subject)) return readingOfTokens(subject, encoder.tokenize(text).tokens)
  const tokens = encoder.tokenizer.tokens(text)
  return readingOfTokens(subject, tokens.length > 0 ? tokens : encoder.vocabulary.decode(promptIds(encoder, text)))
}

export const readingOfTokens = ({ encoder }: Subject, tokens: readonly string[]): Reading => ({
  tokens,
  ids: encoder.vocabulary.encode(tokens),
})

/** Places of the tokens that the vocabulary has not. */
export const unknownPlaces = ({ ids }: Reading): number[] => [...ids.keys()].filter(t => ids[t] === UNKNOWN_ID)

export const directionsOf = ({ network }: Subject): 1 | 2 =>
  'bidirectional' in network.sizes && network.sizes.bidirectional ? 2 : 1

export const deviceOf = ({ network }: Subject): Device => embeddingOf(network.parameters()).device

/** [V, E]. */
export const embeddingOf = (parameters: ReadonlyMap<string, Tensor>): Tensor =>
  parameters.get('embedding.weight') as Tensor

/** The same weights under other equations, which ask for the same ones. Nothing of it is recorded on a tape. */
export const withCell = <S extends Subject>(subject: S, cell: Cell): S => rebuilt(subject, cell, null)

/** The same network with other vectors in its embedding, [V', E]. */
export const withEmbedding = <S extends Subject>(subject: S, embedding: Tensor): S =>
  rebuilt(subject, subject.network.cell, embedding)

function rebuilt<S extends Subject>(subject: S, cell: Cell, embedding: Tensor | null): S
function rebuilt(subject: Subject, cell: Cell, embedding: Tensor | null): Subject {
  const parameters = subject.network.parameters()
  const source: WeightSource = name => {
    if (name === 'embedding.weight' && embedding) return embedding
    // A tied output keeps the model's own vectors.
    const weight = parameters.get(name) ?? (name === 'linear.weight' ? embeddingOf(parameters) : undefined)
    if (!weight) throw new Error(`internal: the changed cell asks for ${name}, which the model has not`)
    return detach(weight)
  }
  const vocabulary = (embedding ?? embeddingOf(parameters)).shape[0]
  if (isClassifier(subject)) {
    const { labels, encoder, network } = subject
    return { labels, encoder, network: new ClassifierNetwork(cell, { ...network.sizes, vocabulary }, source) }
  }
  const { encoder, network } = subject
  return { encoder, network: new LanguageNetwork(cell, { ...network.sizes, vocabulary, tieWeights: false }, source) }
}
