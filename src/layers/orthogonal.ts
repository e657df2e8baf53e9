/**
 * Random orthogonal matrices: the rows of a normal matrix made orthonormal by block Gram & Schmidt, twice (Giraud et
 * al. 2005: "twice is enough"). The products are the device's, in plain arithmetic, whose bits are the same everywhere;
 * a matrix of 1024 rows takes a tenth of a second.
 */
import { linkTrainingKernels } from '../devices/wasm/training-kernels.ts'
import { createPredictingDevice, type WasmDevice } from '../devices/wasm/wasm-device-class.ts'
import { normals } from '../random/draw.ts'
import type { RandomKey } from '../random/key.ts'

/** Rows that are made orthogonal to one another by plain loops. */
const BLOCK_ROWS = 32

/**
 * Orthonormal rows, or, with more rows than columns, orthonormal columns, as torch.nn.init.orthogonal_.
 *
 * @returns  [rows, columns], row-major.
 */
export function orthogonal(rows: number, columns: number, key: RandomKey): Float32Array {
  const [count, width] = [Math.min(rows, columns), Math.max(rows, columns)]
  const q = orthonormalRows(normals(key, count * width), count, width)
  if (rows <= columns) return q
  return Float32Array.from({ length: rows * columns }, (_, k) => q[(k % columns) * width + Math.floor(k / columns)])
}

function orthonormalRows(values: Float32Array, count: number, width: number): Float32Array {
  linkTrainingKernels()
  const device = createPredictingDevice({ arithmetic: 'plain' })
  const q = device.allocate(count, width)
  for (let begin = 0; begin < count; begin += BLOCK_ROWS) {
    const rows = Math.min(BLOCK_ROWS, count - begin)
    let block: Float32Array = values.slice(begin * width, (begin + rows) * width)
    for (let pass = 0; pass < 2; pass++) {
      if (begin > 0) block = withoutParts(device, block, rows, device.rowsOf(q, 0, begin))
      orthonormalize(block, rows, width)
    }
    device.write(device.rowsOf(q, begin, rows), block)
  }
  return device.read(q)
}

/** V − (V Qᵀ) Q. */
function withoutParts(device: WasmDevice, values: Float32Array, rows: number, q: ReturnType<WasmDevice['rowsOf']>) {
  const v = device.allocate(rows, q.columns)
  const parts = device.allocate(rows, q.rows)
  device.write(v, values)
  device.product(parts, v, q, { transposeB: true })
  device.write(
    parts,
    device.read(parts).map(x => -x),
  )
  device.product(v, parts, q, { accumulate: true })
  const result = device.read(v)
  device.release(parts)
  device.release(v)
  return result
}

/** Modified Gram & Schmidt within a block, in 64 bits. */
function orthonormalize(block: Float32Array, rows: number, width: number): void {
  const row = (r: number) => block.subarray(r * width, (r + 1) * width)
  for (let r = 0; r < rows; r++) {
    const v = row(r)
    for (let s = 0; s < r; s++) {
      const u = row(s)
      const part = dot(v, u)
      for (let k = 0; k < width; k++) v[k] -= part * u[k]
    }
    const length = Math.sqrt(dot(v, v))
    for (let k = 0; k < width; k++) v[k] /= length
  }
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k]
  return sum
}
