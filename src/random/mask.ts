/**
 * Dropout masks by place: the contract that the kernels copy, made in the forward pass and made again in the backward.
 *
 *   g = j >> 3,  lane = j & 3,  half = (j >> 2) & 1         so one block serves columns 8g + lane and 8g + 4 + lane
 *   word    = threefry(key, counter0 = r, counter1 = 4 g + lane)[half]
 *   uniform = (word >>> 8) · 2^−24
 *   mask    = uniform < float32(rate) ? 0 : float32(1 / (1 − rate))
 *
 * Four lanes of a vector hold four counters, and their two words fill eight neighbouring columns. The comparison is
 * exact in 32-bit floats, and the same as (word >>> 8) < ceil(float32(rate) · 2^24) in integers.
 */
import { OptionError, ShapeError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'
import { UNIFORM_SCALE } from './draw.ts'
import type { RandomKey } from './key.ts'
import { threefry2x32Into } from './threefry.ts'

/** What part of a mask to fill, and how it lies in memory. */
export interface MaskShape {
  readonly rows: number
  readonly columns: number
  /** Floats from one row to the next. @default columns */
  readonly stride?: number
  /** The number of the first row, as the generator counts them. @default 0 */
  readonly firstRow?: number
}

const block = new Uint32Array(2)

/**
 * Computes one element of a mask.
 *
 * @param row     0 … 2^32 − 1.
 * @param column  0 … 2^32 − 1.
 * @param rate    The share of zeros, [0, 1). Not checked here; `checkRate` does.
 * @returns       0, or 1 / (1 − rate) as a 32-bit float.
 */
export function maskValue(key0: number, key1: number, row: number, column: number, rate: number): number {
  const lane = column & 3
  const half = (column >>> 2) & 1
  threefry2x32Into(block, 0, key0, key1, row, (column >>> 3) * 4 + lane)
  return (block[half] >>> 8) * UNIFORM_SCALE < Math.fround(rate) ? 0 : Math.fround(1 / (1 - rate))
}

/**
 * Fills a mask, [rows, columns].
 *
 * @param out   The caller's; the floats between `columns` and `stride` are left as they are.
 * @param rate  The share of zeros, [0, 1).
 * @throws {OptionError} The rate is outside [0, 1).
 * @throws {ShapeError}  `out` is too short.
 */
export function fillMask(out: Float32Array, key: RandomKey, shape: MaskShape, rate: number): void {
  const { rows, columns, stride = columns, firstRow = 0 } = shape
  checkRate(rate)
  const needed = rows === 0 ? 0 : (rows - 1) * stride + columns
  if (out.length < needed) {
    throw new ShapeError(
      `fillMask: expected room for ${needed} values ([${rows}, ${columns}], stride ${stride}), got ${out.length}. ` +
        'Pass a longer array.',
    )
  }
  const threshold = Math.fround(rate)
  const kept = Math.fround(1 / (1 - rate))
  for (let row = 0; row < rows; row++) {
    const start = row * stride
    for (let column = 0; column < columns; column++) {
      // Columns whose bit 2 is set have the second word of the block made four columns before.
      if ((column & 4) !== 0) continue
      threefry2x32Into(block, 0, key.key0, key.key1, firstRow + row, (column >>> 3) * 4 + (column & 3))
      out[start + column] = (block[0] >>> 8) * UNIFORM_SCALE < threshold ? 0 : kept
      if (column + 4 < columns) out[start + column + 4] = (block[1] >>> 8) * UNIFORM_SCALE < threshold ? 0 : kept
    }
  }
}

/**
 * Refuses a rate that a mask cannot have.
 *
 * @throws {OptionError} The rate is outside [0, 1), or so near to 1 that it is 1 as a 32-bit float.
 */
export function checkRate(rate: number, name = 'dropout rate'): void {
  if (rate >= 0 && Math.fround(rate) < 1) return
  throw new OptionError(`${name}: expected a number from 0 up to but not including 1, got ${shown(rate)}. Try 0.5.`)
}
