import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { sha256 } from './sha256.ts'

test('sha256 gives the published digests', () => {
  // NIST, SHA-256 examples: empty message, one block, two blocks.
  const published = [
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    ],
  ] as const
  for (const [text, digest] of published) assert.equal(sha256(new TextEncoder().encode(text)), digest)
})

test('sha256 agrees with the platform at every length around a block, at any alignment', () => {
  const bytes = Uint8Array.from({ length: 300 }, (_, index) => index * 31)
  for (let length = 0; length < 200; length++) {
    const part = bytes.subarray(length % 7, (length % 7) + length)
    assert.equal(sha256(part), createHash('sha256').update(part).digest('hex'), `length ${length}`)
  }
})
