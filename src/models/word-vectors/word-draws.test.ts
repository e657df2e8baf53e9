import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aliasTable, keptThresholds } from './word-draws.ts'

const COUNTS = [50_000, 9_000, 777, 50, 9, 5, 5]

test('the alias table gives each word its share, count^0.75', () => {
  const words = COUNTS.length
  const table = aliasTable(COUNTS)
  const shares = new Float64Array(words)
  for (let place = 0; place < words; place++) {
    const own = table[2 * place] / 2 ** 32
    shares[place] += own / words
    shares[table[2 * place + 1]] += (1 - own) / words
  }
  const total = COUNTS.reduce((sum, count) => sum + count ** 0.75, 0)
  COUNTS.forEach((count, word) => {
    assert.ok(Math.abs(shares[word] - count ** 0.75 / total) < 1e-8, `word ${word}: ${shares[word]}`)
  })
})

test('of one word the table has that word', () => {
  const [, word] = aliasTable([3])
  assert.equal(word, 0)
})

test('frequent words are kept now and then, by the formula of word2vec.c', () => {
  const total = COUNTS.reduce((sum, count) => sum + count, 0)
  const kept = keptThresholds(COUNTS, 0.01)
  COUNTS.forEach((count, word) => {
    // From the program: (sqrt(cn / (sample * words)) + 1) * (sample * words) / cn
    const expected = ((Math.sqrt(count / (0.01 * total)) + 1) * (0.01 * total)) / count
    assert.ok(Math.abs(kept[word] / 2 ** 32 - Math.min(1, expected)) < 1e-9, `word ${word}`)
  })
  assert.ok(kept[0] < 2 ** 31 && kept[6] === 2 ** 32 - 1)
  assert.ok(keptThresholds(COUNTS, 0).every(threshold => threshold === 2 ** 32 - 1))
})
