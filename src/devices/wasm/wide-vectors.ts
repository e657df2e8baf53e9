/**
 * Wide mode: whether devices take tiles for 256-bit vectors when they are not told. The bits are the same either way.
 *
 * An engine joins neighbouring vectors or does not, and no instruction tells which; so whoever switches the engine's
 * option on (`platform/node/wide-vectors.ts`) measures a tile of each kind and says here what came of it.
 */
import { Assembler, MEMORY_IMPORT } from './assembler.ts'
import { hasRelaxedSimd } from './features.ts'
import { emitTile, PANEL_COLUMNS } from './product/tiles.ts'

export interface WideVectors {
  readonly enabled: boolean
  /** Why, for a reader. */
  readonly reason: string
}

let state: WideVectors = { enabled: false, reason: 'not asked for' }

export const wideVectors = (): WideVectors => state

/** For devices created from now on. */
export function setWideVectors(next: WideVectors): WideVectors {
  state = next
  return state
}

/** Wide mode is worth it from this share of the narrow tile's speed on; without joined vectors it reaches a half. */
const LEAST_RATIO = 0.8

const K = 256
const ROWS = 6
/** Both tiles reach their speed within a few runs; the best of some leaves out what other processes took. */
const RUNS = 24
const NUMBERS = { a: 64, b: 8192, c: 32768, initial: 36864 }
/** A chain of 256 terms of the order of 1, in 32 bits against 64. */
const TOLERANCE = 1e-4

/**
 * Runs a tile of each kind for a moment and compares both with a scalar loop.
 *
 * The engine must compile with its optimizing compiler at once, else it is the baseline compiler that is measured,
 * which joins nothing.
 */
export function measureWideVectors(): WideVectors {
  const memory = new WebAssembly.Memory({ initial: 1 })
  const floats = new Float32Array(memory.buffer)
  for (let i = 0; i < ROWS * K; i++) floats[NUMBERS.a / 4 + i] = Math.sin(i)
  for (let i = 0; i < 2 * PANEL_COLUMNS * K; i++) floats[NUMBERS.b / 4 + i] = Math.cos(i)
  const narrow = tileOf(memory, 1)
  const wide = tileOf(memory, 2)
  if (!agrees(floats, narrow, 1) || !agrees(floats, wide, 2)) {
    return { enabled: false, reason: 'its results differ from a scalar loop' }
  }
  let [narrowBest, wideBest] = [Infinity, Infinity]
  for (let i = 0; i < RUNS; i++) {
    narrowBest = Math.min(narrowBest, milliseconds(narrow))
    wideBest = Math.min(wideBest, milliseconds(wide) / 2)
  }
  const ratio = narrowBest / wideBest
  const measured = `tiles of 16 columns reach ${ratio.toFixed(2)} times the speed of those of 8`
  return { enabled: ratio >= LEAST_RATIO, reason: measured }
}

/** Several tiles in a row: one is too short for the clock. */
const TILES = 8

function milliseconds(tile: () => void): number {
  const start = performance.now()
  for (let i = 0; i < TILES; i++) tile()
  return performance.now() - start
}

/** C = A · B for six rows and one or two panels, compiled alone. */
function tileOf(memory: WebAssembly.Memory, panels: number): () => void {
  const assembler = new Assembler()
  emitTile(assembler, { relaxed: hasRelaxedSimd(), wide: panels > 1 }, { rows: ROWS, panels })
  const imports = { [MEMORY_IMPORT.module]: { [MEMORY_IMPORT.name]: memory } }
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(assembler.assemble()), imports)
  const tile = Object.values(exports)[0] as (...args: number[]) => void
  const panelRow = 4 * PANEL_COLUMNS
  const { a, b, c, initial } = NUMBERS
  return () => tile(a, 4 * K, 4, b, panelRow, panelRow * K, c, panelRow * panels, initial, 0, K)
}

function agrees(floats: Float32Array, tile: () => void, panels: number): boolean {
  tile()
  const columns = PANEL_COLUMNS * panels
  for (let r = 0; r < ROWS; r++) {
    for (let j = 0; j < columns; j++) {
      let sum = 0
      for (let k = 0; k < K; k++) {
        const panel = Math.floor(j / PANEL_COLUMNS) * K * PANEL_COLUMNS
        const b = floats[NUMBERS.b / 4 + panel + k * PANEL_COLUMNS + (j % PANEL_COLUMNS)]
        sum += floats[NUMBERS.a / 4 + r * K + k] * b
      }
      if (!(Math.abs(floats[NUMBERS.c / 4 + r * columns + j] - sum) <= TOLERANCE)) return false
    }
  }
  return true
}
