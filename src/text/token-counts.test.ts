import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TokenCounts } from './token-counts.ts'

test('tokens are counted in order of first occurrence', () => {
  const counts = new TokenCounts()
  counts.add(['b', 'a', 'a long word, longer than twelve'])
  counts.add(['a', 'a long word, longer than twelve'])
  assert.deepEqual(
    [...counts.counts],
    [
      ['b', 1],
      ['a', 2],
      ['a long word, longer than twelve', 2],
    ],
  )
  assert.equal(counts.total, 5)
})

test('of too many different tokens the rarest are forgotten', () => {
  const counts = new TokenCounts(3)
  counts.add(['a', 'a', 'b', 'b', 'b', 'c'])
  counts.add(['d'])
  assert.deepEqual(Object.fromEntries(counts.counts), { a: 2, b: 3 })
  counts.add(['e', 'f'])
  assert.deepEqual(Object.fromEntries(counts.counts), { b: 3 })
  assert.equal(counts.total, 9)
})
