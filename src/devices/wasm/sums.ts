/**
 * Sums of columns, row by row down a column, and of squares: what gradients and their norm need.
 */
import type { Assembler } from './assembler.ts'
import type { Code } from './code.ts'
import { F64, I32, V128 } from './code.ts'
import { Constants } from './constants.ts'
import type { Arithmetic } from './features.ts'
import { OCTET_NS } from './reductions.ts'
import { eachRow, TURN_BYTES } from './row-loops.ts'
import type { Runtime } from './runtime.ts'
import type { Value } from './vectors.ts'
import { Vectors } from './vectors.ts'
import type { WasmMatrix } from './wasm-matrix.ts'
import { rowBytes } from './wasm-matrix.ts'

interface Kernels {
  readonly columns: (target: number, source: number, rowBytes: number, rows: number, octets: number) => void
  readonly squares: (
    source: number,
    rowBytes: number,
    rows: number,
    octets: number,
    tailMask: number,
    constants: number,
  ) => number
}

/** The kernels of a runtime, and where their constants stand. */
function kernelsOf(runtime: Runtime): { kernels: Kernels; constants: number } {
  return runtime.kept('sums', () => {
    const constants = new Constants()
    const kernels = runtime.compile<Kernels>(assembler => {
      emitSumColumns(assembler)
      emitSquares(assembler, constants, runtime.arithmetic)
    })
    return { kernels, constants: runtime.keep(constants) }
  })
}

/** target[0, c] = (what stands there, or 0) + source[0, c] + source[1, c] + … */
export function sumColumns(runtime: Runtime, target: WasmMatrix, source: WasmMatrix, accumulate: boolean): void {
  const { kernels } = kernelsOf(runtime)
  if (!accumulate) runtime.clear(target.address, rowBytes(target))
  const { rows, stride } = source
  const octets = stride / 8
  runtime.split({ count: octets, unit: 4, nanoseconds: rows * octets * OCTET_NS }, (begin, end) => {
    const [to, from] = [target.address + TURN_BYTES * begin, source.address + TURN_BYTES * begin]
    kernels.columns(to, from, rowBytes(source), rows, end - begin)
  })
}

/** The sum of squares of all elements; 64 bits beyond runs of 512 floats. */
export function sumOfSquares(runtime: Runtime, source: WasmMatrix): number {
  const { kernels, constants } = kernelsOf(runtime)
  const mask = runtime.tailMask(source.columns)
  return kernels.squares(source.address, rowBytes(source), source.rows, source.stride / 8, mask, constants)
}

/** Vectors of a strip of columns: two cache lines of each row. */
const STRIP_VECTORS = 8

function emitSumColumns(assembler: Assembler): void {
  const strip = (vectors: number) =>
    assembler.function(`columns-${4 * vectors}`, { parameters: Array(4).fill(I32) }, (code, locals) => {
      const [target, source, bytes, rows] = locals
      const sums = Array.from({ length: vectors }, () => code.local(V128))
      sums.forEach((sum, i) => {
        code
          .get(target)
          .memory('v128.load', 16 * i)
          .set(sum)
      })
      code.repeat(rows, () => {
        sums.forEach((sum, i) => {
          code
            .get(sum)
            .get(source)
            .memory('v128.load', 16 * i)
            .op('f32x4.add')
            .set(sum)
        })
        code.addTo(source, bytes)
      })
      sums.forEach((sum, i) => {
        code
          .get(target)
          .get(sum)
          .memory('v128.store', 16 * i)
      })
    })
  const strips = [strip(STRIP_VECTORS), strip(2)]
  assembler.function('columns', { parameters: Array(5).fill(I32) }, (code, locals) => {
    const [target, source, bytes, rows, octets] = locals
    const count = code.local(I32)
    strips.forEach((functionIndex, i) => {
      const width = i === 0 ? STRIP_VECTORS / 2 : 1
      code.get(octets).i32(width).op('i32.div_u').set(count)
      code.get(octets).i32(width).op('i32.rem_u').set(octets)
      code.repeat(count, () => {
        code.get(target).get(source).get(bytes).get(rows).call(functionIndex)
        code.step(target, TURN_BYTES * width).step(source, TURN_BYTES * width)
      })
    })
  })
}

/** Turns of 32-bit sums before they are added up in 64 bits. */
const RUN_TURNS = 64

function emitSquares(assembler: Assembler, table: Constants, arithmetic: Arithmetic): void {
  assembler.function('squares', { parameters: Array(6).fill(I32), results: [F64] }, (code, locals) => {
    const [source, bytes, rows, octets, tailMask, constants] = locals
    const v = new Vectors(code, arithmetic, 2, table, constants)
    const sums = v.variable()
    const [turns, from] = [code.local(I32), code.local(I32)]
    const totals = Array.from({ length: 4 }, () => code.local(V128))
    const addSquare = (x: Value) => v.assign(sums, v.madd(sums, x, x))
    const left = code.local(I32)
    const clear = () => v.turn(() => v.assign(sums, v.constant(0)))
    clear()
    eachRow(code, rows, [[source, bytes]], () => {
      code.get(source).set(from).get(octets).i32(1).op('i32.sub').set(left)
      code.block(end => {
        code.loop(again => {
          code.get(left).i32(RUN_TURNS).get(left).i32(RUN_TURNS).op('i32.lt_u').op('select').set(turns)
          code.get(left).get(turns).op('i32.sub').set(left)
          code.repeat(turns, () => {
            v.turn(() => addSquare(v.load(from)))
            code.step(from, TURN_BYTES)
          })
          code.get(left).op('i32.eqz').branchIf(end)
          addInDoubles(code, totals, sums)
          clear()
          code.branch(again)
        })
      })
      v.turn(() => addSquare(v.op('v128.and', v.load(from), v.load(tailMask))))
      addInDoubles(code, totals, sums)
      clear()
    })
    code.get(totals[0]).lane('f64x2.extract_lane', 0).get(totals[0]).lane('f64x2.extract_lane', 1).op('f64.add')
    for (const total of totals.slice(1)) {
      for (const lane of [0, 1]) code.get(total).lane('f64x2.extract_lane', lane).op('f64.add')
    }
  })
}

/** totals += the eight lanes of the sums, in 64 bits. */
function addInDoubles(code: Code, totals: readonly number[], sums: Value): void {
  totals.forEach((total, i) => {
    const sum = sums[i >> 1]
    code.get(total).get(sum)
    if (i % 2 === 1) code.get(sum).shuffle([2, 3, 2, 3])
    code.op('f64x2.promote_low_f32x4').op('f64x2.add').set(total)
  })
}
