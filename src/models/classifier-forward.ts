/**
 * A text classifier's network on matrices, forward only: what `predict` runs. `ClassifierNetwork` is the same on
 * tensors, for training and inspection; the answers have the same bits (decision 0047).
 *
 *   ids → E[id] → recurrent layers → pooling over the text → W h + b → softmax
 */
import type { Cell } from '../cells/define.ts'
import type { Matrix } from '../devices/device.ts'
import type { Merge } from '../layers/merges.ts'
import { type PackedOrder, packedOrder, packIds } from '../layers/packing.ts'
import { attendedOf, largestOf, meanOf } from '../layers/pooled-rows.ts'
import { RecurrentForward } from '../layers/recurrent-forward.ts'
import type { WeightReader } from '../layers/weight-source.ts'
import { WorkMatrices } from '../layers/work-matrices.ts'
import type { Tensor } from '../tensor/tensor.ts'

/** How the rows of a text's tokens become one: each direction's own last state, or one of `layers/pooling.ts`. */
export const POOLINGS = ['last', 'mean', 'max', 'attention'] as const
export type Pooling = (typeof POOLINGS)[number]

export interface NetworkSizes {
  readonly vocabulary: number
  readonly embedding: number
  /** Of each layer. */
  readonly hidden: readonly number[]
  readonly bidirectional: boolean
  readonly merge: Merge
  readonly initialState: 'zero' | 'learned'
  readonly pooling: Pooling
  readonly classes: number
}

/** The weights of a network and what they mean: enough to predict, to train on or to write a file. */
export interface NetworkWeights {
  readonly cell: Cell
  readonly sizes: NetworkSizes
  /** By the names they have in a model file. */
  parameters(): Map<string, Tensor>
}

type Attention = Readonly<Record<'weight' | 'bias' | 'context', Tensor>>

export class ClassifierForward implements NetworkWeights {
  readonly cell: Cell
  readonly sizes: NetworkSizes
  readonly #embedding: Tensor
  readonly #recurrent: RecurrentForward
  readonly #attention: Attention | null
  readonly #linear: Readonly<Record<'weight' | 'bias', Tensor>>

  /** @param read  Gives each weight by its name in a file, and refuses a wrong shape. */
  constructor(cell: Cell, sizes: NetworkSizes, read: WeightReader) {
    this.cell = cell
    this.sizes = sizes
    const { vocabulary, embedding, pooling, classes } = sizes
    this.#embedding = read('embedding.weight', [vocabulary, embedding])
    this.#recurrent = new RecurrentForward(cell, { ...sizes, inputSize: embedding }, (name, shape) =>
      read(`rnn.${name}`, shape),
    )
    const width = this.#recurrent.outputSize
    this.#attention =
      pooling === 'attention'
        ? {
            weight: read('pooling.weight', [width, width]),
            bias: read('pooling.bias', [width]),
            context: read('pooling.context', [1, width]),
          }
        : null
    this.#linear = { weight: read('linear.weight', [classes, width]), bias: read('linear.bias', [classes]) }
  }

  parameters(): Map<string, Tensor> {
    const under = (prefix: string, tensors: Readonly<Record<string, Tensor>>) =>
      Object.entries(tensors).map(([name, t]): [string, Tensor] => [`${prefix}.${name}`, t])
    return new Map([
      ['embedding.weight', this.#embedding],
      ...under('rnn', Object.fromEntries(this.#recurrent.parameters())),
      ...under('pooling', this.#attention ?? {}),
      ...under('linear', this.#linear),
    ])
  }

  /**
   * @param sequences  Ids of each text, T_b ≥ 1.
   * @returns          The labels' probabilities, [B, C] row by row, in the order of the texts.
   */
  probabilities(sequences: readonly Int32Array[]): Float32Array | Float64Array {
    const { device } = this.#embedding
    const work = new WorkMatrices(device)
    try {
      const packing = packedOrder(sequences.map(s => s.length))
      const x = work.gathered(this.#embedding.matrix, packIds(packing, sequences))
      const pooled = this.#pool(work, this.#recurrent.run(work, x, packing), packing)
      const logits = work.make(packing.batch, this.sizes.classes)
      const { weight, bias } = this.#linear
      device.product(logits, pooled, weight.matrix, { transposeB: true, bias: bias.matrix })
      device.softmax(logits, logits)
      return device.read(logits)
    } finally {
      work.end()
    }
  }

  /** One row a text, [B, D·H]. */
  #pool(work: WorkMatrices, { output, last }: ReturnType<RecurrentForward['run']>, packing: PackedOrder): Matrix {
    switch (this.sizes.pooling) {
      case 'last':
        return last
      case 'mean':
        return meanOf(work, output, packing)
      case 'max':
        return largestOf(work, output, packing)
      case 'attention': {
        const { weight, bias, context } = this.#attention as Attention
        return attendedOf(work, output, packing, {
          weight: weight.matrix,
          bias: bias.matrix,
          context: context.matrix,
        })
      }
    }
  }
}
