import type { Device, Matrix } from '../devices/device.ts'
import { div, ifEqual, variable } from '../formula/expression.ts'
import { withSize } from './layout.ts'
import { borrow, giveBack } from './memory.ts'
import { reducedShapes } from './reduce.ts'
import { reshape } from './reshape.ts'
import { programOf, runProgram } from './run-program.ts'
import { record } from './tape.ts'
import { allocate, type Tensor } from './tensor.ts'
import { transpose } from './transpose.ts'

/**
 * The largest value along a dimension, or of all. Equal largest values share the gradient evenly.
 *
 * @param axis           Default: all dimensions, giving one number.
 * @param keepDimension  Leaves size 1 in its place. @default false
 * @throws {ShapeError} There is no such dimension.
 * @see torch.amax
 */
export function amax(x: Tensor, axis?: number, keepDimension = false): Tensor {
  const [, result] = reducedShapes('amax', x.shape, axis, keepDimension)
  if (axis === undefined) return reshape(largestOfRows(reshape(x, [1, -1])), result)
  return reshape(transpose(largestOfRows(transpose(x, axis, -1)), axis, -1), result)
}

/** [.., N] → [.., 1]. */
function largestOfRows(x: Tensor): Tensor {
  const { device } = x
  const y = allocate(device, withSize(x.shape, x.shape.length - 1, 1))
  device.reduceRows(y.matrix, x.matrix, 'max')
  record({
    name: 'amax',
    outputs: [y],
    inputs: [x],
    backward: ([dy]) => [shareOut(device, x.matrix, y.matrix, dy as Matrix)],
  })
  return y
}

const [value, largest, count, dy] = ['value', 'largest', 'count', 'dy'].map(variable)
const isLargest = programOf(ifEqual(value, largest, 1, 0), ['largest'])
const share = programOf(div(dy, count))
const spread = programOf(ifEqual(value, largest, variable('share'), 0), ['largest', 'share'])

/** dy / (how many are the largest) at each of these, 0 elsewhere. */
function shareOut(device: Device, values: Matrix, largestValues: Matrix, gradient: Matrix): Matrix {
  const dx = borrow(device, values.rows, values.columns)
  const counts = borrow(device, values.rows, 1)
  device.reduceRows(counts, runProgram(device, isLargest, { value: values, largest: largestValues }, dx), 'sum')
  runProgram(device, share, { dy: gradient, count: counts }, counts)
  runProgram(device, spread, { value: values, largest: largestValues, share: counts }, dx)
  giveBack(device, counts)
  return dx
}
