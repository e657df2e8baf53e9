import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { cells } from '../cells/registry.ts'
import { english, madeUpTexts, quick } from '../models/made-up-texts.test-support.ts'
import { TextClassifier } from '../models/text-classifier.ts'
import { type OneStep, oneStepOf } from './one-step.ts'
import { recordReading } from './record.ts'
import { stepGradientsOf } from './step-gradients.ts'
import { readingOf } from './subject.ts'

const rows = madeUpTexts(english, 40)
const text = 'the film was good , the plot was bad'

/** 64 bits against the kernels' 32. */
const SINGLE = 2e-5

function assertClose(actual: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  assert.equal(actual.length, expected.length, what)
  const size = Math.max(...Array.from(expected, Math.abs), 1e-6)
  for (let k = 0; k < actual.length; k++) {
    const off = Math.abs(actual[k] - expected[k])
    assert.ok(off <= SINGLE * size, `${what}[${k}]: got ${actual[k]}, expected ${expected[k]}, of ${size}`)
  }
}

async function trained(cell: string) {
  const model = await TextClassifier.train(rows, { ...quick, cell, hidden: [6, 5], bidirectional: true })
  const reading = readingOf(model, text)
  return { model, reading, recorded: recordReading(model, reading), gradients: stepGradientsOf(model, reading, 0) }
}

describe('one step', () => {
  for (const name of Object.keys(cells)) {
    it(`of ${name} has the values and the gradients that the kernels have, in every layer and direction`, async () => {
      const { model, reading, recorded, gradients } = await trained(name)
      for (const [index, layer] of recorded.entries()) {
        for (const at of [0, 4, reading.ids.length - 1]) {
          const step = oneStepOf(model, reading, { index, at, recorded, gradients })
          const { quantities, state } = step.cell
          for (const [q, e] of [...Object.entries(quantities), ...Object.entries(state)]) {
            const where = `${name} ${index} ${at} ${q}`
            assertClose(step.values[step.nodes.indexOf(e)], layer.quantities[q].values[at], where)
          }
          assertFlowsAddUp(step, `${name} ${index} ${at}`)
        }
      }
    })
  }

  it('gives products without their biases', async () => {
    const { model, reading, recorded } = await trained('lstm')
    const step = oneStepOf(model, reading, { index: 0, at: 2, recorded })
    const leaf = step.nodes.findIndex(e => e.op === 'input' && e.name === 'f')
    const bias = model.network.parameters().get('rnn.bias_ih_l0')?.toArray().subarray(6, 12) as Float32Array
    assertClose(
      (step.products[leaf] as Float64Array).map((x, u) => x + bias[u]),
      step.values[leaf],
      'W x + b',
    )
    assert.equal(step.flows, null)
  })
})

/** What flows back into a gate, used in its own step only, is the whole gradient that the kernels have of it. */
function assertFlowsAddUp({ cell, nodes, flows, gradients }: OneStep, where: string): void {
  assert.ok(flows && gradients)
  const states = Object.values(cell.state)
  for (const [name, e] of Object.entries(cell.quantities)) {
    if (states.includes(e)) continue
    const whole = gradients[nodes.indexOf(e)]
    assert.ok(whole, `${where}: ${name} has a gradient`)
    const sum = new Float64Array(whole.length)
    nodes.forEach((user, k) => {
      user.args.forEach((a, i) => {
        const part = a === e ? flows[k][i] : null
        part?.forEach((x, u) => {
          sum[u] += x
        })
      })
    })
    assertClose(sum, whole, `${where}: flows into ${name}`)
  }
}
