/** The whole report: its fields, its lengths, what it says of odd texts. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, it } from 'node:test'
import { type Cell, defineCell } from '../cells/define.ts'
import { add, div, exp, logSigmoid, max, mul, sigmoid, sub, tanh } from '../formula/expression.ts'
import { LanguageModel } from '../models/language-model.ts'
import { markovText, quickLanguage } from '../models/language-texts.test-support.ts'
import { english, madeUpTexts, quick } from '../models/made-up-texts.test-support.ts'
import { TextClassifier } from '../models/text-classifier.ts'
import { inspect } from './inspect.ts'
import type { InspectedPrediction, InspectionReport } from './report.ts'

const rows = madeUpTexts(english, 40)
const options = { ...quick, epochs: 1 }

/** Fields and their kinds, by `studio.md`'s contract; a change here breaks who reads the JSON. */
function assertContract(report: InspectionReport): void {
  const { tokens, layers } = report
  assert.deepEqual(Object.keys(report).slice(0, 9), [
    'task',
    'text',
    'tokens',
    'unknown',
    'layers',
    'prediction',
    'predictions',
    'gradient',
    'interventions',
  ])
  for (const layer of layers) {
    const { hidden, quantities, ledger, halfLife } = layer
    const fields = ['layer', 'direction', 'cell', 'hidden', 'quantities', 'ledger', 'halfLife']
    assert.deepEqual(Object.keys(layer), fields)
    for (const quantity of Object.values(quantities)) {
      assert.deepEqual(Object.keys(quantity), ['mean', 'values'])
      assert.equal(quantity.mean.length, tokens.length)
      assert.equal(quantity.values.length, tokens.length)
      assert.ok(quantity.values.flat().every(Number.isFinite))
    }
    assert.equal(ledger === null, halfLife === null)
    if (!ledger || !halfLife) continue
    const parts = ['state', 'at', 'contributions', 'initial', 'shares', 'initialShare', 'residual']
    assert.deepEqual(Object.keys(ledger), parts)
    assert.ok(ledger.contributions.every(part => part.length === hidden))
    assert.deepEqual([ledger.contributions.length, ledger.shares.length], [tokens.length, tokens.length])
    assert.deepEqual([ledger.initial.length, halfLife.length], [hidden, hidden])
    assert.ok(ledger.residual <= 1e-5)
  }
  const all = [report.prediction, ...report.predictions, ...report.interventions.map(i => i.prediction)]
  for (const prediction of all) assertPrediction(report.task, prediction)
  assert.deepEqual(report.prediction, report.predictions.at(-1))
  for (const list of [report.predictions, report.gradient]) assert.equal(list.length, tokens.length)
  assert.ok(report.gradient.every(g => Number.isFinite(g) && g >= 0))
  for (const intervention of report.interventions) {
    assert.deepEqual(Object.keys(intervention), ['change', 'prediction', 'predictions'])
  }
  // Plain data: nothing is lost but the sign of a zero.
  const written = JSON.stringify(report)
  assert.ok(JSON.stringify(JSON.parse(written)) === written && !written.includes('undefined'))
}

function assertPrediction(task: string, prediction: InspectedPrediction): void {
  if ('label' in prediction) {
    assert.equal(task, 'classifier')
    assert.deepEqual(Object.keys(prediction), ['label', 'probability', 'probabilities'])
    const sum = Object.values(prediction.probabilities).reduce((a, b) => a + b, 0)
    assert.ok(Math.abs(sum - 1) < 1e-5)
    assert.equal(prediction.probabilities[prediction.label], prediction.probability)
  } else {
    assert.equal(task, 'language-model')
    assert.deepEqual(Object.keys(prediction), ['token', 'probability', 'top'])
    assert.ok(prediction.top.every(p => Object.keys(p).join() === 'token,probability'))
  }
}

