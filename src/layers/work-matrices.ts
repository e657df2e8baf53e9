/**
 * Matrices that one forward pass works in, given back together at its end.
 */
import type { Device, Matrix } from '../devices/device.ts'

export class WorkMatrices {
  readonly device: Device
  readonly #matrices: Matrix[] = []

  constructor(device: Device) {
    this.device = device
  }

  /** A matrix with whatever stood there, for who writes all of it. */
  make(rows: number, columns: number): Matrix {
    const matrix = this.device.allocate(rows, columns, false)
    this.#matrices.push(matrix)
    return matrix
  }

  /** Rows of a table by index, [indices, columns]. */
  gathered(table: Matrix, indices: Int32Array): Matrix {
    const target = this.make(indices.length, table.columns)
    this.device.gatherRows(target, table, indices)
    return target
  }

  end(): void {
    for (const matrix of this.#matrices) this.device.release(matrix)
    this.#matrices.length = 0
  }
}
