import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ByteSource } from '../../data/byte-source.ts'
import { uniform } from '../../random/draw.ts'
import { keyOf } from '../../random/key.ts'
import type { LanguageText } from '../language-text.ts'
import { ChunkCutter } from './chunks.ts'
import { readWordText, type WordTextOptions } from './word-text.ts'
import { completeWordVectorOptions } from './word-vector-options.ts'

const TEXT = 'the cat saw the dog\nthe dog ran\n\n\na cat ran\nthe end\n'

async function read(
  text: LanguageText,
  given: Record<string, unknown> = {},
  { chunkIds = 8, ...options }: WordTextOptions & { readonly chunkIds?: number } = {},
) {
  const settings = completeWordVectorOptions('test', { minimumCount: 2, tokens: 'space', ...given })
  const words = await readWordText(text, settings, options)
  const chunks = []
  for await (const { ids, position } of words.chunks(chunkIds)) chunks.push({ ids: [...ids], position })
  return { words, chunks }
}

test('words by frequency, ids with sentence ends, rare words left out', async () => {
  const { words, chunks } = await read(TEXT, {}, { chunkIds: 100 })
  assert.deepEqual(words.words, ['the', 'cat', 'dog', 'ran'])
  assert.deepEqual([...words.counts], [4, 2, 2, 2])
  assert.equal(words.total, 10)
  // the cat · the dog | the dog ran | · cat ran | the · |
  assert.deepEqual(chunks, [{ ids: [0, 1, 0, 2, -1, 0, 2, 3, -1, 1, 3, -1, 0, -1], position: 0 }])
})

test('paragraphs end at empty lines only', async () => {
  const { chunks } = await read(TEXT, { boundary: 'paragraph' }, { chunkIds: 100 })
  assert.deepEqual(chunks[0].ids, [0, 1, 0, 2, 0, 2, 3, -1, 1, 3, 0])
})

test('chunks are whole sentences where these fit, and positions go on', async () => {
  const { chunks } = await read(TEXT)
  assert.deepEqual(chunks, [
    { ids: [0, 1, 0, 2, -1], position: 0 },
    { ids: [0, 2, 3, -1, 1, 3, -1], position: 5 },
    { ids: [0, -1], position: 12 },
  ])
})

test('a text in pieces, kept or read again, is the same text', async () => {
  const long = Array.from({ length: 3000 }, (_, k) => {
    const word = `w${Math.floor(40 * uniform(keyOf(1, 'words'), k) ** 2)}`
    return uniform(keyOf(2, 'ends'), k) < 0.1 ? `${word}\n` : word
  }).join(' ')
  const bytes = new TextEncoder().encode(long)
  const source: ByteSource = {
    name: 'pieces',
    async *bytes() {
      for (let at = 0; at < bytes.length; at += 77) yield bytes.slice(at, at + 77)
    },
  }
  const whole = await read(long)
  for (const mostIdsKept of [1e6, 500]) {
    const { words, chunks } = await read([source], {}, { mostIdsKept })
    assert.deepEqual(chunks, whole.chunks)
    assert.deepEqual(words.words, whole.words.words)
    assert.equal(words.hash, whole.words.hash)
  }
  const other = await read(long.replace('w0', 'w1'))
  assert.notEqual(other.words.hash, whole.words.hash)
})

test('a chunk is cut in the middle of a sentence only if that is longer', () => {
  const cutter = new ChunkCutter(4)
  const ids = Int32Array.of(1, 2, -1, 3, 4, 5, 6, 7, 8, -1, 9)
  const chunks = [...cutter.add(ids.subarray(0, 5)), ...cutter.add(ids.subarray(5)), ...cutter.end()]
  assert.deepEqual(
    chunks.map(chunk => [...chunk.ids]),
    [[1, 2, -1], [3, 4, 5, 6], [7, 8, -1], [9]],
  )
  assert.deepEqual(
    chunks.map(chunk => chunk.position),
    [0, 3, 7, 10],
  )
})

test('a text without two frequent words is refused', async () => {
  await assert.rejects(read('one two three'), { code: 'DATA', message: /two words or more that occur 2 times/ })
  await assert.rejects(read(''), { code: 'DATA' })
  await assert.rejects(read(TEXT, { vocabulary: 1 }), { code: 'DATA' })
})
