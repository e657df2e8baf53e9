/**
 * What the conformance tests share: every device and mode, and matrices with values. The tests beside this file take
 * the device as an argument; expected values come from plain loops over ordinary arrays, in 64 bits. The padding of
 * every matrix is filled with NaN first, where a device lets it be seen.
 */
import type { Device, Matrix } from './device.ts'
import { ReferenceDevice } from './reference/reference-device.ts'
import { createWasmDevice } from './wasm/wasm-device.ts'

export interface Implementation {
  readonly name: string
  readonly create: () => Device
}

export const implementations: readonly Implementation[] = [
  { name: 'reference', create: () => new ReferenceDevice() },
  { name: 'wasm relaxed', create: () => createWasmDevice({ arithmetic: 'relaxed' }) },
  { name: 'wasm relaxed, wide tiles', create: () => createWasmDevice({ arithmetic: 'relaxed', wide: true }) },
  { name: 'wasm plain', create: () => createWasmDevice({ arithmetic: 'plain' }) },
]

/** Row-major values of [rows, columns]. */
export interface Values {
  readonly rows: number
  readonly columns: number
  readonly values: readonly number[]
}

/** Sizes around the eight floats of a vector pair. */
export const edgeSizes = [1, 2, 7, 8, 9, 16, 17] as const

/** Values in −2 … 2 that 32 bits hold exactly, different for each seed. */
export function values(rows: number, columns: number, seed: number): Values {
  const at = (i: number) => Math.fround(2 * Math.sin(seed * 1.618 + i * (1 + (seed % 3)) * 0.77))
  return { rows, columns, values: Array.from({ length: rows * columns }, (_, i) => at(i)) }
}

/** A matrix with these values and NaN all around. */
export function put(device: Device, { rows, columns, values: given }: Values): Matrix {
  const matrix = device.allocate(rows, columns)
  device.fill(matrix, Number.NaN)
  device.write(matrix, given)
  return matrix
}

/** Element (r, c). */
export const at = ({ columns, values: v }: Values, r: number, c: number): number => v[r * columns + c]

/**
 * Compares all elements with what a function of row and column expects.
 *
 * @param scale  How large the numbers are that are summed up or subtracted: an error is taken relative to it.
 */
export function check(
  device: Device,
  matrix: Matrix,
  expected: (r: number, c: number) => number,
  { scale = 1, relative = relativeError(device) } = {},
): void {
  const actual = device.read(matrix)
  for (let r = 0; r < matrix.rows; r++) {
    for (let c = 0; c < matrix.columns; c++) {
      const [given, wanted] = [actual[r * matrix.columns + c], expected(r, c)]
      const allowed = relative * Math.max(scale, Math.abs(wanted))
      if (Object.is(given, wanted)) continue
      const difference = Math.abs(given - wanted)
      if (!(difference <= allowed)) {
        throw new Error(`[${r}, ${c}]: expected ${wanted}, got ${given}; ${difference} > ${allowed}`)
      }
    }
  }
}

/** A few roundings: 2^−53 or 2^−24 each, or the error of exp in 32 bits (2e−7). */
export const relativeError = (device: Device): number => (device.bytesPerElement === 8 ? 1e-14 : 4e-7)

/** A way to write: a test of a behaviour on an implementation, all blocks its own. @param test  That of `node:test`. */
export const testsOn =
  (test: (name: string, body: () => void) => unknown) =>
  (implementation: Implementation, behaviour: string, body: (device: Device) => void): void => {
    test(`${implementation.name}: ${behaviour}`, () => body(implementation.create()))
  }
