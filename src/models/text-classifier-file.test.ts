/**
 * A classifier as a file: what any reader of safetensors finds in it, and the same model back.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Cell, defineCell } from '../cells/define.ts'
import { implementations } from '../devices/devices.test-bench.ts'
import { readSafetensors, writeSafetensors } from '../formats/safetensors.ts'
import { add, mul, sigmoid, sub, tanh } from '../formula/expression.ts'
import { MERGES } from '../layers/merges.ts'
import { LIBRARY_VERSION } from '../version.ts'
import { POOLINGS } from './classifier-forward.ts'
import { chinese, english, madeUpTexts, quick, threeClasses } from './made-up-texts.test-support.ts'
import { TextClassifier, type TrainOptions } from './text-classifier.ts'

const rows = madeUpTexts(english, 40)
const options: TrainOptions = { ...quick, epochs: 1 }
const texts = [...madeUpTexts(threeClasses, 20, 5).map(r => r.text), '', '电影很棒', 'zebra']

/** Answers of the model that a file gives. */
const again = (model: TextClassifier) => TextClassifier.fromBytes(model.toBytes())

/** Of different models, relaxed and plain, 32 and 64 bits: a few roundings of a probability. */
const ROUNDING = 1e-5

describe('the file of a classifier', () => {
  it('is plain safetensors with the names that the format promises', async () => {
    const model = await TextClassifier.train(rows, { ...options, layers: 2, bidirectional: true })
    const { tensors, metadata } = readSafetensors(model.toBytes())
    const vocabulary = model.encoder.vocabulary.size
    const direction = (suffix: string, width: number) => [
      `rnn.bias_hh${suffix} 36`,
      `rnn.bias_ih${suffix} 36`,
      `rnn.weight_hh${suffix} 36×9`,
      `rnn.weight_ih${suffix} 36×${width}`,
    ]
    assert.deepEqual(
      [...tensors].map(([name, { shape }]) => `${name} ${shape.join('×')}`).sort(),
      [
        `embedding.weight ${vocabulary}×8`,
        'linear.bias 2',
        'linear.weight 2×18',
        ...direction('_l0', 8),
        ...direction('_l0_reverse', 8),
        ...direction('_l1', 18),
        ...direction('_l1_reverse', 18),
      ].sort(),
    )
    assert.equal(metadata.format, 'sluice')
    assert.deepEqual(Object.keys(metadata).sort(), ['format', 'sluice'])
  })

  it('says in one document what the model is and how it was trained', async () => {
    const columns = { text: 'review', label: 'stars' }
    const model = await TextClassifier.train(rows, { ...options, columns })
    const document = JSON.parse(readSafetensors(model.toBytes()).metadata.sluice)
    assert.equal(document.version, 1)
    assert.equal(document.library, LIBRARY_VERSION)
    assert.equal(document.task, 'classifier')
    assert.deepEqual(document.labels, ['bad', 'good'])
    assert.deepEqual(document.columns, columns)
    assert.deepEqual(document.architecture.hidden, [9])
    assert.equal(document.cell.name, 'lstm')
    assert.equal(document.vocabulary[0], '<unk>')
    assert.deepEqual(document.text, { tokens: 'word', language: 'und', lowercase: true, maxTokens: 400 })
    assert.equal(document.training.options.seed, 1)
    assert.match(document.sha256, /^[0-9a-f]{64}$/)
    const back = again(model)
    assert.deepEqual(back.columns, columns)
    assert.deepEqual(back.summary, model.summary)
    assert.deepEqual(back.warnings, [])
    assert.deepEqual(back.epochs, [])
  })

  const minimal: Cell = defineCell('minimal', ({ affine, previous, parameter }) => {
    const forgetGate = sigmoid(affine('f'))
    const candidate = tanh(affine('h', mul(forgetGate, previous('h'))))
    const h = add(mul(sub(1, forgetGate), previous('h')), mul(mul(forgetGate, candidate), parameter('gain')))
    return { state: { h }, quantities: { forgetGate, candidate } }
  })
  const variants: Readonly<Record<string, TrainOptions>> = {
    'a user’s own cell with a parameter': { cell: minimal, layers: 2, bidirectional: true },
    gru: { cell: 'gru', lowercase: false },
    'rnn-relu': { cell: 'rnn-relu', tokens: 'space' },
    'layers of unlike size': { hidden: [5, 7, 3], bidirectional: true },
    'a learned first state': { initialState: 'learned', layers: 2, bidirectional: true },
    'both noises, other functions': { recurrentDropout: 0.2, zoneout: 0.1, activation: 'relu', gateActivation: 'elu' },
    ...Object.fromEntries(MERGES.map(merge => [`merged by ${merge}`, { merge, bidirectional: true }])),
    ...Object.fromEntries(POOLINGS.map(pooling => [`pooling ${pooling}`, { pooling }])),
  }
  for (const [name, change] of Object.entries(variants)) {
    it(`gives the same model back, bit for bit: ${name}`, async () => {
      const model = await TextClassifier.train(rows, { ...options, ...change })
      const back = again(model)
      assert.deepEqual(back.predictAll(texts), model.predictAll(texts))
      assert.deepEqual(back.toBytes(), model.toBytes())
    })
  }

  it('gives Chinese characters back', async () => {
    const model = await TextClassifier.train(madeUpTexts(chinese, 40), { ...options, tokens: 'character' })
    assert.deepEqual(again(model).predictAll(texts), model.predictAll(texts))
    assert.deepEqual(again(model).labels, ['好评', '差评'].sort())
  })

  it('of one device is read by every other', async () => {
    for (const { name, create } of implementations) {
      const model = await TextClassifier.train(rows, { ...options, device: create() })
      const bytes = model.toBytes()
      for (const other of implementations) {
        const back = TextClassifier.fromBytes(bytes, { device: other.create() })
        assert.deepEqual(back.toBytes(), bytes, `${name} read by ${other.name}`)
        model.predictAll(texts).forEach(({ probabilities }, k) => {
          for (const [label, p] of Object.entries(back.predictAll(texts)[k].probabilities)) {
            const difference = Math.abs(p - probabilities[label])
            assert.ok(difference <= ROUNDING, `${name} read by ${other.name}, text ${k}, ${label}: ${difference}`)
          }
        })
      }
    }
  })

  it('without a checksum, as another program writes it, is read with a warning', async () => {
    const model = await TextClassifier.train(rows, options)
    const { tensors, metadata } = readSafetensors(model.toBytes())
    const { sha256, ...document } = JSON.parse(metadata.sluice)
    assert.ok(sha256)
    const back = TextClassifier.fromBytes(
      writeSafetensors(tensors, { format: 'sluice', sluice: JSON.stringify(document) }),
    )
    assert.equal(back.warnings.length, 1)
    assert.match(back.warnings[0], /no checksum/)
    assert.deepEqual(back.predictAll(texts), model.predictAll(texts))
  })
})
