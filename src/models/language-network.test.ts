/**
 * The network of a language model: gradients against central differences, names, and reading in parts.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { lstm } from '../cells/lstm.ts'
import { ReferenceDevice } from '../devices/reference/reference-device.ts'
import { createWasmDevice } from '../devices/wasm/wasm-device.ts'
import { drawn } from '../layers/weight-source.ts'
import { checkGradients } from '../tensor/central-differences.test-support.ts'
import { concat, crossEntropy, type Tensor } from '../tensor/index.ts'
import { LanguageNetwork, type LanguageNetworkSizes, type LanguageNoise } from './language-network.ts'

const sizes: LanguageNetworkSizes = {
  vocabulary: 5,
  embedding: 3,
  hidden: [4, 3],
  initialState: 'zero',
  tieWeights: false,
}
const first = { seed: 3, initialization: null, forgetBias: 1 }
const made = (change: Partial<LanguageNetworkSizes>, device = new ReferenceDevice()) =>
  new LanguageNetwork(lstm, { ...sizes, ...change }, drawn(device), first)

/** Two runs of three steps. */
const inputs = Int32Array.of(1, 2, 3, 1, 0, 1)
const targets = Int32Array.of(3, 1, 0, 1, 4, 2)

describe('gradients', () => {
  for (const tieWeights of [false, true]) {
    it(`are those of central differences, ${tieWeights ? 'tied' : 'untied'}`, () => {
      const parameters = [...made({ tieWeights }).parameters()]
      const shapes = parameters.map(([, { shape }]) => shape)
      const lossFrom = (leaves: Tensor[]) => {
        const leafOf = (name: string) => leaves[parameters.findIndex(([other]) => other === name)]
        const network = new LanguageNetwork(lstm, { ...sizes, tieWeights }, leafOf)
        const { output } = network.read(inputs, 2, network.initialState(2))
        return crossEntropy(network.logits(output), targets)
      }
      checkGradients(lossFrom, shapes)
    })
  }
})

describe('dropout', () => {
  it('of the embedding can be another: without it, one layer sees what it sees without noise', () => {
    const network = made({ hidden: [40] })
    const outputOf = (noise?: LanguageNoise) => [
      ...network.read(inputs, 2, network.initialState(2), noise).output.toArray(),
    ]
    const noise = { seed: 1, draw: 1, dropout: 0.5, weightDrop: 0 }
    const clean = outputOf()
    const kept = outputOf({ ...noise, embeddingDropout: 0 })
    assert.ok(kept.every((value, k) => value === 0 || value === 2 * clean[k]))
    assert.ok(kept.includes(0) && kept.some(value => value !== 0))
    assert.ok(outputOf(noise).some((value, k) => value !== 0 && value !== kept[k]))
  })
})

describe('tied weights', () => {
  it('are one tensor, without linear.weight; the bias stays', () => {
    const names = (tieWeights: boolean) => [...made({ tieWeights }).parameters().keys()]
    assert.ok(names(false).includes('linear.weight'))
    assert.deepEqual(
      names(true),
      names(false).filter(name => name !== 'linear.weight'),
    )
    assert.ok(names(true).includes('linear.bias'))
  })

  it('want an embedding as wide as the last layer', () => {
    assert.throws(
      () => made({ tieWeights: true, embedding: 4 }),
      /^OptionError: tie-weights: expected an embedding as wide as the last layer's output \(3\), got 4\. Use an/,
    )
  })

  it('give logits h Eᵀ + b', () => {
    const network = made({ tieWeights: true })
    const weight = network.parameters().get('embedding.weight') as Tensor
    const bias = (network.parameters().get('linear.bias') as Tensor).toArray()
    const { output } = network.read(Int32Array.of(2), 1, network.initialState(1))
    const [h, E] = [Array.from(output.toArray()), weight.toArray()]
    const expected = Array.from({ length: 5 }, (_, v) => bias[v] + h.reduce((sum, x, j) => sum + x * E[v * 3 + j], 0))
    network
      .logits(output)
      .toArray()
      .forEach((z, v) => {
        assert.ok(Math.abs(z - expected[v]) < 1e-12)
      })
  })
})

describe('reading', () => {
  it('in parts with the state carried gives the bits of reading at once', () => {
    const network = made({ initialState: 'learned', hidden: [17, 9] }, createWasmDevice() as unknown as ReferenceDevice)
    const ids = Int32Array.from({ length: 40 }, (_, i) => (i * 7 + (i >> 2)) % 5)
    const whole = network.logits(network.read(ids, 2, network.initialState(2)).output).toArray()
    let state = network.initialState(2)
    const parts = [2, 6, 8, 24].reduce<{ at: number; outputs: Tensor[] }>(
      ({ at, outputs }, length) => {
        const read = network.read(ids.subarray(at, at + length), 2, state)
        state = read.state
        return { at: at + length, outputs: [...outputs, read.output] }
      },
      { at: 0, outputs: [] },
    )
    assert.deepEqual(network.logits(concat(parts.outputs, 0)).toArray(), whole)
  })
})
