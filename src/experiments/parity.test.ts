import assert from 'node:assert/strict'
import { test } from 'node:test'
import { experiment, oddness } from './parity.ts'
import { findingsOf, valuesOf } from './run.test-support.ts'

test('the answer after each bit is whether there were an odd number of ones', () => {
  assert.deepEqual(oddness([0, 1, 1, 1, 0, 0, 1]), [0, 1, 0, 1, 1, 1, 0])
})

test('LSTM and sLSTM tell odd from even beyond the lengths they learned from, minGRU guesses', async () => {
  const findings = await findingsOf(experiment)
  for (const name of ['LSTM', 'sLSTM', 'minGRU']) {
    const [right] = findings.figures.filter(({ of, what }) => of === name && what.startsWith('right after 21'))
    assert.equal(right.values.length, 1)
    if (name === 'minGRU') assert.ok(right.values[0] < 60, `${name}: ${right.values[0]}`)
    else assert.ok(right.values[0] > 95, `${name}: ${right.values[0]}`)
  }
  assert.ok(valuesOf(findings, 'minGRU', 'right after 1 to')[0] < 75)
})
