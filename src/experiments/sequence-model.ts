/**
 * The network of most experiments: recurrent layers and a linear layer on their output. What its numbers mean (classes,
 * probabilities, values) and what is judged is the experiment's.
 */
import type { Cell } from '../cells/define.ts'
import type { Initialization } from '../layers/initialization-names.ts'
import { Linear } from '../layers/linear.ts'
import { Packed } from '../layers/packed.ts'
import { packedOrder, rowOfToken } from '../layers/packing.ts'
import { Recurrent } from '../layers/recurrent.ts'
import type { RecurrentState } from '../layers/recurrent-options.ts'
import { type Tensor, tensor } from '../tensor/index.ts'

export interface SequenceModelOptions {
  readonly inputSize: number
  readonly hiddenSize: number | readonly number[]
  readonly outputSize: number
  readonly seed: number
  /** @default false */
  readonly bidirectional?: boolean
  /** @default the cell's own, or PyTorch's */
  readonly initialization?: Initialization
  /** @default 1 */
  readonly forgetBias?: number
  /** For the initialization `chrono`. @default 100 */
  readonly longest?: number
}

export class SequenceModel {
  readonly recurrent: Recurrent
  readonly linear: Linear

  constructor(cell: Cell, { outputSize, ...options }: SequenceModelOptions) {
    this.recurrent = new Recurrent(cell, options)
    this.linear = new Linear({ inputSize: this.recurrent.outputSize, outputSize, seed: options.seed })
  }

  parameters(): Map<string, Tensor> {
    return new Map([...this.recurrent.parameters(), ...this.linear.parameters()])
  }

  /** How many numbers are learned. */
  get parameterCount(): number {
    return [...this.parameters().values()].reduce((sum, { shape }) => sum + shape.reduce((n, size) => n * size, 1), 0)
  }

  /** An answer at each step: [tokens, O], rows as in x. */
  each(x: Packed): Tensor {
    return this.linear.forward(this.recurrent.forward(x).output.values)
  }

  /** An answer at the end of each sequence: [B, O]. */
  last(x: Packed): Tensor {
    return this.linear.forward(this.recurrent.forward(x).output.last())
  }

  /** An answer at each step, and the state after the last: for streams that go on. */
  readOn(x: Packed, state: readonly RecurrentState[]): { readonly answers: Tensor; readonly state: RecurrentState[] } {
    const { output, state: next } = this.recurrent.forward(x, state)
    return { answers: this.linear.forward(output.values), state: next }
  }
}

/**
 * Sequences of numbers as a layer takes them.
 *
 * @param lengths  Steps of each sequence, [B].
 * @param width    Numbers of a step, W.
 * @param fill     Writes the numbers of a step of a sequence to `values`, from `at` on; they are 0 before.
 */
export function packedRows(
  lengths: ArrayLike<number>,
  width: number,
  fill: (values: Float32Array, at: number, sequence: number, step: number) => void,
): Packed {
  const packing = packedOrder(lengths)
  const values = new Float32Array(packing.tokens * width)
  for (let b = 0; b < lengths.length; b++) {
    for (let t = 0; t < lengths[b]; t++) fill(values, rowOfToken(packing, b, t) * width, b, t)
  }
  return new Packed(tensor(values, [packing.tokens, width]), packing)
}

/** Sequences of symbols as ones at their places. @param size  Different symbols. */
export const oneHot = (sequences: readonly ArrayLike<number>[], size: number): Packed =>
  packedRows(
    sequences.map(sequence => sequence.length),
    size,
    (values, at, b, t) => {
      values[at + sequences[b][t]] = 1
    },
  )
