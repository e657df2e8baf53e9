/**
 * Weights packed for the products of a pass, once, and those products.
 */
import type { Products } from '../product/products.ts'
import type { WasmMatrix } from '../wasm-matrix.ts'
import type { CellLayout, SlotRun } from './layout.ts'
import type { Scratch } from './scratch.ts'

export interface PackedRun extends SlotRun {
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

/** How many rows each product has: weights for single rows are packed in another order. */
export type RowCount = 'one' | 'many'

/** Parts of a weight packed in one of the two ways. */
export class PackedWeight {
  readonly #products: Products
  readonly #rows: RowCount

  constructor(products: Products, rows: RowCount) {
    this.#products = products
    this.#rows = rows
  }

  pack(scratch: Scratch, source: number, kBytes: number, columnBytes: number, k: number, columns: number): number {
    const panels = scratch.unset(this.#products.packedFloats(k, columns))
    if (this.#rows === 'one') this.#products.packForRow(panels, source, kBytes, columnBytes, k, columns)
    else this.#products.pack(panels, source, kBytes, columnBytes, k, columns)
    return panels
  }

  /** C = initial + A · W, divided among the threads where that is worth it. */
  multiply(initial: Rows, a: Rows, panels: number, c: Rows, rows: number, k: number, columns: number): void {
    const products = this.#products
    if (this.#rows === 'one') products.multiplyRow(initial.address, a.address, panels, c.address, k, columns)
    else {
      const from = [initial.address, initial.rowBytes, a.address, a.rowBytes, 4] as const
      products.multiplyDivided(...from, panels, c.address, c.rowBytes, rows, k, columns)
    }
  }
}

/** What the panels of a pass are made from. */
export interface PanelSource {
  readonly engine: { readonly products: Products }
  readonly scratch: Scratch
  readonly layout: CellLayout
}

/** Z[slots] += A · Wᵀ: W_ih forward with A = X, W_hh with A = the operand. */
export class ForwardPanels {
  readonly #weight: PackedWeight
  readonly #layout: CellLayout
  readonly #runs: readonly PackedRun[]
  readonly #k: number

  constructor(
    { engine, scratch, layout }: PanelSource,
    weight: WasmMatrix,
    runs: readonly SlotRun[],
    rows: RowCount = 'many',
  ) {
    this.#weight = new PackedWeight(engine.products, rows)
    this.#layout = layout
    this.#k = weight.columns
    const rowBytes = weight.stride * 4
    this.#runs = runs.map(run => {
      const columns = (run.end - run.begin) * layout.hiddenSize
      const source = weight.address + run.weightRow * rowBytes
      return { ...run, panels: this.#weight.pack(scratch, source, 4, rowBytes, this.#k, columns) }
    })
  }

  /**
   * Z[slots] = initial + A · Wᵀ, begun with one row for all: the biases.
   *
   * @param initial  A row of Z, from its first slot on.
   * @param z        Rows of Z, from their first slot on.
   */
  multiplyFrom(initial: number, a: Rows, z: Rows, rows: number): void {
    this.#multiply({ address: initial, rowBytes: 0 }, a, z, rows)
  }

  /** Z[slots] += A · Wᵀ. @param z  Rows of Z, from their first slot on. */
  multiply(a: Rows, z: Rows, rows: number): void {
    this.#multiply(z, a, z, rows)
  }

  #multiply(initial: Rows, a: Rows, z: Rows, rows: number): void {
    for (const { begin, end, panels } of this.#runs) {
      const columns = (end - begin) * this.#layout.hiddenSize
      const bytes = begin * this.#layout.width * 4
      this.#weight.multiply(moved(initial, bytes), a, panels, moved(z, bytes), rows, this.#k, columns)
    }
  }
}

export const moved = ({ address, rowBytes }: Rows, bytes: number): Rows => ({ address: address + bytes, rowBytes })
