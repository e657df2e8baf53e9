/** Rows found by index: an embedding's look-up and its gradient. Whole rows, padding included, eight floats a turn. */
import type { Assembler } from './assembler.ts'
import { I32, V128 } from './code.ts'
import { eachRow, TURN_BYTES } from './row-loops.ts'
import type { Runtime } from './runtime.ts'
import type { WasmMatrix } from './wasm-matrix.ts'
import { rowBytes } from './wasm-matrix.ts'

type ByIndex = (
  matrix: number,
  matrixRowBytes: number,
  table: number,
  tableRowBytes: number,
  indices: number,
  rows: number,
  octets: number,
) => void

/** What eight floats of a row take, found by index. */
export const OCTET_NS = 3

const NAMES = ['gather', 'scatter', 'put'] as const

/** By addresses; `scatter` and `put` read the matrix and write the table. */
export const rowKernels = (runtime: Runtime) =>
  runtime.once<Record<(typeof NAMES)[number], ByIndex>>('rows', assembler => {
    for (const name of NAMES) emitByIndex(assembler, name)
  })

/** target[r] = table[indices[r]] */
export function gatherRows(runtime: Runtime, target: WasmMatrix, table: WasmMatrix, indices: Int32Array): void {
  const { gather } = rowKernels(runtime)
  const [to, from] = [rowBytes(target), rowBytes(table)]
  const octets = target.stride / 8
  runtime.withIntegers(indices, at => {
    runtime.split({ count: target.rows, nanoseconds: target.rows * octets * OCTET_NS }, (begin, end) => {
      gather(target.address + begin * to, to, table.address, from, at + 4 * begin, end - begin, octets)
    })
  })
}

/** table[indices[r]] += source[r], r ascending */
export function scatterAddRows(runtime: Runtime, table: WasmMatrix, source: WasmMatrix, indices: Int32Array): void {
  intoTable(runtime, rowKernels(runtime).scatter, table, source, indices)
}

/** table[indices[r]] = source[r] */
export function putRows(runtime: Runtime, table: WasmMatrix, source: WasmMatrix, indices: Int32Array): void {
  intoTable(runtime, rowKernels(runtime).put, table, source, indices)
}

function intoTable(
  runtime: Runtime,
  kernel: ByIndex,
  table: WasmMatrix,
  source: WasmMatrix,
  indices: Int32Array,
): void {
  const [from, to] = [rowBytes(source), rowBytes(table)]
  const octets = source.stride / 8
  runtime.withIntegers(indices, at => {
    // By columns: two rows may have the same index.
    runtime.split({ count: octets, unit: 2, nanoseconds: source.rows * octets * OCTET_NS }, (begin, end) => {
      const [first, into] = [source.address + TURN_BYTES * begin, table.address + TURN_BYTES * begin]
      kernel(first, from, into, to, at, source.rows, end - begin)
    })
  })
}

function emitByIndex(assembler: Assembler, name: (typeof NAMES)[number]): void {
  assembler.function(name, { parameters: Array(7).fill(I32) }, (code, locals) => {
    const [matrix, matrixRowBytes, table, tableRowBytes, indices, rows, octets] = locals
    const [count, here, there, four] = Array.from({ length: 4 }, () => code.local(I32))
    const [low, high] = [code.local(V128), code.local(V128)]
    const [from, to] = name === 'gather' ? [there, here] : [here, there]
    code.i32(4).set(four)
    eachRow(
      code,
      rows,
      [
        [matrix, matrixRowBytes],
        [indices, four],
      ],
      () => {
        code.get(matrix).set(here).get(octets).set(count)
        code.get(indices).memory('i32.load').get(tableRowBytes).op('i32.mul').get(table).op('i32.add').set(there)
        code.repeat(count, () => {
          code.get(from).memory('v128.load').set(low).get(from).memory('v128.load', 16).set(high)
          if (name === 'scatter') {
            code.get(low).get(to).memory('v128.load').op('f32x4.add').set(low)
            code.get(high).get(to).memory('v128.load', 16).op('f32x4.add').set(high)
          }
          code.get(to).get(low).memory('v128.store').get(to).get(high).memory('v128.store', 16)
          code.step(from, TURN_BYTES).step(to, TURN_BYTES)
        })
      },
    )
  })
}
