/**
 * The product of a whole matrix with packed panels, one call from JavaScript:
 *
 *     multiply(a, aRowBytes, aKBytes, b, bKBytes, panelBytes, c, cRowBytes, initial, initialRowBytes, k, rows, panels)
 *
 * Order: blocks of k, in them the panels, in them the rows. A panel's block of k stays in the L1 cache while the rows
 * go by; the next block of k goes on from what stands in C, so that blocking changes no bit. Rows are dealt out evenly:
 * 32 rows are four tiles of 5 and two of 6, not five of 6 and one of 2, which would be slow.
 */
import type { Assembler } from '../assembler.ts'
import type { Code } from '../code.ts'
import { I32 } from '../code.ts'
import type { Arithmetic } from '../features.ts'
import type { Tile, TileParameters } from './tiles.ts'
import { emitTile, PANEL_COLUMNS, tileParameters } from './tiles.ts'

/**
 * Rows of B that stay in the L1 cache: 16 KiB of a panel. Fewer mean more passes over C and shorter runs of B (256:
 * lstm-large 2 to 3 % slower; 1024: slower again; Zen 5, Node 24, November 2026).
 */
export const K_BLOCK = 512

/** Rows of the highest tile, and how many panels the tiles of many, two and one rows take: what the registers hold. */
const tileSizes = ({ relaxed, wide }: Arithmetic) =>
  wide ? { rows: relaxed ? 6 : 4, many: 2, two: 4, one: 8 } : { rows: relaxed ? 6 : 4, many: 1, two: 2, one: 4 }

/** A tile's parameters with rows instead of one tile, and the panels of B. */
const parameters = [...tileParameters, 'rows', 'panels'] as const
type Parameters = TileParameters & { readonly rows: number; readonly panels: number }

/** A function for all rows of C and one group of panels. */
interface Strip {
  readonly panels: number
  readonly functionIndex: number
}

/** Adds `multiply` and what it calls. */
export function emitDriver(assembler: Assembler, arithmetic: Arithmetic): void {
  const sizes = tileSizes(arithmetic)
  const strip = (rows: number, panels: number): Strip => ({
    panels,
    functionIndex: emitStrip(assembler, arithmetic, { rows, panels }),
  })
  const strips = { one: strip(1, sizes.one), two: strip(2, sizes.two), many: strip(sizes.rows, sizes.many) }
  const last = sizes.many === 1 ? strips.many : strip(sizes.rows, 1)

  assembler.function('multiply', { parameters: parameters.map(() => I32) }, (code, locals) => {
    const p = named(locals)
    const left = code.local(I32)
    const block = code.local(I32)
    code.get(p.k).set(left)
    code.block(end => {
      code.get(left).op('i32.eqz').branchIf(end)
      code.loop(again => {
        code.get(left).i32(K_BLOCK).get(left).i32(K_BLOCK).op('i32.lt_u').op('select').set(block)
        emitPanels(code, { ...p, k: block }, { ...strips, last })
        // The sums go on from C.
        code.get(p.c).set(p.initial).get(p.cRowBytes).set(p.initialRowBytes)
        code.get(p.a).get(block).get(p.aKBytes).op('i32.mul').op('i32.add').set(p.a)
        code.get(p.b).get(block).get(p.bKBytes).op('i32.mul').op('i32.add').set(p.b)
        code.get(left).get(block).op('i32.sub').tee(left).branchIf(again)
      })
    })
  })
}

interface Strips {
  readonly one: Strip
  readonly two: Strip
  readonly many: Strip
  readonly last: Strip
}

/** All panels of one block of k, the widest groups first. */
function emitPanels(code: Code, p: Parameters, strips: Strips): void {
  const here = { b: code.local(I32), c: code.local(I32), initial: code.local(I32), panels: code.local(I32) }
  for (const name of ['b', 'c', 'initial', 'panels'] as const) code.get(p[name]).set(here[name])
  const callArguments = { ...p, ...here }
  const groupsOf = ({ functionIndex, panels }: Strip) => {
    code.block(end => {
      code.loop(again => {
        code.get(here.panels).i32(panels).op('i32.lt_u').branchIf(end)
        for (const name of stripParameters) code.get(callArguments[name])
        code.call(functionIndex)
        code.get(here.b).get(p.panelBytes).i32(panels).op('i32.mul').op('i32.add').set(here.b)
        code.step(here.c, 4 * PANEL_COLUMNS * panels).step(here.initial, 4 * PANEL_COLUMNS * panels)
        code.step(here.panels, -panels).branch(again)
      })
    })
  }
  code
    .get(p.rows)
    .i32(1)
    .op('i32.eq')
    .if(() => groupsOf(strips.one))
  code
    .get(p.rows)
    .i32(2)
    .op('i32.eq')
    .if(() => groupsOf(strips.two))
  groupsOf(strips.many)
  if (strips.last !== strips.many) groupsOf(strips.last)
}

const stripParameters = [...tileParameters, 'rows'] as const

/** Adds a function that takes all rows of C through one group of panels, in tiles of at most `tile.rows` rows. */
function emitStrip(assembler: Assembler, arithmetic: Arithmetic, tile: Tile): number {
  const tiles = Array.from({ length: tile.rows }, (_, i) => emitTile(assembler, arithmetic, { ...tile, rows: i + 1 }))
  const name = `strip-${tile.rows}x${PANEL_COLUMNS * tile.panels}`
  return assembler.function(name, { parameters: stripParameters.map(() => I32) }, (code, locals) => {
    const p = named(locals)
    const count = code.local(I32)
    const height = code.local(I32)
    code.block(end => {
      code.get(p.rows).op('i32.eqz').branchIf(end)
      code
        .get(p.rows)
        .i32(tile.rows - 1)
        .op('i32.add')
        .i32(tile.rows)
        .op('i32.div_u')
        .set(count)
      code.loop(again => {
        // As even as can be: ⌈rows left / tiles left⌉.
        code.get(p.rows).get(count).op('i32.add').i32(1).op('i32.sub').get(count).op('i32.div_u').set(height)
        callTile(code, p, tiles, height)
        for (const [address, bytes] of [
          [p.a, p.aRowBytes],
          [p.c, p.cRowBytes],
          [p.initial, p.initialRowBytes],
        ]) {
          code.get(address).get(height).get(bytes).op('i32.mul').op('i32.add').set(address)
        }
        code.get(p.rows).get(height).op('i32.sub').set(p.rows)
        code.get(count).i32(1).op('i32.sub').tee(count).branchIf(again)
      })
    })
  })
}

/** Calls tiles[height − 1]. */
function callTile(code: Code, p: TileParameters, tiles: readonly number[], height: number): void {
  code.block(done => {
    for (let i = tiles.length - 1; i >= 0; i--) {
      const call = () => {
        for (const name of tileParameters) code.get(p[name])
        code.call(tiles[i])
      }
      if (i === 0) call()
      else {
        code
          .get(height)
          .i32(i + 1)
          .op('i32.eq')
          .if(() => {
            call()
            code.branch(done)
          })
      }
    }
  })
}

const named = (locals: readonly number[]): Parameters =>
  Object.fromEntries(parameters.map((name, i) => [name, locals[i] ?? -1])) as unknown as Parameters
