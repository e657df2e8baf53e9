import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MemoryError } from '../../errors/errors.ts'
import { add, exp, ifLess, mul, scalar, variable } from '../../formula/expression.ts'
import { program } from '../../formula/program.ts'
import { fillMask } from '../../random/mask.ts'
import type { Matrix } from '../device.ts'
import { ReferenceDevice } from './reference-device.ts'

const device = new ReferenceDevice()

function matrix(rows: readonly (readonly number[])[]) {
  const made = device.allocate(rows.length, rows[0].length)
  device.write(made, rows.flat())
  return made
}

const read = (m: Matrix) => {
  const values = [...device.read(m)]
  return Array.from({ length: m.rows }, (_, r) => values.slice(r * m.columns, (r + 1) * m.columns))
}

const a = matrix([
  [1, 2, 3],
  [4, 5, 6],
])

describe('the memory of the reference device', () => {
  it('pads rows to a multiple of 8 and begins with zeros', () => {
    const m = device.allocate(2, 9)
    assert.equal(m.stride, 16)
    assert.deepEqual(read(m), [Array(9).fill(0), Array(9).fill(0)])
  })

  it('lets a view of rows write into its matrix', () => {
    const m = device.allocate(3, 2)
    device.fill(device.rowsOf(m, 1, 1), 7)
    assert.deepEqual(read(m), [
      [0, 0],
      [7, 7],
      [0, 0],
    ])
  })

  it('refuses a matrix and its views after their release, and counts what lives', () => {
    const before = device.liveBlocks
    const m = device.allocate(3, 2)
    const view = device.rowsOf(m, 1, 1)
    assert.equal(device.liveBlocks, before + 1)
    assert.throws(() => device.release(view), /^Error: internal: a view was released/)
    device.release(m)
    assert.equal(device.liveBlocks, before)
    assert.throws(() => device.read(view), /^Error: internal: a matrix was used after it was released/)
    assert.throws(() => device.release(m), /^Error: internal:/)
  })

  it('says how many bytes there was no room for', () => {
    assert.throws(
      () => device.allocate(2 ** 30, 2 ** 20),
      (error: Error) => {
        assert.ok(error instanceof MemoryError)
        assert.match(
          error.message,
          /\[1073741824, 1048576\] \(9007199254740992 bytes\), got none\. Use a smaller batch\./,
        )
        return true
      },
    )
  })
})

describe('moving numbers', () => {
  it('reshapes in row-major order', () => {
    const m = device.allocate(3, 2)
    device.reshape(m, a)
    assert.deepEqual(read(m), [
      [1, 2],
      [3, 4],
      [5, 6],
    ])
  })

  it('copies what both have, at column offsets, transposed and added', () => {
    const m = device.allocate(3, 3)
    device.copy(m, a, { sourceColumn: 1, targetColumn: 1 })
    assert.deepEqual(read(m), [
      [0, 2, 3],
      [0, 5, 6],
      [0, 0, 0],
    ])
    device.copy(m, a, { transpose: true, accumulate: true })
    assert.deepEqual(read(m), [
      [1, 6, 3],
      [2, 10, 6],
      [3, 6, 0],
    ])
    device.copy(m, a, { transpose: true, sourceColumn: 2, targetColumn: 1 })
    assert.deepEqual(read(m), [
      [1, 3, 6],
      [2, 10, 6],
      [3, 6, 0],
    ])
    device.copy(m, a, { rows: 1, columns: 2 })
    assert.deepEqual(read(m), [
      [1, 2, 6],
      [2, 10, 6],
      [3, 6, 0],
    ])
  })

  it('gathers rows and adds rows up by index', () => {
    const m = device.allocate(3, 3)
    device.gatherRows(m, a, new Int32Array([1, 0, 1]))
    assert.deepEqual(read(m), [
      [4, 5, 6],
      [1, 2, 3],
      [4, 5, 6],
    ])
    const table = device.allocate(2, 3)
    device.scatterAddRows(table, m, new Int32Array([1, 1, 0]))
    assert.deepEqual(read(table), [
      [4, 5, 6],
      [5, 7, 9],
    ])
  })
})

