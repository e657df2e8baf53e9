/**
 * examples/lstm-by-hand.ts runs and finds no difference but rounding; and in 64 bits, where there is next to none, a
 * textbook LSTM gives the outputs and gradients of the layer.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { lstm } from '../../src/cells/lstm.ts'
import { ReferenceDevice } from '../../src/devices/reference/reference-device.ts'
import { Recurrent } from '../../src/layers/recurrent.ts'
import { drawn } from '../../src/layers/weight-source.ts'
import {
  add,
  backward,
  linear,
  mul,
  sigmoid,
  split,
  stack,
  type Tensor,
  tanh,
  unstack,
  zeroGradients,
  zeros,
} from '../../src/tensor/index.ts'
import { compare, leaf, weightedLoss } from './wave.ts'

/** Sums of a few dozen terms in another order. */
const ROUNDING_64 = 1e-13
/** Of values below 10 in 32 bits, a few roundings. */
const ROUNDING_32 = 1e-5

test('the example prints both and the largest difference', () => {
  const script = resolve(import.meta.dirname, '../../examples/lstm-by-hand.ts')
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8' })
  assert.equal(status, 0, stderr)
  assert.match(stdout, /^output +-?0\.\d{7} +-?0\.\d{7}/m)
  assert.match(stdout, /^gradient of weight_hh_l0 /m)
  const difference = Number(/The largest difference is (\S+):/.exec(stdout)?.[1])
  assert.ok(difference <= ROUNDING_32, stdout)
})

test('a textbook LSTM gives the layer’s outputs, last states and gradients', () => {
  const [T, B, I, H] = [5, 3, 4, 6]
  const device = new ReferenceDevice()
  const layer = new Recurrent(lstm, { inputSize: I, hiddenSize: H, source: drawn(device) })
  const weights = layer.parameters()
  const x = leaf(device, 'x', [T, B, I], 1)

  const byHand = (): Record<string, Tensor> => {
    const weight = (name: string) => weights.get(name) as Tensor
    let [h, c] = [zeros([B, H], { device }), zeros([B, H], { device })]
    const outputs = unstack(x, 0).map(xt => {
      const fromInput = linear(xt, weight('weight_ih_l0'), weight('bias_ih_l0'))
      const z = add(fromInput, linear(h, weight('weight_hh_l0'), weight('bias_hh_l0')))
      const [i, f, g, o] = split(z, [H, H, H, H], 1)
      c = add(mul(sigmoid(f), c), mul(sigmoid(i), tanh(g)))
      h = mul(sigmoid(o), tanh(c))
      return h
    })
    return { output: stack(outputs, 0), h, c }
  }
  const fused = (): Record<string, Tensor> => {
    const { output, state } = layer.forward(x)
    return { output, ...state[0] }
  }

  const leaves = { x, ...Object.fromEntries(weights) }
  const all = [byHand, fused].map(run => {
    zeroGradients(Object.values(leaves))
    const results = run()
    backward(weightedLoss(results))
    const gradients = Object.entries(leaves).map(([name, t]) => [`gradient of ${name}`, t.gradient as Tensor] as const)
    return new Map([...Object.entries(results), ...gradients].map(([name, t]) => [name, t.toArray()]))
  })
  assert.equal(all[0].size, 8)
  for (const [name, values] of all[0]) compare(name, all[1].get(name) as Float64Array, values, ROUNDING_64)
})
