/**
 * From one row a token to one row a sequence, on matrices: forward only. See `pooling.ts` for what they mean.
 */
import type { Device, Matrix } from '../devices/device.ts'
import { div, exp, max, mul, sub, tanh, variable } from '../formula/expression.ts'
import { programOf, runProgram } from '../tensor/run-program.ts'
import { type PackedOrder, sequenceOfRow } from './packing.ts'
import type { WorkMatrices } from './work-matrices.ts'

const [x, y] = [variable('x'), variable('y')]
const larger = programOf(max(x, y))
const tanhOf = programOf(tanh(x))
const powerOf = programOf(exp(sub(x, y)))
const timesColumn = programOf(mul(x, y), ['y'])
const byColumn = programOf(div(x, y), ['y'])

/**
 * @param rows     [tokens, W].
 * @param inOrder  [B, W], to work in: the results in packed order.
 * @param target   [B, W], in the caller's order.
 */
export function largestRows(
  device: Device,
  rows: Matrix,
  { batch, liveRows, firstRow, place }: PackedOrder,
  inOrder: Matrix,
  target: Matrix,
): void {
  // The packed order makes the live rows of each step the first ones of the step before.
  device.copy(inOrder, device.rowsOf(rows, 0, batch))
  for (let t = 1; t < liveRows.length; t++) {
    const live = device.rowsOf(inOrder, 0, liveRows[t])
    runProgram(device, larger, { x: device.rowsOf(rows, firstRow[t], liveRows[t]), y: live }, live)
  }
  device.gatherRows(target, inOrder, place)
}

/** The largest row of each sequence, [B, W], in the caller's order. */
export function largestOf(work: WorkMatrices, rows: Matrix, packing: PackedOrder): Matrix {
  const [inOrder, target] = [work.make(packing.batch, rows.columns), work.make(packing.batch, rows.columns)]
  largestRows(work.device, rows, packing, inOrder, target)
  return target
}

/** The mean row of each sequence, [B, W], in the caller's order. */
export function meanOf(work: WorkMatrices, rows: Matrix, packing: PackedOrder): Matrix {
  const lengths = work.make(packing.batch, 1)
  work.device.write(lengths, packing.lengths)
  return divided(work, sumsOf(work, rows, packing), lengths)
}

/** What `attendedRows` reads: W [A, W], b [1, A], v [1, A]. */
export interface AttentionMatrices {
  readonly weight: Matrix
  readonly bias: Matrix
  readonly context: Matrix
}

/** The rows of each sequence weighed by attention, [B, W], in the caller's order. */
export function attendedOf(
  work: WorkMatrices,
  rows: Matrix,
  packing: PackedOrder,
  { weight, bias, context }: AttentionMatrices,
): Matrix {
  const { device } = work
  const { tokens } = packing
  const hidden = work.make(tokens, weight.rows)
  device.product(hidden, rows, weight, { transposeB: true, bias })
  runProgram(device, tanhOf, { x: hidden }, hidden)
  const scores = work.make(tokens, 1)
  device.product(scores, hidden, context, { transposeB: true })
  const largest = work.make(tokens, 1)
  device.gatherRows(largest, largestOf(work, scores, packing), sequenceOfRow(packing))
  runProgram(device, powerOf, { x: scores, y: largest }, scores)
  const weighted = runProgram(device, timesColumn, { x: rows, y: scores }, work.make(tokens, rows.columns))
  return divided(work, sumsOf(work, weighted, packing), sumsOf(work, scores, packing))
}

/** The sum of each sequence's rows, [B, W], in the caller's order. */
function sumsOf(work: WorkMatrices, rows: Matrix, packing: PackedOrder): Matrix {
  const sums = work.make(packing.batch, rows.columns)
  work.device.fill(sums, 0)
  work.device.scatterAddRows(sums, rows, sequenceOfRow(packing))
  return sums
}

const divided = ({ device }: WorkMatrices, rows: Matrix, column: Matrix): Matrix =>
  runProgram(device, byColumn, { x: rows, y: column }, rows)
