/** Memory, copies and rows by index. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Device, Matrix } from './device.ts'
import {
  at,
  check,
  edgeSizes,
  type Implementation,
  implementations,
  put,
  testsOn,
  values,
} from './devices.test-bench.ts'

const on = testsOn(test)

const size = fc.oneof(fc.constantFrom(...edgeSizes), fc.integer({ min: 1, max: 40 }))

function describeMovement(implementation: Implementation): void {
  on(implementation, 'a new matrix is all zeros, even where an old one was', device => {
    const old = device.allocate(5, 13)
    device.fill(old, 7)
    device.release(old)
    const fresh = device.allocate(5, 13)
    assert.ok(device.read(fresh).every(x => x === 0))
    assert.equal(fresh.stride, 16)
  })

  on(implementation, 'what is written is read, row by row, and a part is the same memory', device => {
    fc.assert(
      fc.property(size, size, (rows, columns) => {
        const given = values(rows, columns, 1)
        const matrix = put(device, given)
        assert.deepEqual([...device.read(matrix)], given.values)
        const part = device.rowsOf(matrix, rows - 1, 1)
        check(device, part, (_, c) => at(given, rows - 1, c))
        device.fill(part, 5)
        check(device, matrix, (r, c) => (r === rows - 1 ? 5 : at(given, r, c)))
        device.release(matrix)
      }),
      { numRuns: 30 },
    )
  })

  on(implementation, 'rows are put by index, and the others stay', device => {
    fc.assert(
      fc.property(size, size, (rows, columns) => {
        const [given, source] = [values(rows, columns, 1), values(Math.ceil(rows / 2), columns, 2)]
        const table = put(device, given)
        // Every other row from the last on.
        const indices = Int32Array.from({ length: source.rows }, (_, k) => rows - 1 - 2 * k)
        device.putRows(table, put(device, source), indices)
        check(device, table, (r, c) => {
          const k = indices.indexOf(r)
          return k < 0 ? at(given, r, c) : at(source, k, c)
        })
      }),
      { numRuns: 30 },
    )
  })

  on(implementation, 'reshape keeps the order of the elements', device => {
    const shapes = [
      [6, 20],
      [20, 6],
      [1, 120],
      [120, 1],
      [8, 15],
      [3, 40],
    ]
    for (const [rows, columns] of shapes) {
      for (const [newRows, newColumns] of shapes) {
        const given = values(rows, columns, 2)
        const target = device.allocate(newRows, newColumns)
        device.reshape(target, put(device, given))
        assert.deepEqual([...device.read(target)], given.values)
      }
    }
  })

  describeCopy(implementation)
  describeIndexedRows(implementation)
}

function describeCopy(implementation: Implementation): void {
  on(implementation, 'parts are copied, added and transposed, and nothing else is written', device => {
    const offset = fc.nat(9)
    fc.assert(
      fc.property(size, size, offset, offset, fc.boolean(), fc.boolean(), (rows, columns, from, to, transpose, add) => {
        const source = transpose ? values(columns, from + rows + 2, 3) : values(rows, from + columns + 2, 3)
        const before = values(rows + 1, to + columns + 3, 4)
        const target = put(device, before)
        const part = { rows, columns, sourceColumn: from, targetColumn: to }
        device.copy(target, put(device, source), { ...part, transpose, accumulate: add })
        check(device, target, (r, c) => {
          const column = c - to
          if (r >= rows || column < 0 || column >= columns) return at(before, r, c)
          const copied = transpose ? at(source, column, from + r) : at(source, r, from + column)
          return copied + (add ? at(before, r, c) : 0)
        })
      }),
      { numRuns: 100 },
    )
  })

  on(implementation, 'a copy without sizes takes what both matrices have', device => {
    const source = values(5, 12, 5)
    const checkCopy = (target: Matrix, expected: (r: number, c: number) => number) => check(device, target, expected)
    const small = device.allocate(3, 7)
    device.copy(small, put(device, source))
    checkCopy(small, (r, c) => at(source, r, c))
    const large = device.allocate(20, 9)
    device.copy(large, put(device, source), { transpose: true, sourceColumn: 2, targetColumn: 1 })
    checkCopy(large, (r, c) => (r < 10 && c >= 1 && c <= 5 ? at(source, c - 1, 2 + r) : 0))
  })
}

function describeIndexedRows(implementation: Implementation): void {
  const indices = Int32Array.of(3, 0, 3, 2, 3, 1)

  on(implementation, 'rows are gathered by index', device => {
    for (const columns of [1, 8, 21]) {
      const table = values(5, columns, 6)
      const target = device.allocate(indices.length, columns)
      device.gatherRows(target, put(device, table), indices)
      check(device, target, (r, c) => at(table, indices[r], c))
    }
  })

  on(implementation, 'rows are added by index, an index that comes again included', device => {
    for (const columns of [1, 8, 21]) {
      const [table, source] = [values(5, columns, 7), values(indices.length, columns, 8)]
      const target = put(device, table)
      device.scatterAddRows(target, put(device, source), indices)
      check(device, target, (r, c) => scattered(at(table, r, c), source, r, c), { scale: 8 })
    }
  })

  const scattered = (start: number, source: Parameters<typeof at>[0], row: number, c: number) =>
    indices.reduce((sum, index, r) => (index === row ? sum + at(source, r, c) : sum), start)

  on(implementation, 'no rows are no work', (device: Device) => {
    const table = put(device, values(2, 3, 9))
    device.gatherRows(device.allocate(0, 3), table, new Int32Array())
    device.scatterAddRows(table, device.allocate(0, 3), new Int32Array())
    check(device, table, (r, c) => at(values(2, 3, 9), r, c))
  })
}

for (const implementation of implementations) describeMovement(implementation)
