/**
 * The reference device's memory: one Float64Array a block, rows padded to a multiple of 8.
 *
 * A block that was given back is filled with NaN and refused from then on, as are its views: a mistake in the lifetimes
 * of tensors shows in the tests here before it becomes wrong numbers on a device that uses its memory again.
 */
import type { Matrix } from '../device.ts'

export interface ReferenceMatrix extends Matrix {
  /** The whole block; element (r, c) is `data[offset + r * stride + c]`. */
  readonly data: Float64Array
  readonly offset: number
  /** Shared by a block and its views. */
  readonly block: { released: boolean }
}

/** A block of zeros, [rows, columns]. */
export function createMatrix(rows: number, columns: number): ReferenceMatrix {
  const stride = Math.ceil(columns / 8) * 8
  return { rows, columns, stride, data: new Float64Array(rows * stride), offset: 0, block: { released: false } }
}

/** The matrix as this device's own, alive. */
export function own(matrix: Matrix): ReferenceMatrix {
  const reference = matrix as ReferenceMatrix
  if (!(reference.data instanceof Float64Array)) throw new Error('internal: a matrix of another device was given')
  if (reference.block.released) throw new Error('internal: a matrix was used after it was released')
  return reference
}

/** Row r as a view of the memory, [columns]. */
export function rowOf(matrix: ReferenceMatrix, row: number): Float64Array {
  const start = matrix.offset + row * matrix.stride
  return matrix.data.subarray(start, start + matrix.columns)
}

/** All rows as views of the memory, [rows][columns]. */
export function rowsOf(matrix: Matrix): Float64Array[] {
  const reference = own(matrix)
  return Array.from({ length: reference.rows }, (_, r) => rowOf(reference, r))
}

/** Calls with each row in order, as a view of the memory. */
export function eachRow(matrix: Matrix, visit: (row: Float64Array, r: number) => void): void {
  const reference = own(matrix)
  for (let r = 0; r < reference.rows; r++) visit(rowOf(reference, r), r)
}
