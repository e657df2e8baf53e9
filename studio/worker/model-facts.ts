/** What the page knows of the open model. */
import { printEquations } from '../../src/formula/print.ts'
import type { AnyModel } from './open-bytes.ts'

export type Task = 'classifier' | 'language-model' | 'word-vectors'

export interface ModelFacts {
  /** The file's. */
  readonly name: string
  readonly task: Task
  readonly cell: string
  /** Hidden units of each layer. */
  readonly hidden: readonly number[]
  readonly bidirectional: boolean
  readonly embedding: number
  /** Of a classifier; else empty. */
  readonly labels: readonly string[]
  readonly parameters: number
  readonly vocabulary: number
  readonly tokens: string
  readonly language: string
  /** The cell's, a line each. */
  readonly equations: readonly string[]
  /** What reading the file found odd. */
  readonly warnings: readonly string[]
}

export function factsOf(model: AnyModel, name: string): ModelFacts {
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
    parameters: model.parameterCount,
    vocabulary: network.sizes.vocabulary,
    tokens: encoder.tokenizer.settings.tokens,
    language: encoder.tokenizer.settings.language,
    equations: printEquations(network.cell),
    warnings: model.warnings,
  }
}
