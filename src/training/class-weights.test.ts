import assert from 'node:assert/strict'
import { test } from 'node:test'
import { balancedClassWeights } from './class-weights.ts'

// sklearn.utils.class_weight.compute_class_weight('balanced', classes=[0, 1, 2], y=[0] * 6 + [1] * 3 + [2])
test('balanced weights are n / (C · n_c)', () => {
  assert.deepEqual([...balancedClassWeights([6, 3, 1])], [10 / 18, 10 / 9, 10 / 3])
})

test('of equally frequent classes are 1', () => {
  assert.deepEqual([...balancedClassWeights([7, 7])], [1, 1])
})

test('a class without rows has none and changes nothing for the others', () => {
  assert.deepEqual([...balancedClassWeights([6, 0, 3, 1])], [10 / 18, 0, 10 / 9, 10 / 3])
})