describe('arithmetic', () => {
  const b = matrix([
    [1, 0],
    [2, 1],
    [0, 3],
  ])
  const product = [
    [5, 11],
    [14, 23],
  ]

  it('multiplies, each operand as it lies or transposed', () => {
    const [aT, bT] = [device.allocate(3, 2), device.allocate(2, 3)]
    device.copy(aT, a, { transpose: true })
    device.copy(bT, b, { transpose: true })
    const c = device.allocate(2, 2)
    for (const transposeA of [false, true]) {
      for (const transposeB of [false, true]) {
        device.product(c, transposeA ? aT : a, transposeB ? bT : b, { transposeA, transposeB })
        assert.deepEqual(read(c), product)
      }
    }
  })

  it('begins a product with the bias or with what stands there', () => {
    const c = device.allocate(2, 2)
    device.product(c, a, b, { bias: matrix([[10, 20]]) })
    assert.deepEqual(read(c), [
      [15, 31],
      [24, 43],
    ])
    device.product(c, a, b, { accumulate: true })
    assert.deepEqual(read(c), [
      [20, 42],
      [38, 66],
    ])
  })

  it('runs a program over rows, shared rows and columns, in place and added', () => {
    const [x, row, column] = [variable('x'), variable('row'), variable('column')]
    const p = program(
      [
        { name: 'y', value: add(mul(x, row), mul(column, scalar('s'))) },
        { name: 'z', value: ifLess(x, 3, 1, 0), accumulate: true },
      ],
      ['column'],
    )
    const x0 = matrix([
      [1, 2, 3],
      [4, 5, 6],
    ])
    const bound = new Map([
      ['x', x0],
      ['row', matrix([[1, 10, 100]])],
      ['column', matrix([[1], [2]])],
    ])
    const inputs = p.inputs.map(input => bound.get(input.name) as Matrix)
    const z = matrix([
      [5, 5, 5],
      [5, 5, 5],
    ])
    device.pointwise(p, { inputs, outputs: [x0, z], scalars: [1000] })
    assert.deepEqual(read(x0), [
      [1001, 1020, 1300],
      [2004, 2050, 2600],
    ])
    assert.deepEqual(read(z), [
      [6, 6, 5],
      [5, 5, 5],
    ])
  })

  it('names a leaf that no input binds', () => {
    const p = { inputs: [], scalars: [], outputs: [{ name: 'y', value: exp(variable('x')) }] }
    assert.throws(() => device.pointwise(p, { inputs: [], outputs: [device.allocate(1, 1)] }), /leaf variable x/)
  })

  it('reduces rows, columns and everything', () => {
    const column = device.allocate(2, 1)
    device.reduceRows(column, a, 'sum')
    assert.deepEqual(read(column), [[6], [15]])
    device.reduceRows(column, a, 'max')
    assert.deepEqual(read(column), [[3], [6]])
    const row = matrix([[1, 1, 1]])
    device.sumColumns(row, a, true)
    assert.deepEqual(read(row), [[6, 8, 10]])
    device.sumColumns(row, a)
    assert.deepEqual(read(row), [[5, 7, 9]])
    assert.equal(device.sumOfSquares(a), 91)
  })
})

describe('probabilities and masks', () => {
  // softmax([0, ln 3]) = [1/4, 3/4]; adding a large number to a row changes nothing.
  const logits = matrix([
    [0, Math.log(3)],
    [1000, 1000],
  ])
  const close = (actual: number[][], expected: number[][]) => {
    for (const [i, x] of actual.flat().entries()) {
      assert.ok(Math.abs(x - expected.flat()[i]) < 1e-12, `${x} at ${i}, expected ${expected.flat()[i]}`)
    }
  }

  it('takes the softmax of each row', () => {
    const p = device.allocate(2, 2)
    device.softmax(p, logits)
    close(read(p), [
      [0.25, 0.75],
      [0.5, 0.5],
    ])
  })

  it('gives the cross entropy in nats and its gradient', () => {
    const [losses, gradient] = [device.allocate(2, 1), device.allocate(2, 2)]
    device.softmaxCrossEntropy(losses, logits, new Int32Array([1, 0]), gradient)
    close(read(losses), [[-Math.log(0.75)], [Math.log(2)]])
    close(read(gradient), [
      [0.25, -0.25],
      [-0.5, 0.5],
    ])
  })

  it('makes the mask of random/mask.ts', () => {
    const m = device.allocate(3, 11)
    device.mask(m, [12, 34], 0.3)
    const expected = new Float32Array(33)
    fillMask(expected, { key0: 12, key1: 34 }, { rows: 3, columns: 11 }, 0.3)
    assert.deepEqual([...device.read(m)], [...expected])
  })
})
