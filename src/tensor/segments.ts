/**
 * Rows of one kind brought together: all tokens of a sequence, say.
 */
import type { Matrix } from '../devices/device.ts'
import { ShapeError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'
import { checkedIndices, type Indices } from './embedding.ts'
import { rowsOf, withSize } from './layout.ts'
import { borrow } from './memory.ts'
import { record } from './tape.ts'
import { allocateZeros, type Tensor } from './tensor.ts'

/**
 * Adds up the rows of each segment.
 *
 *   y[s] = Σ_{n: segments_n = s} x[n], n ascending        dx[n] = dy[segments_n]
 *
 * @param x         [N, C].
 * @param segments  [N], each 0 … count − 1.
 * @returns         [count, C]; a segment without rows is zero.
 * @throws {ShapeError}  x has not two dimensions, or there are not as many segments as rows.
 * @throws {OptionError} A segment is not 0 … count − 1.
 * @see torch.Tensor.index_add_ onto zeros
 */
export function segmentSum(x: Tensor, segments: Indices, count: number): Tensor {
  const { device, shape } = x
  if (shape.length !== 2 || segments.length !== rowsOf(shape)) {
    throw new ShapeError(
      `segmentSum: expected x of shape [N, C] and N segments, got ${shown(shape)} and ${segments.length} segments. ` +
        'Pass one segment for each row.',
    )
  }
  const indices = checkedIndices('segmentSum', 'segment', segments, count)
  const y = allocateZeros(device, withSize(shape, 0, count))
  device.scatterAddRows(y.matrix, x.matrix, indices)
  record({
    name: 'segmentSum',
    outputs: [y],
    inputs: [x],
    backward: ([dy]) => {
      const dx = borrow(device, shape[0], shape[1])
      device.gatherRows(dx, dy as Matrix, indices)
      return [dx]
    },
  })
  return y
}
