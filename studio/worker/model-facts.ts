/** What the page knows of the open model. */
import { printEquations } from '../../src/formula/print.ts'
import type { WordVectors } from '../../src/models/word-vectors/word-vectors.ts'
import type { AnyModel, ReadingModel } from './open-bytes.ts'

export type Task = 'classifier' | 'language-model' | 'word-vectors'

export interface ModelFacts {
  /** The file's. */
  readonly name: string
  readonly task: Task
  /** Empty for word vectors, which have no cell. */
  readonly cell: string
  /** Hidden units of each layer; none for word vectors. */
  readonly hidden: readonly number[]
  readonly bidirectional: boolean
  /** Numbers of a word's vector. */
  readonly embedding: number
  /** Of a classifier; else empty. */
  readonly labels: readonly string[]
  readonly parameters: number
  readonly vocabulary: number
  readonly tokens: string
  /** BCP 47; und where it is not known. */
  readonly language: string
  /** The cell's, a line each. */
  readonly equations: readonly string[]
  /** What reading the file found odd. */
  readonly warnings: readonly string[]
}

export function factsOf(model: AnyModel, name: string): ModelFacts {
  return 'network' in model ? factsOfReader(model, name) : factsOfVectors(model, name)
}

function factsOfVectors({ words, dimensions, text, warnings }: WordVectors, name: string): ModelFacts {
  return {
    name,
    task: 'word-vectors',
    cell: '',
    hidden: [],
    bidirectional: false,
    embedding: dimensions,
    labels: [],
    parameters: words.length * dimensions,
    vocabulary: words.length,
    tokens: text?.tokens ?? 'word',
    language: text?.language ?? 'und',
    equations: [],
    warnings,
  }
}

function factsOfReader(model: ReadingModel, name: string): ModelFacts {
  const { network, encoder } = model
  const isClassifier = 'labels' in model
  return {
    name,
    task: isClassifier ? 'classifier' : 'language-model',
    cell: network.cell.name,
    hidden: network.sizes.hidden,
    bidirectional: 'labels' in model && model.network.sizes.bidirectional,
    embedding: network.sizes.embedding,
    labels: 'labels' in model ? model.labels : [],
    parameters: [...network.parameters().values()].reduce((sum, { shape }) => sum + shape.reduce((n, m) => n * m), 0),
    vocabulary: network.sizes.vocabulary,
    tokens: encoder.tokenizer.settings.tokens,
    language: encoder.tokenizer.settings.language,
    equations: printEquations(network.cell),
    warnings: model.warnings,
  }
}
