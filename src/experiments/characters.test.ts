import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readEmma } from '../../examples/emma.ts'
import { charRnn, experiment, nanoGpt } from './characters.ts'
import { correlationOf, placesInLine } from './counting-unit.ts'
import { findingsOf, valuesOf } from './run.test-support.ts'

for (const variant of [null, 'split']) {
  const divided = variant ? ', divided as by char-rnn,' : ''
  test(`a small form foretells letters${divided} and has a unit that counts`, async () => {
    const findings = await findingsOf(experiment, { variant, readText: () => readEmma() })
    const [frequencies] = valuesOf(findings, 'frequencies', 'loss')
    const [loss] = valuesOf(findings, 'LSTM 64', variant ? 'loss, 50 places' : 'loss, last tenth')
    assert.ok(loss < frequencies - 0.5, `${loss} nats, frequencies ${frequencies}`)
    const [before, after] = findings.figures.filter(({ what }) => what.includes('correlation')).map(f => f.values[0])
    assert.ok(after > before, `${after} after training, ${before} before`)
  })
}

const ids = Int32Array.from({ length: 1_115_394 }, (_, k) => k)

test("nanoGPT's division keeps the last tenth", () => {
  const { training, kept } = nanoGpt.of(ids, 32)
  assert.equal(training[0][0], 0)
  // 1,003,854 training characters, as its prepare.py says.
  assert.ok((training[31].at(-1) as number) < 1_003_854)
  assert.equal(kept[0][0], 1_003_854)
})

test("char-rnn's division keeps 22 windows of 50 at the end of each of 50 runs, apart from those trained on", () => {
  const { training, kept } = charRnn.of(ids, 50)
  // CharSplitLMMinibatchLoader.lua: 446 batches, of which ⌊0.95 · 446⌋ are trained on and ⌊0.05 · 446⌋ validate.
  assert.equal(training.length, 50)
  assert.equal(training[0].length, 423 * 50 + 1)
  assert.equal(kept[0].length, 22 * 50 + 1)
  assert.equal(kept[7][0], 7 * 446 * 50 + 423 * 50)
  const seen = new Set(training.flatMap(run => [...run.subarray(0, -1)]))
  assert.ok(kept.every(run => run.subarray(1).every(id => !seen.has(id))))
})

test('places count the characters before each one in its line', () => {
  assert.deepEqual(placesInLine([...'ab\n\ncd']), [0, 1, 2, 0, 0, 1])
})

test('the correlation is that of numpy.corrcoef', () => {
  // numpy.corrcoef([1, 2, 4, 8], [3, 1, 0, 5])[0, 1]
  assert.ok(Math.abs(correlationOf([1, 2, 4, 8], [3, 1, 0, 5]) - 0.546308034611348) < 1e-12)
  assert.equal(correlationOf([1, 1, 1], [1, 2, 3]), 0)
})
