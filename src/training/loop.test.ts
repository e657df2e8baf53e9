import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ReferenceDevice } from '../devices/reference/reference-device.ts'
import { DivergenceError } from '../errors/errors.ts'
import { add, mean, mul, sub, type Tensor, tensor } from '../tensor/index.ts'
import { type LoopOptions, type Progress, type TrainingTask, train } from './loop.ts'
import { optimizers } from './optimizers/registry.ts'
import { schedules } from './schedules/registry.ts'

type Judgement = { readonly loss: number; readonly accuracy: number }

const ROWS = [
  [1, 3],
  [2, 5],
  [-1, -1],
  [0, 1],
]

/** Fits y = a x + b to rows of y = 2 x + 1, four batches an epoch; validation losses as given, then the last one. */
function lineTask(validations: readonly number[] = [1]) {
  const device = new ReferenceDevice()
  const leaf = () => tensor([0], [1], { device, requiresGradient: true })
  const parameters = new Map([
    ['a', leaf()],
    ['b', leaf()],
  ])
  const values = () => [...parameters.values()].map(p => p.item())
  const seen: number[] = []
  const afterEpochs: number[][] = []
  const task: TrainingTask<readonly number[], Judgement> = {
    parameters,
    batches: () => ROWS,
    tokens: () => 10,
    weight: () => 1,
    loss([x, y], stepNumber) {
      seen.push(stepNumber)
      const [a, b] = parameters.values()
      const error = sub(add(mul(a, x), b), y)
      return mean(mul(error, error))
    },
    async validate() {
      afterEpochs.push(values())
      return { loss: validations[Math.min(afterEpochs.length, validations.length) - 1], accuracy: 0.5 }
    },
  }
  return { task, values, seen, afterEpochs }
}

const options: LoopOptions = {
  epochs: 3,
  optimizer: optimizers.sgd,
  learningRate: 0.05,
  schedule: schedules.constant,
  warmUp: 0,
  clipNorm: 100,
  clipValue: null,
  accumulate: 1,
  patience: 10,
}

