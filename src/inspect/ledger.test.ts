import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { cells } from '../cells/registry.ts'
import { OptionError } from '../errors/errors.ts'
import { english, madeUpTexts, quick } from '../models/made-up-texts.test-support.ts'
import { TextClassifier } from '../models/text-classifier.ts'
import { halfLifeOf, ledgerOf } from './ledger.ts'
import { plainRead } from './plain-network.test-support.ts'
import { recordText } from './record.ts'

const rows = madeUpTexts(english, 40)
const text = 'the film was a good plot and really a poor actor'
const options = {
  ...quick,
  epochs: 2,
  layers: 2,
  bidirectional: true,
  pooling: 'last',
  initialState: 'learned',
} as const

/** Kernels compute in 32 bits what the plain network computes in 64. */
const SINGLE = 2e-5
/** The bound that a ledger promises. */
const RESIDUAL = 1e-5

const close = (actual: number, expected: number, what: string) =>
  assert.ok(Math.abs(actual - expected) < SINGLE, `${what}: ${actual}, expected ${expected}`)

/** What each state keeps and what is written, as the papers say. */
const paths = {
  lstm: { state: 'c', keep: 'forgetGate', write: (g: Gates, j: number) => g.inputGate[j] * g.candidate[j] },
  gru: { state: 'h', keep: 'updateGate', write: (g: Gates, j: number) => (1 - g.updateGate[j]) * g.candidate[j] },
} as const
type Gates = Readonly<Record<string, readonly number[]>>

describe('the ledger', () => {
  for (const [cell, { state, keep, write }] of Object.entries(paths)) {
    it(`${cell}: is the sum by its definition, worked out from the weights, at every token and direction`, async () => {
      const model = await TextClassifier.train(rows, { ...options, cell })
      const recorded = recordText(model, text)
      const plain = plainRead(model.network, model.encoder.encode(text))
      const last = recorded.tokens.length - 1
      for (const at of [0, 3, last]) {
        recorded.layers.forEach((layer, k) => {
          const { tokens } = plain.layers[k]
          const isBack = layer.direction === 'backward'
          const ledger = ledgerOf(layer, { at }) ?? assert.fail('no ledger')
          assert.equal(ledger.state, state)
          assert.equal(ledger.at, at)
          assert.equal(ledger.contributions.length, tokens.length)
          const first = model.network
            .parameters()
            .get(`rnn.initial_${state}_l${layer.layer}${isBack ? '_reverse' : ''}`)
          const begun = first?.toArray() ?? assert.fail('no first state')
          // The order of reading, up to `at`.
          const read = [...tokens.keys()].filter(t => (isBack ? t >= at : t <= at))
          const ordered = isBack ? read.toReversed() : read
          const target = tokens[at][state]
          const square = target.reduce((sum, x) => sum + x * x, 0)
          tokens.forEach((gates, s) => {
            const later = ordered.slice(ordered.indexOf(s) + 1)
            const parts = target.map((_, j) =>
              ordered.includes(s) ? later.reduce((kept, t) => kept * tokens[t][keep][j], write(gates, j)) : 0,
            )
            parts.forEach((part, j) => {
              close(ledger.contributions[s][j], part, `at ${at}, token ${s}, unit ${j}`)
            })
            const share = parts.reduce((sum, x, j) => sum + x * target[j], 0) / square
            assert.ok(Math.abs(ledger.shares[s] - share) < 1e-3, `share ${ledger.shares[s]}, expected ${share}`)
          })
          target.forEach((_, j) => {
            const left = ordered.reduce((kept, t) => kept * tokens[t][keep][j], begun[j])
            close(ledger.initial[j], left, `initial, unit ${j}`)
          })
        })
      }
    })
  }

  for (const cell of Object.values(cells)) {
    it(`${cell.name}: adds up to the recorded state, shares to 1, or there is none`, async () => {
      const model = await TextClassifier.train(rows, { ...options, cell })
      const { layers } = recordText(model, `${text} `.repeat(20))
      for (const layer of layers) {
        const hasOne = !cell.name.endsWith('rnn') && cell.name !== 'rnn-relu'
        assert.equal(ledgerOf(layer) !== null, hasOne)
        assert.equal(halfLifeOf(layer) !== null, hasOne)
        for (const state of Object.keys(layer.paths)) {
          for (const at of [0, 100, layer.paths[state].state.length - 1]) {
            const ledger = ledgerOf(layer, { state, at }) ?? assert.fail('no ledger')
            assert.ok(ledger.residual <= RESIDUAL, `residual ${ledger.residual}`)
            const sum = ledger.shares.reduce((a, b) => a + b, ledger.initialShare)
            assert.ok(Math.abs(sum - 1) < RESIDUAL, `shares add up to ${sum}`)
            const missed = layer.quantities[state].values[at].map((value, j) =>
              Math.abs(value - ledger.contributions.reduce((s, part) => s + part[j], ledger.initial[j])),
            )
            const size = Math.max(...layer.quantities[state].values[at].map(Math.abs))
            assert.ok(Math.abs(ledger.residual - Math.max(...missed) / size) < 1e-12)
          }
        }
      }
    })
  }
})

describe('the half-life', () => {
  const layer = (keep: readonly (readonly number[])[]) => ({
    layer: 0,
    direction: 'forward' as const,
    cell: 'own',
    hidden: 4,
    quantities: {},
    paths: { c: { keep, write: keep, state: keep, initial: keep[0].map(() => 0) } },
  })

  it('is ln 0.5 / ln of the mean gate, null where that is 1 or more, 0 or less', () => {
    const halfLives =
      halfLifeOf(
        layer([
          [0.5, 1, 0, 0.25],
          [0.5, 1.5, 0, 0.75],
        ]),
      ) ?? assert.fail()
    // Means 0.5, 1.25, 0, 0.5: half is gone after one step.
    assert.deepEqual(halfLives, [1, null, null, 1])
    const [long] = halfLifeOf(layer([[0.99, 0, 0, 0]])) ?? assert.fail()
    assert.ok(Math.abs((long ?? 0) - 68.967563936528) < 1e-9)
  })

  it('a state of zeros has shares of 0 and nothing missing', () => {
    const ledger = ledgerOf(layer([[0, 0, 0, 0]])) ?? assert.fail()
    assert.deepEqual([ledger.shares, ledger.initialShare, ledger.residual], [[0], 0, 0])
  })
})

describe('a ledger that is not there', () => {
  let model: TextClassifier
  before(async () => {
    model = await TextClassifier.train(rows, { ...quick, epochs: 1 })
  })

  it('of a token that is not there, or a state, is refused with what is', () => {
    const [layer] = recordText(model, 'the good film').layers
    for (const at of [3, -1, 1.5, Number.NaN]) assert.throws(() => ledgerOf(layer, { at }), OptionError)
    assert.throws(() => ledgerOf(layer, { at: 3 }), /^OptionError: at: expected a token of the text, 0 to 2, got 3\./)
    assert.throws(() => ledgerOf(layer, { state: 'h' }), /^OptionError: ledger: .* lstm that has one \(c\), got "h"/)
    assert.throws(() => halfLifeOf(layer, 'toString'), OptionError)
  })
})
