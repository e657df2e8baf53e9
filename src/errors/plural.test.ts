import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plural } from './plural.ts'

test('one is singular, none and many are plural', () => {
  assert.deepEqual(
    [0, 1, 2, 1000].map(count => plural(count, 'token')),
    ['0 tokens', '1 token', '2 tokens', '1000 tokens'],
  )
})
