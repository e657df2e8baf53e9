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

/**
 * Up to so many rows, B is read panel by panel, each between its multiply-adds, and A's numbers are what waits in
 * registers; else the sums of many panels and all of B's row would not fit, and go to the stack in every turn
 * (1 × 128 × 512: 3.0 to 1.5 µs wide, 6.0 to 2.3 narrow; Zen 5, Node 24, November 2026).
 */
const FLAT_ROWS = 2

/** Adds a tile; @returns its function index. */
export function emitTile(assembler: Assembler, { relaxed }: Arithmetic, tile: Tile): number {
  const name = `tile-${tile.rows}x${PANEL_COLUMNS * tile.panels}`
  return assembler.function(name, { parameters: tileParameters.map(() => I32) }, (code, locals) => {
    const p = Object.fromEntries(tileParameters.map((parameter, i) => [parameter, locals[i]])) as TileParameters
    const aRows = pointers(code, p.a, p.aRowBytes, tile.rows)
    const bPanels = pointers(code, p.b, p.panelBytes, tile.panels)
    const columns = tile.panels * PANEL_VECTORS
    const isFlat = tile.rows <= FLAT_ROWS
    const sums = Array.from({ length: tile.rows }, () => vectorLocals(code, columns))
    const bs = vectorLocals(code, isFlat ? PANEL_VECTORS : columns)
    const splats = vectorLocals(code, isFlat ? tile.rows : 1)
    const [zero] = vectorLocals(code, 1)
    const loadB = (i: number) => {
      code
        .get(bPanels[Math.floor(i / PANEL_VECTORS)])
        .memory('v128.load', 16 * (i % PANEL_VECTORS))
        .set(bs[i % bs.length])
    }

    eachVector(code, tile, p.initial, p.initialRowBytes, (address, offset, r, i) => {
      code.get(address).memory('v128.load', offset).set(sums[r][i])
    })
    code.loop(again => {
      if (isFlat) {
        for (let r = 0; r < tile.rows; r++) code.get(aRows[r]).memory('v128.load32_splat').set(splats[r])
        for (let panel = 0; panel < tile.panels; panel++) {
          const vectors = Array.from({ length: PANEL_VECTORS }, (_, j) => PANEL_VECTORS * panel + j)
          vectors.forEach(loadB)
          for (let r = 0; r < tile.rows; r++) {
            for (const i of vectors) multiplyAdd(code, relaxed, sums[r][i], splats[r], bs[i % bs.length])
          }
        }
      } else {
        for (let i = 0; i < columns; i++) loadB(i)
        for (let r = 0; r < tile.rows; r++) {
          code.get(aRows[r]).memory('v128.load32_splat').set(splats[0])
          bs.forEach((b, i) => {
            multiplyAdd(code, relaxed, sums[r][i], splats[0], b)
          })
        }
      }
      for (const a of aRows) code.addTo(a, p.aKBytes)
      for (const b of bPanels) code.addTo(b, p.bKBytes)
      // Not carried into the next turn: see `Vectors.turn`.
      for (const temporary of [...bs, ...splats]) code.get(zero).set(temporary)
      code.get(p.k).i32(1).op('i32.sub').tee(p.k).branchIf(again)
    })
    eachVector(code, tile, p.c, p.cRowBytes, (address, offset, r, i) => {
      code.get(address).get(sums[r][i]).memory('v128.store', offset)
    })
  })
}

/** sum += a · b */
export function multiplyAdd(code: Code, relaxed: boolean, sum: number, a: number, b: number): void {
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
