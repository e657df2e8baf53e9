import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { cells } from '../cells/registry.ts'
import { stateWidth } from '../formula/equations.ts'
import { english, madeUpTexts, quick } from '../models/made-up-texts.test-support.ts'
import { TextClassifier } from '../models/text-classifier.ts'
import { recordText } from './record.ts'

const rows = madeUpTexts(english, 40)
const options = { ...quick, epochs: 2, layers: 2, bidirectional: true }
const text = 'The film was REALLY good, a zebra!'

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))

/** Cells whose candidate is a relu. */
const UNBOUNDED = new Set(['rnn-relu', 'irnn'])

describe('recording a text', () => {
  for (const [cellName, cell] of Object.entries(cells)) {
    it(`${cellName}: every quantity of each layer and direction at each token, and its mean`, async () => {
      const model = await TextClassifier.train(rows, { ...options, cell: cellName })
      const { tokens, layers } = recordText(model, text)
      assert.deepEqual(tokens, ['the', 'film', 'was', 'really', 'good', ',', 'a', 'zebra', '!'])
      assert.deepEqual(
        layers.map(({ layer, direction }) => `${layer} ${direction}`),
        ['0 forward', '0 backward', '1 forward', '1 backward'],
      )
      for (const { cell: name, hidden, quantities } of layers) {
        assert.equal(name, cellName)
        assert.equal(hidden, quick.hidden)
        const names = [...Object.keys(cell.quantities), ...Object.keys(cell.state)]
        assert.deepEqual(Object.keys(quantities), names)
        for (const [quantity, { mean, values }] of Object.entries(quantities)) {
          assert.equal(values.length, tokens.length)
          const width = Object.hasOwn(cell.state, quantity) ? stateWidth(cell, quantity, hidden) : hidden
          assert.ok(values.every(v => v.length === width))
          const least = quantity.endsWith('Gate') ? 0 : -1
          // A memory that adds up has no bound.
          if (quantity !== 'c' && !UNBOUNDED.has(cellName))
            assert.ok(
              values.flat().every(v => v > least && v < 1),
              quantity,
            )
          values.forEach((v, t) => {
            const expected = v.reduce((sum, x) => sum + x, 0) / width
            assert.ok(Math.abs(mean[t] - expected) < 1e-12)
          })
        }
      }
    })

    it(`${cellName}: the answer has the same bits before, after and between`, async () => {
      const model = await TextClassifier.train(rows, { ...options, cell: cellName })
      const before = model.predict(text)
      const first = recordText(model, text)
      assert.deepEqual(model.predict(text), before)
      assert.deepEqual(recordText(model, text), first)
    })
  }

  it('the values are those of the equations, worked out from the weights', async () => {
    const model = await TextClassifier.train(rows, { ...quick, epochs: 1 })
    const weights = model.network.parameters()
    const of = (name: string) => [...(weights.get(name)?.toArray() ?? [])]
    const { tokens, layers } = recordText(model, 'the good film')
    const [ids, H, E] = [model.encoder.encode('the good film'), quick.hidden, quick.embedding]
    const [wIh, wHh] = [of('rnn.weight_ih_l0'), of('rnn.weight_hh_l0')]
    const [bIh, bHh, embedding] = [of('rnn.bias_ih_l0'), of('rnn.bias_hh_l0'), of('embedding.weight')]
    let [h, c] = [Array<number>(H).fill(0), Array<number>(H).fill(0)]
    tokens.forEach((_, t) => {
      const x = embedding.slice(ids[t] * E, (ids[t] + 1) * E)
      const z = bIh.map((b, r) => {
        const fromX = x.reduce((sum, v, k) => sum + v * wIh[r * E + k], b)
        return h.reduce((sum, v, k) => sum + v * wHh[r * H + k], fromX + bHh[r])
      })
      const block = (k: number) => z.slice(k * H, (k + 1) * H)
      const gates = {
        inputGate: block(0).map(sigmoid),
        forgetGate: block(1).map(sigmoid),
        candidate: block(2).map(Math.tanh),
        outputGate: block(3).map(sigmoid),
      }
      c = c.map((v, j) => gates.forgetGate[j] * v + gates.inputGate[j] * gates.candidate[j])
      h = c.map((v, j) => gates.outputGate[j] * Math.tanh(v))
      for (const [name, values] of Object.entries(gates)) {
        values.forEach((value, j) => {
          const recorded = layers[0].quantities[name].values[t][j]
          assert.ok(Math.abs(recorded - value) < 1e-5, `${name} of token ${t}, unit ${j}: ${recorded}, ${value}`)
        })
      }
    })
  })

  it('a text without any token is one unknown token', async () => {
    const model = await TextClassifier.train(rows, { ...quick, epochs: 1 })
    const { tokens, layers } = recordText(model, '')
    assert.deepEqual(tokens, ['<unk>'])
    assert.equal(layers[0].quantities.forgetGate.values.length, 1)
  })
})
