/**
 * Shapes, and how they lie in a matrix: the last dimension is the columns, all others together are the rows.
 */
import { ShapeError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'

/** Sizes, outermost first; [] is one number. */
export type Shape = readonly number[]

export const sizeOf = (shape: Shape): number => productOf(shape, shape.length)

/** A loop, since every tensor that is made comes by here. */
function productOf(shape: Shape, count: number): number {
  let size = 1
  for (let i = 0; i < count; i++) size *= shape[i]
  return size
}

export const columnsOf = (shape: Shape): number => (shape.length === 0 ? 1 : shape[shape.length - 1])

export const rowsOf = (shape: Shape): number => productOf(shape, shape.length - 1)

export const isSameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((n, i) => n === b[i])

/** The shape with one size exchanged. */
export const withSize = (shape: Shape, axis: number, size: number): number[] =>
  shape.map((n, i) => (i === axis ? size : n))

/** The shape without a dimension. */
export const withoutAxis = (shape: Shape, axis: number): number[] => shape.filter((_, i) => i !== axis)

/** Elements from one index to the next along each dimension, row-major. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length)
  let stride = 1
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = stride
    stride *= shape[i]
  }
  return strides
}

/**
 * The dimension that a number means; negative ones count from the end.
 *
 * @throws {ShapeError} There is no such dimension.
 */
export function axisOf(where: string, shape: Shape, axis: number): number {
  const found = axis < 0 ? axis + shape.length : axis
  if (Number.isInteger(found) && found >= 0 && found < shape.length) return found
  const range = shape.length === 0 ? 'no axis' : `an axis from ${-shape.length} to ${shape.length - 1}`
  throw new ShapeError(
    `${where}: expected ${range} for a tensor of shape ${shown(shape)}, got ${shown(axis)}. ` +
      'Choose one of its dimensions.',
  )
}

/** @throws {ShapeError} A size is no whole number of 1 or more. */
export function requireShape(where: string, shape: Shape): void {
  if (shape.every(n => Number.isSafeInteger(n) && n >= 1)) return
  throw new ShapeError(`${where}: expected a shape of whole numbers from 1, got ${shown(shape)}. Pass such sizes.`)
}

/**
 * Row numbers of a walk over some rows of a larger matrix: row (i, j, …) is start + i · strides[0] + j · strides[1] + …
 *
 * @returns  [product of sizes], in row-major order of the sizes.
 */
export function stridedRows(sizes: Shape, strides: readonly number[], start = 0): Int32Array {
  let rows = new Int32Array([start])
  sizes.forEach((size, k) => {
    const next = new Int32Array(rows.length * size)
    for (let r = 0; r < next.length; r++) next[r] = rows[Math.floor(r / size)] + (r % size) * strides[k]
    rows = next
  })
  return rows
}
