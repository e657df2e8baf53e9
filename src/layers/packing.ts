/**
 * Packing: sequences of unequal length laid one time step after the other, longest first, without padding (design §4).
 *
 *   lengths 2, 3, 1  →  order 1, 0, 2;  liveRows 3, 2, 1
 *   rows               (1,t0) (0,t0) (2,t0) | (1,t1) (0,t1) | (1,t2)
 */
import type { Packing } from '../devices/recurrent.ts'
import { ShapeError } from '../errors/errors.ts'

/** Where each token of each sequence stands. */
export interface PackedOrder extends Packing {
  /** Tokens of each sequence, in the caller's order, [B]. */
  readonly lengths: Int32Array
  /** The caller's sequence at each packed place, [B]; and the place of each of the caller's sequences. */
  readonly order: Int32Array
  readonly place: Int32Array
  /** The first row of each time step, and at the end the number of tokens, [T + 1]. */
  readonly firstRow: Int32Array
}

/**
 * Sorts sequences by length, longest first; equal ones keep the caller's order.
 *
 * @param lengths  Tokens of each sequence, [B], at least 1 each.
 * @throws {ShapeError} there is no sequence, or one is empty.
 */
export function packedOrder(lengths: ArrayLike<number>): PackedOrder {
  const batch = lengths.length
  const shortest = Math.min(...Array.from(lengths))
  if (batch === 0 || !(shortest >= 1)) {
    throw new ShapeError(
      `pack: expected sequences of at least one token, got ${batch === 0 ? 'no sequence' : 'an empty one'}. ` +
        'Leave empty sequences out.',
    )
  }
  const order = Int32Array.from({ length: batch }, (_, b) => b).sort((a, b) => lengths[b] - lengths[a] || a - b)
  const place = new Int32Array(batch)
  order.forEach((sequence, r) => {
    place[sequence] = r
  })
  const steps = lengths[order[0]]
  const liveRows = new Int32Array(steps)
  const firstRow = new Int32Array(steps + 1)
  let live = batch
  for (let t = 0; t < steps; t++) {
    while (lengths[order[live - 1]] <= t) live--
    liveRows[t] = live
    firstRow[t + 1] = firstRow[t] + live
  }
  return { batch, tokens: firstRow[steps], liveRows, lengths: Int32Array.from(lengths), order, place, firstRow }
}

/** The packed row of token t of the caller's sequence b. */
export function rowOfToken(packing: PackedOrder, b: number, t: number): number {
  return packing.firstRow[t] + packing.place[b]
}

/** The packed row of each sequence's own last token, in the caller's order, [B]. */
export function lastRows(packing: PackedOrder): Int32Array {
  return packing.lengths.map((length, b) => rowOfToken(packing, b, length - 1))
}

/**
 * For each packed row, the row of the same sequence's token counted from its end, [tokens]: its own inverse, so the
 * same indices turn a sequence round and back.
 */
export function reversedRows(packing: PackedOrder): Int32Array {
  const { liveRows, firstRow, order, lengths } = packing
  const rows = new Int32Array(packing.tokens)
  for (let t = 0; t < liveRows.length; t++) {
    for (let r = 0; r < liveRows[t]; r++) rows[firstRow[t] + r] = firstRow[lengths[order[r]] - 1 - t] + r
  }
  return rows
}

/** Tokens of all sequences in packed order, [tokens]. @param sequences  Ids of each sequence, the packing's lengths. */
export function packIds(packing: PackedOrder, sequences: readonly ArrayLike<number>[]): Int32Array {
  const ids = new Int32Array(packing.tokens)
  const { liveRows, firstRow, order } = packing
  for (let t = 0; t < liveRows.length; t++) {
    for (let r = 0; r < liveRows[t]; r++) ids[firstRow[t] + r] = sequences[order[r]][t]
  }
  return ids
}

/** The caller's sequence of each packed row, [tokens]. */
export function sequenceOfRow(packing: PackedOrder): Int32Array {
  const { liveRows, firstRow, order } = packing
  const sequences = new Int32Array(packing.tokens)
  for (let t = 0; t < liveRows.length; t++) sequences.set(order.subarray(0, liveRows[t]), firstRow[t])
  return sequences
}
