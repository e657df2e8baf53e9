/**
 * Shapes that meet, as NumPy has it: aligned at the last dimension, equal or 1 (or missing) in each.
 *
 * Widening and summing are each other's adjoint, so one pair of functions serves the backward pass of element-wise
 * operations, `expand` and the sums.
 */
import type { Device, Matrix } from '../devices/device.ts'
import { ShapeError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'
import { variable } from '../formula/expression.ts'
import { program } from '../formula/program.ts'
import { columnsOf, rowsOf, type Shape, stridedRows, stridesOf } from './layout.ts'
import { borrow, giveBack } from './memory.ts'

/**
 * The shape that all of them widen to.
 *
 * @throws {ShapeError} Two sizes of a dimension differ and neither is 1.
 */
export function broadcastShape(where: string, shapes: readonly Shape[]): number[] {
  const rank = Math.max(...shapes.map(shape => shape.length))
  return Array.from({ length: rank }, (_, i) => {
    const sizes = shapes.map(shape => shape[shape.length - rank + i] ?? 1)
    const size = Math.max(...sizes)
    if (sizes.every(n => n === size || n === 1)) return size
    throw new ShapeError(
      `${where}: expected shapes equal or 1 in each dimension, counted from the last, got ` +
        `${shapes.map(shown).join(' and ')}. Reshape one of them.`,
    )
  })
}

/**
 * For each row of the wide shape the row of the narrow one that it comes from; null when they are the same rows.
 */
export function narrowRows(narrow: Shape, wide: Shape): Int32Array | null {
  if (rowsOf(narrow) === rowsOf(wide)) return null
  const lead = wide.slice(0, -1)
  const sizes = narrow.slice(0, -1)
  const strides = stridesOf(sizes)
  const missing = lead.length - sizes.length
  return stridedRows(
    lead,
    lead.map((_, i) => (i < missing || sizes[i - missing] === 1 ? 0 : strides[i - missing])),
  )
}

const column = program([{ name: 'y', value: variable('x') }], ['x'])

/**
 * Repeats numbers along the dimensions where the narrow shape has 1.
 *
 * @param source  [rows, columns] of `narrow`.
 * @returns       [rows, columns] of `wide`, borrowed.
 */
export function widen(device: Device, source: Matrix, narrow: Shape, wide: Shape): Matrix {
  const indices = narrowRows(narrow, wide)
  const rows = indices ? borrow(device, indices.length, source.columns) : source
  if (indices) device.gatherRows(rows, source, indices)
  if (indices && source.columns === columnsOf(wide)) return rows
  const result = borrow(device, rows.rows, columnsOf(wide))
  if (source.columns === result.columns) device.copy(result, rows)
  else device.pointwise(column, { inputs: [rows], outputs: [result] })
  if (indices) giveBack(device, rows)
  return result
}

/**
 * Sums over the dimensions where the narrow shape has 1: the columns of a row first, then rows, in their order.
 *
 * @param source  [rows, columns] of `wide`.
 * @returns       [rows, columns] of `narrow`, borrowed.
 */
export function sumTo(device: Device, source: Matrix, wide: Shape, narrow: Shape): Matrix {
  const indices = narrowRows(narrow, wide)
  const isColumn = columnsOf(narrow) === 1 && columnsOf(wide) !== 1
  const rows = isColumn ? borrow(device, source.rows, 1) : source
  if (isColumn) device.reduceRows(rows, source, 'sum')
  if (isColumn && !indices) return rows
  const result = borrow(device, rowsOf(narrow), columnsOf(narrow))
  if (!indices) device.copy(result, rows)
  else if (result.rows === 1) device.sumColumns(result, rows)
  else device.scatterAddRows(result, rows, indices)
  if (isColumn) giveBack(device, rows)
  return result
}
