/**
 * The projection of a state (Sak et al. 2014): n.STATE = o · Wᵀ forward, the operand's gradient += g · W backward.
 */
import type { Products } from '../product/products.ts'
import type { WasmMatrix } from '../wasm-matrix.ts'
import type { Rows } from './panels.ts'
import type { Scratch } from './scratch.ts'

export class ProjectionPanels {
  readonly #products: Products
  readonly #weight: WasmMatrix
  readonly #forward: number
  readonly #backward: number
  readonly #zeros: number

  /** @param weight  W, [P, H]. */
  constructor(products: Products, scratch: Scratch, weight: WasmMatrix) {
    const { address, rows, columns, stride } = weight
    this.#products = products
    this.#weight = weight
    this.#forward = scratch.unset(products.packedFloats(columns, rows))
    this.#backward = scratch.unset(products.packedFloats(rows, columns))
    this.#zeros = scratch.floats(stride + rows + 8)
    products.pack(this.#forward, address, 4, stride * 4, columns, rows)
    products.pack(this.#backward, address, stride * 4, 4, rows, columns)
  }

  project(operand: Rows, state: Rows, count: number): void {
    const { rows, columns } = this.#weight
    const { address, rowBytes } = operand
    const to = state
    this.#products.multiplyFrom(
      this.#zeros,
      0,
      address,
      rowBytes,
      4,
      this.#forward,
      to.address,
      to.rowBytes,
      count,
      columns,
      rows,
    )
  }

  /** Adds to the operand's gradient. */
  projectBack(g: Rows, operand: Rows, count: number): void {
    const { rows, columns } = this.#weight
    const to = operand
    this.#products.multiply(g.address, g.rowBytes, 4, this.#backward, to.address, to.rowBytes, count, rows, columns)
  }
}
