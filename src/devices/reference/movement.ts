/**
 * Moving numbers without computing: copies, other layouts, rows by index. [rows, columns] as `device.ts` states them.
 */
import type { CopyOptions, Matrix } from '../device.ts'
import { eachRow, own, rowOf } from './reference-matrix.ts'

/** The values in row-major order, without padding. */
export function read(matrix: Matrix): Float64Array {
  const values = new Float64Array(matrix.rows * matrix.columns)
  eachRow(matrix, (row, r) => values.set(row, r * matrix.columns))
  return values
}

export function write(matrix: Matrix, values: ArrayLike<number>): void {
  eachRow(matrix, (row, r) => {
    for (let c = 0; c < row.length; c++) row[c] = values[r * row.length + c]
  })
}

export function copy(target: Matrix, source: Matrix, options: CopyOptions = {}): void {
  const { transpose = false, accumulate = false, sourceColumn = 0, targetColumn = 0 } = options
  const [to, from] = [own(target), own(source)]
  const sourceColumns = from.columns - sourceColumn
  const rows = options.rows ?? Math.min(to.rows, transpose ? sourceColumns : from.rows)
  const columns = options.columns ?? Math.min(to.columns - targetColumn, transpose ? from.rows : sourceColumns)
  for (let r = 0; r < rows; r++) {
    const row = rowOf(to, r)
    for (let c = 0; c < columns; c++) {
      const value = transpose ? rowOf(from, c)[sourceColumn + r] : rowOf(from, r)[sourceColumn + c]
      row[targetColumn + c] = accumulate ? row[targetColumn + c] + value : value
    }
  }
}

export function gatherRows(target: Matrix, table: Matrix, indices: Int32Array): void {
  const from = own(table)
  eachRow(target, (row, r) => row.set(rowOf(from, indices[r])))
}

export function putRows(table: Matrix, source: Matrix, indices: Int32Array): void {
  const to = own(table)
  eachRow(source, (row, r) => rowOf(to, indices[r]).set(row))
}

export function scatterAddRows(table: Matrix, source: Matrix, indices: Int32Array): void {
  const to = own(table)
  eachRow(source, (row, r) => {
    const sum = rowOf(to, indices[r])
    for (let c = 0; c < row.length; c++) sum[c] += row[c]
  })
}
