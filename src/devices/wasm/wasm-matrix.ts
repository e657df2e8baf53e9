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
