/**
 * Sequences of unequal length as one tensor: what recurrent layers take and give.
 */
import type { Device } from '../devices/device.ts'
import { ShapeError } from '../errors/errors.ts'
import { concat, slice, type Tensor, takeRows, tensor } from '../tensor/index.ts'
import { lastRows, type PackedOrder, packedOrder, rowOfToken } from './packing.ts'

/** Packed values, [tokens, W], and where each token of each sequence stands. */
export class Packed {
  readonly values: Tensor
  readonly packing: PackedOrder

  /** Most callers use `pack`. @throws {ShapeError} the rows are not as many as the packing's tokens. */
  constructor(values: Tensor, packing: PackedOrder) {
    if (values.shape.length !== 2 || values.shape[0] !== packing.tokens) {
      throw new ShapeError(
        `Packed: expected values of shape [${packing.tokens}, W], got [${values.shape.join(', ')}]. Use pack.`,
      )
    }
    this.values = values
    this.packing = packing
  }

  /** Other values in the same places. */
  with(values: Tensor): Packed {
    return new Packed(values, this.packing)
  }

  /** Each sequence's own last row, in the caller's order, [B, W]. */
  last(): Tensor {
    return takeRows(this.values, lastRows(this.packing))
  }
}

/**
 * Packs sequences of unequal length.
 *
 * @param sequences  One [T_b, W] tensor or nested array a sequence, each T_b at least 1.
 * @throws {ShapeError} no sequence, an empty one, or unequal widths.
 */
export function pack(sequences: readonly (Tensor | readonly (readonly number[])[])[], device?: Device): Packed {
  const tensors = sequences.map(s => ('shape' in s ? s : tensor(s, undefined, device ? { device } : {})))
  const packing = packedOrder(tensors.map(t => t.shape[0]))
  const begins = [0]
  for (const t of tensors) begins.push(begins[begins.length - 1] + t.shape[0])
  const rows = new Int32Array(packing.tokens)
  tensors.forEach((t, b) => {
    for (let step = 0; step < t.shape[0]; step++) rows[rowOfToken(packing, b, step)] = begins[b] + step
  })
  return new Packed(takeRows(tensors.length === 1 ? tensors[0] : concat(tensors, 0), rows), packing)
}

/** The sequences of a packed tensor in the caller's order, [T_b, W] each. */
export function unpack(packed: Packed): Tensor[] {
  const { packing, values } = packed
  const rows = new Int32Array(packing.tokens)
  let next = 0
  packing.lengths.forEach((length, b) => {
    for (let t = 0; t < length; t++) rows[next++] = rowOfToken(packing, b, t)
  })
  const inOrder = takeRows(values, rows)
  let begin = 0
  return Array.from(packing.lengths, length => {
    begin += length
    return slice(inOrder, 0, begin - length, begin)
  })
}
