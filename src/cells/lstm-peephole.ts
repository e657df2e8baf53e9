import { add, mul, sigmoid, tanh } from '../formula/expression.ts'
import { defineCell } from './define.ts'

/**
 * LSTM with peepholes (Gers & Schmidhuber 2000): the gates see the cell state, the output gate the new one.
 *
 *   i_t = σ(W_i x_t + U_i h_{t-1} + p_i ⊙ c_{t-1} + b_i)
 *   f_t = σ(W_f x_t + U_f h_{t-1} + p_f ⊙ c_{t-1} + b_f)
 *   c_t = f_t ⊙ c_{t-1} + i_t ⊙ tanh(W_g x_t + U_g h_{t-1} + b_g)
 *   o_t = σ(W_o x_t + U_o h_{t-1} + p_o ⊙ c_t + b_o)
 *   h_t = o_t ⊙ tanh(c_t)
 */
export const lstmPeephole = defineCell('lstm-peephole', ({ affine, previous, parameter }) => {
  const inputGate = sigmoid(add(affine('i'), mul(parameter('peephole_i'), previous('c'))))
  const forgetGate = sigmoid(add(affine('f'), mul(parameter('peephole_f'), previous('c'))))
  const candidate = tanh(affine('g'))
  const c = add(mul(forgetGate, previous('c')), mul(inputGate, candidate))
  const outputGate = sigmoid(add(affine('o'), mul(parameter('peephole_o'), c)))
  const h = mul(outputGate, tanh(c))
  return { state: { h, c }, quantities: { inputGate, forgetGate, candidate, outputGate } }
})
