/**
 * Packing: eight columns of B at a time become a panel [k][8], one panel after the other, the missing columns of the
 * last one zeros.
 *
 *     pack(target, source, kBytes, columnBytes, k, columns)     target[panel][i][j] = B[i, 8 panel + j]
 *
 * B[i, j] stands at source + i · kBytes + j · columnBytes, so B, Bᵀ and any part of either is packed by the same call.
 */
import type { Assembler, Signature } from '../assembler.ts'
import type { Code } from '../code.ts'
import { I32, V128 } from '../code.ts'
import { TransposeBlock } from '../transpose-block.ts'
import { PANEL_COLUMNS } from './tiles.ts'

const PANEL_ROW_BYTES = 4 * PANEL_COLUMNS

const panelParameters = ['target', 'source', 'kBytes', 'columnBytes', 'k', 'columns'] as const
type Parameters = Record<(typeof panelParameters)[number], number>

const named = (locals: readonly number[]): Parameters =>
  Object.fromEntries(panelParameters.map((name, i) => [name, locals[i]])) as Parameters

/** Adds `pack` and the functions for one panel. */
export function emitPack(assembler: Assembler): void {
  const signature: Signature = { parameters: panelParameters.map(() => I32) }
  const any = assembler.function('pack-any', signature, (code, locals) => emitAny(code, named(locals)))
  const rows = assembler.function('pack-rows', signature, (code, locals) => emitRows(code, named(locals)))
  const transposed = assembler.function('pack-transposed', signature, (code, locals) => {
    emitTransposed(code, named(locals), any)
  })
  assembler.function('pack', signature, (code, locals) => {
    const p = named(locals)
    const full = code.local(I32)
    const call = (functionIndex: number) => {
      for (const name of panelParameters) code.get(p[name])
      code.call(functionIndex)
    }
    code.get(p.columns).i32(3).op('i32.shr_u').set(full)
    code.repeat(full, () => {
      code.get(p.columnBytes).i32(4).op('i32.eq')
      code.if(
        () => call(rows),
        () => {
          code.get(p.kBytes).i32(4).op('i32.eq')
          code.if(
            () => call(transposed),
            () => call(any),
          )
        },
      )
      code.get(p.target).get(p.k).i32(PANEL_ROW_BYTES).op('i32.mul').op('i32.add').set(p.target)
      code.get(p.source).get(p.columnBytes).i32(PANEL_COLUMNS).op('i32.mul').op('i32.add').set(p.source)
      code.step(p.columns, -PANEL_COLUMNS)
    })
    code.get(p.columns).if(() => call(any))
  })
}

/** A row of B lies in one piece: two vectors a row of the panel. */
function emitRows(code: Code, p: Parameters): void {
  const [low, high] = [code.local(V128), code.local(V128)]
  code.repeat(p.k, () => {
    code.get(p.source).memory('v128.load').set(low).get(p.source).memory('v128.load', 16).set(high)
    code.get(p.target).get(low).memory('v128.store').get(p.target).get(high).memory('v128.store', 16)
    code.addTo(p.source, p.kBytes).step(p.target, PANEL_ROW_BYTES)
  })
}

/** A column of B lies in one piece: blocks of 4 × 4, and the last rows one by one. */
function emitTransposed(code: Code, p: Parameters, any: number): void {
  const pointers = Array.from({ length: PANEL_COLUMNS }, () => code.local(I32))
  const block = new TransposeBlock(code)
  const vectors = Array.from({ length: 4 }, () => code.local(V128))
  const blocks = code.local(I32)
  pointers.forEach((pointer, j) => {
    if (j === 0) code.get(p.source).set(pointer)
    else
      code
        .get(pointers[j - 1])
        .get(p.columnBytes)
        .op('i32.add')
        .set(pointer)
  })
  code.get(p.k).i32(2).op('i32.shr_u').set(blocks)
  code.repeat(blocks, () => {
    for (const half of [0, 4]) {
      vectors.forEach((vector, j) => {
        code
          .get(pointers[half + j])
          .memory('v128.load')
          .set(vector)
      })
      block.emit(vectors).forEach((row, i) => {
        code
          .get(p.target)
          .get(row)
          .memory('v128.store', PANEL_ROW_BYTES * i + 4 * half)
      })
    }
    for (const pointer of pointers) code.step(pointer, 16)
    code.step(p.target, 4 * PANEL_ROW_BYTES)
  })
  code.get(p.target).get(pointers[0]).get(p.kBytes).get(p.columnBytes)
  code.get(p.k).i32(3).op('i32.and').i32(PANEL_COLUMNS).call(any)
}

/** Any strides, and fewer than eight columns: float by float. */
function emitAny(code: Code, p: Parameters): void {
  const pointer = code.local(I32)
  code.repeat(p.k, () => {
    code.get(p.source).set(pointer)
    for (let j = 0; j < PANEL_COLUMNS; j++) {
      code.get(p.columns).i32(j).op('i32.gt_u')
      // Not `select`: that would read beyond the last column.
      code.if(
        () =>
          code
            .get(p.target)
            .get(pointer)
            .memory('f32.load')
            .memory('f32.store', 4 * j),
        () =>
          code
            .get(p.target)
            .f32(0)
            .memory('f32.store', 4 * j),
      )
      code.addTo(pointer, p.columnBytes)
    }
    code.addTo(p.source, p.kBytes).step(p.target, PANEL_ROW_BYTES)
  })
}
