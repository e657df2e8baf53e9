import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { DataError } from '../errors/errors.ts'
import { gunzip, isGzip } from './gunzip.ts'

const text = 'a line of text\n'.repeat(10_000)

test('what was compressed comes back', async () => {
  assert.equal(new TextDecoder().decode(await gunzip(gzipSync(text), 't.gz')), text)
})

test('a gzip file is known by its bytes', () => {
  assert.equal(isGzip(gzipSync(text), 't.csv'), true)
  assert.equal(isGzip(new TextEncoder().encode(text), 't.csv'), false)
  assert.throws(() => isGzip(new Uint8Array(0), 't.csv.GZ'), DataError)
})

test('a cut or damaged file and one that grows past the limit are refused', async () => {
  const whole = gzipSync(text)
  const damaged = Uint8Array.from(whole)
  damaged[damaged.length - 6] ^= 1
  for (const bytes of [whole.subarray(0, 100), damaged, Uint8Array.of(0x1f, 0x8b)]) {
    await assert.rejects(
      gunzip(bytes, 't.gz'),
      /^DataError: t\.gz: expected one whole gzip file, got one that is damaged/,
    )
  }
  await assert.rejects(
    gunzip(whole, 't.gz', 1000),
    /^DataError: t\.gz: expected at most 1000 bytes of decompressed text/,
  )
})
