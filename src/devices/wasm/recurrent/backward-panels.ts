/** Weights packed for the products of a backward pass, and those products. */
import type { WasmMatrix } from '../wasm-matrix.ts'
import type { CellLayout, SlotRun } from './layout.ts'
import { moved, type PackedRun, PackedWeight, type PanelSource, type RowCount, type Rows } from './panels.ts'

/** A's gradient += dZ[slots] · W. */
export class BackwardPanels {
  readonly #weight: PackedWeight
  readonly #layout: CellLayout
  readonly #runs: readonly PackedRun[]
  readonly #columns: number

  constructor(
    { engine, scratch, layout }: PanelSource,
    weight: WasmMatrix,
    runs: readonly SlotRun[],
    rows: RowCount = 'many',
  ) {
    this.#weight = new PackedWeight(engine.products, rows)
    this.#layout = layout
    this.#columns = weight.columns
    const rowBytes = weight.stride * 4
    this.#runs = runs.map(run => {
      const k = (run.end - run.begin) * layout.hiddenSize
      const source = weight.address + run.weightRow * rowBytes
      return { ...run, panels: this.#weight.pack(scratch, source, rowBytes, 4, k, this.#columns) }
    })
  }

  multiply(dz: Rows, gradient: Rows, rows: number): void {
    for (let i = 0; i < this.#runs.length; i++) this.#multiply(i, gradient, dz, gradient, rows)
  }

  /** gradient = dZ[slots] · W. @param zeros  A row of them, as long as the gradient's. */
  multiplyNew(zeros: number, dz: Rows, gradient: Rows, rows: number): void {
    for (let i = 0; i < this.#runs.length; i++) {
      this.#multiply(i, i === 0 ? { address: zeros, rowBytes: 0 } : gradient, dz, gradient, rows)
    }
  }

  #multiply(run: number, initial: Rows, dz: Rows, gradient: Rows, rows: number): void {
    const { begin, end, panels } = this.#runs[run]
    const k = (end - begin) * this.#layout.hiddenSize
    this.#weight.multiply(initial, moved(dz, begin * this.#layout.width * 4), panels, gradient, rows, k, this.#columns)
  }
}
