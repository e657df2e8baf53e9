/**
 * The same numbers in the same order under another shape.
 */
import type { Device, Matrix } from '../devices/device.ts'
import { ShapeError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'
import { axisOf, requireShape, type Shape, sizeOf, withoutAxis } from './layout.ts'
import { borrowUnset } from './memory.ts'
import { isRecording, record } from './tape.ts'
import { allocate, Tensor } from './tensor.ts'

/**
 * Gives a tensor another shape. Shares its memory when the last dimension stays as it is.
 *
 * @param shape  As many numbers in all; one size may be −1 and is then what remains.
 * @throws {ShapeError} The sizes do not make up as many numbers.
 * @see torch.reshape
 */
export function reshape(x: Tensor, shape: Shape): Tensor {
  const wanted = completed(x.shape, shape)
  const { device, matrix } = x
  const { rows, columns } = matrix
  let y = new Tensor(x.memory, wanted)
  if (columns !== (wanted.at(-1) ?? 1)) {
    y = allocate(device, wanted)
    device.reshape(y.matrix, matrix)
  }
  if (!isRecording()) return y
  record({
    name: 'reshape',
    outputs: [y],
    inputs: [x],
    backward: ([dy]) => [laidOut(device, dy as Matrix, rows, columns)],
  })
  return y
}

/** The matrix itself if it has this layout, else a borrowed one that has. */
function laidOut(device: Device, matrix: Matrix, rows: number, columns: number): Matrix {
  if (matrix.columns === columns) return matrix
  const other = borrowUnset(device, rows, columns)
  device.reshape(other, matrix)
  return other
}

function completed(from: Shape, to: Shape): Shape {
  const open = to.indexOf(-1)
  if (open < 0 && sizeOf(to) === sizeOf(from) && to.every(n => n >= 1 && Number.isInteger(n))) return to
  const rest = sizeOf(to.filter((_, i) => i !== open))
  const shape = open < 0 ? to : to.map((n, i) => (i === open ? sizeOf(from) / rest : n))
  if (shape.every(Number.isInteger) && sizeOf(shape) === sizeOf(from)) {
    requireShape('reshape', shape)
    return shape
  }
  throw new ShapeError(
    `reshape: expected a shape of ${sizeOf(from)} values (${shown(from)}), got ${shown(to)}. ` +
      'Use −1 for a size that follows from the others.',
  )
}

/**
 * Takes dimensions of size 1 away.
 *
 * @param axis  Which; default: all.
 * @throws {ShapeError} The dimension is not of size 1.
 * @see torch.squeeze, which keeps a dimension of another size without a word.
 */
export function squeeze(x: Tensor, axis?: number): Tensor {
  if (axis === undefined)
    return reshape(
      x,
      x.shape.filter(n => n !== 1),
    )
  const at = axisOf('squeeze', x.shape, axis)
  if (x.shape[at] === 1) return reshape(x, withoutAxis(x.shape, at))
  throw new ShapeError(
    `squeeze: expected size 1 at axis ${axis}, got ${x.shape[at]} in shape ${shown(x.shape)}. Choose another axis.`,
  )
}

/**
 * Adds a dimension of size 1.
 *
 * @param axis  Where it is in the result, −1 for the last.
 * @throws {ShapeError} The result has no such dimension.
 * @see torch.unsqueeze
 */
export function unsqueeze(x: Tensor, axis: number): Tensor {
  const at = axisOf('unsqueeze', [...x.shape, 1], axis)
  return reshape(x, x.shape.toSpliced(at, 0, 1))
}

/** The same numbers without a history: no gradient passes. Shares memory. @see torch.Tensor.detach */
export function detach(x: Tensor): Tensor {
  return new Tensor(x.memory, x.shape)
}
