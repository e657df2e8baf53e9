import type { Matrix } from '../devices/device.ts'
import { ShapeError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'
import { broadcastShape, sumTo, widen } from './broadcast.ts'
import { isSameShape, requireShape, type Shape } from './layout.ts'
import { Memory } from './memory.ts'
import { record } from './tape.ts'
import { Tensor } from './tensor.ts'

/**
 * Repeats a tensor along dimensions where it has size 1 or none; a copy. Element-wise operations widen by themselves.
 *
 * @param shape  What it becomes.
 * @throws {ShapeError} The tensor does not widen to that shape.
 * @see numpy.broadcast_to, torch.Tensor.expand
 */
export function expand(x: Tensor, shape: Shape): Tensor {
  requireShape('expand', shape)
  const narrow = x.shape
  if (narrow.length > shape.length || !isSameShape(broadcastShape('expand', [narrow, shape]), shape)) {
    throw new ShapeError(
      `expand: expected a shape that ${shown(narrow)} widens to, got ${shown(shape)}. Only sizes of 1 can grow.`,
    )
  }
  const { device } = x
  const y = new Tensor(new Memory(device, widen(device, x.matrix, narrow, shape)), shape)
  record({
    name: 'expand',
    outputs: [y],
    inputs: [x],
    backward: ([dy]) => [sumTo(device, dy as Matrix, shape, narrow)],
  })
  return y
}
