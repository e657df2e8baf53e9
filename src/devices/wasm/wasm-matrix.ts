/** A matrix of a wasm device: where it stands in the device's memory. */
import type { Matrix } from '../matrix.ts'

export interface WasmMatrix extends Matrix {
  /** Byte address of element (0, 0), a multiple of 32. */
  readonly address: number
}

/** Bytes from one row to the next. */
export const rowBytes = (matrix: Matrix): number => 4 * matrix.stride

/** Floats of a row of so many columns, padding included. */
export const strideOf = (columns: number): number => (columns + 7) & ~7

/** Copies values, row-major and without padding, into a matrix. */
export function writeRows(floats: Float32Array, matrix: WasmMatrix, values: ArrayLike<number>): void {
  const { address, rows, columns, stride } = matrix
  const first = address / 4
  if (columns === stride && values.length === rows * columns) {
    floats.set(values, first)
    return
  }
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) floats[first + r * stride + c] = values[r * columns + c]
  }
}

/** The values of a matrix, row-major and without padding: a copy in memory of its own, never shared. */
export function readRows(floats: Float32Array, matrix: WasmMatrix): Float32Array {
  const { address, rows, columns, stride } = matrix
  const first = address / 4
  const values = new Float32Array(rows * columns)
  if (columns === stride) {
    values.set(floats.subarray(first, first + rows * columns))
    return values
  }
  for (let r = 0; r < rows; r++) {
    values.set(floats.subarray(first + r * stride, first + r * stride + columns), r * columns)
  }
  return values
}
