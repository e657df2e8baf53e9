/**
 * A textbook LSTM, written with tensor operations one step after the other, beside the layer that runs the same
 * equations fused: the same outputs and gradients.
 *
 *   node examples/lstm-by-hand.ts
 *
 * Write a step like this one for an experiment; `defineCell` with the same equations makes the fast layer from it.
 */
import {
  add,
  backward,
  linear,
  lstm,
  mul,
  Recurrent,
  sigmoid,
  split,
  stack,
  sum,
  type Tensor,
  tanh,
  tensor,
  unstack,
  zeroGradients,
  zeros,
} from '../src/index.ts'

const [steps, batch, inputSize, hiddenSize] = [6, 2, 3, 4]

/** x [T, B, I] → output [T, B, H]. Hochreiter & Schmidhuber 1997, forget gate Gers et al. 2000. */
function lstmByHand(x: Tensor, weights: ReadonlyMap<string, Tensor>): Tensor {
  const weight = (name: string) => weights.get(`${name}_l0`) as Tensor
  let h = zeros([batch, hiddenSize])
  let c = zeros([batch, hiddenSize])
  const outputs = unstack(x, 0).map(xt => {
    const z = add(linear(xt, weight('weight_ih'), weight('bias_ih')), linear(h, weight('weight_hh'), weight('bias_hh')))
    const [i, f, g, o] = split(z, [hiddenSize, hiddenSize, hiddenSize, hiddenSize], 1)
    c = add(mul(sigmoid(f), c), mul(sigmoid(i), tanh(g)))
    h = mul(sigmoid(o), tanh(c))
    return h
  })
  return stack(outputs, 0)
}

const layer = new Recurrent(lstm, { inputSize, hiddenSize })
const weights = layer.parameters()
const numbers = Array.from({ length: steps * batch * inputSize }, (_, k) => Math.sin(1.3 * k + 0.1 * k * k))
const x = tensor(numbers, [steps, batch, inputSize], { requiresGradient: true })

/** The output, and the gradients of Σ output² of x and all weights. */
function results(output: Tensor): Map<string, ArrayLike<number>> {
  zeroGradients([x, ...weights.values()])
  backward(sum(mul(output, output)))
  const gradients = [['x', x] as const, ...weights].map(([name, t]) => [`gradient of ${name}`, t.gradient] as const)
  return new Map([['output', output] as const, ...gradients].map(([name, t]) => [name, (t as Tensor).toArray()]))
}

const byHand = results(lstmByHand(x, weights))
const fused = results(layer.forward(x).output)

const row = (...cells: readonly string[]) =>
  console.log(cells.map((cell, k) => cell.padEnd(k === 0 ? 26 : 14)).join(''))
let largest = 0
row('the first number of', 'by hand', 'fused', 'largest difference')
for (const [name, values] of byHand) {
  const other = fused.get(name) as ArrayLike<number>
  const difference = Math.max(...Array.from(values, (v, k) => Math.abs(v - other[k])))
  largest = Math.max(largest, difference)
  row(name, values[0].toFixed(7), other[0].toFixed(7), difference.toExponential(1))
}
console.log(`\nThe largest difference is ${largest.toExponential(1)}: the rounding of 32-bit floats.`)
