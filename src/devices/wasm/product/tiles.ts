/**
 * The innermost kernels of a product: a tile of C, kept in registers over all of k.
 *
 *     for r < rows, j < 8 · panels:   C[r, j] = initial[r, j] + A[r, 0] · B[0, j] + A[r, 1] · B[1, j] + …
 *
 * One element is one chain of multiply-adds, k ascending, begun with `initial`: the bits are the same whatever the
 * tile. B lies in panels of eight columns, [k][8]; A is read one float at a time by its row and k stride, so Aᵀ
 * is served by the same kernel.
 */
import type { Assembler } from '../assembler.ts'
import type { Code } from '../code.ts'
import { I32, V128 } from '../code.ts'
import type { Arithmetic } from '../features.ts'

export interface Tile {
  /** Rows of C. */
  readonly rows: number
  /** Panels of B side by side: more of them where few rows would leave the processor waiting for each sum. */
  readonly panels: number
}

/** Columns of a panel: two vectors, which wide mode joins. */
export const PANEL_COLUMNS = 8
const PANEL_VECTORS = 2

/** The parameters of a tile, all addresses, bytes or counts. */
export const tileParameters = [
  'a', // address of A[0, 0]
  'aRowBytes',
  'aKBytes',
  'b', // address of the first panel's first row
  'bKBytes',
  'panelBytes', // from one panel to the next
  'c',
  'cRowBytes',
  'initial', // what the sums begin with; may be C, or one row for all with 0 bytes a row
  'initialRowBytes',
  'k', // at least 1
] as const

export type TileParameters = Record<(typeof tileParameters)[number], number>

/** Adds a tile; @returns its function index. */
export function emitTile(assembler: Assembler, { relaxed }: Arithmetic, tile: Tile): number {
  const name = `tile-${tile.rows}x${PANEL_COLUMNS * tile.panels}`
  return assembler.function(name, { parameters: tileParameters.map(() => I32) }, (code, locals) => {
    const p = Object.fromEntries(tileParameters.map((parameter, i) => [parameter, locals[i]])) as TileParameters
    const aRows = pointers(code, p.a, p.aRowBytes, tile.rows)
    const bPanels = pointers(code, p.b, p.panelBytes, tile.panels)
    const columns = tile.panels * PANEL_VECTORS
    const sums = Array.from({ length: tile.rows }, () => vectorLocals(code, columns))
    const bs = vectorLocals(code, columns)
    const [splat, zero] = vectorLocals(code, 2)

    eachVector(code, tile, p.initial, p.initialRowBytes, (address, offset, r, i) => {
      code.get(address).memory('v128.load', offset).set(sums[r][i])
    })
    code.loop(again => {
      bs.forEach((b, i) => {
        code
          .get(bPanels[Math.floor(i / PANEL_VECTORS)])
          .memory('v128.load', 16 * (i % PANEL_VECTORS))
          .set(b)
      })
      for (let r = 0; r < tile.rows; r++) {
        code.get(aRows[r]).memory('v128.load32_splat').set(splat)
        bs.forEach((b, i) => {
          multiplyAdd(code, relaxed, sums[r][i], splat, b)
        })
      }
      for (const a of aRows) code.addTo(a, p.aKBytes)
      for (const b of bPanels) code.addTo(b, p.bKBytes)
      // Not carried into the next turn: see `Vectors.turn`.
      for (const temporary of [...bs, splat]) code.get(zero).set(temporary)
      code.get(p.k).i32(1).op('i32.sub').tee(p.k).branchIf(again)
    })
    eachVector(code, tile, p.c, p.cRowBytes, (address, offset, r, i) => {
      code.get(address).get(sums[r][i]).memory('v128.store', offset)
    })
  })
}

/** sum += a · b */
function multiplyAdd(code: Code, relaxed: boolean, sum: number, a: number, b: number): void {
  if (relaxed) code.get(a).get(b).get(sum).op('f32x4.relaxed_madd').set(sum)
  else code.get(sum).get(a).get(b).op('f32x4.mul').op('f32x4.add').set(sum)
}

/** Locals start, start + step, … */
function pointers(code: Code, start: number, step: number, count: number): number[] {
  const locals = Array.from({ length: count }, () => code.local(I32))
  locals.forEach((local, i) => {
    if (i === 0) code.get(start).set(local)
    else
      code
        .get(locals[i - 1])
        .get(step)
        .op('i32.add')
        .set(local)
  })
  return locals
}

/** Visits the vectors of a tile of C row by row; rows are found by adding to the address parameter. */
function eachVector(
  code: Code,
  tile: Tile,
  start: number,
  rowBytes: number,
  visit: (address: number, offset: number, row: number, vector: number) => void,
): void {
  for (let r = 0; r < tile.rows; r++) {
    for (let i = 0; i < tile.panels * PANEL_VECTORS; i++) visit(start, 16 * i, r, i)
    code.addTo(start, rowBytes)
  }
}

const vectorLocals = (code: Code, count: number): number[] => Array.from({ length: count }, () => code.local(V128))
