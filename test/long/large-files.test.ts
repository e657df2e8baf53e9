/**
 * Files of more than a hundred megabytes, made as they are read: what is kept in memory does not grow with them. Kept
 * is what a collection leaves, every ten megabytes, in a process of its own whose heap may not grow either.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'

const MEGABYTES = 150

/** Above what is kept after the first ten megabytes: windows, blocks of ids, the counts of some 5,000 words. */
const MOST_GROWTH_MB = 32

const HEAP_MB = 96

const PROGRAM = `
import { createGzip } from 'node:zlib'
import { Readable } from 'node:stream'
const source = new URL(process.argv[1])
const load = path => import(new URL(path, source).href)
const { textWindows } = await load('data/text-windows.ts')
const { countStream, streamIds, idBlocks } = await load('data/token-stream.ts')
const { contiguousBatches } = await load('data/contiguous-batches.ts')
const { readWordVectors } = await load('data/word-vectors.ts')
const { createTokenizer } = await load('text/tokenizer.ts')
const { buildVocabulary } = await load('text/vocabulary.ts')
const { SubwordTrainer } = await load('text/subword-training.ts')

const megabytes = Number(process.argv[2])
const what = process.argv[3]
const text = new TextEncoder()
let peak = 0
let base = 0
async function* pieces(lineOf) {
  let line = 0
  let next = 10e6
  for (let length = 0; length < megabytes * 1e6; ) {
    let piece = ''
    while (piece.length < 60000) piece += lineOf(line++)
    length += piece.length
    if (length > next) {
      next += 10e6
      gc()
      const { heapUsed, arrayBuffers } = process.memoryUsage()
      peak = Math.max(peak, heapUsed + arrayBuffers)
      base ||= peak
    }
    yield text.encode(piece)
  }
}
// Now and then a new word, longer than what an engine copies: if kept as it was cut it would keep all that text.
const longWord = line => 'longwordlongword' + (Math.floor(line / 300) % 5000)
const words = line => 'the ' + longWord(line) + ' runs and runs, said the cat no ' + line % 90 + '.\\r\\n'
const vectors = line => 'longwordlongword' + line + ' 0.125'.repeat(100) + '\\n'
const zipped = lineOf => Readable.from(pieces(lineOf)).pipe(createGzip({ level: 1 }))
const given = lineOf => [{ name: 'generated', bytes: () => (what === 'gzip' ? zipped(lineOf) : pieces(lineOf)) }]
let result
if (what === 'vectors') {
  const wanted = new Set(['longwordlongword7', 'longwordlongword100000', 'absent'])
  const read = await readWordVectors(given(vectors)[0], { wanted })
  result = [read.dimensions, read.vectors.size]
} else if (what === 'one line') {
  const tokenizer = createTokenizer({ tokens: 'word' })
  result = [(await countStream(textWindows(given(line => 'word' + line % 100 + ' ')), tokenizer)).counts.size]
} else if (what === 'subwords') {
  const trainer = new SubwordTrainer()
  for await (const window of textWindows(given(words))) trainer.add(window)
  result = [Object.keys((await trainer.train({ vocabulary: 400 })).model.vocab).length]
} else {
  const tokenizer = createTokenizer({ tokens: 'word', lineEnd: '<eos>' })
  const { counts, total } = await countStream(textWindows(given(words)), tokenizer)
  const vocabulary = buildVocabulary(counts, { minimumCount: 2 })
  let targets = 0
  for await (const block of idBlocks(streamIds(textWindows(given(words)), tokenizer, vocabulary), 2 ** 20)) {
    for (const batch of contiguousBatches(block, { batch: 1, unroll: 35 })) targets += batch.targets.length
  }
  result = [vocabulary.size, total - targets]
}
console.log(JSON.stringify({ growth: (peak - base) / 1e6, result }))
`

function measured(what: string): { growth: number; result: number[] } {
  const source = new URL('../../src/', import.meta.url).href
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [
      '--expose-gc',
      `--max-old-space-size=${HEAP_MB}`,
      '--input-type=module',
      '-e',
      PROGRAM,
      source,
      String(MEGABYTES),
      what,
    ],
    { encoding: 'utf8' },
  )
  assert.equal(status, 0, stderr)
  return JSON.parse(stdout)
}

for (const { what, result } of [
  // The 5,000 long words, 90 numbers, 6 other words, 2 marks, the line end, and the unknown; no target but the first.
  { what: 'plain', result: [5000 + 90 + 6 + 2 + 1 + 1, 1] },
  { what: 'gzip', result: [5000 + 90 + 6 + 2 + 1 + 1, 1] },
  { what: 'one line', result: [100] },
  { what: 'subwords', result: [400] },
  { what: 'vectors', result: [100, 2] },
]) {
  test(`${MEGABYTES} MB, ${what}: memory does not grow with the file`, { timeout: 600_000 }, () => {
    const measurement = measured(what)
    assert.deepEqual(measurement.result, result)
    assert.ok(measurement.growth < MOST_GROWTH_MB, `grew by ${measurement.growth} MB`)
  })
}
