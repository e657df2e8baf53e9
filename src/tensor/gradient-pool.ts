/**
 * The matrices of a backward pass: how many places hold each, so that a gradient may be passed through an operation
 * without a copy, added to in place when nobody else has it, and released with its last holder.
 */
import type { Device, Matrix } from '../devices/device.ts'
import { borrowUnset, giveBack } from './memory.ts'

export class GradientPool {
  readonly #device: Device
  readonly #holders = new Map<Matrix, number>()

  constructor(device: Device) {
    this.#device = device
  }

  hold(matrix: Matrix): Matrix {
    this.#holders.set(matrix, (this.#holders.get(matrix) ?? 0) + 1)
    return matrix
  }

  drop(matrix: Matrix): void {
    const holders = (this.#holders.get(matrix) ?? 0) - 1
    if (holders > 0) {
      this.#holders.set(matrix, holders)
      return
    }
    this.#holders.delete(matrix)
    giveBack(this.#device, matrix)
  }

  /**
   * The sum of what a place holds and what arrives; the place then holds the result.
   *
   * @param present   Held by the place, or null.
   * @param incoming  Held by the caller, and still so afterwards.
   */
  add(present: Matrix | null, incoming: Matrix): Matrix {
    if (!present) return this.hold(incoming)
    const isShared = this.#holders.get(present) !== 1
    const sum = isShared ? this.hold(this.copyOf(present)) : present
    if (isShared) this.drop(present)
    this.#device.copy(sum, incoming, { accumulate: true })
    return sum
  }

  /** The matrix without its last holder, for good: itself, or a copy when it has others. */
  takeOut(matrix: Matrix): Matrix {
    if (this.#holders.get(matrix) === 1) {
      this.#holders.delete(matrix)
      return matrix
    }
    const copy = this.copyOf(matrix)
    this.drop(matrix)
    return copy
  }

  copyOf(matrix: Matrix): Matrix {
    const copy = borrowUnset(this.#device, matrix.rows, matrix.columns)
    this.#device.copy(copy, matrix)
    return copy
  }

  /** Releases what is still held: after an error, or what no operation took. */
  end(): void {
    for (const matrix of this.#holders.keys()) giveBack(this.#device, matrix)
    this.#holders.clear()
  }
}
