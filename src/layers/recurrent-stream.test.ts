/** Streams; that they have the bits of whole sequences is shown in `recurrent-bits.test.ts`. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { gru } from '../cells/gru.ts'
import { lstm } from '../cells/lstm.ts'
import { createWasmDevice } from '../devices/wasm/wasm-device.ts'
import { OptionError, ShapeError } from '../errors/errors.ts'
import { full, noGradient, step, tensor } from '../tensor/index.ts'
import { Recurrent } from './recurrent.ts'
import { RecurrentStream } from './recurrent-stream.ts'
import { drawn } from './weight-source.ts'

const device = createWasmDevice()
const make = (cell = lstm, options = {}) =>
  new Recurrent(cell, { inputSize: 3, hiddenSize: 12, layers: 2, source: drawn(device), ...options })

const inputs = Array.from({ length: 5 }, (_, t) => [0.5 - t, 0.25 * t, 1])

it('two streams through one layer do not disturb each other', () => {
  const layer = make(gru)
  const alone = new RecurrentStream(layer)
  const expected = inputs.map(x => alone.step(x))
  const [a, b] = [new RecurrentStream(layer), new RecurrentStream(layer)]
  for (const [t, x] of inputs.entries()) {
    assert.deepEqual(a.step(x), expected[t])
    b.step(x.map(v => -v))
  }
})

it('its state is a copy, and a stream goes on from it', () => {
  const layer = make()
  const stream = new RecurrentStream(layer)
  stream.step(inputs[0])
  const { state } = stream
  const before = state[1].c.toArray()
  const next = stream.step(inputs[1])
  assert.deepEqual(state[1].c.toArray(), before)
  assert.notDeepEqual(stream.state[1].c.toArray(), before)
  assert.deepEqual(new RecurrentStream(layer, 1, state).step(inputs[1]), next)
  stream.restart(state)
  assert.deepEqual(stream.step(inputs[1]), next)
})

it('reads with the weights as they are at each step', () => {
  const layer = make()
  const stream = new RecurrentStream(layer)
  const bias = layer.parameters().get('bias_ih_l0')
  for (const x of inputs.slice(0, 3)) stream.step(x)
  if (bias) device.fill(bias.matrix, 0.75)
  const { state } = stream
  const x = tensor(inputs[3], [1, 1, 3], { device })
  const whole = noGradient(() => layer.forward(x, state))
  assert.deepEqual(stream.step(inputs[3]), whole.output.toArray())
})

it('reads the rows of a table as they are at each step', () => {
  const table = full([4, 3], 0.5, { device })
  const stream = new RecurrentStream(make(), 1, undefined, table)
  const before = stream.step([2])
  const { state } = stream
  stream.step([2])
  device.fill(table.matrix, -0.5)
  stream.restart(new RecurrentStream(make()).state)
  assert.notDeepEqual(stream.step([2]), before)
  const plain = new RecurrentStream(make(), 1, state)
  stream.restart(state)
  assert.deepEqual(stream.step([1]), plain.step([-0.5, -0.5, -0.5]))
})

it('takes no more memory the longer it runs', () => {
  const stream = new RecurrentStream(make())
  const { memory } = device.runtime
  for (const x of inputs) stream.step(x)
  const { bytesInUse } = memory
  for (let i = 0; i < 10_000; i++) stream.step(inputs[i % inputs.length])
  assert.equal(memory.bytesInUse, bytesInUse)
})

it('refuses what it cannot read', () => {
  const layer = make()
  const stream = new RecurrentStream(layer, 2)
  assert.throws(() => stream.step([1, 2, 3]), ShapeError)
  assert.throws(() => stream.step([1, 2, 3]), /expected 6 values \(batch 2 × inputSize 3\), got 3/)
  const numbered = new RecurrentStream(layer, 1, undefined, full([4, 3], 0, { device }))
  assert.throws(() => numbered.step([1, 2, 3]), /expected 1 numbers of rows \(batch 1\), got 3/)
  for (const id of [-1, 4, 0.5]) assert.throws(() => numbered.step([id]), /a whole number from 0 to 3/)
  const back = make(lstm, { bidirectional: true })
  assert.throws(() => new RecurrentStream(back), OptionError)
  const h = full([1, 12], 0, { device })
  assert.throws(() => new RecurrentStream(layer, 1, [{ h, c: h }]), /expected 2 states .* got 1/)
})

it('says so when the step that its weights belonged to has ended', () => {
  let stream: RecurrentStream | null = null
  step(() => {
    stream = new RecurrentStream(make())
  })
  assert.throws(() => (stream as RecurrentStream | null)?.step(inputs[0]), /whose step has ended/)
})
