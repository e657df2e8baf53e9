/**
 * The linear layer: y = x Wᵀ + b.
 */
import { uniforms } from '../random/draw.ts'
import { keyOf } from '../random/key.ts'
import type { Tensor } from '../tensor/index.ts'
import { linear } from '../tensor/linear.ts'
import { drawn, sizeOf, type WeightSource } from './weight-source.ts'

export interface LinearOptions {
  readonly inputSize: number
  readonly outputSize: number
  /** The first weights follow from it. @default 1 */
  readonly seed?: number
  /** @default drawn on the default device */
  readonly source?: WeightSource
}

export class Linear {
  /** [O, I] and [O]; first values uniform in ±1/√I, as torch.nn.Linear. */
  readonly weight: Tensor
  readonly bias: Tensor

  constructor({ inputSize, outputSize, seed = 1, source = drawn() }: LinearOptions) {
    const bound = 1 / Math.sqrt(inputSize)
    const make = (name: string, shape: readonly number[]) =>
      source(name, shape, () =>
        uniforms(keyOf(seed, `initial linear ${name}`), sizeOf(shape)).map(u => (2 * u - 1) * bound),
      )
    this.weight = make('weight', [outputSize, inputSize])
    this.bias = make('bias', [outputSize])
  }

  parameters(): Map<string, Tensor> {
    return new Map([
      ['weight', this.weight],
      ['bias', this.bias],
    ])
  }

  /** @param x  [.., I]. @returns [.., O]. @throws {ShapeError} x is not I wide. */
  forward(x: Tensor): Tensor {
    return linear(x, this.weight, this.bias)
  }
}
