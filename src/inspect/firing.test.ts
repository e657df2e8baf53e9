import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { LanguageModel } from '../models/language-model.ts'
import { markovText, quickLanguage } from '../models/language-texts.test-support.ts'
import { english, madeUpTexts, quick } from '../models/made-up-texts.test-support.ts'
import { TextClassifier } from '../models/text-classifier.ts'
import { firingOver } from './firing.ts'
import { recordText } from './record.ts'

const rows = madeUpTexts(english, 40)
const texts = rows.map(row => row.text)

let model: TextClassifier
before(async () => {
  model = await TextClassifier.train(rows, { ...quick, epochs: 2, bidirectional: true, cell: 'lstm-projection' })
})

describe('where a unit fires', () => {
  for (const quantity of ['forgetGate', 'c', 'h']) {
    it(`${quantity}: the largest in size over all texts, in both directions, with what stands around`, async () => {
      const units = (['forward', 'backward'] as const).map(direction => ({ layer: 0, direction, unit: 2 }))
      const firing = await firingOver(model, units, texts, { quantity, count: 6 })
      const all = texts.map(text => recordText(model, text))
      units.forEach(({ direction, unit }, k) => {
        const values = all.flatMap(({ tokens, layers }, text) => {
          const layer = layers.find(l => l.direction === direction) ?? assert.fail()
          return tokens.map((token, index) => ({
            text,
            index,
            token,
            value: layer.quantities[quantity].values[index][unit],
          }))
        })
        const expected = values.toSorted((a, b) => Math.abs(b.value) - Math.abs(a.value)).slice(0, 6)
        const found = firing[k].places.map(({ text, index, token, value }) => ({ text, index, token, value }))
        assert.deepEqual(found, expected)
        assert.equal(firing[k].tokens, values.length)
        for (const { text, index, token, before: left, after } of firing[k].places) {
          assert.deepEqual([...left, token, ...after], all[text].tokens.slice(Math.max(0, index - 8), index + 9))
        }
      })
    })
  }

  it('is found with a language model, by default in its output, over texts that come one by one', async () => {
    const language = await LanguageModel.train(markovText(400), { ...quickLanguage, epochs: 1 })
    async function* pieces() {
      yield markovText(50)
      yield markovText(30, 2)
    }
    const [found] = await firingOver(language, [{ layer: 0, direction: 'forward', unit: 5 }], pieces())
    assert.equal(found.quantity, 'h')
    assert.equal(found.tokens, 80)
    assert.equal(found.places.length, 10)
  })

  it('refuses a quantity, layer, direction or unit that is not there', async () => {
    const unit = { layer: 0, direction: 'forward', unit: 0 } as const
    const over = (asked: object, options = {}) => firingOver(model, [{ ...unit, ...asked }], texts, options)
    await assert.rejects(over({}, { quantity: 'forgetgate' }), /^OptionError: quantity: .*forgetGate.* Did you mean/)
    await assert.rejects(over({ layer: 1 }), /^OptionError: layer: expected one of 0 to 0 that reads forward, got 1/)
    await assert.rejects(over({ unit: 5 }), /^OptionError: unit: expected a unit from 0 to 4 of h, got 5\./)
    await assert.rejects(over({ unit: -1 }, { quantity: 'c' }), /^OptionError: unit: expected a unit from 0 to 8 of c/)
  })

  it('stops when asked to', async () => {
    const signal = AbortSignal.abort(new Error('enough'))
    const unit = { layer: 0, direction: 'forward', unit: 0 } as const
    await assert.rejects(firingOver(model, [unit], texts, { signal }), /^Error: enough$/)
  })
})
