/**
 * The classifier learns, answers and judges: on made-up texts whose rule can be learned completely.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Cell, defineCell } from '../cells/define.ts'
import { cells } from '../cells/registry.ts'
import { implementations } from '../devices/devices.test-bench.ts'
import { add, mul, sigmoid, sub, tanh } from '../formula/expression.ts'
import { optimizers } from '../training/optimizers/registry.ts'
import { POOLINGS } from './classifier-forward.ts'
import { chinese, english, madeUpTexts, quick, threeClasses } from './made-up-texts.test-support.ts'
import { TextClassifier } from './text-classifier.ts'
import { textClassifierOptions } from './text-classifier-options.ts'

const rows = madeUpTexts(english, 120)
const unseen = madeUpTexts(english, 40, 2)

/** A cell of a user's own: minimal gated unit (Zhou et al. 2016). */
const minimal: Cell = defineCell('minimal', ({ affine, previous }) => {
  const forgetGate = sigmoid(affine('f'))
  const candidate = tanh(affine('h', mul(forgetGate, previous('h'))))
  const h = add(mul(sub(1, forgetGate), previous('h')), mul(forgetGate, candidate))
  return { state: { h }, quantities: { forgetGate, candidate } }
})

describe('a text classifier learns a rule completely', () => {
  for (const cell of [...Object.keys(cells), minimal]) {
    it(`with the cell ${typeof cell === 'string' ? cell : `${cell.name}, a user’s own`}`, async () => {
      const model = await TextClassifier.train(rows, { ...quick, epochs: 20, patience: 20, cell })
      const { accuracy, loss } = await model.evaluate(unseen)
      assert.equal(accuracy, 1)
      assert.ok(loss < 0.3, `${loss}`)
    })
  }

  it('of three classes, in two layers and both directions', async () => {
    const model = await TextClassifier.train(madeUpTexts(threeClasses, 180), {
      ...quick,
      layers: 2,
      bidirectional: true,
    })
    assert.deepEqual(model.labels, ['bad', 'good', 'mixed'])
    assert.equal((await model.evaluate(madeUpTexts(threeClasses, 60, 2))).accuracy, 1)
    const { label, probability, probabilities } = model.predict('the film was middling')
    assert.equal(label, 'mixed')
    assert.deepEqual(Object.keys(probabilities), model.labels)
    assert.equal(probability, probabilities.mixed)
    const total = Object.values(probabilities).reduce((sum, p) => sum + p, 0)
    assert.ok(Math.abs(total - 1) < 1e-6)
  })

  it('of Chinese characters', async () => {
    const model = await TextClassifier.train(madeUpTexts(chinese, 120), { ...quick, tokens: 'character' })
    assert.equal((await model.evaluate(madeUpTexts(chinese, 40, 2))).accuracy, 1)
    assert.equal(model.predict('电影很棒').label, '好评')
  })

  for (const pooling of POOLINGS) {
    it(`from the ${pooling} of its tokens`, async () => {
      const model = await TextClassifier.train(rows, { ...quick, epochs: 15, pooling })
      assert.equal((await model.evaluate(unseen)).accuracy, 1)
    })
  }

  for (const { name, create } of implementations) {
    it(`on ${name}`, async () => {
      const model = await TextClassifier.train(rows, { ...quick, device: create() })
      assert.equal((await model.evaluate(unseen)).accuracy, 1)
    })
  }

  it('with every optimizer the loss falls', async () => {
    const { choices } = textClassifierOptions.optimizer
    assert.deepEqual([...choices].sort(), Object.keys(optimizers).sort())
    for (const optimizer of choices) {
      const options = { ...quick, seed: 2, epochs: 20, patience: 20, optimizer, learningRate: null }
      const { epochs } = await TextClassifier.train(rows, options)
      // Plain gradient descent at its default rate is the slowest: 0.70 to 0.62 nats.
      assert.ok(epochs[epochs.length - 1].loss < epochs[0].loss - 0.02, optimizer)
    }
  })
})

describe('what a training tells', () => {
  it('its epochs, the best of them, and its sizes', async () => {
    const reports: number[] = []
    const onProgress = ({ step, steps }: { step: number; steps: number }) => reports.push(step / steps)
    const model = await TextClassifier.train(rows, { ...quick, epochs: 3, onProgress })
    assert.equal(model.epochs.length, 3)
    const { summary } = model
    assert.deepEqual([summary.examples, summary.validationExamples, summary.epochs], [114, 6, 3])
    const best = model.epochs.reduce((a, b) => (b.validation.loss < a.validation.loss ? b : a))
    assert.deepEqual(summary.best, { epoch: best.epoch, loss: best.loss, validation: best.validation })
    assert.equal(summary.options.hidden, quick.hidden)
    assert.equal(reports.length, 3 * 15)
    assert.equal(reports[14], 1)
  })

  it('the best epoch’s weights are the model’s', async () => {
    const model = await TextClassifier.train(rows, { ...quick, validationRows: unseen, epochs: 4 })
    const { loss, accuracy } = await model.evaluate(unseen)
    assert.deepEqual({ loss, accuracy }, model.summary.best.validation)
  })

  it('stops between two steps when aborted', async () => {
    const abort = new AbortController()
    let steps = 0
    const onProgress = () => {
      steps++
      if (steps === 5) abort.abort(new Error('enough'))
    }
    await assert.rejects(TextClassifier.train(rows, { ...quick, signal: abort.signal, onProgress }), /^Error: enough$/)
    assert.equal(steps, 5)
  })
})

describe('a judgement', () => {
  it('is that of the single answers', async () => {
    const model = await TextClassifier.train(rows, { ...quick, epochs: 1, learningRate: 0.003 })
    const judgement = await model.evaluate(unseen)
    const answers = unseen.map(({ text, label }) => ({ label, ...{ answer: model.predict(text) } }))
    const confusion = model.labels.map(truth =>
      model.labels.map(given => answers.filter(a => a.label === truth && a.answer.label === given).length),
    )
    assert.deepEqual(judgement.confusion, confusion)
    assert.equal(judgement.examples, unseen.length)
    assert.equal(judgement.accuracy, (confusion[0][0] + confusion[1][1]) / unseen.length)
    const losses = answers.map(a => -Math.log(a.answer.probabilities[a.label]))
    const loss = losses.reduce((sum, l) => sum + l, 0) / losses.length
    assert.ok(Math.abs(judgement.loss - loss) < 1e-6, `${judgement.loss}, ${loss}`)
  })
})
