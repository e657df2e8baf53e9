/** A product of two matrices as the device offers it: choose what the sums begin with, pack B, multiply. */
import type { ProductOptions } from '../../device.ts'
import { addRows } from '../copy.ts'
import type { Runtime } from '../runtime.ts'
import type { WasmMatrix } from '../wasm-matrix.ts'
import { rowBytes } from '../wasm-matrix.ts'
import type { Products } from './products.ts'

/** Up to so many rows of C, B is read where it stands: each of its numbers is used too seldom to be worth packing. */
const UNPACKED_ROWS = 6

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
  const { memory } = runtime
  const k = transposeA ? a.rows : a.columns
  const { rows, columns } = c
  // A sum over nothing is what it begins with.
  if (k === 0 && !accumulate) memory.floats.fill(0, c.address / 4, c.address / 4 + rows * c.stride)
  if (bias && (k === 0 || accumulate)) addRows(runtime, c, bias as WasmMatrix, 0)
  if (k === 0) return
  const cBytes = rowBytes(c)
  const [initial, initialBytes] = accumulate
    ? [c.address, cBytes]
    : [bias ? (bias as WasmMatrix).address : runtime.zeroRow(cBytes), 0]
  const [aRowBytes, aKBytes] = transposeA ? [4, rowBytes(a)] : [rowBytes(a), 4]
  const from = [initial, initialBytes, a.address, aRowBytes, aKBytes] as const
  if (!transposeB && rows <= UNPACKED_ROWS) {
    products.multiplyUnpacked(...from, b.address, rowBytes(b), c.address, cBytes, rows, k, columns)
    return
  }
  const bytes = 4 * products.packedFloats(k, columns)
  const panels = memory.allocate(bytes)
  const [kBytes, columnBytes] = transposeB ? [4, rowBytes(b)] : [rowBytes(b), 4]
  products.pack(panels, b.address, kBytes, columnBytes, k, columns)
  products.multiplyFrom(...from, panels, c.address, cBytes, rows, k, columns)
  memory.release(panels, bytes)
}
