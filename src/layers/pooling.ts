/**
 * From one row a token to one row a sequence: the last, the mean, the largest, or a weighted mean that is learned.
 */
import { uniforms } from '../random/draw.ts'
import { keyOf } from '../random/key.ts'
import { flatTensor } from '../tensor/create.ts'
import { div, exp, linear, mul, sub, type Tensor, takeRows, tanh } from '../tensor/index.ts'
import { segmentSum } from '../tensor/segments.ts'
import { noGradient } from '../tensor/tape.ts'
import { maxOverTime } from './max-over-time.ts'
import type { Packed } from './packed.ts'
import { sequenceOfRow } from './packing.ts'
import { sizeOf, type WeightSource } from './weight-source.ts'

/** The mean of a sequence's rows, [B, W], in the caller's order. */
export function meanOverTime({ values, packing }: Packed): Tensor {
  const sums = segmentSum(values, sequenceOfRow(packing), packing.batch)
  const lengths = flatTensor(packing.lengths, [packing.batch, 1], { device: values.device })
  return div(sums, lengths)
}

/**
 * Attention over time (Yang et al. 2016, eq. 5 – 7): each token's share is learned from its own row.
 *
 *   u_t = tanh(W h_t + b)        α_t = softmax over the sequence of uᵀ_t v        y = Σ_t α_t h_t
 */
export class AttentionPooling {
  /** W [A, W], b [A], v [1, A]; A is the rows' width. */
  readonly weight: Tensor
  readonly bias: Tensor
  readonly context: Tensor

  /** @param width  Of a row. @param source  Where the weights come from. */
  constructor(width: number, seed: number, source: WeightSource) {
    const bound = 1 / Math.sqrt(width)
    const make = (name: string, shape: readonly number[]) =>
      source(name, shape, () =>
        uniforms(keyOf(seed, `initial pooling ${name}`), sizeOf(shape)).map(u => (2 * u - 1) * bound),
      )
    this.weight = make('weight', [width, width])
    this.bias = make('bias', [width])
    this.context = make('context', [1, width])
  }

  parameters(): Map<string, Tensor> {
    return new Map([
      ['weight', this.weight],
      ['bias', this.bias],
      ['context', this.context],
    ])
  }

  /** @returns [B, W], in the caller's order. */
  forward(packed: Packed): Tensor {
    const { values, packing } = packed
    const sequences = sequenceOfRow(packing)
    const scores = linear(tanh(linear(values, this.weight, this.bias)), this.context)
    // Softmax does not change when a sequence's scores are all shifted, so no gradient goes through the largest.
    const largest = noGradient(() => takeRows(maxOverTime(packed.with(scores)), sequences))
    const weights = exp(sub(scores, largest))
    const sums = segmentSum(weights, sequences, packing.batch)
    const weighted = segmentSum(mul(values, weights), sequences, packing.batch)
    return div(weighted, sums)
  }
}
