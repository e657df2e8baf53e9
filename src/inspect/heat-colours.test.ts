import assert from 'node:assert/strict'
import { test } from 'node:test'
import { colourAt, colourOf, placeOf, scaleOf } from './heat-colours.ts'

test('gates have a scale of 0 to 1, all else one around 0', () => {
  assert.deepEqual(scaleOf([[0.2], [1]]), { low: 0, high: 1, isSigned: false })
  assert.deepEqual(
    scaleOf([
      [0.2, -3],
      [1, 2],
    ]),
    { low: -3, high: 3, isSigned: true },
  )
  assert.deepEqual(scaleOf([[0, 0]]), { low: 0, high: 1, isSigned: false })
})

test('the ends and the middle have their colours, and what is outside those of the ends', () => {
  const scale = { low: -2, high: 2, isSigned: true }
  assert.deepEqual(
    [-2, 0, 2].map(value => colourOf(value, scale)),
    ['#2166ac', '#f7f7f7', '#b2182b'],
  )
  assert.deepEqual(
    [-9, 9].map(value => placeOf(value, scale)),
    [0, 1],
  )
  assert.deepEqual(colourAt(0.25, false), [198, 219, 239])
  assert.equal(placeOf(3, { low: 3, high: 3, isSigned: true }), 0)
})

test('the darker a unit without sign, the more: it can be told apart in grey', () => {
  const greys = Array.from({ length: 21 }, (_, k) => {
    const [r, g, b] = colourAt(k / 20, false)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  })
  assert.deepEqual(
    greys,
    greys.toSorted((a, b) => b - a),
  )
})
