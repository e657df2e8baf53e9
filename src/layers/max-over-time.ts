/**
 * The largest value of each column over the tokens of a sequence, as one operation of the tape.
 */
import type { Matrix } from '../devices/device.ts'
import { div, ifEqual, max, variable } from '../formula/expression.ts'
import { borrow, giveBack } from '../tensor/memory.ts'
import { programOf, runProgram } from '../tensor/run-program.ts'
import { record } from '../tensor/tape.ts'
import { allocateZeros, type Tensor } from '../tensor/tensor.ts'
import type { Packed } from './packed.ts'
import { sequenceOfRow } from './packing.ts'

const larger = programOf(max(variable('x'), variable('y')))
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
  const { order, liveRows, firstRow } = packing
  const sequences = sequenceOfRow(packing)
  const y = allocateZeros(device, [packing.batch, x.shape[1]])
  const inOrder = borrow(device, packing.batch, x.shape[1])
  // The packed order makes the live rows of each step the first ones of the step before.
  device.copy(inOrder, device.rowsOf(x.matrix, 0, packing.batch))
  for (let t = 1; t < liveRows.length; t++) {
    const live = device.rowsOf(inOrder, 0, liveRows[t])
    runProgram(device, larger, { x: device.rowsOf(x.matrix, firstRow[t], liveRows[t]), y: live }, live)
  }
  device.scatterAddRows(y.matrix, inOrder, order)
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
