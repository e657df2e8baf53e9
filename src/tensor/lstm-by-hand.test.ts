/**
 * An LSTM written with tensor operations as textbooks have it, two steps, its gradients against central differences;
 * and the same with one fused operation for all that is element by element.
 *
 *   i, f, g, o = σ, σ, tanh, σ of the four blocks of W x_t + U h_{t−1} + b
 *   c_t = f ⊙ c_{t−1} + i ⊙ g,   h_t = o ⊙ tanh(c_t)
 *
 * Hochreiter & Schmidhuber 1997, forget gate Gers et al. 2000; block order i f g o as torch.nn.LSTM.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ReferenceDevice } from '../devices/reference/reference-device.ts'
import {
  add as addOf,
  type Expression,
  mul as mulOf,
  sigmoid as sigmoidOf,
  tanh as tanhOf,
} from '../formula/expression.ts'
import { checkGradients, samples } from './central-differences.test-support.ts'
import {
  add,
  backward,
  concat,
  elementwise,
  linear,
  mul,
  sigmoid,
  slice,
  split,
  sum,
  type Tensor,
  tanh,
  tensor,
  unstack,
} from './index.ts'

interface State {
  readonly h: Tensor
  readonly c: Tensor
}

type Step = (blocks: readonly Tensor[], c: Tensor) => State

const stepByStep: Step = ([i, f, g, o], previous) => {
  const [inputGate, forgetGate, candidate, outputGate] = [sigmoid(i), sigmoid(f), tanh(g), sigmoid(o)]
  const c = add(mul(forgetGate, previous), mul(inputGate, candidate))
  return { h: mul(outputGate, tanh(c)), c }
}

const fused: Step = (blocks, previous) => {
  const [h, c] = elementwise(lstmStep, [...blocks, previous])
  return { h, c }
}

function lstmStep([i, f, g, o, previous]: readonly Expression[]): Expression[] {
  const c = addOf(mulOf(sigmoidOf(f), previous), mulOf(sigmoidOf(i), tanhOf(g)))
  return [mulOf(sigmoidOf(o), tanhOf(c)), c]
}

/** x [T, B, I], weights [4H, I] and [4H, H], biases [4H], first state [B, H]; the outputs [T·B, H] and last states. */
function lstm([x, weightIh, weightHh, biasIh, biasHh, h0, c0]: Tensor[], step: Step): Tensor[] {
  const size = h0.shape[1]
  let state: State = { h: h0, c: c0 }
  const outputs = unstack(x, 0).map(xt => {
    const z = add(linear(xt, weightIh, biasIh), linear(state.h, weightHh, biasHh))
    state = step(split(z, [size, size, size, size], 1), state.c)
    return state.h
  })
  return [concat(outputs, 0), state.h, state.c]
}

const shapesOf = (T: number, B: number, I: number, H: number) => [
  [T, B, I],
  [4 * H, I],
  [4 * H, H],
  [4 * H],
  [4 * H],
  [B, H],
  [B, H],
]

describe('an LSTM by hand', () => {
  it('takes the step worked out on paper', () => {
    // One unit, x = 1, h0 = 0.5, c0 = 2; every block z = w·1 + u·0.5 + b with
    //   i: 0.5 + 1·0.5 − 1 = 0      σ = 0.5        f: 0 + 0·0.5 + ln 3 = ln 3   σ = 0.75
    //   g: 0 + 2·0.5 − 1 = 0        tanh = 0       o: −ln 3                     σ = 0.25
    // c = 0.75·2 + 0.5·0 = 1.5,  h = 0.25·tanh 1.5
    const device = new ReferenceDevice()
    const of = (values: number[], shape: number[]) => tensor(values, shape, { device })
    const l = Math.log(3)
    const inputs = [
      of([1], [1, 1, 1]),
      of([0.5, 0, 0, 0], [4, 1]),
      of([1, 0, 2, 0], [4, 1]),
      of([-1, l, -1, -l], [4]),
      of([0, 0, 0, 0], [4]),
      of([0.5], [1, 1]),
      of([2], [1, 1]),
    ]
    for (const step of [stepByStep, fused]) {
      const [output, h, c] = lstm(inputs, step)
      assert.ok(Math.abs(c.item() - 1.5) < 1e-15)
      assert.ok(Math.abs(h.item() - 0.25 * Math.tanh(1.5)) < 1e-15)
      assert.equal(output.item(), h.item())
    }
  })

  for (const [T, B, I, H] of [
    [1, 1, 1, 1],
    [2, 3, 5, 3],
    [3, 2, 1, 9],
  ]) {
    it(`T ${T}, B ${B}, I ${I}, H ${H}: gradients are those of central differences, fused or not`, () => {
      checkGradients(inputs => lstm(inputs, stepByStep), shapesOf(T, B, I, H))
      checkGradients(inputs => lstm(inputs, fused), shapesOf(T, B, I, H))
      // Only the output of one step in the middle counts: gradients of the last states are null.
      checkGradients(inputs => slice(lstm(inputs, fused)[0], 0, 0, B), shapesOf(T, B, I, H))
    })
  }

  it('has the same gradients fused and not, to the last digits', () => {
    const device = new ReferenceDevice()
    const gradients = [stepByStep, fused].map(step => {
      const inputs = shapesOf(5, 4, 3, 8).map((shape, k) =>
        tensor(samples(shape, k), shape, { device, requiresGradient: true }),
      )
      backward(sum(lstm(inputs, step)[0]))
      return inputs.map(input => (input.gradient as Tensor).toArray())
    })
    gradients[0].forEach((gradient, k) => {
      gradient.forEach((value, i) => {
        const other = gradients[1][k][i]
        assert.ok(Math.abs(value - other) <= 1e-13 * Math.max(1, Math.abs(value)), `${k}, ${i}: ${value}, ${other}`)
      })
    })
  })
})
