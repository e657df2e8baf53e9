/**
 * Parts of a tensor along one dimension: taking one out, cutting all apart, putting several together.
 */
import type { Device, Matrix } from '../devices/device.ts'
import { ShapeError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'
import { axisOf, columnsOf, isSameShape, rowsOf, type Shape, sizeOf, withoutAxis, withSize } from './layout.ts'
import { borrow } from './memory.ts'
import { reshape, unsqueeze } from './reshape.ts'
import { record } from './tape.ts'
import { allocate, deviceOf, type Tensor } from './tensor.ts'

/** Where a part lies in a whole: from `start` on along `axis`. */
interface Place {
  readonly shape: Shape
  readonly axis: number
  readonly start: number
  readonly size: number
}

/** Copies a part between the whole and a matrix of its own, in either direction. */
function movePart(device: Device, whole: Matrix, part: Matrix, place: Place, direction: 'take' | 'put'): void {
  const { shape, axis, start, size } = place
  if (axis === shape.length - 1) {
    if (direction === 'take') device.copy(part, whole, { sourceColumn: start, columns: size })
    else device.copy(whole, part, { targetColumn: start, columns: size })
    return
  }
  const inner = sizeOf(shape.slice(axis + 1, -1))
  const outer = sizeOf(shape.slice(0, axis))
  for (let o = 0; o < outer; o++) {
    const inWhole = device.rowsOf(whole, (o * shape[axis] + start) * inner, size * inner)
    const inPart = device.rowsOf(part, o * size * inner, size * inner)
    if (direction === 'take') device.copy(inPart, inWhole)
    else device.copy(inWhole, inPart)
  }
}

/** The part as a matrix of its own, borrowed. */
function takenOut(device: Device, whole: Matrix, place: Place): Matrix {
  const shape = withSize(place.shape, place.axis, place.size)
  const part = borrow(device, rowsOf(shape), columnsOf(shape))
  movePart(device, whole, part, place, 'take')
  return part
}

/**
 * Takes the part from `start` up to but not including `end` along a dimension; a copy.
 *
 * For all parts of a tensor use `split`: its backward pass makes the whole gradient once, not once a part.
 *
 * @param end  @default the dimension's size
 * @returns    The same rank; `end − start` along the axis.
 * @throws {ShapeError} There is no such dimension, or not 0 ≤ start < end ≤ its size.
 */
export function slice(x: Tensor, axis: number, start: number, end?: number): Tensor {
  const at = axisOf('slice', x.shape, axis)
  const until = end ?? x.shape[at]
  if (!Number.isInteger(start) || !Number.isInteger(until) || start < 0 || until > x.shape[at] || start >= until) {
    throw new ShapeError(
      `slice: expected 0 ≤ start < end ≤ ${x.shape[at]} for axis ${axis} of shape ${shown(x.shape)}, ` +
        `got start ${shown(start)} and end ${shown(until)}. Keep the part inside the tensor.`,
    )
  }
  const { device, shape } = x
  const place = { shape, axis: at, start, size: until - start }
  const y = allocate(device, withSize(shape, at, place.size))
  movePart(device, x.matrix, y.matrix, place, 'take')
  record({
    name: 'slice',
    outputs: [y],
    inputs: [x],
    backward: ([dy]) => {
      const dx = borrow(device, rowsOf(shape), columnsOf(shape))
      movePart(device, dx, dy as Matrix, place, 'put')
      return [dx]
    },
  })
  return y
}

/**
 * Cuts a tensor into parts along a dimension: one operation with several outputs.
 *
 * @param sizes  Of the parts, in order; together the dimension's size.
 * @throws {ShapeError} There is no such dimension, or the sizes are not its size together.
 * @see torch.split
 */
export function split(x: Tensor, sizes: readonly number[], axis: number): Tensor[] {
  const at = axisOf('split', x.shape, axis)
  const total = sizes.reduce((sum, size) => sum + size, 0)
  if (total !== x.shape[at] || !sizes.every(size => Number.isInteger(size) && size > 0)) {
    throw new ShapeError(
      `split: expected sizes from 1 with sum ${x.shape[at]} for axis ${axis} of shape ${shown(x.shape)}, ` +
        `got ${shown(sizes)}. Let the parts fill the dimension.`,
    )
  }
  const { device, shape } = x
  const places = placesOf(shape, at, sizes)
  const parts = places.map(place => {
    const part = allocate(device, withSize(shape, at, place.size))
    movePart(device, x.matrix, part.matrix, place, 'take')
    return part
  })
  record({
    name: 'split',
    outputs: parts,
    inputs: [x],
    backward: gradients => {
      const dx = borrow(device, rowsOf(shape), columnsOf(shape))
      for (const [k, gradient] of gradients.entries()) if (gradient) movePart(device, dx, gradient, places[k], 'put')
      return [dx]
    },
  })
  return parts
}

/** The places of neighbouring parts. */
function placesOf(shape: Shape, axis: number, sizes: readonly number[]): Place[] {
  let end = 0
  return sizes.map(size => {
    end += size
    return { shape, axis, start: end - size, size }
  })
}

/**
 * Cuts a tensor into its entries along a dimension, which goes.
 *
 * @throws {ShapeError} There is no such dimension.
 * @see torch.unbind
 */
export function unstack(x: Tensor, axis: number): Tensor[] {
  const at = axisOf('unstack', x.shape, axis)
  const parts = split(x, new Array<number>(x.shape[at]).fill(1), at)
  return parts.map(part => reshape(part, withoutAxis(part.shape, at)))
}

/**
 * Puts tensors one after the other along a dimension.
 *
 * @param tensors  At least one; the same shape but for that dimension.
 * @throws {ShapeError}  Another size differs, or there is no tensor.
 * @throws {OptionError} They are on different devices.
 * @see torch.cat
 */
export function concat(tensors: readonly Tensor[], axis: number): Tensor {
  if (tensors.length === 0) {
    throw new ShapeError('concat: expected one tensor or more, got an empty array. Pass what to put together.')
  }
  const device = deviceOf('concat', tensors)
  const first = tensors[0].shape
  const at = axisOf('concat', first, axis)
  const odd = tensors.find(t => t.shape.length <= at || !isSameShape(withSize(t.shape, at, first[at]), first))
  if (odd) {
    throw new ShapeError(
      `concat: expected shapes that differ only at axis ${axis}, got ${shown(first)} and ${shown(odd.shape)}. ` +
        'Reshape one of them.',
    )
  }
  const sizes = tensors.map(t => t.shape[at])
  const shape = withSize(
    first,
    at,
    sizes.reduce((sum, size) => sum + size, 0),
  )
  const places = placesOf(shape, at, sizes)
  const y = allocate(device, shape)
  for (const [k, place] of places.entries()) movePart(device, y.matrix, tensors[k].matrix, place, 'put')
  record({
    name: 'concat',
    outputs: [y],
    inputs: tensors,
    backward: ([dy], needs) => places.map((place, k) => (needs[k] ? takenOut(device, dy as Matrix, place) : null)),
  })
  return y
}

/**
 * Puts tensors of one shape side by side along a new dimension.
 *
 * @param axis  Where the new dimension is in the result.
 * @throws {ShapeError}  The shapes differ, or there is no tensor.
 * @throws {OptionError} They are on different devices.
 * @see torch.stack
 */
export function stack(tensors: readonly Tensor[], axis = 0): Tensor {
  const odd = tensors.find(t => !isSameShape(t.shape, tensors[0].shape))
  if (tensors.length > 0 && !odd)
    return concat(
      tensors.map(t => unsqueeze(t, axis)),
      axis,
    )
  const got = odd ? `${shown(tensors[0].shape)} and ${shown(odd.shape)}` : 'none'
  throw new ShapeError(`stack: expected one tensor or more of one shape, got ${got}. Reshape them before.`)
}
