/**
 * Products on packed panels, by addresses: what the device's own product and the recurrent engine are made of.
 *
 * One element of C is one chain of multiply-adds, k ascending, begun with what is given: its bits depend on neither the
 * number of rows nor on tiles, mode or blocking.
 */

import { linkedKernel } from '../linked-kernels.ts'
import type { Runtime } from '../runtime.ts'
import { strideOf } from '../wasm-matrix.ts'
import { emitDriver } from './driver.ts'
import { emitPack } from './pack.ts'
import { emitRow, GROUP_COLUMNS, type Row } from './row.ts'
import { PANEL_COLUMNS } from './tiles.ts'

type Pack = (
  target: number,
  source: number,
  kBytes: number,
  columnBytes: number,
  k: number,
  columns: number,
  rowBytes: number,
  panelBytes: number,
) => void

type Multiply = (
  a: number,
  aRowBytes: number,
  aKBytes: number,
  b: number,
  bKBytes: number,
  panelBytes: number,
  c: number,
  cRowBytes: number,
  initial: number,
  initialRowBytes: number,
  k: number,
  rows: number,
  panels: number,
) => void

/** Addresses so far apart share their set of the L1 cache. */
const CONFLICT_BYTES = 4096

/** Nanoseconds of packing a float. */
const PACK_NS = 0.2

/** About the nanoseconds that a product takes. */
export const productNanoseconds = (rows: number, k: number, columns: number): number => (rows * k * columns) / 20

const PANEL_ROW_BYTES = 4 * PANEL_COLUMNS

/** Rows that fill a tile. */
export const ROW_UNIT = 6

/** Panels that so many columns take. */
export const panelsOf = (columns: number) => (columns + PANEL_COLUMNS - 1) >>> 3

export class Products {
  readonly #runtime: Runtime
  #pack: Pack | null = null
  #compiled: Multiply | null = null
  #row: Row | null = null

  constructor(runtime: Runtime) {
    this.#runtime = runtime
  }

  /** Floats that the panels of a B of [k, columns] take. Panels of columns 8n… begin at packedFloats(k, 8n). */
  packedFloats(k: number, columns: number): number {
    return panelsOf(columns) * PANEL_COLUMNS * k
  }

