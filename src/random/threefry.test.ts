import assert from 'node:assert/strict'
import { test } from 'node:test'
import { threefry2x32, threefry2x32Into } from './threefry.ts'

// Random123, tests/kat_vectors: "threefry2x32 20" with counter, key, result.
const PUBLISHED = [
  { counter: [0, 0], key: [0, 0], result: [0x6b200159, 0x99ba4efe] },
  {
    counter: [0xffffffff, 0xffffffff],
    key: [0xffffffff, 0xffffffff],
    result: [0x1cb996fc, 0xbb002be7],
  },
  {
    counter: [0x243f6a88, 0x85a308d3],
    key: [0x13198a2e, 0x03707344],
    result: [0xc4923a9c, 0x483df7a0],
  },
] as const

test('threefry2x32 gives the published vectors', () => {
  for (const { counter, key, result } of PUBLISHED) {
    assert.deepEqual(threefry2x32(key[0], key[1], counter[0], counter[1]), result)
  }
})

test('the form without allocation writes the same words at its offset and nothing else', () => {
  const out = new Uint32Array(4)
  threefry2x32Into(out, 1, 0x13198a2e, 0x03707344, 0x243f6a88, 0x85a308d3)
  assert.deepEqual([...out], [0, 0xc4923a9c, 0x483df7a0, 0])
})

test('signed and unsigned words are the same', () => {
  assert.deepEqual(threefry2x32(-1, -1, -1, -1), [0x1cb996fc, 0xbb002be7])
})
