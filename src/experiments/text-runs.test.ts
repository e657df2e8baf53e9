import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lstm } from '../cells/lstm.ts'
import { windowAt } from '../data/contiguous-batches.ts'
import { DataError } from '../errors/errors.ts'
import { drawn } from '../layers/weight-source.ts'
import { judgeText } from '../models/language-judgement.ts'
import { LanguageNetwork } from '../models/language-network.ts'
import { Turns } from '../training/turns.ts'
import { countWindows, judgeRuns, runsOf, windowOf } from './text-runs.ts'

const ids = Int32Array.from({ length: 47 }, (_, k) => (k * 7) % 11)

test('runs of a text have the windows of contiguous batches', () => {
  const layout = { batch: 4, unroll: 5 }
  const runs = runsOf(ids, 4)
  for (let index = 0; index < countWindows(runs, 5); index++) {
    assert.deepEqual(windowOf(runs, 5, index), windowAt(ids, layout, index))
  }
})

test('a text that is too short for its runs is refused', () => {
  assert.throws(() => runsOf(ids.subarray(0, 4), 4), DataError)
})

test('runs are judged as a text is, each by itself', async () => {
  const sizes = { vocabulary: 11, embedding: 4, hidden: [5], initialState: 'zero', tieWeights: false } as const
  const network = new LanguageNetwork(lstm, sizes, drawn(), { seed: 3, initialization: null, forgetBias: 1 })
  const turns = new Turns()
  const [first, second] = [ids.subarray(0, 20), ids.subarray(20, 40)]
  const alone = await Promise.all([first, second].map(run => judgeText(network, [run], turns)))
  const mean = (alone[0].loss + alone[1].loss) / 2
  assert.ok(Math.abs((await judgeRuns(network, [first, second], turns)) - mean) < 1e-6)
})
