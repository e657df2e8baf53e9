import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OptionError } from '../errors/errors.ts'
import { uniform } from './draw.ts'
import { fnv1a, keyOf, subkey } from './key.ts'

test('fnv1a gives the published hashes', () => {
  // Test vectors of Noll's reference code (32 bits, FNV-1a).
  assert.equal(fnv1a(''), 0x811c9dc5)
  assert.equal(fnv1a('a'), 0xe40c292c)
  assert.equal(fnv1a('foobar'), 0xbf9cf968)
})

test('seed with both halves, purpose, and each index with its order all change the key', () => {
  const keys = [
    keyOf(1, 'shuffle'),
    keyOf(2, 'shuffle'),
    keyOf(1 + 2 ** 32, 'shuffle'),
    keyOf(1, 'dropout'),
    keyOf(1, 'shuffle', 0),
    keyOf(1, 'shuffle', 0, 0),
    keyOf(1, 'shuffle', 1, 2),
    keyOf(1, 'shuffle', 2, 1),
    keyOf(1, 'shuffle', 2 ** 32),
  ]
  assert.equal(new Set(keys.map(({ key0, key1 }) => `${key0} ${key1}`)).size, keys.length)
  assert.deepEqual(keyOf(1, 'shuffle', 3), keyOf(1, 'shuffle', 3))
})

test('an index given at once or later makes the same key', () => {
  assert.deepEqual(keyOf(7, 'dropout', 4, 5), subkey(keyOf(7, 'dropout', 4), 5))
})

test('a derived key is none of the words drawn from its parent', () => {
  const parent = keyOf(1, 'p')
  const derived = subkey(parent, 0)
  assert.notEqual(derived.key0 >>> 8, uniform(parent, 0) * 2 ** 24)
})

test('a seed that is no whole number from 0 to 2^53 - 1 is refused with the value', () => {
  for (const seed of [-1, 0.5, 2 ** 53, Number.NaN]) {
    assert.throws(
      () => keyOf(seed, 'p'),
      error =>
        error instanceof OptionError &&
        error.message.startsWith(`seed: expected a whole number from 0 to 9007199254740991, got ${seed}.`),
    )
  }
  assert.throws(() => keyOf(1, 'p', -1), /subkey index: expected a whole number .* got -1\./)
})
