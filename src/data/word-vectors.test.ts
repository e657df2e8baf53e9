import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { DataError } from '../errors/errors.ts'
import { sourceOf } from './bytes.test-support.ts'
import { readWordVectors } from './word-vectors.ts'

const GLOVE = 'the 0.5 -1e-2 3\n. . . 9 9 9\n, 1 2 3\nparis 4 5 6\nthe 7 7 7\n'

async function read(content: string | Uint8Array, words: readonly string[], length = 7) {
  const { dimensions, vectors } = await readWordVectors(sourceOf(content, length), { wanted: new Set(words) })
  return { dimensions, vectors: Object.fromEntries([...vectors].map(([word, vector]) => [word, [...vector]])) }
}

async function refusal(content: string, words: readonly string[] = ['the', 'a']): Promise<string> {
  const error = await read(content, words).then(
    () => assert.fail('expected an error'),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof DataError)
  return error.message
}

test('vectors of wanted words are read, with and without a header, compressed or not', async () => {
  const vectors = { the: [0.5, Math.fround(-1e-2), 3], ',': [1, 2, 3] }
  const words = ['the', ',', 'absent']
  const headed = `5 3\n${GLOVE}`.replaceAll('\n', ' \n')
  for (const content of [GLOVE, headed, new Uint8Array(gzipSync(GLOVE)), GLOVE.replaceAll('\n', '\r\n')]) {
    assert.deepEqual(await read(content, words), { dimensions: 3, vectors })
  }
})

test('a word that is absent takes the vector of its lower-case form, not the other way', async () => {
  assert.deepEqual((await read(GLOVE, ['Paris', 'PARIS', 'paris'])).vectors, {
    Paris: [4, 5, 6],
    PARIS: [4, 5, 6],
    paris: [4, 5, 6],
  })
  assert.deepEqual((await read('Paris 1\nParis 2\nparis 3\n', ['Paris'])).vectors, { Paris: [1] })
  assert.deepEqual((await read('Paris 1\n', ['paris'])).vectors, {})
})

test('vectors share no memory', async () => {
  const wanted = new Set(['Paris', 'PARIS'])
  const { vectors } = await readWordVectors(sourceOf(GLOVE), { wanted })
  assert.notEqual(vectors.get('Paris')?.buffer, vectors.get('PARIS')?.buffer)
})

test('what is wrong is named by file and line', async () => {
  assert.match(await refusal('a 1 2\n\nthe 1\n'), /^file\.txt, line 3: expected 2 numbers, got 1 of them\./)
  assert.match(await refusal('a 1 2\nthe 1 x\n'), /^file\.txt, line 2: expected a number, got "x"\./)
  assert.match(await refusal('a 1 2\nthe 1 1e99\n'), /^file\.txt, line 2: expected a number, got "1e99"\./)
  assert.match(await refusal('a 1  2\n'), /^file\.txt, line 1: expected a number, got ""\./)
  assert.match(await refusal('word\n'), /^file\.txt, line 1: expected a word and 1 to 65536 numbers, got 0 of them\./)
  assert.match(await refusal('9 999999\n'), /line 1: expected a word and 1 to 65536 numbers, got 999999/)
  assert.match(await refusal('3 2\na 1 2\n'), /^file\.txt: expected 3 words, as its first line says, got 1\. .* is cut/)
  assert.match(await refusal(''), /^file\.txt: expected word vectors, got an empty file\./)
  assert.match(await refusal('a 1\0 2\n'), /got a binary one/)
})

test('an abort is heard', async () => {
  const signal = AbortSignal.abort(new Error('enough'))
  await assert.rejects(readWordVectors(sourceOf(GLOVE), { wanted: new Set(), signal }), /^Error: enough$/)
})

test('any damaged file is read or refused with a DataError', async () => {
  const bytes = new TextEncoder().encode(`5 3\n${GLOVE}`)
  const content = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.string({ unit: fc.constantFrom('1', '9', ' ', '\n', 'the', '.', '-', 'e', '\t'), maxLength: 60 }),
    fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)).map(([at, by]) => bytes.with(at, by)),
  )
  await fc.assert(
    fc.asyncProperty(content, async given => {
      await read(given, ['the', ',', '1', '']).catch((error: unknown) => {
        assert.ok(error instanceof DataError, String(error))
      })
    }),
    { numRuns: 500 },
  )
})
