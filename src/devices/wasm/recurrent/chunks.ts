/**
 * Chunks: runs of whole time steps with at most 256 rows together, so that a chunk of the work matrices Z and dZ stays
 * in the cache between the input product, the steps and the weight gradients. The limit is a constant of the program:
 * sums over tokens go chunk by chunk, and their order must not depend on the machine.
 */
import type { Packing } from '../../recurrent.ts'

const MOST_ROWS = 256

export interface Chunk {
  readonly firstStep: number
  readonly endStep: number
  /** Rows in the packed matrices. */
  readonly firstRow: number
  readonly rows: number
}

/** The first row of each time step, and the number of tokens, [T + 1]. */
export function firstRows({ liveRows }: Packing): Int32Array {
  const first = new Int32Array(liveRows.length + 1)
  for (let t = 0; t < liveRows.length; t++) first[t + 1] = first[t] + liveRows[t]
  return first
}

/** A step with more rows than the limit is a chunk of its own. */
export function chunksOf(packing: Packing): Chunk[] {
  const first = firstRows(packing)
  const chunks: Chunk[] = []
  let firstStep = 0
  for (let t = 0; t < packing.liveRows.length; t++) {
    const isLast = t + 1 === packing.liveRows.length
    if (isLast || first[t + 2] - first[firstStep] > MOST_ROWS) {
      chunks.push({ firstStep, endStep: t + 1, firstRow: first[firstStep], rows: first[t + 1] - first[firstStep] })
      firstStep = t + 1
    }
  }
  return chunks
}

/**
 * Divides the sequences of a chunk among threads, so that each has about as many tokens: share k has the rows from
 * cut k to before cut k + 1 of each step, as far as they are alive.
 */
export function rowCuts(liveRows: Int32Array, { firstStep, endStep, rows }: Chunk, shares: number): number[] {
  const cuts = [0]
  const batch = liveRows[firstStep]
  let end = endStep
  let tokens = 0
  for (let r = 0; r < batch && cuts.length < shares; r++) {
    while (liveRows[end - 1] <= r) end--
    const length = end - firstStep
    // The row goes to the share in which most of it lies.
    if (tokens + length / 2 > (rows * cuts.length) / shares && r > 0) cuts.push(r)
    tokens += length
  }
  while (cuts.length <= shares) cuts.push(batch)
  return cuts
}
