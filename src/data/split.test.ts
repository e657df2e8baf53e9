import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { OptionError } from '../errors/errors.ts'
import { splitByFraction } from './split.ts'

test('each label has the same share in both parts', () => {
  const labels = Array.from({ length: 1000 }, (_, index) => (index % 4 === 0 ? 'rare' : 'often'))
  const { training, validation } = splitByFraction(labels, 0.1, 1)
  assert.equal(training.length, 900)
  assert.equal(validation.length, 100)
  assert.equal([...validation].filter(index => labels[index] === 'rare').length, 25)
})

test('many labels with few examples still give the right whole', () => {
  const labels = Array.from({ length: 300 }, (_, index) => `label ${index % 100}`)
  assert.equal(splitByFraction(labels, 0.1, 1).validation.length, 30)
})

test('the seed decides which examples are drawn', () => {
  const labels = Array.from({ length: 100 }, () => 'a')
  assert.deepEqual(splitByFraction(labels, 0.2, 5), splitByFraction(labels, 0.2, 5))
  assert.notDeepEqual(splitByFraction(labels, 0.2, 5), splitByFraction(labels, 0.2, 6))
})

test('each example is in one part, in order, and no label loses its last one for training', () => {
  const anyLabels = fc.array(fc.constantFrom('a', 'b', 'c', '__proto__'))
  fc.assert(
    fc.property(anyLabels, fc.double({ min: 0, max: 0.99, noNaN: true }), fc.maxSafeNat(), (labels, fraction, seed) => {
      const { training, validation } = splitByFraction(labels, fraction, seed)
      const all = [...training, ...validation].sort((a, b) => a - b)
      assert.deepEqual(all, [...labels.keys()])
      assert.deepEqual(
        [...training],
        [...training].sort((a, b) => a - b),
      )
      assert.deepEqual(new Set([...training].map(index => labels[index])), new Set(labels))
    }),
  )
})

test('few examples give one for validation if a label can spare it', () => {
  assert.equal(splitByFraction(['a', 'a', 'b'], 0.1, 1).validation.length, 1)
  assert.equal(splitByFraction(['a', 'b'], 0.1, 1).validation.length, 0)
  assert.equal(splitByFraction(['a', 'a', 'a'], 0, 1).validation.length, 0)
  assert.equal(splitByFraction([], 0.1, 1).validation.length, 0)
})

test('a fraction outside [0, 1) is refused', () => {
  for (const fraction of [-0.1, 1, Number.NaN]) {
    assert.throws(() => splitByFraction(['a'], fraction, 1), OptionError)
  }
})