describe('the training loop', () => {
  it('learns, counts steps over all epochs and gives each epoch’s mean loss', async () => {
    const { task, values, seen } = lineTask(Array.from({ length: 60 }, (_, k) => 60 - k))
    const { epochs, best } = await train(task, { ...options, epochs: 60 })
    assert.deepEqual(
      values().map(v => v.toFixed(3)),
      ['2.000', '1.000'],
    )
    assert.deepEqual(
      seen,
      Array.from({ length: 240 }, (_, k) => k + 1),
    )
    assert.equal(best.epoch, 60)
    assert.ok(epochs.every((e, k) => e.epoch === k + 1 && e.seconds > 0))
    assert.ok(epochs[59].loss < 1e-6 && epochs[0].loss > 1)
  })

  it('takes the first step worked out on paper, clipped and not', async () => {
    // a = b = 0, x = 1, y = 3: error −3, gradient −6 for both; a step of 0.05 goes to 0.3. Its norm is 6√2.
    const oneRow = { ...lineTask(), rows: [ROWS[0]] }
    const task = { ...oneRow.task, batches: () => oneRow.rows }
    await train(task, { ...options, epochs: 1 })
    assert.deepEqual(oneRow.values(), [Math.fround(0.3), Math.fround(0.3)])
    const clipped = lineTask()
    await train({ ...clipped.task, batches: () => [ROWS[0]] }, { ...options, epochs: 1, clipNorm: 1 })
    for (const v of clipped.values()) assert.ok(Math.abs(v - 0.05 / Math.SQRT2) < 1e-8)
  })

  it('uses the optimizer’s own learning rate when none is given', async () => {
    const { task, values } = lineTask()
    await train({ ...task, batches: () => [ROWS[0]] }, { ...options, epochs: 1, learningRate: null })
    assert.equal(values()[0], Math.fround(6 * optimizers.sgd.defaultLearningRate))
  })

  it('leaves the weights of the epoch with the lowest validation loss', async () => {
    const { task, values, afterEpochs } = lineTask([3, 1, 2, 1, 5])
    const { epochs, best } = await train(task, { ...options, epochs: 5 })
    assert.equal(epochs.length, 5)
    assert.equal(best, epochs[1]) // the first of two that are alike
    // Kept in 32 bits, as files keep weights.
    assert.deepEqual(values(), afterEpochs[1].map(Math.fround))
    assert.notDeepEqual(values(), afterEpochs[4])
  })

  it('stops after as many epochs without a lower loss as it has patience', async () => {
    for (const [patience, expected] of [
      [1, 3],
      [2, 4],
      [3, 7],
    ]) {
      const { task } = lineTask([3, 2, 2.5, 2, 1, 1.5, 1.2, 1.1])
      const { epochs } = await train(task, { ...options, epochs: 7, patience })
      assert.equal(epochs.length, expected, `patience ${patience}`)
    }
  })

  it('says how far it is', async () => {
    const reports: Progress[] = []
    const { task } = lineTask([0.7, 0.6])
    const { epochs } = await train(task, { ...options, epochs: 2, onProgress: p => reports.push(p) })
    assert.deepEqual(
      reports.map(({ epoch, epochs: all, step, steps }) => [epoch, all, step, steps]),
      [1, 2].flatMap(epoch => [1, 2, 3, 4].map(step => [epoch, 2, step, 4])),
    )
    assert.deepEqual(
      reports.map(p => p.validation),
      [...Array(4).fill(null), ...Array(4).fill({ loss: 0.7, accuracy: 0.5 })],
    )
    assert.equal(reports[3].loss, epochs[0].loss)
    assert.equal(reports[7].loss, epochs[1].loss)
    assert.ok(reports.every(p => p.tokensPerSecond > 0))
    assert.ok(reports.slice(0, 7).every(p => p.secondsLeft > 0))
    assert.equal(reports[7].secondsLeft, 0)
  })

  it('stops between two steps when aborted, with the signal’s reason', async () => {
    const abort = new AbortController()
    const { task, values, seen } = lineTask()
    const onProgress = ({ step }: Progress) => {
      if (step === 2) abort.abort(new Error('the user has had enough'))
    }
    const running = train(task, { ...options, signal: abort.signal, onProgress })
    await assert.rejects(running, /^Error: the user has had enough$/)
    assert.deepEqual(seen, [1, 2])
    assert.ok(values().every(v => Number.isFinite(v) && v !== 0))
    assert.ok([...task.parameters.values()].every(p => p.gradient === null))
  })

  it('waits for a promise that onProgress returns, and does not count the wait as training', async () => {
    const { task, seen } = lineTask()
    let goOn = () => {}
    const onProgress = ({ step }: Progress) =>
      step === 2
        ? new Promise<void>(resolve => {
            goOn = resolve
          })
        : null
    const running = train(task, { ...options, epochs: 1, onProgress })
    const pause = 80
    await new Promise(resolve => setTimeout(resolve, pause))
    assert.deepEqual(seen, [1, 2])
    goOn()
    const { epochs } = await running
    assert.deepEqual(seen, [1, 2, 3, 4])
    assert.ok(epochs[0].seconds < pause / 1000, `${epochs[0].seconds} s`)
    const unbroken = await train(lineTask().task, { ...options, epochs: 1 })
    assert.equal(epochs[0].loss, unbroken.epochs[0].loss)
  })

  it('can be aborted while it waits', async () => {
    const abort = new AbortController()
    const { task, seen } = lineTask()
    const running = train(task, { ...options, signal: abort.signal, onProgress: () => new Promise(() => {}) })
    setTimeout(() => abort.abort(new Error('not waiting any longer')), 10)
    await assert.rejects(running, /^Error: not waiting any longer$/)
    assert.deepEqual(seen, [1])
  })

  it('tells the loss of each step and the mean so far', async () => {
    const reports: Progress[] = []
    await train(lineTask().task, { ...options, epochs: 1, onProgress: p => reports.push(p) })
    let sum = 0
    for (const [k, { loss, stepLoss }] of reports.entries()) {
      sum += stepLoss
      assert.ok(Math.abs(loss - sum / (k + 1)) < 1e-12, `${loss} after step ${k + 1}`)
    }
    assert.ok(reports[3].stepLoss !== reports[3].loss)
  })

  it('gives the event loop its turn while it works', async () => {
    const { task } = lineTask()
    let turns = 0
    const timer = setInterval(() => {
      turns++
    }, 1)
    const busy = {
      ...task,
      loss(row: readonly number[], stepNumber: number): Tensor {
        const end = performance.now() + 45
        while (performance.now() < end) {}
        return task.loss(row, stepNumber)
      },
    }
    await train(busy, { ...options, epochs: 2 })
    clearInterval(timer)
    assert.ok(turns >= 6, `${turns} turns in 8 steps of 45 ms`)
  })
})

describe('a training that leaves the finite numbers', () => {
  const diverges = async (task: ReturnType<typeof lineTask>['task'], learningRate: number, message: RegExp) =>
    assert.rejects(train(task, { ...options, learningRate, clipNorm: 1e300 }), (error: unknown) => {
      assert.ok(error instanceof DivergenceError)
      assert.match(error.message, message)
      return true
    })

  it('is stopped with the step, the loss, the weight and what to do', async () => {
    await diverges(
      lineTask().task,
      1e200,
      /^training, step 2: expected a finite loss and gradient, got loss Infinity.*\. Try a learning rate of /,
    )
    const wild = lineTask().task
    const task = { ...wild, loss: (row: readonly number[], k: number) => mul(wild.loss(row, k), k === 3 ? 1e200 : 1) }
    await diverges(task, 1e-3, /^training, step 3: .* and gradients too large for their norm /)
  })

  it('is stopped too when the last step did it and only the validation shows it', async () => {
    for (const loss of [Number.NaN, Infinity]) {
      const message = new RegExp(`^training, epoch 1: expected a finite validation loss, got ${loss}\\. `)
      await diverges(lineTask([loss]).task, 1e-3, message)
      await diverges(lineTask([1, loss]).task, 1e-3, /^training, epoch 2: /)
    }
  })
})
