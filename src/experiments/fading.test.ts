import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rnn } from '../cells/rnn.ts'
import { experiment, gradientOverTime, stepsAbove } from './fading.ts'
import { findingsOf, valuesOf } from './run.test-support.ts'
import { SequenceModel } from './sequence-model.ts'

test('steps above a share count to the last one, whatever lies between', () => {
  assert.equal(stepsAbove([1, 0.5, 0.001, 0.02, 0.009], 0.01), 4)
  assert.equal(stepsAbove([1, 0.5, 0.2], 0.01), 3)
})

test('the gradient of a linear memory falls by its weight at each step', () => {
  // With weights so small that tanh is linear: h_t = w x_t + u h_{t-1}, so ∂answer / ∂x falls by |u| at each step back.
  const model = new SequenceModel(rnn, { inputSize: 2, outputSize: 1, hiddenSize: 1, seed: 1 })
  const set = (name: string, values: readonly number[]) => {
    const weight = model.parameters().get(name)
    assert.ok(weight)
    weight.device.write(weight.matrix, values)
  }
  set('weight_ih_l0', [1e-4, 1e-4])
  set('weight_hh_l0', [0.9])
  for (const bias of ['bias_ih_l0', 'bias_hh_l0']) set(bias, [0])
  const shares = gradientOverTime(model, 20, 1)
  assert.equal(shares.length, 20)
  shares.forEach((share, k) => {
    assert.ok(Math.abs(share - 0.9 ** k) < 1e-5, `${k}: ${share}`)
  })
})

test('the gradient of the RNN is gone within a few steps, that of the LSTM set for long memories is not', async () => {
  const findings = await findingsOf(experiment)
  const before = (name: string) => valuesOf(findings, name, 'before')[0]
  for (const when of ['before', 'after']) assert.ok(valuesOf(findings, 'RNN', when)[0] < 15)
  assert.ok(before('RNN') < before('bias 1'))
  assert.ok(before('bias 0') < before('bias 1'))
  assert.ok(before('bias 1') < before('chrono'))
  assert.equal(valuesOf(findings, 'chrono', 'after')[0], 30)
})