  /**
   * Packs B, [k, columns]; B[i, j] stands at source + i · kBytes + j · columnBytes. Missing columns become zeros.
   *
   * @param target  Where the panels go, a multiple of 16; `packedFloats` long.
   */
  pack(target: number, source: number, kBytes: number, columnBytes: number, k: number, columns: number): void {
    const pack = this.#packing
    const work = { count: panelsOf(columns), unit: 4, nanoseconds: k * columns * PACK_NS }
    this.#runtime.split(work, (begin, end) => {
      const first = PANEL_COLUMNS * begin
      const count = Math.min(columns, PANEL_COLUMNS * end) - first
      const [to, from] = [target + 4 * first * k, source + first * columnBytes]
      pack(to, from, kBytes, columnBytes, k, count, PANEL_ROW_BYTES, PANEL_ROW_BYTES * k)
    })
  }

  /**
   * Packs B for `multiplyRow`: as many floats in another order, panels side by side in groups (`row.ts`); the last
   * columns, which fill no group, as `pack` does.
   */
  packForRow(target: number, source: number, kBytes: number, columnBytes: number, k: number, columns: number): void {
    const pack = this.#packing
    const groups = Math.floor(columns / GROUP_COLUMNS)
    const rest = GROUP_COLUMNS * groups
    this.#runtime.split({ count: groups, nanoseconds: k * rest * PACK_NS }, (begin, end) => {
      for (let first = GROUP_COLUMNS * begin; first < GROUP_COLUMNS * end; first += GROUP_COLUMNS) {
        const [to, from] = [target + 4 * first * k, source + first * columnBytes]
        pack(to, from, kBytes, columnBytes, k, GROUP_COLUMNS, 4 * GROUP_COLUMNS, PANEL_ROW_BYTES)
      }
    })
    if (rest < columns) {
      this.pack(target + 4 * rest * k, source + rest * columnBytes, kBytes, columnBytes, k, columns - rest)
    }
  }

  /**
   * C += A · B. C's columns are written up to a multiple of 8.
   *
   * A[r, i] stands at a + r · aRowBytes + i · aKBytes: swap the two for Aᵀ.
   *
   * @param panels  B as `pack` wrote it.
   * @param c       A multiple of 16, as cRowBytes.
   */
  multiply(
    a: number,
    aRowBytes: number,
    aKBytes: number,
    panels: number,
    c: number,
    cRowBytes: number,
    rows: number,
    k: number,
    columns: number,
  ): void {
    this.multiplyFrom(c, cRowBytes, a, aRowBytes, aKBytes, panels, c, cRowBytes, rows, k, columns)
  }

  /**
   * C = initial + A · B, each sum begun with its element of `initial`.
   *
   * A whose k lie a multiple of 4 KiB apart would have all of them in the same few places of the L1 cache; it is
   * transposed first (1024 × 256 × 4096: 46 to 61 GFLOP/s narrow, 93 to 123 wide; Zen 5, Node 24, November 2026).
   *
   * @param initialRowBytes  0: the same row for all rows of C, a bias. Read up to a multiple of 8 columns.
   */
  multiplyFrom(
    initial: number,
    initialRowBytes: number,
    a: number,
    aRowBytes: number,
    aKBytes: number,
    panels: number,
    c: number,
    cRowBytes: number,
    rows: number,
    k: number,
    columns: number,
  ): void {
    if (aRowBytes === 4 && aKBytes % CONFLICT_BYTES === 0 && aKBytes > 0 && k >= 32 && rows >= 32) {
      this.#withTransposed(a, aKBytes, k, rows, (at, rowBytes) => {
        this.multiplyFrom(initial, initialRowBytes, at, rowBytes, 4, panels, c, cRowBytes, rows, k, columns)
      })
      return
    }
    const panelBytes = PANEL_ROW_BYTES * k
    const count = panelsOf(columns)
    this.#multiply(
      a,
      aRowBytes,
      aKBytes,
      panels,
      PANEL_ROW_BYTES,
      panelBytes,
      c,
      cRowBytes,
      initial,
      initialRowBytes,
      k,
      rows,
      count,
    )
  }

  /** `multiplyFrom`, its longer side divided among the threads where that is worth it. */
  multiplyDivided(
    initial: number,
    initialRowBytes: number,
    a: number,
    aRowBytes: number,
    aKBytes: number,
    panels: number,
    c: number,
    cRowBytes: number,
    rows: number,
    k: number,
    columns: number,
  ): void {
    const nanoseconds = productNanoseconds(rows, k, columns)
    if (rows >= columns) {
      this.#runtime.split({ count: rows, unit: ROW_UNIT, nanoseconds }, (begin, end) => {
        const [first, from] = [initial + begin * initialRowBytes, a + begin * aRowBytes]
        const operands = [first, initialRowBytes, from, aRowBytes, aKBytes] as const
        this.multiplyFrom(...operands, panels, c + begin * cRowBytes, cRowBytes, end - begin, k, columns)
      })
      return
    }
    this.#runtime.split({ count: panelsOf(columns), unit: 2, nanoseconds }, (begin, end) => {
      const first = PANEL_COLUMNS * begin
      const count = Math.min(columns, PANEL_COLUMNS * end) - first
      const from = [initial + 4 * first, initialRowBytes, a, aRowBytes, aKBytes] as const
      this.multiplyFrom(...from, panels + 4 * first * k, c + 4 * first, cRowBytes, rows, k, count)
    })
  }

  /** C = initial + A · B for one row, A's numbers side by side. @param packed  As `packForRow` wrote it. */
  multiplyRow(initial: number, a: number, packed: number, c: number, k: number, columns: number): void {
    this.#row ??= this.#runtime.once<{ row: Row }>('row', assembler => emitRow(assembler, this.#runtime.arithmetic)).row
    const row = this.#row
    const groups = Math.floor(columns / GROUP_COLUMNS)
    const work = { count: groups, nanoseconds: productNanoseconds(1, k, columns) }
    this.#runtime.split(work, (begin, end) => {
      const [first, at] = [4 * GROUP_COLUMNS * begin * k, 4 * GROUP_COLUMNS * begin]
      row(a, packed + first, c + at, initial + at, k, end - begin)
    })
    const rest = GROUP_COLUMNS * groups
    if (rest === columns) return
    const at = 4 * rest
    this.multiplyFrom(initial + at, 0, a, 4 * k, 4, packed + at * k, c + at, 0, 1, k, columns - rest)
  }

  /** C = initial + A · B with B's rows where they are, not packed: for so few rows of A that packing would not pay. */
  multiplyUnpacked(
    initial: number,
    initialRowBytes: number,
    a: number,
    aRowBytes: number,
    aKBytes: number,
    b: number,
    bRowBytes: number,
    c: number,
    cRowBytes: number,
    rows: number,
    k: number,
    columns: number,
  ): void {
    const count = panelsOf(columns)
    this.#multiply(
      a,
      aRowBytes,
      aKBytes,
      b,
      bRowBytes,
      PANEL_ROW_BYTES,
      c,
      cRowBytes,
      initial,
      initialRowBytes,
      k,
      rows,
      count,
    )
  }

  /** Runs the body with a copy of Aᵀ, rows together: only the way back has an A that lies so. */
  #withTransposed(
    a: number,
    kBytes: number,
    k: number,
    rows: number,
    body: (address: number, rowBytes: number) => void,
  ): void {
    const bytes = 4 * strideOf(k)
    this.#runtime.temporary(rows * bytes, address => {
      linkedKernel('transposePart')(this.#runtime, address, bytes, a, kBytes, rows, k)
      body(address, bytes)
    })
  }

  get #packing(): Pack {
    this.#pack ??= this.#runtime.once<{ pack: Pack }>('pack', emitPack).pack
    return this.#pack
  }

  get #multiply(): Multiply {
    const { arithmetic } = this.#runtime
    this.#compiled ??= this.#runtime.once<{ multiply: Multiply }>('multiply', assembler => {
      emitDriver(assembler, arithmetic)
    }).multiply
    return this.#compiled
  }
}
