/**
 * Sums and means over one dimension or all.
 */
import type { Matrix } from '../devices/device.ts'
import { sumTo, widen } from './broadcast.ts'
import { axisOf, type Shape, sizeOf, withoutAxis, withSize } from './layout.ts'
import { Memory } from './memory.ts'
import { div } from './pointwise.ts'
import { reshape } from './reshape.ts'
import { record } from './tape.ts'
import { Tensor } from './tensor.ts'

/** The shape with 1 in place of what is reduced, and the shape of the result. */
export function reducedShapes(
  where: string,
  shape: Shape,
  axis: number | undefined,
  keepDimension: boolean,
): [Shape, Shape] {
  if (axis === undefined) {
    const narrow = shape.map(() => 1)
    return [narrow, keepDimension ? narrow : []]
  }
  const at = axisOf(where, shape, axis)
  const narrow = withSize(shape, at, 1)
  return [narrow, keepDimension ? narrow : withoutAxis(shape, at)]
}

/**
 * Sums over a dimension, or over all.
 *
 * @param axis           Default: all dimensions, giving one number.
 * @param keepDimension  Leaves size 1 where it summed. @default false
 * @throws {ShapeError} There is no such dimension.
 * @see torch.sum
 */
export function sum(x: Tensor, axis?: number, keepDimension = false): Tensor {
  const { device, shape } = x
  const [narrow, result] = reducedShapes('sum', shape, axis, keepDimension)
  const y = new Tensor(new Memory(device, sumTo(device, x.matrix, shape, narrow)), narrow)
  record({
    name: 'sum',
    outputs: [y],
    inputs: [x],
    backward: ([dy]) => [widen(device, dy as Matrix, narrow, shape)],
  })
  return reshape(y, result)
}

/**
 * The mean over a dimension, or over all.
 *
 * @param axis           Default: all dimensions, giving one number.
 * @param keepDimension  Leaves size 1 where it averaged. @default false
 * @throws {ShapeError} There is no such dimension.
 * @see torch.mean
 */
export function mean(x: Tensor, axis?: number, keepDimension = false): Tensor {
  const [narrow] = reducedShapes('mean', x.shape, axis, true)
  return div(sum(x, axis, keepDimension), sizeOf(x.shape) / sizeOf(narrow))
}
