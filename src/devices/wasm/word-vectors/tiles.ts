/**
 * Items and tiles: what is trained at a place of the text, as the kernels read it.
 *
 * An item is a place that sub-sampling left: its contexts are a run of places around it, its targets are rows of the
 * output weights, in tiles. A tile has T targets, T ≤ 6, in 8 slots:
 *
 *   8 ids      rows of the output weights; V, whose row is 0, where there is no target
 *   8 labels   32-bit floats: 1 for what stands there, 0 for what does not, ½ for no target, which then learns nothing
 */
import { I32 } from '../code.ts'

/** Slots of a tile: lanes of two vectors. */
export const SLOTS = 8
export const SLOT_BYTES = 4 * SLOTS
export const TILE_BYTES = 2 * SLOT_BYTES
/** Bytes from a tile's ids to its labels. */
export const LABELS = SLOT_BYTES

/** More targets would not fit in registers with their sums. */
const MOST_TARGETS = 6

/** An item's integers: the run of its contexts (its own place left out), and its tiles; none: nothing to learn. */
export const ITEM = { begin: 0, end: 4, tile: 8, tiles: 12 } as const
export const ITEM_BYTES = 16

export interface Tiling {
  /** T */
  readonly targets: number
  readonly tiles: number
}

/** Tiles for a number of targets, as even as possible. */
export function tilingOf(targets: number): Tiling {
  const tiles = Math.ceil(targets / MOST_TARGETS)
  return { targets: Math.ceil(targets / tiles), tiles }
}

/** Targets of a tile where their number differs from word to word (hierarchical softmax). */
export const PATH_TARGETS = 4

/**
 * How the floats of a row are divided for sums: a dot product adds up each group by itself, eight lanes along it, and
 * then the groups in order. Threads have whole groups, so the sum does not depend on how many there are.
 *
 * @returns  Octets of each group.
 */
export function groupsOf(octets: number): number[] {
  const count = GROUPS.find(({ least }) => octets >= least)?.groups ?? 1
  return Array.from({ length: count }, (_, k) => begin(octets, count, k + 1) - begin(octets, count, k))
}

/** From so many octets on, so many groups: a group shorter than three octets is not worth a meeting of threads. */
const GROUPS = [
  { least: 48, groups: 8 },
  { least: 24, groups: 4 },
  { least: 6, groups: 2 },
] as const

const begin = (octets: number, count: number, k: number): number => Math.ceil((octets * k) / count)

/** Parameters of a kernel. */
export const integers = (count: number) => Array<typeof I32>(count).fill(I32)
