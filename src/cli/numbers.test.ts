import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clock, counted, countOf, gibibytes, percent } from './numbers.ts'

test('numbers as people read them', () => {
  assert.equal(counted(12300.4), '12,300')
  assert.equal(countOf(1, 'text'), '1 text')
  assert.equal(countOf(0, 'text'), '0 texts')
  assert.equal(percent(0.8123), '81.2 %')
  assert.equal(gibibytes(2 ** 32), '4.0 GiB')
})

test('times as a clock', () => {
  assert.deepEqual([6.6, 750, 11_100, -1].map(clock), ['0:07', '12:30', '3:05:00', '0:00'])
})
