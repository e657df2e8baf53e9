/**
 * Sums and maxima of rows. The order of every sum is fixed by the number of columns: eight lanes along a row, joined in
 * one order (`row-loops.ts`).
 */
import type { Assembler } from './assembler.ts'
import { I32 } from './code.ts'
import { Constants } from './constants.ts'
import type { Arithmetic } from './features.ts'
import { acrossLanes, eachRow, eachTurn } from './row-loops.ts'
import type { Runtime } from './runtime.ts'
import { Vectors } from './vectors.ts'
import type { WasmMatrix } from './wasm-matrix.ts'
import { rowBytes } from './wasm-matrix.ts'

type ReduceRows = (
  target: number,
  targetRowBytes: number,
  source: number,
  sourceRowBytes: number,
  rows: number,
  octets: number,
  tailMask: number,
  constants: number,
) => void

interface Kernels {
  readonly sum: ReduceRows
  readonly max: ReduceRows
}

/** What eight floats take. */
export const OCTET_NS = 1

/** The kernels of a runtime, and where their constants stand. */
function kernelsOf(runtime: Runtime): { kernels: Kernels; constants: number } {
  return runtime.kept('reductions', () => {
    const constants = new Constants()
    const kernels = runtime.compile<Kernels>(assembler => {
      emitReduceRows(assembler, 'sum', constants, runtime.arithmetic)
      emitReduceRows(assembler, 'max', constants, runtime.arithmetic)
    })
    return { kernels, constants: runtime.keep(constants) }
  })
}

/** target[r, 0] = sum or max over row r. */
export function reduceRows(runtime: Runtime, target: WasmMatrix, source: WasmMatrix, how: 'sum' | 'max'): void {
  const { kernels, constants } = kernelsOf(runtime)
  const mask = runtime.tailMask(source.columns)
  const octets = source.stride / 8
  const [to, from] = [rowBytes(target), rowBytes(source)]
  runtime.split({ count: source.rows, nanoseconds: source.rows * octets * OCTET_NS }, (begin, end) => {
    const [at, first] = [target.address + begin * to, source.address + begin * from]
    kernels[how](at, to, first, from, end - begin, octets, mask, constants)
  })
}

function emitReduceRows(assembler: Assembler, how: 'sum' | 'max', table: Constants, arithmetic: Arithmetic): void {
  const instruction = how === 'sum' ? 'f32x4.add' : 'f32x4.max'
  const neutral = how === 'sum' ? 0 : Number.NEGATIVE_INFINITY
  assembler.function(how, { parameters: Array(8).fill(I32) }, (code, locals) => {
    const [target, targetRowBytes, source, sourceRowBytes, rows, octets, tailMask, constants] = locals
    const v = new Vectors(code, arithmetic, 2, table, constants)
    const total = v.variable()
    const steps = [
      [target, targetRowBytes],
      [source, sourceRowBytes],
    ] as const
    eachRow(code, rows, steps, () => {
      v.turn(() => v.assign(total, v.constant(neutral)))
      eachTurn({ v, octets, tailMask }, [source], ([from], masked) => {
        v.assign(total, v.op(instruction, total, masked(v.load(from), neutral)))
      })
      const [all] = acrossLanes(v, total, instruction)
      code.get(target).get(all).lane('f32x4.extract_lane', 0).memory('f32.store')
    })
  })
}
