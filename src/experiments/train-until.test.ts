import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mul, sub, sum, tensor } from '../tensor/index.ts'
import { sgd } from '../training/optimizers/sgd.ts'
import { meanCurve } from './mean-curve.ts'
import { trainUntil } from './train-until.ts'

/** (w − 3)², whose gradient is 2 (w − 3): with a rate of 1/4 the distance is halved by each step. */
function bowl(start: number) {
  const weight = tensor([start], [1], { requiresGradient: true })
  const distance = () => sub(weight, 3)
  return {
    weight,
    parameters: new Map([['weight', weight]]),
    loss: () => sum(mul(distance(), distance())),
    optimizer: sgd,
    learningRate: 0.25,
    clipNorm: 100,
    judge: () => Math.abs(weight.item() - 3),
  }
}

test('it judges every so many steps and at the end, and ends where the judgement says so', async () => {
  const { scores, solvedAt, score } = await trainUntil({ ...bowl(11), steps: 5, every: 2 })
  assert.deepEqual(scores, [
    [2, 2],
    [4, 0.5],
    [5, 0.25],
  ])
  assert.deepEqual([solvedAt, score], [null, 0.25])
  const solved = await trainUntil({ ...bowl(11), steps: 100, every: 2, isSolved: distance => distance <= 0.5 })
  assert.equal(solved.solvedAt, 4)
})

test('the gradient is clipped', async () => {
  const { score } = await trainUntil({ ...bowl(11), clipNorm: 4, steps: 1, every: 1 })
  assert.ok(Math.abs(score - 7) < 1e-5)
})

test('a loss that is no number ends the run and is told, not thrown', async () => {
  const { isDiverged, scores } = await trainUntil({ ...bowl(11), learningRate: 1e30, steps: 10, every: 1 })
  assert.ok(isDiverged)
  assert.ok(scores.length < 10)
})

test('an abort ends it between two steps', async () => {
  const controller = new AbortController()
  const onProgress = (share: number) => share > 0.25 && controller.abort(new Error('enough'))
  const run = trainUntil({ ...bowl(11), steps: 10, every: 10, signal: controller.signal, onProgress })
  await assert.rejects(run, /enough/)
})

test('a mean curve goes on with the last score of runs that ended', () => {
  const runs = [
    {
      scores: [
        [2, 0.5],
        [4, 1],
      ],
    },
    {
      scores: [
        [2, 0],
        [4, 0],
        [6, 0.5],
      ],
    },
  ] as const
  assert.deepEqual(meanCurve(runs, 2, 6, 10), [
    [20, 0.25],
    [40, 0.5],
    [60, 0.75],
  ])
})
