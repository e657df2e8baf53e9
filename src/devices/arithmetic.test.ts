/** Products, point-wise programs, sums and maxima. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { add, mul, scalar, sub, tanh, variable } from '../formula/expression.ts'
import { program } from '../formula/program.ts'
import type { Device } from './device.ts'
import {
  at,
  check,
  edgeSizes,
  type Implementation,
  implementations,
  put,
  relativeError,
  testsOn,
  type Values,
  values,
} from './devices.test-bench.ts'

const on = testsOn(test)

const size = fc.oneof(fc.constantFrom(...edgeSizes), fc.integer({ min: 1, max: 40 }))

function describeArithmetic(implementation: Implementation): void {
  describeProducts(implementation)
  describePointwise(implementation)
  describeSums(implementation)
}

function describeProducts(implementation: Implementation): void {
  on(implementation, 'products of any shape, transposition and beginning', device => {
    const arbitrary = fc.record({
      rows: size,
      k: size,
      columns: size,
      transposeA: fc.boolean(),
      transposeB: fc.boolean(),
      accumulate: fc.boolean(),
      hasBias: fc.boolean(),
    })
    fc.assert(
      fc.property(arbitrary, ({ rows, k, columns, hasBias, ...options }) => {
        const a = options.transposeA ? values(k, rows, 1) : values(rows, k, 1)
        const b = options.transposeB ? values(columns, k, 2) : values(k, columns, 2)
        const [before, bias] = [values(rows, columns, 3), values(1, columns, 4)]
        const c = put(device, before)
        const biasOption = hasBias ? { bias: put(device, bias) } : {}
        device.product(c, put(device, a), put(device, b), { ...options, ...biasOption })
        const expected = (r: number, j: number) => {
          let sum = (options.accumulate ? at(before, r, j) : 0) + (hasBias ? at(bias, 0, j) : 0)
          for (let i = 0; i < k; i++) {
            sum += (options.transposeA ? at(a, i, r) : at(a, r, i)) * (options.transposeB ? at(b, j, i) : at(b, i, j))
          }
          return sum
        }
        // Each of k + 2 terms is at most 4, and each sum may be rounded.
        check(device, c, expected, { scale: 4 * (k + 2) })
      }),
      { numRuns: 100 },
    )
  })

  on(implementation, 'a product over more than one block of k, and over nothing', device => {
    const [a, b, bias] = [values(7, 600, 5), values(11, 600, 6), values(1, 11, 7)]
    const c = device.allocate(7, 11)
    device.product(c, put(device, a), put(device, b), { transposeB: true })
    const dot = (r: number, j: number) => {
      let sum = 0
      for (let i = 0; i < 600; i++) sum += at(a, r, i) * at(b, j, i)
      return sum
    }
    check(device, c, dot, { scale: 600 })
    const nothing = [device.allocate(7, 0), device.allocate(0, 11)] as const
    device.product(c, ...nothing, { accumulate: true })
    check(device, c, dot, { scale: 600 })
    device.product(c, ...nothing, { bias: put(device, bias) })
    check(device, c, (_, j) => at(bias, 0, j))
    device.product(c, ...nothing)
    check(device, c, () => 0)
  })

  on(implementation, 'a row of a product does not depend on how many rows there are, to the last bit', device => {
    const [a, b] = [values(33, 29, 8), values(29, 45, 9)]
    const [left, right] = [put(device, a), put(device, b)]
    const all = device.allocate(33, 45)
    device.product(all, left, right)
    for (const rows of [1, 2, 3, 5, 6, 7, 8, 20]) {
      const some = device.allocate(rows, 45)
      device.product(some, device.rowsOf(left, 4, rows), right)
      assert.deepEqual(device.read(some), device.read(device.rowsOf(all, 4, rows)), `${rows} rows`)
    }
  })
}

function describePointwise(implementation: Implementation): void {
  const [x, y] = [variable('x'), variable('y')]

  on(implementation, 'a program over matrices, single rows, columns and scalars', device => {
    const p = program(
      [
        { name: 'a', value: add(mul(x, variable('row')), mul(scalar('s'), variable('column'))) },
        { name: 'b', value: tanh(sub(x, variable('column'))), accumulate: true },
      ],
      ['column'],
    )
    for (const [rows, columns] of [
      [1, 1],
      [1, 9],
      [7, 1],
      [6, 16],
      [5, 19],
    ]) {
      const given: Record<string, Values> = {
        x: values(rows, columns, 1),
        row: values(1, columns, 2),
        column: values(rows, 1, 3),
      }
      const before = values(rows, columns, 4)
      const outputs = [device.allocate(rows, columns), put(device, before)]
      device.pointwise(p, { inputs: p.inputs.map(i => put(device, given[i.name])), outputs, scalars: [0.75] })
      check(device, outputs[0], (r, c) => at(given.x, r, c) * at(given.row, 0, c) + 0.75 * at(given.column, r, 0))
      check(device, outputs[1], (r, c) => at(before, r, c) + Math.tanh(at(given.x, r, c) - at(given.column, r, 0)))
    }
  })

  on(implementation, 'outputs in the memory of the inputs', device => {
    const p = program([
      { name: 'x', value: add(x, y) },
      { name: 'y', value: sub(x, y) },
    ])
    for (const columns of [3, 8, 30]) {
      const [a, b] = [values(4, columns, 5), values(4, columns, 6)]
      const both = [put(device, a), put(device, b)]
      device.pointwise(p, { inputs: both, outputs: both })
      check(device, both[0], (r, c) => at(a, r, c) + at(b, r, c))
      check(device, both[1], (r, c) => at(a, r, c) - at(b, r, c))
    }
  })
}

function describeSums(implementation: Implementation): void {
  on(implementation, 'sums and maxima of rows, sums of columns and of squares leave padding out', device => {
    fc.assert(
      fc.property(size, fc.oneof(size, fc.constant(1100)), (rows, columns) => {
        const given = values(rows, columns, 1)
        const matrix = put(device, given)
        const row = (r: number) => given.values.slice(r * columns, (r + 1) * columns)
        const result = device.allocate(rows, 1)
        device.reduceRows(result, matrix, 'sum')
        check(device, result, r => row(r).reduce((a, b) => a + b), { scale: columns })
        device.reduceRows(result, matrix, 'max')
        check(device, result, r => Math.max(...row(r)))
        checkColumns(device, given)
        const squares = given.values.reduce((sum, v) => sum + v * v, 0)
        const difference = Math.abs(device.sumOfSquares(matrix) - squares)
        assert.ok(difference <= relativeError(device) * 10 * squares, `sum of squares ${squares}, off by ${difference}`)
      }),
      { numRuns: 60 },
    )
  })

  function checkColumns(device: Device, given: Values): void {
    const { rows, columns } = given
    const before = values(1, columns, 2)
    const target = put(device, before)
    const sum = (c: number) => Array.from({ length: rows }, (_, r) => at(given, r, c)).reduce((a, b) => a + b)
    device.sumColumns(target, put(device, given), true)
    check(device, target, (_, c) => at(before, 0, c) + sum(c), { scale: 2 * rows })
    device.sumColumns(target, put(device, given))
    check(device, target, (_, c) => sum(c), { scale: 2 * rows })
  }

  on(implementation, 'negative and infinite values have a maximum, NaN stays visible', device => {
    const rows = [
      [-3, -5, -4],
      [Number.NEGATIVE_INFINITY, -1e30, -2e30],
      [1, Number.NaN, 2],
    ]
    const target = device.allocate(3, 1)
    device.reduceRows(target, put(device, { rows: 3, columns: 3, values: rows.flat() }), 'max')
    const [a, b, c] = device.read(target)
    assert.deepEqual([a, Math.fround(b)], [-3, Math.fround(-1e30)])
    assert.ok(Number.isNaN(c))
  })

  on(implementation, 'sums over rows go on from what stands there: in parts or at once, the same bits', device => {
    const matrix = put(device, values(50, 37, 3))
    const [once, parts] = [device.allocate(1, 37), device.allocate(1, 37)]
    device.sumColumns(once, matrix)
    for (const [from, rows] of [
      [0, 13],
      [13, 1],
      [14, 36],
    ])
      device.sumColumns(parts, device.rowsOf(matrix, from, rows), true)
    assert.deepEqual(device.read(parts), device.read(once))
  })
}

for (const implementation of implementations) describeArithmetic(implementation)
