import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jsonPieces } from './json-pieces.ts'

test('JSON in pieces has the characters of JSON at once', () => {
  const values = [
    null,
    1.5,
    'a "b"\n',
    [],
    {},
    [null, [], {}],
    { a: undefined, b: [1, Number.NaN, undefined], c: { d: '<', 'e"': [[0.1], [2]] } },
    [[1, 2], 'x', { y: null }],
  ]
  for (const value of values) assert.equal([...jsonPieces(value)].join(''), JSON.stringify(value))
})

test('a long document comes in many pieces', () => {
  const value = { rows: Array.from({ length: 2000 }, (_, k) => Array.from({ length: 50 }, (_, j) => k / (j + 1))) }
  const pieces = [...jsonPieces(value)]
  assert.ok(pieces.length > 10)
  assert.equal(pieces.join(''), JSON.stringify(value))
})
