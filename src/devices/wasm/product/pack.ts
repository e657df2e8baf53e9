/**
 * Packing: eight columns of B at a time become a panel [k][8], one panel after the other, the missing columns of the
 * last one zeros.
 *
 *     pack(target, source, kBytes, columnBytes, k, columns, rowBytes, panelBytes)
 *
 *     target + panel · panelBytes + i · rowBytes + 4 j holds B[i, 8 panel + j]
 *
 * B[i, j] stands at source + i · kBytes + j · columnBytes, so B, Bᵀ and any part of either is packed by the same call.
 * A panel's rows follow each other, or those of neighbouring panels stand side by side (`row.ts`).
 */
import type { Assembler, Signature } from '../assembler.ts'
import type { Code } from '../code.ts'
import { I32, V128 } from '../code.ts'
import { TransposeBlock } from '../transpose-block.ts'
import { PANEL_COLUMNS } from './tiles.ts'

const PANEL_ROW_BYTES = 4 * PANEL_COLUMNS

const panelParameters = [
  'target',
  'source',
  'kBytes',
  'columnBytes',
  'k',
  'columns',
  'rowBytes', // of the target: from a row of a panel to the next
  'panelBytes', // from a panel to the next
] as const
type Parameters = Record<(typeof panelParameters)[number], number>

const named = (locals: readonly number[]): Parameters =>
  Object.fromEntries(panelParameters.map((name, i) => [name, locals[i]])) as Parameters

/** Panels packed side by side where B's rows lie in one piece: two cache lines of each. */
const WIDE_PACK = 4

/** Adds `pack` and the functions for a panel or some. */
export function emitPack(assembler: Assembler): void {
  const signature: Signature = { parameters: panelParameters.map(() => I32) }
  const define = (name: string, body: (code: Code, p: Parameters) => void) =>
    assembler.function(name, signature, (code, locals) => body(code, named(locals)))
  const any = define('pack-any', emitAny)
  const transposed = define('pack-transposed', (code, p) => emitTransposed(code, p, any))
  const rows = define('pack-rows', (code, p) => emitRows(code, p, 1))
  const wideRows = define('pack-wide-rows', (code, p) => emitRows(code, p, WIDE_PACK))

  define('pack', (code, p) => {
    const panels = new PanelLoop(code, p)
    const [rowsLie, columnsLie] = [
      () => code.get(p.columnBytes).i32(4).op('i32.eq'),
      () => code.get(p.kBytes).i32(4).op('i32.eq'),
    ]
    rowsLie().if(() => panels.eachGroup(WIDE_PACK, () => panels.call(wideRows)))
    panels.eachGroup(1, () => {
      rowsLie().if(
        () => panels.call(rows),
        () => {
          columnsLie().if(
            () => panels.call(transposed),
            () => panels.call(any),
          )
        },
      )
    })
    code.get(p.columns).if(() => panels.call(any))
  })
}

/** Walks over the panels; the parameters say what is left. */
class PanelLoop {
  readonly #code: Code
  readonly #p: Parameters
  readonly #count: number

  constructor(code: Code, p: Parameters) {
    this.#code = code
    this.#p = p
    this.#count = code.local(I32)
  }

  /** Runs the body for as many whole groups of panels as there are. */
  eachGroup(panels: number, body: () => void): void {
    const code = this.#code
    const p = this.#p
    code
      .get(p.columns)
      .i32(PANEL_COLUMNS * panels)
      .op('i32.div_u')
      .set(this.#count)
    code.repeat(this.#count, () => {
      body()
      for (const [address, bytes, times] of [
        [p.target, p.panelBytes, panels],
        [p.source, p.columnBytes, PANEL_COLUMNS * panels],
      ]) {
        code.get(address).get(bytes).i32(times).op('i32.mul').op('i32.add').set(address)
      }
      code.step(p.columns, -PANEL_COLUMNS * panels)
    })
  }

  call(functionIndex: number): void {
    for (const name of panelParameters) this.#code.get(this.#p[name])
    this.#code.call(functionIndex)
  }
}

/** A row of B lies in one piece: two vectors a row of each panel. */
function emitRows(code: Code, p: Parameters, panels: number): void {
  const [low, high] = [code.local(V128), code.local(V128)]
  const targets = Array.from({ length: panels }, () => code.local(I32))
  targets.forEach((target, i) => {
    if (i === 0) code.get(p.target).set(target)
    else
      code
        .get(targets[i - 1])
        .get(p.panelBytes)
        .op('i32.add')
        .set(target)
  })
  code.repeat(p.k, () => {
    targets.forEach((target, i) => {
      const at = PANEL_ROW_BYTES * i
      code.get(p.source).memory('v128.load', at).set(low)
      code
        .get(p.source)
        .memory('v128.load', at + 16)
        .set(high)
      code.get(target).get(low).memory('v128.store').get(target).get(high).memory('v128.store', 16)
      code.addTo(target, p.rowBytes)
    })
    code.addTo(p.source, p.kBytes)
  })
}

/** A column of B lies in one piece: blocks of 4 × 4, and the last rows one by one. */
function emitTransposed(code: Code, p: Parameters, any: number): void {
  const pointers = Array.from({ length: PANEL_COLUMNS }, () => code.local(I32))
  const block = new TransposeBlock(code)
  const vectors = Array.from({ length: 4 }, () => code.local(V128))
  const blocks = code.local(I32)
  const row = code.local(I32)
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
      code.get(p.target).set(row)
      for (const values of block.emit(vectors)) {
        code
          .get(row)
          .get(values)
          .memory('v128.store', 4 * half)
          .addTo(row, p.rowBytes)
      }
    }
    for (const pointer of pointers) code.step(pointer, 16)
    code.get(row).set(p.target)
  })
  code.get(p.target).get(pointers[0]).get(p.kBytes).get(p.columnBytes)
  code.get(p.k).i32(3).op('i32.and').i32(PANEL_COLUMNS).get(p.rowBytes).get(p.panelBytes).call(any)
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
    code.addTo(p.source, p.kBytes).addTo(p.target, p.rowBytes)
  })
}
