/**
 * The largest value of each column over the tokens of a sequence, as one operation of the tape.
 */
import type { Matrix } from '../devices/device.ts'
import { div, ifEqual, variable } from '../formula/expression.ts'
import { borrow, borrowUnset, giveBack } from '../tensor/memory.ts'
import { programOf, runProgram } from '../tensor/run-program.ts'
import { record } from '../tensor/tape.ts'
import { allocate, type Tensor } from '../tensor/tensor.ts'
import type { Packed } from './packed.ts'
import { sequenceOfRow } from './packing.ts'
import { largestRows } from './pooled-rows.ts'

const isLargest = programOf(ifEqual(variable('x'), variable('largest'), 1, 0))
const share = programOf(ifEqual(variable('x'), variable('largest'), div(variable('dy'), variable('count')), 0))

/**
 * y[b] = max_t x_t of sequence b. Where several tokens have the largest value the gradient is shared evenly, as
 * torch.amax does.
 *
 * @returns  [B, W], in the caller's order.
 */
export function maxOverTime({ values: x, packing }: Packed): Tensor {
  const { device } = x
  const sequences = sequenceOfRow(packing)
  const y = allocate(device, [packing.batch, x.shape[1]])
  const inOrder = borrowUnset(device, packing.batch, x.shape[1])
  largestRows(device, x.matrix, packing, inOrder, y.matrix)
  giveBack(device, inOrder)
  record({
    name: 'maxOverTime',
    outputs: [y],
    inputs: [x],
    backward: ([dy]) => {
      const gathered = (source: Matrix) => {
        const target = borrow(device, packing.tokens, x.shape[1])
        device.gatherRows(target, source, sequences)
        return target
      }
      const largest = gathered(y.matrix)
      const dx = borrow(device, packing.tokens, x.shape[1])
      runProgram(device, isLargest, { x: x.matrix, largest }, dx)
      const counts = borrow(device, packing.batch, x.shape[1])
      device.scatterAddRows(counts, dx, sequences)
      const [count, gradient] = [gathered(counts), gathered(dy as Matrix)]
      runProgram(device, share, { x: x.matrix, largest, dy: gradient, count }, dx)
      for (const matrix of [largest, counts, count, gradient]) giveBack(device, matrix)
      return [dx]
    },
  })
  return y
}