describe('the report', () => {
  it('of a classifier has the promised fields, layer by layer, forward first', async () => {
    const model = await TextClassifier.train(rows, { ...options, layers: 2, bidirectional: true })
    const changes = [{ kind: 'clamp', quantity: 'forgetGate', value: 0 }] as const
    const report = await inspect(model, 'The film is good', { changes, at: 1 })
    assertContract(report)
    assert.deepEqual(report.tokens, ['the', 'film', 'is', 'good'])
    assert.deepEqual(report.unknown, [2])
    assert.equal(report.text, 'The film is good')
    const places = report.layers.map(({ layer, direction, ledger }) => [layer, direction, ledger?.at])
    assert.deepEqual(places, [
      [0, 'forward', 1],
      [0, 'backward', 1],
      [1, 'forward', 1],
      [1, 'backward', 1],
    ])
    const [forward, backward] = report.layers.map(({ ledger }) => ledger?.shares ?? [])
    assert.deepEqual(forward.slice(2), [0, 0])
    assert.deepEqual(backward.slice(0, 1), [0])
  })

  it('of a language model has them too', async () => {
    const model = await LanguageModel.train(markovText(400), { ...quickLanguage, layers: 2, cell: 'gru', epochs: 1 })
    const report = await inspect(model, 'abba?', { changes: [{ kind: 'edit', index: 0, token: 'b' }] })
    assertContract(report)
    assert.deepEqual(report.unknown, [4])
    assert.deepEqual(
      report.layers.map(l => `${l.layer} ${l.direction} ${l.ledger?.state}`),
      ['0 forward h', '1 forward h'],
    )
  })

  it('of a cell of one’s own: sLSTM, two states with a ledger, the first one shown', async () => {
    const slstm: Cell = defineCell('slstm', ({ affine, previous }) => {
      const drive = affine('i')
      const logForget = add(logSigmoid(affine('f')), previous('m'))
      const m = max(logForget, drive)
      const [forgetGate, inputGate] = [exp(sub(logForget, m)), exp(sub(drive, m))]
      const candidate = tanh(affine('z'))
      const c = add(mul(forgetGate, previous('c')), mul(inputGate, candidate))
      const n = add(mul(forgetGate, previous('n')), inputGate)
      const h = mul(sigmoid(affine('o')), div(c, n))
      return { state: { h, c, n, m }, quantities: { inputGate, forgetGate, candidate }, first: { n: 1 } }
    })
    const report = await inspect(await TextClassifier.train(rows, { ...options, cell: slstm }), 'the good film')
    assertContract(report)
    assert.equal(report.layers[0].ledger?.state, 'c')
    const names = ['inputGate', 'forgetGate', 'candidate', 'h', 'c', 'n', 'm']
    assert.deepEqual(Object.keys(report.layers[0].quantities), names)
  })

  it('of an empty text, of one token and of unknown ones only', async () => {
    const classifier = await TextClassifier.train(rows, { ...options, bidirectional: true })
    const language = await LanguageModel.train(markovText(400), { ...quickLanguage, epochs: 1 })
    for (const model of [classifier, language]) {
      for (const text of ['', 'a', '?', '? ?']) {
        const report = await inspect(model, text)
        assertContract(report)
        assert.ok(report.tokens.length >= 1)
      }
    }
    assert.deepEqual((await inspect(classifier, '')).unknown, [0])
    assert.deepEqual((await inspect(classifier, 'xyzzy plugh')).unknown, [0, 1])
  })

  it('of a long text comes in reasonable time, tells how far it is, and can be stopped', async () => {
    const model = await TextClassifier.train(rows, { ...options, bidirectional: true, hidden: 4, maxTokens: 5000 })
    const text = 'the good film was a bad plot '.repeat(300)
    const stages = new Set<string>()
    const report = await inspect(model, text, { onProgress: stage => stages.add(stage) })
    assertContract(report)
    assert.equal(report.tokens.length, 2100)
    assert.deepEqual([...stages], ['predictions'])
    const controller = new AbortController()
    const stopped = inspect(model, text, {
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('enough')),
    })
    await assert.rejects(stopped, /^Error: enough$/)
  })

  it('refuses what is not there before it begins', async () => {
    const model = await TextClassifier.train(rows, options)
    const stages: string[] = []
    const asked = (given: Parameters<typeof inspect>[2]) =>
      inspect(model, 'good', { ...given, onProgress: stage => stages.push(stage) })
    await assert.rejects(asked({ at: 1 }), /^OptionError: at: expected a token of the text, 0 to 0, got 1\./)
    await assert.rejects(asked({ changes: [{ kind: 'without', quantity: 'gate' }] }), /^OptionError: without: expected/)
    await assert.rejects(inspect(model, 7 as unknown as string), /^OptionError: inspect: expected a text, got 7\./)
    assert.deepEqual(stages, [])
  })
})

describe('docs/inspection.md', () => {
  it('names each field of the report, and no other', async () => {
    const model = await TextClassifier.train(rows, options)
    const over = { texts: ['good'], units: [{ layer: 0, direction: 'forward', unit: 0 }] } as const
    const changes = [{ kind: 'without', quantity: 'outputGate' }] as const
    const report = await inspect(model, 'the good film', { changes, over })
    const [layer] = report.layers
    const under = (prefix: string, value: object) => Object.keys(value).map(key => `${prefix}${key}`)
    const fields = [
      ...under('', report),
      ...under('layers[].', layer),
      ...under('layers[].ledger.', layer.ledger ?? {}),
      ...under('interventions[].', report.interventions[0]),
    ]
    const document = readFileSync(resolve(import.meta.dirname, '../../docs/inspection.md'), 'utf8')
    const table = document.slice(document.indexOf('## `--json`'))
    const named = [...table.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name)
    assert.deepEqual(named.toSorted(), fields.toSorted())
    for (const name of under('', report.firing?.[0] ?? {})) assert.ok(table.includes(`\`${name}`), name)
    for (const name of under('', report.firing?.[0].places[0] ?? {})) assert.ok(table.includes(`\`${name}\``), name)
  })
})
