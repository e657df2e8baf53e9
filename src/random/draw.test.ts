import assert from 'node:assert/strict'
import { test } from 'node:test'
import { integerBelow, normal, normals, permutation, uniform, uniforms } from './draw.ts'
import { keyOf } from './key.ts'

const ZERO = { key0: 0, key1: 0 }

test('uniform takes the upper 24 bits of the published words', () => {
  // threefry(0, 0) = 6b200159 99ba4efe
  assert.equal(uniform(ZERO, 0), 0x6b2001 / 2 ** 24)
  assert.equal(uniform(ZERO, 1), 0x99ba4e / 2 ** 24)
})

test('a number depends on its place alone', () => {
  const key = keyOf(1, 'test')
  const all = uniforms(key, 101)
  assert.equal(all.length, 101)
  for (const index of [100, 3, 0, 57]) assert.equal(all[index], uniform(key, index))
  const standard = normals(key, 7)
  for (const index of [6, 1]) assert.equal(standard[index], Math.fround(normal(key, index)))
})

test('uniform numbers have the mean and variance of [0, 1)', () => {
  const values = uniforms(keyOf(3, 'test'), 100_000)
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
  // Four standard errors: 4 · sqrt(1/12 / 1e5) and 4 · sqrt(1/180 / 1e5).
  assert.ok(Math.abs(mean - 0.5) < 0.0037, `mean ${mean}`)
  assert.ok(Math.abs(variance - 1 / 12) < 0.00095, `variance ${variance}`)
})

test('normal numbers have mean 0, variance 1 and the normal share within one deviation', () => {
  const values = normals(keyOf(4, 'test'), 100_000)
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
  const within = values.filter(value => Math.abs(value) < 1).length / values.length
  // Four standard errors each; 0.6827 is the share of the normal distribution within one deviation.
  assert.ok(Math.abs(mean) < 0.0127, `mean ${mean}`)
  assert.ok(Math.abs(variance - 1) < 0.018, `variance ${variance}`)
  assert.ok(Math.abs(within - 0.6827) < 0.006, `within ${within}`)
})

test('integerBelow stays below its limit and reaches all values', () => {
  const key = keyOf(5, 'test')
  const counts = [0, 0, 0]
  for (let index = 0; index < 3000; index++) counts[integerBelow(key, index, 3)]++
  for (const count of counts) assert.ok(Math.abs(count - 1000) < 104, `${counts}`)
  assert.equal(integerBelow(key, 0, 1), 0)
  assert.ok(integerBelow(key, 0, Number.MAX_SAFE_INTEGER) < Number.MAX_SAFE_INTEGER)
  assert.throws(() => integerBelow(key, 0, 0), /expected a limit of 1 or more, got 0/)
})

test('a permutation has each number once, and each order of three about equally often', () => {
  const sorted = [...permutation(keyOf(6, 'test'), 1000)].sort((a, b) => a - b)
  assert.deepEqual(
    sorted,
    Array.from({ length: 1000 }, (_, index) => index),
  )
  assert.equal(permutation(ZERO, 0).length, 0)
  const orders = new Map<string, number>()
  for (let seed = 0; seed < 6000; seed++) {
    const order = permutation(keyOf(seed, 'test'), 3).join()
    orders.set(order, (orders.get(order) ?? 0) + 1)
  }
  assert.equal(orders.size, 6)
  // Four standard deviations of a binomial with 6000 trials of 1/6.
  for (const count of orders.values()) assert.ok(Math.abs(count - 1000) < 116, JSON.stringify([...orders]))
})
