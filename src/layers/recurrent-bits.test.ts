/**
 * What has the same bits (design: how a sequence runs): a sequence alone or in a batch, whole or step by step, dense or
 * packed, recorded or not, with the tape or without; on every device, for every built-in cell.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { cells } from '../cells/registry.ts'
import type { Device } from '../devices/device.ts'
import { implementations } from '../devices/devices.test-bench.ts'
import { samples } from '../tensor/central-differences.test-support.ts'
import { embedding, noGradient, reshape, slice, stack, type Tensor, tensor } from '../tensor/index.ts'
import { Packed, pack, unpack } from './packed.ts'
import { packedOrder } from './packing.ts'
import { Recurrent } from './recurrent.ts'
import type { RecurrentState } from './recurrent-options.ts'
import { RecurrentStream } from './recurrent-stream.ts'
import { tableRows } from './table-rows.ts'
import { drawn } from './weight-source.ts'

const LENGTHS = [3, 7, 1, 7, 2]
const BATCH = LENGTHS.length

const isSame = (actual: Tensor, expected: Tensor, what: string) => {
  assert.deepEqual(actual.shape, expected.shape, what)
  assert.deepEqual(actual.toArray(), expected.toArray(), what)
}

function areSameStates(actual: readonly RecurrentState[], expected: readonly RecurrentState[], what: string): void {
  assert.equal(actual.length, expected.length)
  expected.forEach((state, k) => {
    assert.deepEqual(Object.keys(actual[k]), Object.keys(state))
    for (const name of Object.keys(state)) isSame(actual[k][name], state[name], `${what}, state[${k}].${name}`)
  })
}

const random = (device: Device, shape: readonly number[], seed: number) =>
  tensor(samples(shape, seed), shape, { device })

/** First states for a batch, and those of one of its sequences. */
const statesOf = (layer: Recurrent, device: Device, batch: number): RecurrentState[] =>
  layer
    .initialState(batch, device)
    .map((state, k) =>
      Object.fromEntries(Object.entries(state).map(([name, t], j) => [name, random(device, t.shape, 50 + 2 * k + j)])),
    )

const rowOf = (states: readonly RecurrentState[], b: number): RecurrentState[] =>
  states.map(state => Object.fromEntries(Object.entries(state).map(([name, t]) => [name, slice(t, 0, b, b + 1)])))

for (const { name: deviceName, create } of implementations) {
  describe(`the same bits on ${deviceName}`, () => {
    for (const [cellName, cell] of Object.entries(cells)) {
      const make = (options: { layers?: number; bidirectional?: boolean } = {}) => {
        const device = create()
        const layer = new Recurrent(cell, { inputSize: 5, hiddenSize: 9, ...options, source: drawn(device) })
        const sequences = LENGTHS.map((length, b) => random(device, [length, 5], b))
        return { device, layer, sequences, first: statesOf(layer, device, BATCH) }
      }

      it(`${cellName}: each sequence alone gives what it gives in the batch, and its own last state`, () => {
        const { layer, sequences, first } = make({ layers: 2, bidirectional: true })
        const { output, state } = layer.forward(pack(sequences), first)
        unpack(output).forEach((own, b) => {
          const alone = layer.forward(pack([sequences[b]]), rowOf(first, b))
          isSame(alone.output.values, own, `sequence ${b}`)
          areSameStates(alone.state, rowOf(state, b), `sequence ${b}`)
          const [forward, backward] = state.slice(-2).map(s => slice(s[cell.output], 0, b, b + 1))
          const width = layer.outputSize / 2
          isSame(slice(slice(own, 0, LENGTHS[b] - 1), 1, 0, width), forward, 'the last token’s output read forwards')
          isSame(slice(slice(own, 0, 0, 1), 1, width), backward, 'the first token’s output read backwards')
        })
      })

      it(`${cellName}: step by step with carried state gives what the whole sequence gives`, () => {
        const { device, layer, first } = make({ layers: 2 })
        const x = random(device, [6, BATCH, 5], 11)
        const whole = layer.forward(x, first)
        let state: readonly RecurrentState[] = first
        for (let t = 0; t < 6; t++) {
          const one = noGradient(() => layer.forward(slice(x, 0, t, t + 1), state))
          isSame(one.output, slice(whole.output, 0, t, t + 1), `step ${t}`)
          state = one.state
        }
        areSameStates(state, whole.state, 'at the end')
      })

      it(`${cellName}: a stream gives what the whole sequence gives`, () => {
        for (const batch of [1, BATCH, 9]) {
          const { device, layer } = make({ layers: 2 })
          const first = statesOf(layer, device, batch)
          const x = random(device, [6, batch, 5], 12)
          const whole = layer.forward(x, first)
          const stream = new RecurrentStream(layer, batch, first)
          for (let t = 0; t < 6; t++) {
            const output = stream.step(slice(x, 0, t, t + 1).toArray())
            assert.deepEqual(output, slice(whole.output, 0, t, t + 1).toArray(), `step ${t} of ${batch}`)
          }
          areSameStates(stream.state, whole.state, 'at the end')
          const rows = reshape(x, [6 * batch, 5])
          const numbered = new RecurrentStream(layer, batch, first, rows)
          for (let t = 0; t < 6; t++) {
            const output = numbered.step(Array.from({ length: batch }, (_, b) => t * batch + b))
            assert.deepEqual(output, slice(whole.output, 0, t, t + 1).toArray(), `step ${t} of ${batch}, of a table`)
          }
        }
      })

      it(`${cellName}: rows of a table give what they give one by one`, () => {
        const { device, layer } = make({ layers: 2, bidirectional: true })
        const packing = packedOrder(LENGTHS)
        const table = random(device, [4, 5], 3)
        const ids = Int32Array.from({ length: packing.tokens }, (_, k) => (k * k) % 4)
        const rows = tableRows(table, ids, packing)
        assert.ok('table' in rows)
        const looked = layer.forward<Packed>(rows)
        const oneByOne = layer.forward(new Packed(embedding(ids, table), packing))
        isSame(looked.output.values, oneByOne.output.values, 'output')
        areSameStates(looked.state, oneByOne.state, 'last')
      })

      it(`${cellName}: [T, B, I] gives what packed sequences of that length give`, () => {
        const { device, layer } = make({ bidirectional: true })
        const sequences = Array.from({ length: 3 }, (_, b) => random(device, [4, 5], b))
        const dense = layer.forward(stack(sequences, 1))
        const packed = layer.forward(pack(sequences))
        assert.deepEqual(dense.output.shape, [4, 3, layer.outputSize])
        isSame(dense.output, stack(unpack(packed.output), 1), 'output')
        areSameStates(dense.state, packed.state, 'last')
      })

      it(`${cellName}: recorded or not, with the tape or without`, () => {
        const { layer, sequences } = make({ layers: 2, bidirectional: true })
        const x = pack(sequences)
        const trained = layer.forward(x)
        const predicted = noGradient(() => layer.forward(x))
        const recorded = layer.forward(x, undefined, { record: Object.keys(cell.quantities) })
        for (const other of [predicted, recorded]) {
          isSame(other.output.values, trained.output.values, 'output')
          areSameStates(other.state, trained.state, 'last')
        }
        assert.deepEqual(
          recorded.recorded.map(r => Object.keys(r)),
          Array.from({ length: 4 }, () => Object.keys(cell.quantities)),
        )
      })
    }
  })
}
