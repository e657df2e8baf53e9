/**
 * A text cut after each of its tokens, as a classifier's recurrent layers read it: many cut texts in a batch.
 *
 * A direction that reads forwards stands after a token where it stood in the whole text, so its rows are computed once
 * and taken. One that reads backwards begins anew in each cut text. With several layers in both directions every layer
 * sees what began anew, so there all is computed.
 */
import { merged } from '../layers/merge.ts'
import { Packed } from '../layers/packed.ts'
import { type PackedOrder, packedOrder, packIds, reversedRows } from '../layers/packing.ts'
import { Recurrent } from '../layers/recurrent.ts'
import type { RecurrentOutput } from '../layers/recurrent-options.ts'
import { detach, noGradient, step, type Tensor, takeRows } from '../tensor/index.ts'
import { type ClassifierSubject, directionsOf, embeddingOf, withCell } from './subject.ts'

type Read = Pick<RecurrentOutput<Packed>, 'output' | 'state'>

export interface CutTexts {
  /** Rows that the text cut after token t takes in a batch. */
  readonly rowsAt: (t: number) => number
  /** What the layers give for the texts cut after tokens `begin` to `end` − 1. Call it in a step, without gradient. */
  readonly read: (begin: number, end: number) => Read
}

/** @param ids  Of the whole text, [T]. */
export function cutTextsOf(subject: ClassifierSubject, ids: Int32Array): CutTexts {
  if (directionsOf(subject) === 1) return forwards(subject, ids)
  return subject.network.sizes.hidden.length === 1 ? bothWays(subject, ids) : anew(subject, ids)
}

/** The layers' output rows after each token, [T, W], of directions that read forwards. */
function forwards({ network }: ClassifierSubject, ids: Int32Array): CutTexts {
  const rows = noGradient(() => step(() => network.read([ids], []).output.values))
  const { output } = network.cell
  if (network.sizes.pooling !== 'last') {
    const read = (begin: number, end: number) => {
      const packing = orderOf(begin, end)
      return { output: new Packed(takeRows(rows, placesIn(packing, begin, end)), packing), state: [] }
    }
    return { rowsAt: t => t + 1, read }
  }
  const read = (begin: number, end: number) => {
    const last = takeRows(rows, range(begin, end))
    return { output: new Packed(last, packedOrder(new Int32Array(end - begin).fill(1))), state: [{ [output]: last }] }
  }
  return { rowsAt: () => 1, read }
}

/** One layer in both directions. */
function bothWays(subject: ClassifierSubject, ids: Int32Array): CutTexts {
  const { network } = subject
  const { cell, sizes } = network
  const embedding = detach(embeddingOf(network.parameters()))
  const [forward, backward] = ['', '_reverse'].map(suffix => oneDirection(subject, suffix))
  const ahead = noGradient(() => step(() => forward.forward(packedOf(embedding, [ids])).output.values))
  const read = (begin: number, end: number): Read => {
    const packing = orderOf(begin, end)
    const turned = Array.from({ length: end - begin }, (_, b) => ids.slice(0, begin + b + 1).reverse())
    const back = backward.forward(packedOf(embedding, turned))
    const rows = takeRows(ahead, placesIn(packing, begin, end))
    const both = merged(rows, takeRows(back.output.values, reversedRows(packing)), sizes.merge)
    const last = { [cell.output]: takeRows(ahead, range(begin, end)) }
    return { output: new Packed(both, packing), state: [last, ...back.state] }
  }
  return { rowsAt: t => t + 1, read }
}

/** Several layers in both directions. */
function anew({ network }: ClassifierSubject, ids: Int32Array): CutTexts {
  const cutAfter = (t: number) => ids.subarray(0, t + 1)
  return { rowsAt: t => t + 1, read: (begin, end) => network.read(Array.from(range(begin, end), cutAfter), []) }
}

/** The only layer, in one of its directions. */
function oneDirection(subject: ClassifierSubject, suffix: string): Recurrent {
  const { network } = withCell(subject, subject.network.cell)
  const parameters = network.parameters()
  return new Recurrent(network.cell, {
    inputSize: network.sizes.embedding,
    hiddenSize: network.sizes.hidden,
    initialState: network.sizes.initialState,
    source: name => detach(parameters.get(`rnn.${name}${suffix}`) as Tensor),
  })
}

function packedOf(embedding: Tensor, sequences: readonly Int32Array[]): Packed {
  const packing = packedOrder(sequences.map(s => s.length))
  return new Packed(takeRows(embedding, packIds(packing, sequences)), packing)
}

/** Of the texts cut after tokens `begin` to `end` − 1. */
const orderOf = (begin: number, end: number): PackedOrder => packedOrder(range(begin + 1, end + 1))

/** The token's place in the text of each packed row. */
function placesIn(packing: PackedOrder, begin: number, end: number): Int32Array {
  const places = range(0, end)
  return packIds(
    packing,
    Array.from({ length: end - begin }, (_, b) => places.subarray(0, begin + b + 1)),
  )
}

const range = (begin: number, end: number): Int32Array => Int32Array.from({ length: end - begin }, (_, k) => begin + k)
