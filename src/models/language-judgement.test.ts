import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gru } from '../cells/gru.ts'
import { createWasmDevice } from '../devices/wasm/wasm-device.ts'
import { drawn } from '../layers/weight-source.ts'
import { logSoftmax } from '../tensor/index.ts'
import { Turns } from '../training/turns.ts'
import { judgeText, lossFigures } from './language-judgement.ts'
import { LanguageNetwork } from './language-network.ts'

const network = new LanguageNetwork(
  gru,
  { vocabulary: 6, embedding: 5, hidden: [9], initialState: 'zero', tieWeights: false },
  drawn(createWasmDevice()),
  { seed: 1, initialization: null, forgetBias: 1 },
)
const ids = Int32Array.from({ length: 61 }, (_, i) => (i * i) % 6)
const judged = (pieces: readonly Int32Array[], window?: number) => judgeText(network, pieces, new Turns(), window)

test('the judgement is the mean over all tokens but the first', async () => {
  const { output } = network.read(ids.subarray(0, -1), 1, network.initialState(1))
  const logs = logSoftmax(network.logits(output)).toArray()
  const rows = Array.from({ length: 60 }, (_, t) => Array.from(logs.subarray(6 * t, 6 * t + 6)))
  const loss = rows.reduce((sum, row, t) => sum - row[ids[t + 1]], 0) / 60
  const right = rows.filter((row, t) => row.indexOf(Math.max(...row)) === ids[t + 1]).length
  const found = await judged([ids])
  assert.equal(found.tokens, 60)
  assert.ok(Math.abs(found.loss - loss) < 1e-6)
  assert.equal(found.accuracy, right / 60)
  assert.equal(found.unknown, ids.subarray(1).filter(id => id === 0).length / 60)
  assert.equal(found.perplexity, Math.exp(found.loss))
  assert.equal(found.bitsPerToken, found.loss / Math.LN2)
})

test('neither the window nor the pieces change a bit', async () => {
  const whole = await judged([ids])
  for (const window of [1, 2, 7, 60, 256]) assert.deepEqual(await judged([ids], window), whole)
  const pieces = [0, 1, 2, 20, 61].map((begin, k, all) => ids.subarray(begin, all[k + 1] ?? 61))
  assert.deepEqual(await judged(pieces, 5), whole)
})

test('fewer than two tokens cannot be judged', async () => {
  for (const few of [[], [Int32Array.of(1)]]) {
    await assert.rejects(judged(few), /^DataError: evaluate: expected a text of two tokens or more, got less\./)
  }
})

test('a perplexity beyond all numbers is still a number', () => {
  assert.equal(lossFigures(1000).perplexity, Number.MAX_VALUE)
  assert.deepEqual(lossFigures(0), { loss: 0, perplexity: 1, bitsPerToken: 0 })
})
