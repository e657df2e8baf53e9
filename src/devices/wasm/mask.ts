/**
 * Dropout masks by Threefry, bit for bit as `random/mask.ts` defines them: four lanes hold four counters, and the two
 * words of each fill eight neighbouring columns.
 */
import { THREEFRY_GROUPS, THREEFRY_PARITY, THREEFRY_ROTATIONS } from '../../random/threefry.ts'
import type { Assembler } from './assembler.ts'
import { I32, V128 } from './code.ts'
import { Constants, floatBits } from './constants.ts'
import type { Arithmetic } from './features.ts'
import { eachRow, TURN_BYTES } from './row-loops.ts'
import type { Runtime } from './runtime.ts'
import type { Value } from './vectors.ts'
import { Vectors } from './vectors.ts'
import type { WasmMatrix } from './wasm-matrix.ts'
import { rowBytes } from './wasm-matrix.ts'

type Mask = (
  target: number,
  rowBytes: number,
  rows: number,
  octets: number,
  firstRow: number,
  key0: number,
  key1: number,
  threshold: number,
  keptBits: number,
  constants: number,
) => void

/** What eight columns take. */
const OCTET_NS = 12

function kernelOf(runtime: Runtime): { mask: Mask; constants: number } {
  return runtime.kept('mask', () => {
    const table = new Constants()
    // The lanes' own part of the counter, read as one vector.
    for (let lane = 0; lane < 4; lane++) table.bits(lane)
    const { mask } = runtime.compile<{ mask: Mask }>(assembler => emitMask(assembler, table, runtime.arithmetic))
    return { mask, constants: runtime.keep(table) }
  })
}

/** target[r, c] = 0 with probability `rate`, else 1 / (1 − rate); its first row is the mask's row `firstRow`. */
export function fillMask(
  runtime: Runtime,
  target: WasmMatrix,
  key: readonly [number, number],
  rate: number,
  firstRow = 0,
): void {
  const { mask, constants } = kernelOf(runtime)
  const threshold = Math.ceil(Math.fround(rate) * 2 ** 24)
  const kept = floatBits(1 / (1 - rate))
  const octets = target.stride / 8
  const bytes = rowBytes(target)
  const work = { count: target.rows, nanoseconds: target.rows * octets * OCTET_NS }
  runtime.split(work, (begin, end) => {
    const first = target.address + begin * bytes
    mask(first, bytes, end - begin, octets, firstRow + begin, key[0], key[1], threshold, kept, constants)
  })
}

function emitMask(assembler: Assembler, table: Constants, arithmetic: Arithmetic): void {
  const parameters = Array(10).fill(I32)
  assembler.function('mask', { parameters }, (code, locals) => {
    const [target, bytes, rows, octets, row, key0, key1, threshold, keptBits, constants] = locals
    const splats = { row: code.local(V128), limit: code.local(V128), kept: code.local(V128) }
    const keys = [code.local(V128), code.local(V128), code.local(V128)]
    code.get(key0).op('i32x4.splat').set(keys[0]).get(key1).op('i32x4.splat').set(keys[1])
    code.get(key0).get(key1).op('i32.xor').i32(THREEFRY_PARITY).op('i32.xor').op('i32x4.splat').set(keys[2])
    code
      .get(threshold)
      .op('i32x4.splat')
      .set(splats.limit)
      .get(keptBits)
      .op('f32.reinterpret_i32')
      .op('f32x4.splat')
      .set(splats.kept)
    const [at, column, count, one] = Array.from({ length: 4 }, () => code.local(I32))
    code.i32(1).set(one)
    const v = new Vectors(code, arithmetic, 1, table, constants)
    eachRow(
      code,
      rows,
      [
        [target, bytes],
        [row, one],
      ],
      () => {
        code.get(target).set(at).i32(0).set(column).get(octets).set(count)
        code.get(row).op('i32x4.splat').set(splats.row)
        code.repeat(count, () => {
          v.turn(() => {
            const start = v.variable()
            code.get(column).op('i32x4.splat').set(start[0])
            const counter = v.op('i32x4.add', start, v.load(constants))
            threefry(
              v,
              keys.map(local => [local]),
              [splats.row],
              counter,
            ).forEach((word, half) => {
              const isDropped = v.op('i32x4.lt_s', v.shift('i32x4.shr_u', word, 8), [splats.limit])
              v.store(at, v.op('v128.andnot', [splats.kept], isDropped), 16 * half)
            })
          })
          code.step(at, TURN_BYTES).step(column, 4)
        })
      },
    )
  })
}

/** The two words of each lane's counter; `keys` are key0, key1 and what Threefry makes of them. */
export function threefry(v: Vectors, keys: readonly Value[], counter0: Value, counter1: Value): [Value, Value] {
  const add = (a: Value, b: Value) => v.op('i32x4.add', a, b)
  let x0 = add(counter0, keys[0])
  let x1 = add(counter1, keys[1])
  for (let group = 1; group <= THREEFRY_GROUPS; group++) {
    for (let round = 0; round < 4; round++) {
      const rotation = THREEFRY_ROTATIONS[(4 * (group - 1) + round) % 8]
      const [a, b] = [x0, x1]
      x0 = add(a, b)
      const left = v.shift('i32x4.shl', b, rotation)
      x1 = v.op('v128.xor', v.op('v128.or', left, v.shift('i32x4.shr_u', b, 32 - rotation)), x0)
    }
    x0 = add(x0, keys[group % 3])
    x1 = add(add(x1, keys[(group + 1) % 3]), v.bits(group))
  }
  return [x0, x1]
}
