/** The tiles of hierarchical softmax: those of a word are the same wherever it stands, so they are made once. */
import type { WasmMemory } from '../memory.ts'
import { LABELS, PATH_TARGETS, SLOTS, TILE_BYTES } from './tiles.ts'

export interface HierarchicalSoftmax {
  /** [V + 1]: where each word's path begins in what follows. */
  readonly starts: Int32Array
  /** Rows of the output weights; in one path all different. */
  readonly nodes: Int32Array
  /** What each is to say, 0 or 1. */
  readonly labels: Uint8Array
}

/** How many tiles a word has. */
export function pathTiles({ starts }: HierarchicalSoftmax, word: number): number {
  return Math.ceil((starts[word + 1] - starts[word]) / PATH_TARGETS)
}

/**
 * Writes the tiles of all words.
 *
 * @param words     V: the row that stands for no target.
 * @param allocate  Takes memory, all zeros.
 * @returns         The address of a table, [V, 2]: where a word's tiles begin, and how many there are.
 */
export function keepPaths(
  loss: HierarchicalSoftmax,
  words: number,
  memory: WasmMemory,
  allocate: (bytes: number) => number,
): number {
  const { starts, nodes, labels } = loss
  let total = 0
  for (let word = 0; word < words; word++) total += pathTiles(loss, word)
  const tiles = allocate(TILE_BYTES * total)
  const paths = allocate(8 * words)
  // Only now: memory that grows moves.
  const { ints, floats } = memory
  let at = tiles / 4
  for (let word = 0; word < words; word++) {
    ints[paths / 4 + 2 * word] = 4 * at
    ints[paths / 4 + 2 * word + 1] = pathTiles(loss, word)
    for (let begin = starts[word]; begin < starts[word + 1]; begin += PATH_TARGETS) {
      const length = Math.min(PATH_TARGETS, starts[word + 1] - begin)
      for (let slot = 0; slot < SLOTS; slot++) {
        ints[at + slot] = slot < length ? nodes[begin + slot] : words
        floats[at + LABELS / 4 + slot] = slot < length ? labels[begin + slot] : 0.5
      }
      at += TILE_BYTES / 4
    }
  }
  return paths
}
