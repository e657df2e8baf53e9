import assert from 'node:assert/strict'
import { test } from 'node:test'
import { spearman } from './rank-correlation.ts'

test('numbers of scipy.stats.spearmanr, with and without ties', () => {
  // from scipy.stats import spearmanr; spearmanr(a, b).correlation
  const cases = [
    [[1, 2, 3, 4, 5], [5, 6, 7, 8, 7], 0.8207826816681233],
    [[3.5, 1, 1, 2, 9, 9, 9, 4], [0.1, 0.4, -2, -2, 7, 3, 7, 1], 0.8635039583798658],
    [[1, 2, 3], [3, 2, 1], -1],
  ] as const
  for (const [a, b, expected] of cases) assert.ok(Math.abs(spearman(a, b) - expected) < 1e-12)
})

test('there is none of equal values, or of fewer than two', () => {
  assert.ok(Number.isNaN(spearman([1, 1, 1], [1, 2, 3])))
  assert.ok(Number.isNaN(spearman([1], [2])))
  assert.ok(Number.isNaN(spearman([], [])))
})
