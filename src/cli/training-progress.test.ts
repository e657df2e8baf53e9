import assert from 'node:assert/strict'
import { test } from 'node:test'
import { drawn } from './training-progress.ts'

const progress = {
  epoch: 3,
  epochs: 10,
  step: 50,
  steps: 100,
  loss: 4.8312,
  stepLoss: 4.7,
  validation: { perplexity: 158.9 },
  tokensPerSecond: 12345,
  secondsLeft: 3723,
}

test('where the terminal is narrow, the time that is left stays and nothing is cut in two', () => {
  const bar = '███░░░░░░░'
  for (const [columns, line] of [
    [Infinity, `${bar} epoch 3/10  loss 4.831  validation perplexity 158.90  12,345 tokens/s  1:02:03 left`],
    [79, `${bar} epoch 3/10  loss 4.831  validation perplexity 158.90  1:02:03 left`],
    [50, `${bar} epoch 3/10  loss 4.831  1:02:03 left`],
    [10, `${bar} epoch 3/10  1:02:03 left`],
  ] as const) {
    assert.equal(drawn(progress, columns), line)
  }
})
