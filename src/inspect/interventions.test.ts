import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { defineCell } from '../cells/define.ts'
import { lstm } from '../cells/lstm.ts'
import { add, mul, relu, sigmoid, tanh } from '../formula/expression.ts'
import { english, madeUpTexts, quick } from '../models/made-up-texts.test-support.ts'
import { TextClassifier } from '../models/text-classifier.ts'
import { inspect, intervene } from './inspect.ts'
import { type Change, changedCell, wordsOf } from './interventions.ts'
import { plainRead } from './plain-network.test-support.ts'
import type { LabelPrediction } from './report.ts'
import { withCell } from './subject.ts'

const rows = madeUpTexts(english, 40)
const text = 'the film was good and the plot poor'
const SINGLE = 1e-5

let model: TextClassifier
before(async () => {
  model = await TextClassifier.train(rows, { ...quick, epochs: 4, layers: 2, bidirectional: true, pooling: 'last' })
})

const after = async (change: Change) => (await intervene(model, text, change)) as { prediction: LabelPrediction }

describe('an intervention', () => {
  it('clamp and without give what the network written out by hand gives', async () => {
    const changes: [Change, (gates: Record<string, number[]>) => void][] = [
      [{ kind: 'clamp', quantity: 'forgetGate', value: 0.25 }, gates => gates.forgetGate.fill(0.25)],
      [{ kind: 'clamp', quantity: 'candidate', value: -1 }, gates => gates.candidate.fill(-1)],
      [{ kind: 'without', quantity: 'outputGate' }, gates => gates.outputGate.fill(1)],
    ]
    for (const [change, meddle] of changes) {
      const { probabilities } = plainRead(model.network, model.encoder.encode(text), meddle)
      const { prediction } = await after(change)
      model.labels.forEach((label, k) => {
        const difference = Math.abs(prediction.probabilities[label] - probabilities[k])
        assert.ok(difference < SINGLE, `${wordsOf(change)}, ${label}: off by ${difference}`)
      })
      assert.notEqual(prediction.probability, model.predict(text).probability)
    }
  })

  it('another activation gives what the same weights give under a cell written so', async () => {
    const own = defineCell('own', ({ affine, previous }) => {
      const inputGate = sigmoid(affine('i'))
      const forgetGate = relu(affine('f'))
      const candidate = tanh(affine('g'))
      const outputGate = sigmoid(affine('o'))
      const c = add(mul(forgetGate, previous('c')), mul(inputGate, candidate))
      return { state: { h: mul(outputGate, tanh(c)), c } }
    })
    const { prediction } = await after({ kind: 'activation', quantity: 'forgetGate', name: 'relu' })
    const { network, labels } = withCell(model, own)
    const logits = network.logits([model.encoder.encode(text)]).toArray()
    const powers = [...logits].map(Math.exp)
    const total = powers.reduce((a, b) => a + b, 0)
    labels.forEach((label, k) => {
      assert.ok(Math.abs(prediction.probabilities[label] - powers[k] / total) < SINGLE)
    })
  })

  it('an edited word gives what the edited text gives, folded as the model folds', async () => {
    const { prediction } = await after({ kind: 'edit', index: 3, token: 'BAD' })
    assert.deepEqual(prediction, model.predict('the film was bad and the plot poor'))
  })

  it('is tried by itself, each beside the text as it is, and says what it changed', async () => {
    const changes: Change[] = [
      { kind: 'clamp', quantity: 'forgetGate', value: 0.5 },
      { kind: 'activation', quantity: 'inputGate', name: 'relu' },
      { kind: 'without', quantity: 'outputGate' },
      { kind: 'edit', index: 0, token: 'a' },
    ]
    const report = await inspect(model, text, { changes })
    assert.deepEqual(report.prediction, model.predict(text))
    assert.deepEqual(
      report.interventions.map(i => i.change),
      ['clamp forgetGate=0.5', 'activation inputGate=relu', 'without outputGate', 'edit 0=a'],
    )
    for (const [k, change] of changes.entries()) {
      const { prediction, predictions } = report.interventions[k]
      assert.deepEqual(prediction, (await after(change)).prediction)
      assert.equal(predictions.length, report.tokens.length)
      assert.deepEqual(predictions.at(-1), prediction)
    }
    assert.deepEqual(model.predict(text), report.prediction)
  })

  it('of what is not there is refused, with what is', () => {
    const refused = (change: Exclude<Change, { kind: 'edit' }>, message: RegExp) =>
      assert.throws(() => changedCell(lstm, change), message)
    const names = 'inputGate, forgetGate, candidate, outputGate'
    for (const kind of ['clamp', 'activation', 'without'] as const) {
      const message = `^OptionError: ${kind}: expected one of the cell's quantities \\(${names}\\), got "forgetgate"`
      refused(
        { kind, quantity: 'forgetgate', value: 1, name: 'relu' },
        new RegExp(`${message}\\. Did you mean "forgetGate"`),
      )
    }
    refused(
      { kind: 'clamp', quantity: 'forgetGate', value: Number.NaN },
      /^OptionError: clamp: expected a finite number, got NaN/,
    )
    refused(
      { kind: 'activation', quantity: 'forgetGate', name: 'rely' },
      /^OptionError: activation: expected one of .*relu.*got "rely"\. Did you mean "relu"/,
    )
  })

  it('after which numbers are not finite is refused, with the token', async () => {
    const change = { kind: 'clamp', quantity: 'forgetGate', value: 1e39 } as const
    const refusal =
      /^OptionError: clamp: expected .* finite, got "clamp forgetGate=1e\+39", .* from token 0 on\. Try a smaller/
    await assert.rejects(intervene(model, text, change), refusal)
    await assert.rejects(inspect(model, text, { changes: [change] }), refusal)
  })

  it('of a word that is not there, or is none or several, is refused', async () => {
    const edit = (index: number, token: string) => intervene(model, text, { kind: 'edit', index, token })
    await assert.rejects(edit(8, 'bad'), /^OptionError: edit: expected a token of the text, 0 to 7, got 8\./)
    await assert.rejects(edit(0.5, 'bad'), /^OptionError: edit: expected a token/)
    await assert.rejects(edit(0, 'not good'), /^OptionError: edit: expected one token \(word\), got 2 from "not good"/)
    await assert.rejects(edit(0, ' '), /^OptionError: edit: expected one token \(word\), got 0 from " "/)
  })
})
