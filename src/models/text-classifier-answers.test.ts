/**
 * What has the same bits, what odd texts get, and what cannot be trained or judged.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { cells } from '../cells/registry.ts'
import type { LabelledText } from '../data/examples.ts'
import { implementations } from '../devices/devices.test-bench.ts'
import { DataError, OptionError } from '../errors/errors.ts'
import { english, madeUpTexts, quick } from './made-up-texts.test-support.ts'
import { TextClassifier, type TrainOptions } from './text-classifier.ts'

const rows = madeUpTexts(english, 60)
const options: TrainOptions = { ...quick, epochs: 2, layers: 2, bidirectional: true, wordDropout: 0.2, dropout: 0.3 }
const model = await TextClassifier.train(rows, options)

describe('the same bits', () => {
  for (const { name, create } of implementations) {
    it(`${name}: two trainings with one seed give the same file, another seed gives another`, async () => {
      const bytes = async (change: TrainOptions) =>
        Buffer.from((await TextClassifier.train(rows, { ...options, ...change, device: create() })).toBytes())
      const first = await bytes({})
      assert.ok(first.equals(await bytes({})))
      assert.ok(!first.equals(await bytes({ seed: 2 })))
    })
  }

  for (const cell of Object.keys(cells)) {
    it(`${cell}: a text alone gets what it gets in a batch, wherever it stands`, async () => {
      const own = await TextClassifier.train(rows, { ...options, cell, epochs: 1 })
      const long = Array(300).fill('good plot').join(' ')
      const texts = [...madeUpTexts(english, 130, 3).map(r => r.text), '', 'zebra', long]
      const alone = texts.map(text => own.predict(text))
      assert.deepEqual(own.predictAll(texts), alone)
      assert.deepEqual(own.predictAll(texts.toReversed()), alone.toReversed())
    })
  }
})

describe('odd texts', () => {
  it('an empty text, and one with no known word, get the answer of one unknown word or more', () => {
    const empty = model.predict('')
    assert.deepEqual(model.predict(' \n\t'), empty)
    assert.deepEqual(model.predict('zebra'), empty)
    assert.ok(model.labels.includes(empty.label))
    assert.ok(Object.values(model.predict('zebra quagga 🦓').probabilities).every(p => p > 0 && p < 1))
  })

  it('no text gets no answer', () => {
    assert.deepEqual(model.predictAll([]), [])
  })

  it('labels keep their names, whatever they are', async () => {
    const names = ['__proto__', '10', '9', 'toString', '']
    const labels = names.flatMap(label => Array.from({ length: 6 }, (_, k) => ({ text: `word${k} plot`, label })))
    const odd = await TextClassifier.train(labels, { ...quick, epochs: 1 })
    assert.deepEqual(odd.labels, names.toSorted())
    const { probabilities } = odd.predict('plot')
    assert.deepEqual(Object.keys(probabilities).sort(), names.toSorted())
    assert.ok(Object.values(probabilities).every(p => typeof p === 'number'))
    assert.deepEqual(TextClassifier.fromBytes(odd.toBytes()).predict('plot'), odd.predict('plot'))
  })

  it('what is no text is refused', () => {
    for (const text of [undefined, 5, null, ['a']]) {
      assert.throws(
        () => model.predict(text as unknown as string),
        (error: unknown) => {
          assert.ok(error instanceof OptionError)
          assert.match(error.message, /^predict: expected a text, got .*\. Pass a string\.$/)
          return true
        },
      )
    }
  })
})

describe('what cannot be trained', () => {
  const refused = async (given: readonly LabelledText[], message: RegExp, change: TrainOptions = {}) =>
    assert.rejects(TextClassifier.train(given, { ...quick, ...change }), (error: unknown) => {
      assert.ok(error instanceof DataError, String(error))
      assert.match(error.message, message)
      return true
    })
  const row = (text: string, label: string): LabelledText => ({ text, label })

  it('no rows, or rows of one label', async () => {
    const advice = 'Check the label column\\.'
    await refused([], new RegExp(`^training rows: expected two or more different labels, got no rows\\. ${advice}$`))
    const same = [row('a', 'x'), row('b', 'x')]
    const message = new RegExp(`^training rows: expected two or more different labels, got only "x"\\. ${advice}$`)
    await refused(same, message)
    await refused(same, message, { validationRows: [row('c', 'x')] })
  })

  it('so few rows that none can be kept for validation', async () => {
    await refused(
      [row('a', 'x'), row('b', 'y')],
      /^training rows: expected enough rows of a label to keep .*, got 2 rows of 2 labels\. Check the label/,
    )
  })

  it('no validation rows, or with a label that training has not', async () => {
    const training = [row('a', 'x'), row('b', 'y')]
    await refused(training, /^validation rows: expected one or more, got none\. /, { validationRows: [] })
    await refused(
      training,
      /^validation rows: expected labels of the model \(\["x","y"\]\), got "z"\. Check the label column, or train /,
      { validationRows: [row('c', 'z')] },
    )
  })

  it('what is no array of rows, no model to go on from, no bytes', async () => {
    const other = (rows: unknown, options: object = {}) =>
      TextClassifier.train(rows as LabelledText[], { ...quick, ...options })
    const noRows = /^OptionError: training rows: expected an array of \{ text, label \}, got /
    for (const given of ['reviews.csv', null, new Map()]) await assert.rejects(other(given), noRows)
    const from = new Uint8Array(3)
    await assert.rejects(other(rows, { from }), /^OptionError: from: expected a trained model, got Uint8Array\(3\)/)
    const model = await TextClassifier.train(rows, { ...quick, epochs: 1 })
    const buffer = Uint8Array.from(model.toBytes()).buffer as unknown as Uint8Array
    assert.throws(() => TextClassifier.fromBytes(buffer), /^OptionError: safetensors: expected a Uint8Array, got /)
    assert.throws(
      () => model.predictAll('good' as never),
      /^OptionError: predictAll: expected an array of texts, got "/,
    )
  })

  it('rows whose text or label is no string', async () => {
    const bad = (change: object) => [...rows.slice(0, 3), { ...rows[3], ...change }, ...rows.slice(4)] as LabelledText[]
    await refused(
      bad({ label: 1 }),
      /^training rows\[3\]: expected text and label to be strings, got \{.*"label":1\}\. /,
    )
    await refused(bad({ text: undefined }), /^training rows\[3\]: expected text and label to be strings, /)
    await refused(rows, /^validation rows\[0\]: expected text and label/, {
      validationRows: bad({}).map(() => null as never),
    })
  })

  it('options that are none', async () => {
    const given = { ...quick, hiden: 3 }
    await assert.rejects(TextClassifier.train(rows, given as TrainOptions), {
      name: 'OptionError',
      message: /got "hiden"\. Did you mean "hidden"\?$/,
    })
    await assert.rejects(TextClassifier.train(rows, { ...quick, cell: 'rnn', gateActivation: 'relu' }), {
      code: 'OPTION',
      message: /^gateActivation: expected a cell with gates, got rnn, which has none\. Leave it out/,
    })
    await assert.rejects(TextClassifier.train(rows, { ...quick, cell: 'lstn' }), {
      name: 'OptionError',
      message: /^cell: expected one of .*, got "lstn"\. Did you mean "lstm"\?$/,
    })
  })
})

describe('what cannot be judged', () => {
  it('no rows, and labels that the model does not know', async () => {
    await assert.rejects(model.evaluate([]), {
      name: 'DataError',
      message: 'evaluate: expected labelled texts, got none. Give a file with rows.',
    })
    await assert.rejects(model.evaluate([{ text: 'a', label: 'ugly' }]), {
      name: 'DataError',
      message:
        'evaluate rows: expected labels of the model (["bad","good"]), got "ugly". ' +
        'Check the label column, or train with rows of this label.',
    })
  })

  it('anything once aborted', async () => {
    await assert.rejects(model.evaluate(rows, { signal: AbortSignal.abort(new Error('enough')) }), /^Error: enough$/)
  })
})
