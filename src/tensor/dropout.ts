import type { Matrix } from '../devices/device.ts'
import { mul, variable } from '../formula/expression.ts'
import type { RandomKey } from '../random/key.ts'
import { checkRate } from '../random/mask.ts'
import { borrowUnset } from './memory.ts'
import { programOf, runProgram } from './run-program.ts'
import { record } from './tape.ts'
import { allocate, type Tensor } from './tensor.ts'

const product = programOf(mul(variable('x'), variable('mask')))

/**
 * Sets a share of the values to zero and divides the others by the share that is left; for training only.
 *
 *   y = x ⊙ m,  m = 0 with probability `rate`, else 1 / (1 − rate)        dx = dy ⊙ m
 *
 * The mask is not kept: the key makes the same one again in the backward pass.
 *
 * @param rate  The share of zeros, [0, 1). At 0 the result is x itself.
 * @param key   Another one for each use, e.g. `keyOf(seed, 'dropout', step)`.
 * @throws {OptionError} The rate is outside [0, 1).
 * @see Srivastava et al. 2014; torch.nn.functional.dropout
 */
export function dropout(x: Tensor, rate: number, key: RandomKey): Tensor {
  checkRate(rate)
  if (rate === 0) return x
  const { device } = x
  const masked = (matrix: Matrix, target: Matrix): Matrix => {
    device.mask(target, [key.key0, key.key1], rate)
    return runProgram(device, product, { x: matrix, mask: target }, target)
  }
  const y = allocate(device, x.shape)
  masked(x.matrix, y.matrix)
  record({
    name: 'dropout',
    outputs: [y],
    inputs: [x],
    backward: ([dy]) => {
      const gradient = dy as Matrix
      return [masked(gradient, borrowUnset(device, gradient.rows, gradient.columns))]
    },
  })
  return y
}
