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
  const directions = bidirectional ? 2 : 1
  const hiddenOf = (index: number) => hidden[Math.floor(index / directions)]
  const read = () => network.read([encoder.vocabulary.encode(tokens)], names).recorded
  const recorded = noGradient(() =>
    step(() => read().map((quantities, k) => mapValues(quantities, t => rowsOf(t.toArray(), hiddenOf(k))))),
  )
  const layers = recorded.map(
    (quantities, k): RecordedLayer => ({
      layer: Math.floor(k / directions),
      direction: k % directions === 0 ? 'forward' : 'backward',
      cell: network.cell.name,
      hidden: hiddenOf(k),
      quantities: mapValues(quantities, values => ({ mean: values.map(meanOf), values })),
    }),
  )
  return { tokens, layers }
}

const mapValues = <A, B>(record: Readonly<Record<string, A>>, map: (a: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([name, a]) => [name, map(a)]))

const rowsOf = (flat: ArrayLike<number>, width: number): number[][] =>
  Array.from({ length: flat.length / width }, (_, r) => Array.from({ length: width }, (_, j) => flat[r * width + j]))

const meanOf = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length
