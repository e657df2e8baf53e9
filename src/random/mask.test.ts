import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OptionError, ShapeError } from '../errors/errors.ts'
import { keyOf } from './key.ts'
import { checkRate, fillMask, maskValue } from './mask.ts'
import { threefry2x32 } from './threefry.ts'

test('the mask at row 0, columns 0 and 4 comes from both words of the published block', () => {
  // threefry(0, 0) = 6b200159 99ba4efe; as fractions 0.4185 and 0.6005.
  assert.equal(maskValue(0, 0, 0, 0, 0.5), 0)
  assert.equal(maskValue(0, 0, 0, 4, 0.5), 2)
  assert.equal(maskValue(0, 0, 0, 0, 0.4), Math.fround(1 / 0.6))
})

test('the counter of row 3, column 13 is (3, 5) and its word the second', () => {
  // column 13: g = 1, lane = 1, half = 1
  const word = threefry2x32(11, 12, 3, 5)[1]
  const fraction = (word >>> 8) / 2 ** 24
  assert.equal(maskValue(11, 12, 3, 13, fraction + 2 ** -24), 0)
  assert.notEqual(maskValue(11, 12, 3, 13, fraction), 0)
})

test('a filled mask equals its single values, in any part and with a stride', () => {
  const key = keyOf(1, 'dropout')
  for (const columns of [1, 3, 5, 8, 13]) {
    const stride = columns + 3
    const out = new Float32Array(4 * stride).fill(-1)
    fillMask(out, key, { rows: 4, columns, stride, firstRow: 9 }, 0.3)
    for (let row = 0; row < 4; row++) {
      for (let column = 0; column < stride; column++) {
        const expected = column < columns ? maskValue(key.key0, key.key1, 9 + row, column, 0.3) : -1
        assert.equal(out[row * stride + column], expected, `columns ${columns}, row ${row}, column ${column}`)
      }
    }
  }
})

test('the share of zeros is the rate and the mean is one', () => {
  const out = new Float32Array(1000 * 100)
  fillMask(out, keyOf(2, 'dropout'), { rows: 1000, columns: 100 }, 0.2)
  const zeros = out.filter(value => value === 0).length / out.length
  // Four standard errors: 4 · sqrt(0.2 · 0.8 / 1e5).
  assert.ok(Math.abs(zeros - 0.2) < 0.0051, `zeros ${zeros}`)
})

test('rate 0 keeps everything; a rate outside [0, 1) and a short array are refused', () => {
  const out = new Float32Array(8)
  fillMask(out, keyOf(2, 'dropout'), { rows: 1, columns: 8 }, 0)
  assert.deepEqual([...out], new Array(8).fill(1))
  for (const rate of [-0.1, 1, 0.9999999999, Number.NaN]) assert.throws(() => checkRate(rate), OptionError)
  assert.throws(() => fillMask(out, keyOf(2, 'dropout'), { rows: 2, columns: 8 }, 0.5), ShapeError)
})
