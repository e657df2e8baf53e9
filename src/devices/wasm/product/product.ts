/** A product of two matrices as the device offers it: choose what the sums begin with, pack B, multiply. */
import type { ProductOptions } from '../../device.ts'
import { addRows } from '../copy.ts'
import type { DerivedEntry } from '../derived.ts'
import type { Runtime } from '../runtime.ts'
import type { Work } from '../threads/shares.ts'
import type { WasmMatrix } from '../wasm-matrix.ts'
import { rowBytes } from '../wasm-matrix.ts'
import { type Products, panelsOf, productNanoseconds } from './products.ts'
import { PANEL_COLUMNS } from './tiles.ts'

/** Up to so many rows of C, B is read where it stands: each of its numbers is used too seldom to be worth packing. */
const UNPACKED_ROWS = 6

interface KeptPanels {
  readonly panels: number
  readonly derived: DerivedEntry
}

/** By B; null: used once so far. */
const panelsOfB = new WeakMap<WasmMatrix, KeptPanels | null>()

/** The panels of a Bᵀ that was used before and is as it was then: a weight. Null: it is the first time. */
function keptPanels(runtime: Runtime, products: Products, b: WasmMatrix): KeptPanels | null {
  const known = panelsOfB.get(b)
  if (known?.derived.isValid) return known
  panelsOfB.set(b, null)
  if (known === undefined) return null
  const bytes = 4 * products.packedFloats(b.columns, b.rows)
  const panels = runtime.memory.allocate(bytes)
  products.pack(panels, b.address, 4, rowBytes(b), b.columns, b.rows)
  const derived = runtime.derived.keep([b], () => runtime.memory.release(panels, bytes))
  const kept = { panels, derived }
  panelsOfB.set(b, kept)
  return kept
}

/** c = op(a) · op(b), see `ProductOptions`. */
export function product(
  runtime: Runtime,
  products: Products,
  c: WasmMatrix,
  a: WasmMatrix,
  b: WasmMatrix,
  options: ProductOptions = {},
): void {
  const { transposeA = false, transposeB = false, accumulate = false, bias } = options
  const k = transposeA ? a.rows : a.columns
  const { rows, columns } = c
  // A sum over nothing is what it begins with.
  if (k === 0 && !accumulate) runtime.clear(c.address, 4 * rows * c.stride)
  if (bias && (k === 0 || accumulate)) addRows(runtime, c, bias as WasmMatrix, 0)
  if (k === 0) return
  const cBytes = rowBytes(c)
  const [initial, initialBytes] = accumulate
    ? [c.address, cBytes]
    : [bias ? (bias as WasmMatrix).address : runtime.zeroRow(cBytes), 0]
  const [aRowBytes, aKBytes] = transposeA ? [4, rowBytes(a)] : [rowBytes(a), 4]
  if (!transposeB && rows <= UNPACKED_ROWS) {
    const byPanels: Work = { count: panelsOf(columns), unit: 2, nanoseconds: productNanoseconds(rows, k, columns) }
    runtime.split(byPanels, (begin, end) => {
      const first = PANEL_COLUMNS * begin
      const count = Math.min(columns, PANEL_COLUMNS * end) - first
      const from = [initial + 4 * first, initialBytes, a.address, aRowBytes, aKBytes] as const
      products.multiplyUnpacked(
        ...from,
        b.address + 4 * first,
        rowBytes(b),
        c.address + 4 * first,
        cBytes,
        rows,
        k,
        count,
      )
    })
    return
  }
  const operands = [initial, initialBytes, a.address, aRowBytes, aKBytes] as const
  const multiply = (panels: number) =>
    products.multiplyDivided(...operands, panels, c.address, cBytes, rows, k, columns)
  const kept = transposeB && !transposeA && rows <= UNPACKED_ROWS ? keptPanels(runtime, products, b) : null
  if (kept) {
    multiply(kept.panels)
    return
  }
  const [kBytes, columnBytes] = transposeB ? [4, rowBytes(b)] : [rowBytes(b), 4]
  runtime.temporary(4 * products.packedFloats(k, columns), panels => {
    products.pack(panels, b.address, kBytes, columnBytes, k, columns)
    multiply(panels)
  })
}
