/**
 * What a model's cells did while they read one text: every named quantity at every token.
 */
import type { TextClassifier } from '../models/text-classifier.ts'
import { noGradient, step } from '../tensor/index.ts'

/** A quantity of one layer and direction. */
export interface RecordedQuantity {
  /** Over the hidden units, one for each token, in reading order. */
  readonly mean: readonly number[]
  /** [token][unit]. */
  readonly values: readonly (readonly number[])[]
}

export interface RecordedLayer {
  /** From 0. */
  readonly layer: number
  readonly direction: 'forward' | 'backward'
  readonly cell: string
  readonly hidden: number
  readonly quantities: Readonly<Record<string, RecordedQuantity>>
}

export interface RecordedText {
  readonly tokens: readonly string[]
  readonly layers: readonly RecordedLayer[]
}

/**
 * Runs the recurrent layers over a text and records all of the cell's quantities. The answer has the same bits as
 * without recording.
 *
 * @returns  Tokens in reading order in both directions; values at the token they belong to.
 */
export function recordText(model: TextClassifier, text: string): RecordedText {
  const { network, encoder } = model
  const { tokens } = encoder.tokenize(text)
  const names = Object.keys(network.cell.quantities)
  const { hidden, bidirectional } = network.sizes
  const recorded = noGradient(() =>
    step(() =>
      network
        .read([encoder.vocabulary.encode(tokens)], names)
        .recorded.map(quantities =>
          Object.fromEntries(Object.entries(quantities).map(([name, t]) => [name, rowsOf(t.toArray(), hidden)])),
        ),
    ),
  )
  const directions = bidirectional ? 2 : 1
  const layers = recorded.map(
    (quantities, k): RecordedLayer => ({
      layer: Math.floor(k / directions),
      direction: k % directions === 0 ? 'forward' : 'backward',
      cell: network.cell.name,
      hidden,
      quantities: Object.fromEntries(
        Object.entries(quantities).map(([name, values]) => [name, { mean: values.map(meanOf), values }]),
      ),
    }),
  )
  return { tokens, layers }
}

const rowsOf = (flat: ArrayLike<number>, width: number): number[][] =>
  Array.from({ length: flat.length / width }, (_, r) => Array.from({ length: width }, (_, j) => flat[r * width + j]))

const meanOf = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length
