import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { cellNamed } from '../../src/cells/registry.ts'
import { recordText } from '../../src/inspect/record.ts'
import { TextClassifier } from '../../src/models/text-classifier.ts'
import { cellOf } from '../../studio/train/ablated-cell.ts'
import { ABLATED, CELLS, CHANGES, DEFAULTS, keyOf, trainOptionsOf } from '../../studio/train/contenders.ts'
import { SteppedTraining } from '../../studio/train/stepped-training.ts'

const GOOD = [
  'a good film',
  'good food and good service',
  'the best of all',
  'what a good story',
  'best day of the year',
]
const BAD = [
  'an awful film',
  'awful food and bad service',
  'the worst of all',
  'what a bad story',
  'worst day of the year',
]
const rows = Array.from({ length: 8 }, (_, k) => [
  ...GOOD.map(text => ({ text: `${text} ${k}`, label: 'good' })),
  ...BAD.map(text => ({ text: `${text} ${k}`, label: 'bad' })),
]).flat()

const settings = { ...DEFAULTS, hidden: 6, epochs: 3 }
const options = trainOptionsOf(settings, 'lstm')

async function toTheEnd(training: SteppedTraining): Promise<number[]> {
  const losses: number[] = []
  for (let told = await training.step(); told; told = await training.step()) losses.push(told.stepLoss)
  return losses
}

describe('a training a step at a time', () => {
  it('gives the losses and the bytes of an unbroken one', async () => {
    const expected: number[] = []
    const whole = await TextClassifier.train(rows, { ...options, onProgress: p => expected.push(p.stepLoss) })
    const training = await SteppedTraining.prepare(rows, options)
    assert.deepEqual(await toTheEnd(training), expected)
    assert.equal(training.steps, 3 * training.stepsAnEpoch)
    assert.equal(training.steps, expected.length)
    assert.ok(training.isFinished)
    assert.deepEqual(
      training.epochs.map(e => [e.loss, e.validation.accuracy]),
      whole.epochs.map(e => [e.loss, e.validation.accuracy]),
    )
    assert.deepEqual(training.toBytes(), whole.toBytes())
    assert.equal(await training.step(), null)
  })

  it('goes beside another one without a trace in either', async () => {
    const alone = await toTheEnd(await SteppedTraining.prepare(rows, options))
    const first = await SteppedTraining.prepare(rows, options)
    const second = await SteppedTraining.prepare(rows, trainOptionsOf(settings, 'gru'))
    const losses: number[] = []
    while (!first.isFinished) {
      const told = await first.step()
      await second.step()
      if (told) losses.push(told.stepLoss)
    }
    assert.deepEqual(losses, alone)
  })

  it('keeps checkpoints by the quarter and later by the epoch, and they are what the model was', async () => {
    const training = await SteppedTraining.prepare(rows, options)
    const gatesOf = (subject: SteppedTraining['subject']) => recordText(subject, 'a good film').layers[0].quantities
    const before = gatesOf(training.subject)
    await training.step()
    assert.notDeepEqual(gatesOf(training.subject), before)
    assert.deepEqual(gatesOf(training.subjectAt(training.checkpoints[0])), before)
    while (training.steps < training.stepsAnEpoch) await training.step()
    const after = gatesOf(training.subject)
    await toTheEnd(training)
    // Four steps an epoch: each quarter is one of them.
    assert.equal(training.stepsAnEpoch, 4)
    assert.deepEqual(
      training.checkpoints.map(({ epochs, steps }) => [epochs, steps]),
      [
        [0, 0],
        [0.25, 1],
        [0.5, 2],
        [0.75, 3],
        [1, 4],
        [1.25, 5],
        [1.5, 6],
        [1.75, 7],
        [2, 8],
        [3, 12],
      ],
    )
    assert.deepEqual(gatesOf(training.subjectAt(training.checkpoints[4])), after)
  })

  it('gives the best epoch so far as a model that a file can hold', async () => {
    const training = await SteppedTraining.prepare(rows, options)
    assert.throws(() => training.toBytes(), /before its first epoch/)
    while (training.epochs.length < 2) await training.step()
    const model = TextClassifier.fromBytes(training.toBytes())
    const { best } = training
    assert.ok(best)
    assert.deepEqual(model.summary.best, { ...best, validation: best.validation })
    assert.equal(model.summary.epochs, 2)
    const kept = training.checkpoints.find(({ epochs }) => epochs === best.epoch)
    assert.ok(kept)
    assert.deepEqual(recordText(model, 'a good film'), recordText(training.subjectAt(kept), 'a good film'))
  })

  it('tells why it cannot go on', async () => {
    const cell = cellOf({ cell: 'gru', ablation: { quantity: 'updateGate', change: 'relu' } })
    const wild = { ...trainOptionsOf({ ...settings, epochs: 20 }, cell), learningRate: 1, clipNorm: 1e9 }
    const training = await SteppedTraining.prepare(rows, wild)
    await toTheEnd(training)
    assert.match(String(training.failure?.message), /expected a finite/)
    assert.equal(training.isFinished, false)
    assert.equal(await training.step(), null)
  })
})

describe('contenders', () => {
  it('names exactly the quantities that the cells have', () => {
    for (const cell of CELLS) {
      const named = Object.keys(cellNamed(cell).quantities).sort()
      if (cell !== 'rnn') assert.deepEqual([...ABLATED[cell]].sort(), named)
    }
  })

  it('trains a few steps with each ablation', async () => {
    for (const cell of CELLS) {
      for (const quantity of ABLATED[cell]) {
        for (const change of CHANGES) {
          const contender = { cell, ablation: { quantity, change } }
          const training = await SteppedTraining.prepare(rows, trainOptionsOf(settings, cellOf(contender)))
          const told = await training.step()
          assert.ok(Number.isFinite(told?.stepLoss), keyOf(contender))
          assert.equal(training.subject.network.cell.name, keyOf(contender))
          const full = await SteppedTraining.prepare(rows, trainOptionsOf(settings, cell))
          const isLighter = training.parameterCount < full.parameterCount
          assert.equal(isLighter, change === 'without', keyOf(contender))
        }
      }
    }
  })

  it('goes from the same first weights where a quantity is held or has another function', async () => {
    const full = await SteppedTraining.prepare(rows, options)
    for (const change of ['0.5', 'relu'] as const) {
      const cell = cellOf({ cell: 'lstm', ablation: { quantity: 'inputGate', change } })
      const twin = await SteppedTraining.prepare(rows, trainOptionsOf(settings, cell))
      assert.deepEqual(twin.checkpoints[0].weights, full.checkpoints[0].weights)
    }
  })
})
