/**
 * Weights packed for the products of a pass, once, and those products.
 */
import type { Products } from '../product/products.ts'
import type { WasmMatrix } from '../wasm-matrix.ts'
import type { CellLayout, SlotRun } from './layout.ts'
import type { Scratch } from './scratch.ts'

interface PackedRun extends SlotRun {
  readonly panels: number
}

/** Rows of a matrix as a product reads or writes them. */
export interface Rows {
  readonly address: number
  readonly rowBytes: number
}

/** The rows from one of them on. */
export const shifted = ({ address, rowBytes }: Rows, rows: number): Rows => ({
  address: address + rows * rowBytes,
  rowBytes,
})

/** Z[slots] += A · Wᵀ: W_ih forward with A = X, W_hh with A = the operand. */
export class ForwardPanels {
  readonly #products: Products
  readonly #layout: CellLayout
  readonly #runs: readonly PackedRun[]
  readonly #k: number

  constructor(products: Products, scratch: Scratch, layout: CellLayout, weight: WasmMatrix, runs: readonly SlotRun[]) {
    this.#products = products
    this.#layout = layout
    this.#k = weight.columns
    const rowBytes = weight.stride * 4
    this.#runs = runs.map(run => {
      const columns = (run.end - run.begin) * layout.hiddenSize
      const panels = scratch.unset(products.packedFloats(this.#k, columns))
      products.pack(panels, weight.address + run.weightRow * rowBytes, 4, rowBytes, this.#k, columns)
      return { ...run, panels }
    })
  }

  /**
   * Z[slots] = initial + A · Wᵀ, begun with one row for all: the biases.
   *
   * @param initial  A row of Z, from its first slot on.
   * @param z        Rows of Z, from their first slot on.
   */
  multiplyFrom(initial: number, a: Rows, z: Rows, rows: number): void {
    for (const { begin, end, panels } of this.#runs) {
      const columns = (end - begin) * this.#layout.hiddenSize
      const offset = begin * this.#layout.width * 4
      const [from, c] = [initial + offset, z.address + offset]
      this.#products.multiplyDivided(from, 0, a.address, a.rowBytes, panels, c, z.rowBytes, rows, this.#k, columns)
    }
  }

  /** Z[slots] += A · Wᵀ. @param z  Rows of Z, from their first slot on. */
  multiply(a: Rows, z: Rows, rows: number): void {
    for (const { begin, end, panels } of this.#runs) {
      const columns = (end - begin) * this.#layout.hiddenSize
      const c = z.address + begin * this.#layout.width * 4
      const { address, rowBytes } = a
      this.#products.multiplyDivided(c, z.rowBytes, address, rowBytes, panels, c, z.rowBytes, rows, this.#k, columns)
    }
  }
}

/** A's gradient += dZ[slots] · W. */
export class BackwardPanels {
  readonly #products: Products
  readonly #layout: CellLayout
  readonly #runs: readonly PackedRun[]
  readonly #columns: number

  constructor(products: Products, scratch: Scratch, layout: CellLayout, weight: WasmMatrix, runs: readonly SlotRun[]) {
    this.#products = products
    this.#layout = layout
    this.#columns = weight.columns
    const rowBytes = weight.stride * 4
    this.#runs = runs.map(run => {
      const k = (run.end - run.begin) * layout.hiddenSize
      const panels = scratch.unset(products.packedFloats(k, this.#columns))
      products.pack(panels, weight.address + run.weightRow * rowBytes, rowBytes, 4, k, this.#columns)
      return { ...run, panels }
    })
  }

  multiply(dz: Rows, gradient: Rows, rows: number): void {
    for (const { begin, end, panels } of this.#runs) {
      const k = (end - begin) * this.#layout.hiddenSize
      const a = dz.address + begin * this.#layout.width * 4
      const { address: c, rowBytes } = gradient
      this.#products.multiplyDivided(c, rowBytes, a, dz.rowBytes, panels, c, rowBytes, rows, k, this.#columns)
    }
  }

  /** gradient = dZ[slots] · W. @param zeros  A row of them, as long as the gradient's. */
  multiplyNew(zeros: number, dz: Rows, { address, rowBytes }: Rows, rows: number): void {
    this.#runs.forEach(({ begin, end, panels }, i) => {
      const k = (end - begin) * this.#layout.hiddenSize
      const a = dz.address + begin * this.#layout.width * 4
      const [from, fromBytes] = i === 0 ? [zeros, 0] : [address, rowBytes]
      this.#products.multiplyFrom(from, fromBytes, a, dz.rowBytes, 4, panels, address, rowBytes, rows, k, this.#columns)
    })
  }
}
