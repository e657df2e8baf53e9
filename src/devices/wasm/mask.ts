/**
 * Dropout masks by Threefry, bit for bit as `random/mask.ts` defines them: four lanes hold four counters, and the two
 * words of each fill eight neighbouring columns.
 */
import { THREEFRY_GROUPS, THREEFRY_PARITY, THREEFRY_ROTATIONS } from '../../random/threefry.ts'
import type { Assembler } from './assembler.ts'
import { F32, I32 } from './code.ts'
import { Constants } from './constants.ts'
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
  kept: number,
  constants: number,
) => void

function kernelOf(runtime: Runtime): { mask: Mask; constants: number } {
  return runtime.kept('mask', () => {
    const table = new Constants()
    // The lanes' own part of the counter, read as one vector.
    for (let lane = 0; lane < 4; lane++) table.bits(lane)
    const { mask } = runtime.compile<{ mask: Mask }>(assembler => emitMask(assembler, table, runtime.arithmetic))
    return { mask, constants: runtime.keep(table) }
  })
}

/** target[r, c] = 0 with probability `rate`, else 1 / (1 − rate). */
export function fillMask(runtime: Runtime, target: WasmMatrix, key: readonly [number, number], rate: number): void {
  const { mask, constants } = kernelOf(runtime)
  const threshold = Math.ceil(Math.fround(rate) * 2 ** 24)
  const kept = 1 / (1 - rate)
  const octets = target.stride / 8
  mask(target.address, rowBytes(target), target.rows, octets, 0, key[0], key[1], threshold, kept, constants)
}

function emitMask(assembler: Assembler, table: Constants, arithmetic: Arithmetic): void {
  const parameters = [...Array(8).fill(I32), F32, I32]
  assembler.function('mask', { parameters }, (code, locals) => {
    const [target, bytes, rows, octets, row, key0, key1, threshold, kept, constants] = locals
    const v = new Vectors(code, arithmetic, 1, table, constants)
    const splat = (local: number, instruction: 'i32x4.splat' | 'f32x4.splat' = 'i32x4.splat') => {
      const value = v.variable()
      code.get(local).op(instruction).set(value[0])
      return value
    }
    const keys = [splat(key0), splat(key1), v.variable()]
    v.turn(() => v.assign(keys[2], v.op('v128.xor', v.op('v128.xor', keys[0], keys[1]), v.bits(THREEFRY_PARITY))))
    const [limit, value] = [splat(threshold), splat(kept, 'f32x4.splat')]
    const [rowCounter, columnCounter] = [v.variable(), v.variable()]
    const [at, count, one] = [code.local(I32), code.local(I32), code.local(I32)]
    code.i32(1).set(one)
    eachRow(
      code,
      rows,
      [
        [target, bytes],
        [row, one],
      ],
      () => {
        code.get(target).set(at).get(octets).set(count).get(row).op('i32x4.splat').set(rowCounter[0])
        v.turn(() => v.assign(columnCounter, v.load(constants)))
        code.repeat(count, () => {
          v.turn(() => {
            threefry(v, keys, rowCounter, columnCounter).forEach((word, half) => {
              const isDropped = v.op('i32x4.lt_s', v.shift('i32x4.shr_u', word, 8), limit)
              v.store(at, v.op('v128.andnot', value, isDropped), 16 * half)
            })
            v.assign(columnCounter, v.op('i32x4.add', columnCounter, v.bits(4)))
          })
          code.step(at, TURN_BYTES)
        })
      },
    )
  })
}

/** The two words of each lane's counter. */
function threefry(v: Vectors, keys: readonly Value[], counter0: Value, counter1: Value): [Value, Value] {
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
