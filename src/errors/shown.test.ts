import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shown } from './shown.ts'

test('short values are shown whole and strings in quotes', () => {
  assert.equal(shown('tanhh'), '"tanhh"')
  assert.equal(shown('two\nlines'), '"two\\nlines"')
  assert.equal(shown(-0), '-0')
  assert.equal(shown(Number.NaN), 'NaN')
  assert.equal(shown(12n), '12n')
  assert.equal(shown(undefined), 'undefined')
  assert.equal(shown(null), 'null')
  assert.equal(shown([3, 4]), '[3, 4]')
  assert.equal(shown({ a: 1 }), '{"a":1}')
  assert.equal(shown(shown), 'function shown')
})

test('long values are cut and say how long they are', () => {
  assert.equal(shown('x'.repeat(1000)), `"${'x'.repeat(59)}… (1000 characters)`)
  assert.equal(shown(new Float32Array(6)), 'Float32Array(6) [0, 0, 0, 0, …]')
  assert.equal(shown(new DataView(new ArrayBuffer(3))), 'DataView of 3 bytes')
})

test('a cut never splits a character outside the basic plane', () => {
  const text = `${'x'.repeat(58)}😀${'y'.repeat(50)}`
  assert.doesNotMatch(shown(text), /\uD83D(?!\uDE00)/)
})

test('values that cannot be written as JSON do not throw', () => {
  const circle: unknown[] = []
  circle.push(circle)
  assert.equal(shown(circle), 'an object that cannot be written as JSON')
  assert.equal(shown(Symbol('s')), 'Symbol(s)')
})
