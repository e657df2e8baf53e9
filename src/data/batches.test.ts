import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OptionError } from '../errors/errors.ts'
import { uniforms } from '../random/draw.ts'
import { keyOf } from '../random/key.ts'
import { batchesByLength, shuffledOrder } from './batches.ts'

const lengths = Int32Array.from(uniforms(keyOf(9, 'lengths'), 5003), value => 1 + Math.floor(60 * value * value))

function sorted(values: Iterable<number>): number[] {
  return [...values].sort((a, b) => a - b)
}

test('an epoch is an order of all places, another one each epoch and each seed', () => {
  const order = shuffledOrder(100, 1, 1)
  assert.deepEqual(sorted(order), [...Array(100).keys()])
  assert.deepEqual(shuffledOrder(100, 1, 1), order)
  assert.notDeepEqual(shuffledOrder(100, 1, 2), order)
  assert.notDeepEqual(shuffledOrder(100, 2, 1), order)
})

test('batches hold each example once, and only one is not full', () => {
  const batches = batchesByLength(lengths, 32, 1, 1)
  assert.deepEqual(sorted(batches.flatMap(batch => [...batch])), [...Array(5003).keys()])
  assert.deepEqual(
    batches.map(batch => batch.length).filter(size => size !== 32),
    [5003 % 32],
  )
})

test('lengths are alike within a batch, and batches come in no order of length', () => {
  const batches = batchesByLength(lengths, 32, 1, 1)
  const wasted = batches.reduce((sum, batch) => {
    const longest = Math.max(...[...batch].map(index => lengths[index]))
    return sum + [...batch].reduce((padding, index) => padding + longest - lengths[index], 0)
  }, 0)
  const total = lengths.reduce((sum, length) => sum + length, 0)
  // Batches in plain shuffled order would pad by some 190 per cent here.
  assert.ok(wasted < 0.06 * total, `${wasted} of ${total}`)
  const firsts = batches.map(batch => lengths[batch[0]])
  const descents = firsts.filter((length, index) => index > 0 && length < firsts[index - 1]).length
  assert.ok(descents > 0.3 * firsts.length && descents < 0.7 * firsts.length, `${descents} of ${firsts.length}`)
})

test('within a batch the longest comes first', () => {
  for (const batch of batchesByLength(lengths, 32, 1, 1)) {
    for (let index = 1; index < batch.length; index++) {
      assert.ok(lengths[batch[index]] <= lengths[batch[index - 1]])
    }
  }
})

test('batches differ by epoch, and the same seed and epoch give the same', () => {
  assert.deepEqual(batchesByLength(lengths, 32, 1, 4), batchesByLength(lengths, 32, 1, 4))
  assert.notDeepEqual(batchesByLength(lengths, 32, 1, 4), batchesByLength(lengths, 32, 1, 5))
  assert.deepEqual(batchesByLength([], 32, 1, 1), [])
})

test('a batch size that is no whole number of 1 or more is refused', () => {
  for (const size of [0, 1.5, Number.NaN]) assert.throws(() => batchesByLength([1], size, 1, 1), OptionError)
})
