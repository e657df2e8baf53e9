/** How many numbers a layer learns: counted on the layers of the library. */
import { cellNamed } from '../../../src/cells/registry.ts'
import { Linear } from '../../../src/layers/linear.ts'
import { Recurrent } from '../../../src/layers/recurrent.ts'
import type { Tensor } from '../../../src/tensor/index.ts'

export interface ShapesAsk {
  readonly cell: string
  readonly inputSize: number
  readonly hiddenSize: number
  readonly steps: number
  /** Steps that a filter sees at once. */
  readonly filter: number
}

export interface Shapes {
  readonly recurrent: number
  /** All steps side by side into as many units. */
  readonly full: number
  readonly convolution: number
  /** Of the recurrent layer. */
  readonly tensors: readonly { readonly name: string; readonly shape: readonly number[] }[]
}

const count = (parameters: ReadonlyMap<string, Tensor>): number =>
  [...parameters.values()].reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0)

export function shapes({ cell, inputSize, hiddenSize, steps, filter }: ShapesAsk): Shapes {
  const layer = new Recurrent(cellNamed(cell), { inputSize, hiddenSize })
  const linear = (width: number) =>
    count(new Linear({ inputSize: width, outputSize: hiddenSize, seed: 1 }).parameters())
  return {
    recurrent: count(layer.parameters()),
    full: linear(steps * inputSize),
    convolution: linear(filter * inputSize),
    tensors: [...layer.parameters()].map(([name, { shape }]) => ({ name, shape: [...shape] })),
  }
}
