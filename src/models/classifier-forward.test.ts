/** The network on matrices, which predicts, against the network on tensors, which is trained: the same bits. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { testCells } from '../cells/registry.test-cells.ts'
import type { Device } from '../devices/device.ts'
import { ReferenceDevice } from '../devices/reference/reference-device.ts'
import { createWasmDevice } from '../devices/wasm/wasm-device.ts'
import { MERGES } from '../layers/merges.ts'
import { drawn } from '../layers/weight-source.ts'
import { noGradient, softmax, step, type Tensor } from '../tensor/index.ts'
import { ClassifierForward, type NetworkSizes, POOLINGS } from './classifier-forward.ts'
import { ClassifierNetwork } from './classifier-network.ts'

const sizes: NetworkSizes = {
  vocabulary: 11,
  embedding: 5,
  hidden: [6, 9],
  bidirectional: true,
  merge: 'concat',
  initialState: 'learned',
  pooling: 'max',
  classes: 3,
}

/** Unequal and equal lengths, one of a single token, in no order. */
const texts = [[3, 1, 4], [1], [5, 9, 2, 6, 5], [3, 5, 8], [9, 7]].map(ids => Int32Array.from(ids))

function compare(cell: (typeof testCells)[string], change: Partial<NetworkSizes>, device: Device): void {
  const network = new ClassifierNetwork(cell, { ...sizes, ...change }, drawn(device))
  const weights = network.parameters()
  const forward = new ClassifierForward(network.cell, network.sizes, (name, shape) => {
    const weight = weights.get(name) as Tensor
    assert.deepEqual(weight.shape, shape, name)
    return weight
  })
  assert.deepEqual([...forward.parameters().keys()], [...weights.keys()])
  const expected = noGradient(() => step(() => softmax(network.logits(texts)).toArray()))
  assert.ok(expected.every(Number.isFinite))
  assert.deepEqual(forward.probabilities(texts), expected)
  texts.forEach((text, b) => {
    assert.deepEqual(forward.probabilities([text]), expected.slice(3 * b, 3 * b + 3), `text ${b} alone`)
  })
}

const devices = { reference: () => new ReferenceDevice(), wasm: () => createWasmDevice() }

for (const [name, make] of Object.entries(devices)) {
  describe(`on ${name}`, () => {
    const device = make()
    for (const [cellName, cell] of Object.entries(testCells)) {
      it(cellName, () => compare(cell, {}, device))
    }
    for (const pooling of POOLINGS) {
      it(`pooling ${pooling}`, () => {
        compare(testCells.lstm, { pooling }, device)
        compare(testCells.lstm, { pooling, bidirectional: false, hidden: [7], initialState: 'zero' }, device)
      })
    }
    for (const merge of MERGES) {
      it(`merge ${merge}`, () => compare(testCells.gru, { merge, pooling: 'last' }, device))
    }
  })
}

it('gives back all memory that a prediction took', () => {
  const device = new ReferenceDevice()
  const network = new ClassifierNetwork(testCells.lstm, { ...sizes, pooling: 'attention' }, drawn(device))
  const weights = network.parameters()
  const forward = new ClassifierForward(network.cell, network.sizes, name => weights.get(name) as Tensor)
  const alive = new Set<unknown>()
  const [allocate, release] = [device.allocate.bind(device), device.release.bind(device)]
  device.allocate = (...size) => {
    const matrix = allocate(...size)
    alive.add(matrix)
    return matrix
  }
  device.release = matrix => {
    alive.delete(matrix)
    release(matrix)
  }
  forward.probabilities(texts)
  assert.equal(alive.size, 0)
})
