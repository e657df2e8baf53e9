import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { WordVectors } from '../models/word-vectors/word-vectors.ts'
import { experiment, shareOfPairs } from './middle-or-end.ts'
import { findingsOf, valuesOf } from './run.test-support.ts'

function readText(path: string): string {
  const [name, ...file] = path.replace('npm:', '').split('/')
  return readFileSync(join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), ...file), 'utf8')
}

test('a pair counts where one of the two is near the other', () => {
  // Twelve words that all point near each other; man points away from woman and from all of them.
  const words = ['man', 'woman', 'he', 'she', ...Array.from({ length: 10 }, (_, k) => `word${k}`)]
  const vectors = Float32Array.from(words.flatMap((_, k) => (k === 0 ? [-1, 0] : [1, k / 1000])))
  const list = new WordVectors({ words, vectors, dimensions: 2, counts: null, text: null, summary: null })
  assert.equal(shareOfPairs(list), 1 / 2)
})

test('the LSTM tells the next word better than a bag of the words before it', async () => {
  const findings = await findingsOf(experiment, { readText })
  const perplexity = (name: string) => valuesOf(findings, name, 'perplexity')[0]
  assert.ok(perplexity('LSTM, the next') < perplexity('the same'))
  assert.ok(perplexity('LSTM, the next') < perplexity('frequencies'))
})
