/** The elements of a matrix in rows of another length. */
import type { Runtime } from './runtime.ts'
import type { WasmMatrix } from './wasm-matrix.ts'

/** The elements row by row, without padding, in target's rows: runs that lie in one row of both. */
export function reshape(runtime: Runtime, target: WasmMatrix, source: WasmMatrix): void {
  const { floats } = runtime.memory
  const count = source.rows * source.columns
  for (let i = 0; i < count; ) {
    const [sourceColumn, targetColumn] = [i % source.columns, i % target.columns]
    const run = Math.min(source.columns - sourceColumn, target.columns - targetColumn)
    const from = source.address / 4 + Math.floor(i / source.columns) * source.stride + sourceColumn
    const to = target.address / 4 + Math.floor(i / target.columns) * target.stride + targetColumn
    floats.copyWithin(to, from, from + run)
    i += run
  }
}
